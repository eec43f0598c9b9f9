"""People move between households, on one laptop and on two that do not know of each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.model import Household
from fieldapp.store.rows import read_fields
from fieldapp.store.work import Intent
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households import merging, moves, people, search
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.usecases.households.moves import Heir
from fieldapp.usecases.households.year_prices import year_prices
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.inbox import inbox
from fieldapp.usecases.visiting import visits
from tests.support.team import Laptop, Team

FAMILY = (("Trần Văn Tư", "00"), ("Lê Thị Hoa", "01"), ("Trần Văn Năm", "08"))
OTHERS = (("Võ Thị Sáu", "00"), ("Võ Văn Bảy", "08"))


def register(laptop: Laptop, number: str, members: tuple[tuple[str, str], ...] = FAMILY) -> str:
    """A household of the team's ward; its id."""
    ward = laptop.store.setting("grants")[0]["ward"]
    fields = {"house_number": number, "street": "D2"}
    told = [{"full_name": n, "relationship": r, "group": "household"} for n, r in members]
    return people.register_household(laptop.store, ward, fields, told)


def page_of(laptop: Laptop, household: str) -> HouseholdPage:
    return household_page(laptop.store, laptop.store.setting("grants")[0]["ward"], household)


def names(laptop: Laptop, household: str) -> dict[str, str]:
    """Who lives there, with the relation to the head."""
    return {m.name: m.relationship for m in page_of(laptop, household).members}


def person(laptop: Laptop, household: str, name: str) -> str:
    return next(m.person for m in page_of(laptop, household).members if m.name == name)


def told(laptop: Laptop, household: str) -> list[str]:
    return [row.text.code for row in page_of(laptop, household).history]


def test_a_head_who_moves_is_followed_by_another_and_keeps_what_she_has(lan: Laptop) -> None:
    lan.synced()
    first, second = register(lan, "1"), register(lan, "2", OTHERS)
    tu, hoa, nam = (m.person for m in page_of(lan, first).members)
    ward, store = page_of(lan, first).ward, lan.store
    with pytest.raises(UserMends, match=r"moves\.head_needed"):
        moves.move_person(store, ward, tu, second, "99")
    with pytest.raises(UserMends, match=r"moves\.relation_needed"):
        moves.move_person(store, ward, tu, second, "99", heir=Heir(hoa, {}))
    price = year_prices(store, ward, first, [tu], to=second)
    assert [(p.people_before, p.people_after) for p in price] == [(3, 2), (2, 3)]
    assert price[0].dong_before and price[0].dong_after
    assert price[0].dong_after < price[0].dong_before
    done = moves.move_person(store, ward, tu, second, "99", heir=Heir(hoa, {nam: "08"}))
    assert names(lan, first) == {"Lê Thị Hoa": "00", "Trần Văn Năm": "08"}
    assert page_of(lan, first).head_name == "Lê Thị Hoa"
    assert names(lan, second)["Trần Văn Tư"] == "99"
    assert told(lan, first)[0] == told(lan, second)[0] == "history.moved_household"
    assert page_of(lan, first).history[0].text.values["name"] == "Trần Văn Tư"
    lan.synced()
    changes.undo(store, done)
    assert names(lan, first) == dict(FAMILY) and len(names(lan, second)) == 2
    assert page_of(lan, first).head_name == "Trần Văn Tư"
    moves.move_person(store, ward, tu, second, "99", heir=Heir(hoa, {nam: "08"}))
    assert "Trần Văn Tư" in names(lan, second), "what was taken back can be done again"


def test_what_was_paid_follows_the_person(team: Team, lan: Laptop) -> None:
    team.admin.add_book("BL 1", 1, 100, team.ward)
    lan.synced()
    first, second = register(lan, "1"), register(lan, "2", OTHERS)
    hoa = person(lan, first, "Lê Thị Hoa")
    page, choice = page_of(lan, first), Choice(hhi=(hoa,))
    enrol.enrol(lan.store, page, choice, method="cash", payer="Hoa", consent="spoken")
    moves.move_person(lan.store, page.ward, hoa, second, "99")
    (moved,) = [m for m in page_of(lan, second).members if m.person == hoa]
    assert moved.hhi_kind == "covered" and moved.covers[0].paid_here
    assert page_of(lan, first).ranks_taken == {1}, "the place in the ladder was paid there"
    assert page_of(lan, second).ranks_taken == frozenset()


