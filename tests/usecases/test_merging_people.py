"""A clerk joins two records of one human, and parts them again; screens show one person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.model import Coverage, Person
from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.households.duplicates import (
    duplicates_of,
    likely_duplicates,
    merged_pairs,
)
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.usecases.households.merging import merge_people, part_people, tell_apart
from fieldapp.usecases.visiting import visits
from fieldapp.words import Words
from tests.support.laptops import WARD, add_family, machine, new_profile, working

ID = "079168000013"
CLERK = [{"ward": WARD, "role": "clerk", "until": None}]


@pytest.fixture
def desk(tmp_path: Path) -> Store:
    """The clerk's laptop."""
    return new_profile(tmp_path / "minh", machine(), "minh", role="clerk", grants=CLERK).store


@pytest.fixture
def twice(desk: Store) -> tuple[str, str, str, str]:
    """One woman at two doors: household and person, twice."""
    home, (hang, _) = add_family(
        desk, ["Nguyễn Thị Hằng", "Trần Văn Đức"], house_number="12/3", street="Nguyễn Xí"
    )
    other, (again,) = add_family(
        desk, ["Nguyễn Thị Hàng"], house_number="12/3A", street="Nguyễn Xí"
    )
    return home, hang, other, again


def covered(store: Store, person: str, until: date) -> None:
    with working(store) as unit:
        unit.create(
            Coverage(
                ward=WARD,
                id=unit.fresh_id(),
                person=person,
                valid_from=date(2026, 1, 1),
                valid_to=until,
            )
        )


def names(page: HouseholdPage) -> list[str]:
    return [member.name for member in page.members]


def found(store: Store, query: str) -> list[tuple[str, str | None]]:
    return [(hit.person, hit.household) for hit in store.read(find_people, query)]


def test_the_merged_person_is_shown_once_with_what_both_records_have(
    desk: Store, twice: tuple[str, str, str, str]
) -> None:
    home, hang, other, again = twice
    covered(desk, again, date(2026, 12, 31))
    merge_people(desk, WARD, again, hang)
    page = household_page(desk, WARD, home)
    assert names(page) == ["Nguyễn Thị Hằng", "Trần Văn Đức"]
    assert [cover.ends_on for cover in page.members[0].covers] == [date(2026, 12, 31)]
    assert names(household_page(desk, WARD, other)) == []


def test_the_search_finds_her_under_either_spelling_once(
    desk: Store, twice: tuple[str, str, str, str]
) -> None:
    home, hang, _, again = twice
    with working(desk) as unit:
        unit.edit(Person, again, phone="0903111222")
    merge_people(desk, WARD, again, hang)
    for query in ("nguyen thi hang", "Hàng", "Hằng", "111222", "12/3A"):
        assert found(desk, query) == [(hang, home)], query


def test_the_wish_that_nobody_knocks_is_kept(desk: Store, twice: tuple[str, str, str, str]) -> None:
    home, hang, other, again = twice
    visits.record_visit(desk, WARD, other, "do_not_contact")
    made = merge_people(desk, WARD, again, hang)
    assert household_page(desk, WARD, home).do_not_contact
    changes.undo(desk, made)
    assert not household_page(desk, WARD, home).do_not_contact


def test_parting_brings_both_back(desk: Store, twice: tuple[str, str, str, str]) -> None:
    _, hang, other, again = twice
    merge_people(desk, WARD, again, hang)
    part_people(desk, WARD, again)
    assert names(household_page(desk, WARD, other)) == ["Nguyễn Thị Hàng"]
    assert {person for person, _ in found(desk, "nguyen thi hang")} == {hang, again}
    with pytest.raises(UserMends, match="not_merged"):
        part_people(desk, WARD, again)


def test_a_merge_is_undone_like_any_action(desk: Store, twice: tuple[str, str, str, str]) -> None:
    _, hang, other, again = twice
    changes.undo(desk, merge_people(desk, WARD, again, hang, values={"phone": "0903111222"}))
    assert names(household_page(desk, WARD, other)) == ["Nguyễn Thị Hàng"]


def test_a_duplicate_hint_names_the_one_who_is_shown(
    desk: Store, twice: tuple[str, str, str, str]
) -> None:
    _, hang, _, again = twice
    with working(desk) as unit:
        unit.edit(Person, again, id_number=ID)
    merge_people(desk, WARD, again, hang)
    door = {"house_number": "12/3", "street": "Nguyễn Xí"}
    hints = duplicates_of(desk, {"full_name": "Nguyễn Thị Hằng", "id_number": ID} | door)
    assert [hint.person for hint in hints] == [hang]


