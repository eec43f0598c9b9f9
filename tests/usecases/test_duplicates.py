"""A second record of one person: seen before it is born, refused by its number, found later."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fieldapp.demo.town import Town, card_text
from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases.households import people, search
from fieldapp.usecases.households.duplicates import duplicates_of, likely_duplicates
from fieldapp.usecases.households.household import household_page
from tests.rules.test_scanned_cards import HEALTH
from tests.support.laptops import WARD

HANG = {"full_name": "Nguyễn Thị Bích Hằng", "sex": "female", "born_on": date(1968, 5, 17)}
ADDRESS = {"house_number": "9", "street": "Lê Lợi"}


def hang(store: Store, home: str) -> Any:
    return household_page(store, WARD, home).members[0]


def fields_of(member: Any) -> dict[str, Any]:
    return {"full_name": member.name, "born_on": member.born_on, "sex": member.sex}


def refusal_of(store: Store, home: str, fields: dict[str, Any], **more: Any) -> UserMends:
    with pytest.raises(UserMends) as refused:
        people.add_member(store, WARD, home, fields, "08", **more)
    return refused.value


def test_a_person_is_seen_before_she_is_entered_again(store: Store, home: str) -> None:
    member = hang(store, home)
    typed = {"full_name": "nguyen thi bich hang", "born_on": f"{member.born_on:%d/%m/%Y}"}
    (found,) = duplicates_of(store, typed)
    assert (found.person, found.household, found.ward) == (member.person, home, WARD)
    assert found.agree == ("same_name_no_tones", "same_birth")
    assert found.address.startswith("123/4/5A")
    assert not found.same_number
    assert duplicates_of(store, typed, person=member.person) == ()


def test_the_same_number_is_seen_whatever_the_name(store: Store, home: str) -> None:
    member = hang(store, home)
    spaced = " ".join(member.id_number)
    (found,) = duplicates_of(store, {"full_name": "Lê Lạ", "id_number": spaced})
    assert found.person == member.person and found.same_number
    card = {"full_name": "Lê Lạ", "card_number": f"GD479{member.si_number}"}
    assert [one.person for one in duplicates_of(store, card)] == [member.person]


@pytest.mark.parametrize(
    "fields", [{}, {"full_name": '"*('}, {"full_name": "x", "born_on": "hôm qua"}, {"phone": "1"}]
)
def test_what_is_half_typed_finds_nobody_and_breaks_nothing(
    store: Store, home: str, fields: dict[str, Any]
) -> None:
    assert duplicates_of(store, fields) == ()


def test_a_number_of_somebody_else_is_refused_unless_it_is_said_why(
    store: Store, home: str
) -> None:
    member = hang(store, home)
    again = fields_of(member) | {"id_number": member.id_number}
    error = refusal_of(store, home, again)
    assert (error.code, error.field) == ("entry.same_number", "id_number")
    assert member.name in str(error.context["who"])
    reason = "Công an cấp trùng, đã xem hai thẻ"
    made = people.add_member(store, WARD, home, again, "08", id_reason=reason)
    rows = household_page(store, WARD, home).members
    assert next(row for row in rows if row.person == made).id_number == member.id_number
    from fieldapp.store.queries.households import one_person

    row = store.read(one_person, WARD, made)
    assert row is not None and row.id_reason == reason


def test_the_si_number_of_somebody_else_is_refused_in_a_card_too(store: Store, home: str) -> None:
    member = hang(store, home)
    error = refusal_of(store, home, {"full_name": "Lê An Bình", "si_number": member.si_number})
    assert (error.code, error.field) == ("entry.same_number", "si_number")
    card = {"full_name": "Lê An Bình", "card_number": f"GD4 79 {member.si_number}"}
    error = refusal_of(store, home, card)
    assert (error.code, error.field) == ("entry.same_number", "card_number")


def test_a_new_household_can_not_bring_the_number_either(store: Store, home: str) -> None:
    member = {"full_name": "Lê An Bình", "id_number": hang(store, home).id_number}
    with pytest.raises(UserMends) as refused:
        people.register_household(store, WARD, ADDRESS, [member])
    assert refused.value.code == "entry.same_number"
    people.register_household(store, WARD, ADDRESS, [member | {"id_reason": "cấp trùng"}])


def test_two_members_of_one_form_can_not_share_a_number(store: Store) -> None:
    one = {"full_name": "Lê An Bình", "si_number": "7900000077"}
    two = {"full_name": "Lê Thị Hòa", "si_number": "7900 0000 77"}
    with pytest.raises(UserMends) as refused:
        people.register_household(store, WARD, ADDRESS, [one, two])
    assert refused.value.code == "entry.same_number_in_household"
    assert refused.value.context["who"] == "Lê An Bình"
    people.register_household(store, WARD, ADDRESS, [one, two | {"id_reason": "sổ ghi trùng"}])


def test_her_own_number_is_no_duplicate_and_a_changed_one_is_asked(store: Store, home: str) -> None:
    wife, husband = household_page(store, WARD, home).members[:2]
    people.edit_person(store, WARD, wife.person, {"id_number": wife.id_number, "note": "đã xem"})
    with pytest.raises(UserMends) as refused:
        people.edit_person(store, WARD, husband.person, {"si_number": wife.si_number})
    assert refused.value.code == "entry.same_number"


def test_letters_in_a_number_are_told_and_not_dropped(store: Store, home: str) -> None:
    error = refusal_of(store, home, {"full_name": "Lê An", "id_number": "079O68001234"})
    assert (error.code, error.field) == ("rules.number_with_letters", "id_number")
    error = refusal_of(store, home, {"full_name": "Lê An", "old_id_number": "12345"})
    assert error.code == "rules.old_id_shape"


def test_a_card_must_fit_the_numbers_that_are_recorded(store: Store, home: str) -> None:
    member = hang(store, home)
    with pytest.raises(UserMends) as refused:
        people.edit_person(store, WARD, member.person, {"card_number": "GD4797999999999"})
    assert (refused.value.code, refused.value.field) == (
        "rules.card_other_si_number",
        "card_number",
    )
    with pytest.raises(UserMends) as refused:
        people.edit_person(store, WARD, member.person, {"card_number": "GD47"})
    assert refused.value.code == "rules.card_code_shape"
    people.edit_person(store, WARD, member.person, {"card_number": f"gd479{member.si_number}"})


def test_a_script_may_write_dates_as_iso_or_as_people_do(store: Store, home: str) -> None:
    for text in ("1990-02-03", "03/02/1990"):
        made = people.add_member(store, WARD, home, {"full_name": "Lê An", "born_on": text}, "08")
        row = next(r for r in household_page(store, WARD, home).members if r.person == made)
        assert row.born_on == date(1990, 2, 3)
    assert refusal_of(store, home, {"full_name": "Lê An", "born_on": "mai"}).code == (
        "rules.birth_form"
    )


def test_likely_pairs_of_a_ward_are_found_and_explained(store: Store, home: str) -> None:
    assert likely_duplicates(store, WARD) == ()
    member = hang(store, home)
    again = {"full_name": "NGUYEN THI BICH HANG", "born_on": member.born_on, "sex": "female"}
    made = people.register_household(store, WARD, ADDRESS, [again])
    (pair,) = likely_duplicates(store, WARD)
    assert {pair.one.household, pair.other.household} == {home, made}
    assert pair.one.agree == ("same_name_no_tones", "same_birth", "same_sex")
    assert likely_duplicates(store, WARD, limit=0) == ()


def test_a_scanned_card_finds_its_person_by_any_number_and_by_no_tail(
    store: Store, home: str, town: Town
) -> None:
    member = hang(store, home)
    card = card_text(town.households[0].persons[0])
    found = search.find(store, card + "\r\n")
    assert found.known and [hit.person for hit in found.hits] == [member.person]
    health = HEALTH.replace("0000000000", member.si_number or "")
    assert [hit.person for hit in search.find(store, health).hits] == [member.person]
    tail = HEALTH.replace("0000000000", (member.id_number or "")[-10:])
    assert search.find(store, tail).hits == ()


def test_a_card_with_another_number_names_who_it_may_be(store: Store, home: str) -> None:
    member = hang(store, home)
    text = f"079190999999||{member.name}|{member.born_on:%d%m%Y}|Nữ|9 Lê Lợi|16082021"
    found = search.find(store, text)
    assert not found.known
    (suspect,) = found.suspects
    assert (suspect.person, suspect.differ) == (member.person, ("other_id_number",))
    without = HEALTH.replace("4e677579e1bb856e2056c4836e2041", member.name.encode().hex())
    without = without.replace("01/01/1990|1", f"{member.born_on:%d/%m/%Y}|2")
    (suspect,) = search.find(store, without).suspects
    assert suspect.person == member.person
    assert "other_si_number" in suspect.differ