def test_who_left_is_found_and_joins_again(lan: Laptop) -> None:
    lan.synced()
    first, second = register(lan, "1"), register(lan, "2", OTHERS)
    ward, nam = page_of(lan, first).ward, person(lan, first, "Trần Văn Năm")
    moves.leave_household(lan.store, ward, first, nam, "moved_away")
    assert "Trần Văn Năm" not in names(lan, first)
    assert told(lan, first)[0] == "history.left_moved_away"
    (hit,) = search.find(lan.store, "tran van nam").hits
    assert hit.household is None and hit.relationship == ""
    with pytest.raises(UserMends, match=r"moves\.not_here"):
        moves.leave_household(lan.store, ward, first, nam, "died")
    (price,) = year_prices(lan.store, ward, None, [nam], to=second)
    moves.move_person(lan.store, ward, nam, second, "09")
    assert names(lan, second)["Trần Văn Năm"] == "09"
    (now,) = year_prices(lan.store, ward, None, [], to=second)
    assert (price.side, price.people_before, price.people_after) == ("to", 2, 3)
    assert price.dong_after == now.dong_before
    assert now.people_before == 3


def test_who_moves_to_another_ward_leaves_with_the_day_and_the_ward(lan: Laptop) -> None:
    lan.synced()
    first = register(lan, "1")
    tu, _, nam = (m.person for m in page_of(lan, first).members)
    ward, store, day = page_of(lan, first).ward, lan.store, date(2026, 11, 20)
    with pytest.raises(UserMends, match=r"moves\.day_to_come"):
        moves.move_to_ward(store, ward, first, nam, "Phường Bình Thạnh", date(2026, 12, 1))
    with pytest.raises(UserMends, match=r"moves\.ward_needed"):
        moves.move_to_ward(store, ward, first, nam, " ", day)
    with pytest.raises(UserMends, match=r"moves\.head_needed"):
        moves.move_to_ward(store, ward, first, tu, "Phường Bình Thạnh", day)
    made = moves.move_to_ward(store, ward, first, nam, " Phường  Bình Thạnh", day)
    assert "Trần Văn Năm" not in names(lan, first)
    row = page_of(lan, first).history[0].text
    assert row.code == "history.left_for_ward"
    assert row.values == {"name": "Trần Văn Năm", "ward": "Phường Bình Thạnh", "day": day}
    changes.undo(store, made)
    assert "Trần Văn Năm" in names(lan, first)


@pytest.mark.parametrize(
    "evidence",
    [{"reason": "eaten"}, {"to": "P"}, {"to": "P", "on": "2026-13-45"}, {"reason": []}],
)
def test_what_was_written_otherwise_keeps_no_household_from_opening(
    lan: Laptop, evidence: dict[str, object]
) -> None:
    lan.synced()
    home = register(lan, "1")
    with lan.store.work(Intent("person.leave", page_of(lan, home).ward, evidence)) as work:
        work.edit(Household, home, note="x")
    assert told(lan, home)[0] in ("history.other", "history.left_other")


def test_a_household_that_left_for_another_ward_stands_empty_from_that_day(lan: Laptop) -> None:
    lan.synced()
    home, day = register(lan, "1", OTHERS[:1]), date(2026, 11, 20)
    (only,) = (m.person for m in page_of(lan, home).members)
    ward = page_of(lan, home).ward
    made = moves.move_to_ward(lan.store, ward, home, only, "Phường Bình Thạnh", day)
    key = (ward, ("household", home))
    assert (lan.store.read(read_fields, *key) or {})["moved_on"] == day.isoformat()
    changes.undo(lan.store, made)
    assert (lan.store.read(read_fields, *key) or {})["moved_on"] is None
    assert names(lan, home) == {"Võ Thị Sáu": "00"}