def test_merges_of_merged_people_go_on_to_the_last(
    desk: Store, twice: tuple[str, str, str, str]
) -> None:
    home, hang, _, again = twice
    _, (third,) = add_family(desk, ["Nguyễn T. Hằng"], house_number="99", street="D2")
    merge_people(desk, WARD, third, again)
    merge_people(desk, WARD, again, hang)
    assert set(found(desk, "hang")) == {(hang, home)}
    assert found(desk, "99 D2") == [(hang, home)]


def test_what_only_the_other_record_says_is_kept(
    desk: Store, twice: tuple[str, str, str, str]
) -> None:
    home, hang, _, again = twice
    with working(desk) as unit:
        unit.edit(Person, again, id_number=ID, phone="0903111222", born_on=date(1968, 5, 1))
        unit.edit(Person, hang, phone="0909000111")
    changes.undo(desk, merge_people(desk, WARD, again, hang))
    merge_people(desk, WARD, again, hang)
    kept = next(m for m in household_page(desk, WARD, home).members if m.person == hang)
    assert (kept.id_number, kept.phone, kept.born_on) == (ID, "0909000111", date(1968, 5, 1))


@pytest.mark.parametrize("way", ["same", "ring", "gone"])
def test_what_can_not_be_merged_says_why(
    desk: Store, twice: tuple[str, str, str, str], way: str
) -> None:
    _, hang, _, again = twice
    if way == "ring":
        merge_people(desk, WARD, hang, again)
    if way == "gone":
        with working(desk) as unit:
            unit.edit(Person, hang, withdrawn=True)
    with pytest.raises(UserMends, match=way) as refused:
        merge_people(desk, WARD, again, again if way == "same" else hang)
    assert Words("vi").knows(refused.value.code)


def test_a_canvasser_merges_nobody(store: Store) -> None:
    with pytest.raises(UserMends, match="no_right"):
        merge_people(store, WARD, "a", "b")
    with pytest.raises(UserMends, match="no_right"):
        part_people(store, WARD, "a")


def test_who_was_told_apart_is_asked_about_no_more_and_undo_asks_again(
    desk: Store, twice: tuple[str, str, str, str]
) -> None:
    _, hang, _, again = twice
    with working(desk) as unit:
        for person in (hang, again):
            unit.edit(Person, person, born_on=date(1968, 5, 2), sex="female")
    fields = {"full_name": "Nguyễn Thị Hằng", "born_on": date(1968, 5, 2)}
    assert [{pair.one.person, pair.other.person} for pair in likely_duplicates(desk, WARD)] == [
        {hang, again}
    ]
    done = tell_apart(desk, WARD, again, hang)
    assert likely_duplicates(desk, WARD) == ()
    for one in (hang, again):
        assert duplicates_of(desk, fields, person=one) == ()
    assert {found.person for found in duplicates_of(desk, fields)} == {hang, again}
    changes.undo(desk, done)
    assert len(likely_duplicates(desk, WARD)) == 1


def test_who_was_merged_stands_beside_the_record_that_is_shown(
    desk: Store, twice: tuple[str, str, str, str]
) -> None:
    home, hang, _, again = twice
    _, (third,) = add_family(desk, ["Nguyễn Thị Hằng"], house_number="12/5", street="Nguyễn Xí")
    merge_people(desk, WARD, third, again)
    merge_people(desk, WARD, again, hang)
    found = merged_pairs(desk, WARD)
    assert [(pair.one.person, pair.other.person) for pair in found] == [
        (hang, again),
        (hang, third),
    ]
    assert all(pair.merged and pair.one.household == home for pair in found)
    part_people(desk, WARD, again)
    assert [(p.one.person, p.other.person) for p in merged_pairs(desk, WARD)] == [(again, third)]


@pytest.mark.parametrize("way", ["same", "gone", "merged"])
def test_nobody_is_told_apart_from_herself_or_from_a_record_that_is_gone(
    desk: Store, twice: tuple[str, str, str, str], way: str
) -> None:
    _, hang, _, again = twice
    if way == "merged":
        merge_people(desk, WARD, again, hang)
    elif way == "gone":
        with working(desk) as unit:
            unit.edit(Person, again, withdrawn=True)
    other = hang if way == "same" else again
    with pytest.raises(UserMends) as refused:
        tell_apart(desk, WARD, hang, other)
    assert refused.value.code == ("merging.same" if way == "same" else "merging.gone")
