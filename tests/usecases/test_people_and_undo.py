"""Editing people, recording visits, finding anyone, and taking things back."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.demo.town import Town, card_text
from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.households import people, search
from fieldapp.usecases.households.household import MemberRow, appointments_on, household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.visiting import visits
from tests.support.laptops import WARD


def member(store: Store, home: str, name: str) -> MemberRow:
    return next(m for m in household_page(store, WARD, home).members if m.name == name)


def test_an_id_that_contradicts_the_sex_needs_a_reason(store: Store, home: str) -> None:
    husband = member(store, home, "Trần Quốc Khoi")
    contradicting = {"id_number": "079168002117"}  # female, 1968

    with pytest.raises(UserMends) as refused:
        people.edit_person(store, WARD, husband.person, contradicting)
    assert refused.value.code == "entry.reason_needed"
    assert member(store, home, "Trần Quốc Khoi").id_number == husband.id_number

    reason = "Công an cấp lại, đã xem thẻ"
    people.edit_person(store, WARD, husband.person, contradicting, id_reason=reason)
    assert member(store, home, "Trần Quốc Khoi").id_number == "079168002117"


def test_a_wrong_number_of_digits_is_an_error_and_nothing_is_saved(store: Store, home: str) -> None:
    wife = member(store, home, "Nguyễn Thị Bích Hằng")
    with pytest.raises(UserMends) as refused:
        people.edit_person(store, WARD, wife.person, {"id_number": "12345", "note": "mới"})
    assert refused.value.code == "rules.id_not_12_digits"
    assert refused.value.field == "id_number"
    assert member(store, home, wife.name).note == ""


def test_names_are_kept_composed_and_without_stray_blanks(store: Store, home: str) -> None:
    wife = member(store, home, "Nguyễn Thị Bích Hằng")
    decomposed = "  Nguyê\u0303n  Thi\u0323 Bi\u0301ch Hạnh "
    people.edit_person(store, WARD, wife.person, {"full_name": decomposed})
    assert member(store, home, "Nguyễn Thị Bích Hạnh")


def test_saving_the_same_values_makes_no_changeset(store: Store, home: str) -> None:
    wife = member(store, home, "Nguyễn Thị Bích Hằng")
    before = len(changes.pending(store))
    assert people.edit_person(store, WARD, wife.person, {"full_name": wife.name}) is None
    assert len(changes.pending(store)) == before


def test_a_visit_can_be_undone(store: Store, home: str) -> None:
    done = visits.record_visit(store, WARD, home, "moved")
    assert household_page(store, WARD, home).visits == 1

    changes.undo(store, done)

    page = household_page(store, WARD, home)
    assert page.visits == 0
    assert page.why.code == "cards_end"


def test_an_edit_that_somebody_went_on_from_is_not_undone(store: Store, home: str) -> None:
    wife = member(store, home, "Nguyễn Thị Bích Hằng")
    first = people.edit_person(store, WARD, wife.person, {"phone": "0903555214"})
    people.edit_person(store, WARD, wife.person, {"phone": "0903555215"})
    assert first is not None

    with pytest.raises(UserMends) as refused:
        changes.undo(store, first)
    assert refused.value.code == "history.changed_since"
    assert member(store, home, wife.name).phone == "0903555215"


def test_a_day_that_has_passed_is_refused_for_the_next_visit(store: Store, home: str) -> None:
    with pytest.raises(UserMends) as refused:
        visits.record_visit(store, WARD, home, "appointment", next_on=date(2026, 11, 22))
    assert refused.value.code == "visits.next_in_the_past"


def test_an_appointment_shows_on_its_day(store: Store, home: str) -> None:
    when = {"next_on": date(2026, 11, 28), "next_time": "17:30"}
    visits.record_visit(store, WARD, home, "appointment", **when)  # type: ignore[arg-type]  # given by name
    (found,) = appointments_on(store, date(2026, 11, 28))
    assert (found.time, found.address) == ("17:30", "123/4/5A Ung Văn Khiêm")


@pytest.mark.parametrize("query", ["bich hang", "hang bich", "BÍCH HẰNG", "ung van khiem", "2117"])
def test_people_are_found_without_tones_in_any_order_and_by_any_tail(
    store: Store, home: str, query: str
) -> None:
    names = [hit.name for hit in search.find(store, query).hits]
    assert "Nguyễn Thị Bích Hằng" in names


def test_a_scanned_card_finds_its_person(store: Store, home: str, town: Town) -> None:
    husband = town.households[0].persons[1]
    found = search.find(store, card_text(husband))
    assert found.known and found.card is not None
    assert [hit.name for hit in found.hits] == ["Trần Quốc Khoi"]
    assert found.card.name == "Trần Quốc Khôi"


def test_a_card_of_somebody_unknown_is_kept_to_fill_a_form(store: Store, town: Town) -> None:
    found = search.find(store, card_text(town.households[0].persons[1]))
    assert not found.known and found.hits == () and found.card is not None


def test_history_tells_each_action_in_a_line(store: Store, home: str) -> None:
    wife = member(store, home, "Nguyễn Thị Bích Hằng")
    people.edit_person(store, WARD, wife.person, {"full_name": "Nguyễn Thị Bích Hạnh"})
    visits.record_visit(store, WARD, home, "considering")

    told = [row.text.code for row in household_page(store, WARD, home).history]
    assert sorted(told) == ["history.considering", "history.full_name_edited", "history.registered"]


def test_the_list_of_households_is_searched_by_head_and_address(store: Store, home: str) -> None:
    assert [line.household for line in households(store, text="hang ung van")] == [home]
    assert households(store, text="khong co ai") == ()


def test_work_in_a_ward_of_somebody_else_is_refused_at_the_door(store: Store) -> None:
    before = changes.pending(store)
    fields = {"house_number": "1", "street": "Ung Văn Khiêm"}
    with pytest.raises(UserMends) as refused:
        people.register_household(store, "26929.20250701", fields, [{"full_name": "Lê Văn Tám"}])
    assert (refused.value.code, refused.value.field) == ("entry.ward_not_granted", "ward")
    assert changes.pending(store) == before


def test_a_grant_ends_with_its_last_day(store: Store, home: str) -> None:
    store.remember(grants=[{"ward": WARD, "role": "canvasser", "until": "2026-11-23"}])
    visits.record_visit(store, WARD, home, "not_at_home")
    store._clock.forward(days=1)  # type: ignore[attr-defined]  # the tests' clock is a SetClock
    with pytest.raises(UserMends) as refused:
        visits.record_visit(store, WARD, home, "not_at_home")
    assert refused.value.code == "entry.ward_not_granted"