def test_who_is_shown_with_another_record_moves_nowhere(
    team: Team, lan: Laptop, tmp_path: Path
) -> None:
    clerk = team.laptop(tmp_path, "hien", role="clerk")
    clerk.synced()
    first, second = register(clerk, "1"), register(clerk, "2", OTHERS)
    ward, nam = page_of(clerk, first).ward, person(clerk, first, "Trần Văn Năm")
    moves.leave_household(clerk.store, ward, first, nam, "other")
    merging.merge_people(clerk.store, ward, nam, person(clerk, first, "Lê Thị Hoa"))
    with pytest.raises(UserMends, match=r"moves\.not_here"):
        moves.move_person(clerk.store, ward, nam, second, "99")
    clerk.profile.close()


def test_a_household_splits_and_an_empty_one_is_closed(lan: Laptop) -> None:
    lan.synced()
    first = register(lan, "1")
    ward, store = page_of(lan, first).ward, lan.store
    tu, hoa, nam = (m.person for m in page_of(lan, first).members)
    for leaving, code in (
        ({}, "moves.nobody_leaves"),
        ({hoa: "01"}, "moves.one_head"),
        ({tu: "00", hoa: "01", nam: "08"}, "moves.nobody_stays"),
        ({hoa: "00", nam: "xx"}, "moves.relation_unknown"),
    ):
        with pytest.raises(UserMends, match=code):
            moves.split_household(store, ward, first, leaving)
    made = moves.split_household(store, ward, first, {hoa: "00", nam: "08"}, {"house_number": "1A"})
    assert names(lan, made.household) == {"Lê Thị Hoa": "00", "Trần Văn Năm": "08"}
    assert page_of(lan, made.household).house_number == "1A"
    assert page_of(lan, made.household).street == "D2"
    changes.undo(store, made.changeset)
    assert names(lan, first) == dict(FAMILY)
    again = moves.split_household(store, ward, first, {hoa: "00", nam: "08"})
    assert again.household == made.household and len(names(lan, again.household)) == 2
    moves.leave_household(store, ward, first, tu, "died")
    assert page_of(lan, first).why.code == "moved", "nobody knocks where nobody lives"


def two(lan: Laptop, phuc: Laptop) -> tuple[str, str, str]:
    """Three households that both laptops know."""
    lan.synced()
    homes = register(lan, "1"), register(lan, "2", OTHERS), register(lan, "3", OTHERS)
    lan.synced()
    phuc.synced()
    return homes


def meet(*laptops: Laptop) -> None:
    for laptop in (*laptops, *laptops):
        laptop.synced()


def test_a_door_where_nobody_may_knock_hands_that_on(lan: Laptop) -> None:
    lan.synced()
    first, second = register(lan, "1"), register(lan, "2", OTHERS)
    tu, hoa, nam = (m.person for m in page_of(lan, first).members)
    ward, store = page_of(lan, first).ward, lan.store
    visits.record_visit(store, ward, first, "do_not_contact")
    split = moves.split_household(store, ward, first, {nam: "00"})
    assert page_of(lan, split.household).do_not_contact
    moves.move_person(store, ward, hoa, second, "99")
    assert not page_of(lan, second).do_not_contact
    changeset = moves.move_person(store, ward, tu, second, "99")
    assert page_of(lan, second).do_not_contact
    changes.undo(store, changeset)
    assert not page_of(lan, second).do_not_contact


def test_two_who_move_one_person_are_asked_where_she_lives(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, second, third = two(lan, phuc)
    ward, hoa = page_of(lan, first).ward, person(lan, first, "Lê Thị Hoa")
    moves.move_person(lan.store, ward, hoa, second, "99")
    moves.move_person(phuc.store, ward, hoa, third, "99")
    meet(lan, phuc)
    for laptop in (lan, phuc):
        assert "Lê Thị Hoa" in names(laptop, second), "what came first stands"
        assert "Lê Thị Hoa" not in names(laptop, first) | names(laptop, third)
    clerk = team.laptop(tmp_path_factory.mktemp("c"), "hien", role="clerk")
    clerk.synced()
    (row,) = inbox(clerk.store)
    page = conflicts.conflict_page(clerk.store, ward, row.id)
    assert (page.record_type, page.field, page.subject_name) == (
        *("membership", "household"),
        "Lê Thị Hoa",
    )
    assert conflicts.homes_of(clerk.store, page)[third].endswith("3 D2")
    conflicts.decide(clerk.store, page, third)
    meet(clerk, lan)
    assert "Lê Thị Hoa" in names(lan, third) and "Lê Thị Hoa" not in names(lan, second)
    clerk.profile.close()


def test_who_left_on_one_laptop_and_moved_on_another_is_asked_about(
    lan: Laptop, phuc: Laptop
) -> None:
    first, second, _ = two(lan, phuc)
    ward, hoa = page_of(lan, first).ward, person(lan, first, "Lê Thị Hoa")
    moves.leave_household(lan.store, ward, first, hoa, "died")
    moves.move_person(phuc.store, ward, hoa, second, "99")
    meet(lan, phuc)
    (row,) = inbox(phuc.store)
    page = conflicts.conflict_page(phuc.store, ward, row.id)
    assert {side.value for side in page.sides} == {"", second}


def test_two_who_split_alike_found_one_household(lan: Laptop, phuc: Laptop) -> None:
    first, _, _ = two(lan, phuc)
    ward = page_of(lan, first).ward
    _, hoa, nam = (m.person for m in page_of(lan, first).members)
    made = [
        moves.split_household(laptop.store, ward, first, {hoa: "00", nam: "08"})
        for laptop in (lan, phuc)
    ]
    assert made[0].household == made[1].household
    meet(lan, phuc)
    assert names(lan, made[0].household) == {"Lê Thị Hoa": "00", "Trần Văn Năm": "08"}
    assert names(phuc, first) == {"Trần Văn Tư": "00"} and inbox(lan.store) == ()


def test_a_split_and_a_move_of_one_of_them_are_asked_about_and_nobody_is_lost(
    lan: Laptop, phuc: Laptop
) -> None:
    first, second, _ = two(lan, phuc)
    ward = page_of(lan, first).ward
    _, hoa, nam = (m.person for m in page_of(lan, first).members)
    moves.move_person(lan.store, ward, nam, second, "09")
    made = moves.split_household(phuc.store, ward, first, {hoa: "00", nam: "08"})
    meet(lan, phuc)
    (row,) = inbox(phuc.store)
    assert conflicts.conflict_page(phuc.store, ward, row.id).field == "household"
    lives = [names(lan, home) for home in (first, second, made.household)]
    assert sum("Trần Văn Năm" in home for home in lives) == 1
    assert sum(len(home) for home in lives) == len(FAMILY) + len(OTHERS)


def test_a_head_who_was_moved_away_meanwhile_is_missed(lan: Laptop, phuc: Laptop) -> None:
    first, second, _ = two(lan, phuc)
    ward = page_of(lan, first).ward
    tu, hoa, nam = (m.person for m in page_of(lan, first).members)
    moves.change_head(lan.store, ward, first, Heir(hoa, {tu: "02", nam: "08"}))
    moves.move_person(phuc.store, ward, hoa, second, "99")
    meet(lan, phuc)
    page = page_of(phuc, first)
    assert page.head_is_missing and not page_of(phuc, second).head_is_missing


@pytest.mark.parametrize("moved_first", [True, False])
def test_who_moves_into_a_household_that_was_taken_back_is_asked_about(
    team: Team, lan: Laptop, phuc: Laptop, moved_first: bool, tmp_path: Path
) -> None:
    first, second, _ = two(lan, phuc)
    ward, bay = page_of(lan, first).ward, person(lan, second, "Võ Văn Bảy")
    _, hoa, nam = (m.person for m in page_of(lan, first).members)
    made = moves.split_household(lan.store, ward, first, {hoa: "00", nam: "08"})
    meet(lan, phuc)
    moves.move_person(phuc.store, ward, bay, made.household, "99")
    changes.undo(lan.store, made.changeset)
    meet(*((phuc, lan) if moved_first else (lan, phuc)))
    assert names(lan, first) == dict(FAMILY)
    clerk = team.laptop(tmp_path, "hien", role="clerk")
    clerk.synced()
    (row,) = inbox(clerk.store)
    page = conflicts.conflict_page(clerk.store, ward, row.id)
    assert (page.record_type, page.field) == ("household", "withdrawn")
    conflicts.decide(clerk.store, page, False)
    meet(clerk, lan)
    for laptop in (lan, clerk):
        assert names(laptop, made.household) == {"Võ Văn Bảy": "99"}
    clerk.profile.close()


def test_two_heads_set_at_once_are_one_question(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lan.synced()
    home = register(lan, "1")
    lan.synced()
    phuc.synced()
    tu, hoa, nam = (m.person for m in page_of(lan, home).members)
    ward = page_of(lan, home).ward
    moves.change_head(lan.store, ward, home, Heir(hoa, {tu: "01", nam: "08"}))
    moves.change_head(phuc.store, ward, home, Heir(nam, {tu: "02", hoa: "03"}))
    desk = team.laptop(tmp_path_factory.mktemp("c"), "hien", role="clerk")
    for laptop in (lan, phuc, lan, desk):
        laptop.synced()
    (row,) = inbox(desk.store)
    page = conflicts.conflict_page(desk.store, ward, row.id)
    assert row.title.code == "story.title_head"
    before = names(desk, home)
    by_phuc = {"Trần Văn Tư": "02", "Lê Thị Hoa": "03", "Trần Văn Năm": "00"}
    conflicts.decide(desk.store, page, nam)
    assert names(desk, home) == by_phuc and not inbox(desk.store)
    assert page_of(desk, home).history[0].text.values == {"value": "Trần Văn Năm"}
    for laptop in (desk, lan):
        laptop.synced()
    assert names(lan, home) == by_phuc and not inbox(lan.store)
    conflicts.take_back(desk.store, conflicts.conflict_page(desk.store, ward, row.id))
    assert names(desk, home) == before
    desk.synced()
    assert [one.id for one in inbox(desk.store)] == [row.id]
    conflicts.decide(desk.store, conflicts.conflict_page(desk.store, ward, row.id), tu)
    desk.synced()
    assert names(desk, home) == dict(FAMILY) and not inbox(desk.store)


def test_deciding_between_two_who_came_as_head_touches_no_other_household(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lan.synced()
    home, empty = register(lan, "1"), register(lan, "2", OTHERS[:1])
    ward, store = page_of(lan, home).ward, lan.store
    tu, hoa, nam = (m.person for m in page_of(lan, home).members)
    moves.move_person(store, ward, person(lan, empty, "Võ Thị Sáu"), home, "99")
    sau = person(lan, home, "Võ Thị Sáu")
    for laptop in (lan, phuc):
        laptop.synced()
    heir = Heir(hoa, {nam: "08", sau: "99"})
    moves.move_person(store, ward, tu, empty, "00", heir=heir)
    moves.move_person(phuc.store, ward, nam, empty, "00")
    desk = team.laptop(tmp_path_factory.mktemp("c"), "hien", role="clerk")
    for laptop in (lan, phuc, lan, desk):
        laptop.synced()
    (row,) = [one for one in inbox(desk.store) if one.title.code == "story.title_head"]
    conflicts.decide(desk.store, conflicts.conflict_page(desk.store, ward, row.id), nam)
    assert names(desk, empty) == {"Trần Văn Tư": "99", "Trần Văn Năm": "00"}
    assert names(desk, home) == {"Lê Thị Hoa": "00", "Võ Thị Sáu": "99"}
