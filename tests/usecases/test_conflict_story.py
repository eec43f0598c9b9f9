"""Two canvassers change one household without a network; the clerk decides what differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.households import people
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.inbox import inbox
from fieldapp.usecases.visiting.today import todays_list
from tests.support.laptops import WARD
from tests.support.parted_office import LAN, PHUC, Office, open_office

BASE = "Trần Quốc Khoi"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as made:
        yield made


@pytest.fixture
def parted(office: Office) -> Office:
    """After the day: both wrote, both have synced, the clerk has what they wrote."""
    people.edit_household(office.lan.store, WARD, office.home, {"note": "chó dữ, gọi trước"})
    people.edit_household(office.phuc.store, WARD, office.home, {"phone": "0903555214"})
    office.part()
    return office


def names(office: Office) -> list[str]:
    return [office.husband(laptop).name for laptop in (office.lan, office.phuc, office.hien)]


def test_what_does_not_differ_merges_by_itself(parted: Office) -> None:
    for laptop in (parted.lan, parted.phuc, parted.hien):
        page = parted.page(laptop)
        assert (page.phone, page.note) == ("0903555214", "chó dữ, gọi trước")


def test_what_differs_is_a_conflict_with_both_values_kept(parted: Office) -> None:
    (row,) = inbox(parted.hien.store)
    page = conflicts.conflict_page(parted.hien.store, WARD, row.id)

    assert row.title.code == "story.title_full_name"
    assert page.base_value == BASE
    assert page.base is not None
    assert (page.base.author, page.base.evidence.code) == ("Hien", "evidence.list")
    assert page.head_name == "Nguyễn Thị Bích Hằng"
    assert [(side.value, side.author, side.standing) for side in page.sides] == [
        (LAN, "Lan", True),
        (PHUC, "Phuc", False),
    ]
    assert [side.evidence.code for side in page.sides] == ["evidence.card_scan", "evidence.told"]
    assert [side.device for side in page.sides] == ["laptop of lan", "laptop of phuc"]
    assert page.suggestion == 0
    assert names(parted) == [LAN, LAN, LAN]


def test_the_list_of_the_day_says_that_the_household_is_in_conflict(parted: Office) -> None:
    (row,) = (r for g in todays_list(parted.phuc.store).groups for r in g.rows)
    assert row.state == "conflict"


def test_the_decision_reaches_both_laptops(parted: Office) -> None:
    page = only_conflict(parted.hien.store)
    conflicts.decide(parted.hien.store, page, PHUC)
    parted.sync(parted.hien, parted.lan, parted.phuc)

    assert names(parted) == [PHUC, PHUC, PHUC]
    for laptop in (parted.lan, parted.phuc, parted.hien):
        assert inbox(laptop.store) == ()
        assert len(inbox(laptop.store, closed=True)) == 1


def test_a_decision_that_keeps_what_stands_settles_the_conflict_too(parted: Office) -> None:
    conflicts.decide(parted.hien.store, only_conflict(parted.hien.store), LAN)
    parted.sync(parted.hien, parted.lan, parted.phuc)

    assert names(parted) == [LAN, LAN, LAN]
    assert inbox(parted.phuc.store) == ()


@pytest.mark.parametrize("synced_between", [False, True])
def test_a_decision_can_be_taken_back(parted: Office, synced_between: bool) -> None:
    clerk = parted.hien.store
    conflicts.decide(clerk, only_conflict(clerk), PHUC)
    if synced_between:
        parted.sync(parted.hien, parted.lan)
    decided = inbox(clerk, closed=True)[0]
    page = conflicts.conflict_page(clerk, WARD, decided.id)
    assert page.decided is not None and page.decided.value == PHUC

    conflicts.take_back(clerk, page)
    parted.sync(parted.hien, parted.lan, parted.phuc)

    assert names(parted) == [LAN, LAN, LAN]
    for laptop in (parted.lan, parted.phuc, parted.hien):
        (row,) = inbox(laptop.store)
        assert row.open

    conflicts.decide(clerk, only_conflict(clerk), "Trần Quốc Khôi Nguyên")
    parted.sync(parted.hien, parted.lan, parted.phuc)
    assert set(names(parted)) == {"Trần Quốc Khôi Nguyên"}


def test_history_says_conflict_only_until_it_is_decided(parted: Office) -> None:
    clerk = parted.hien.store
    told = [row.state for row in parted.page(parted.phuc).history]
    assert told.count("conflict") == 2

    conflicts.decide(clerk, only_conflict(clerk), LAN)
    parted.sync(parted.hien, parted.phuc)

    assert {row.state for row in parted.page(parted.phuc).history} == {"sent"}
    assert [row.state for row in changes.troubled(parted.phuc.store)] == []


def test_a_canvasser_cannot_decide(parted: Office) -> None:
    page = only_conflict(parted.lan.store)
    with pytest.raises(UserMends) as refused:
        conflicts.decide(parted.lan.store, page, LAN)
    assert refused.value.code == "story.no_right"


def test_a_second_decision_on_a_settled_conflict_is_refused(parted: Office) -> None:
    page = only_conflict(parted.hien.store)
    conflicts.decide(parted.hien.store, page, LAN)
    with pytest.raises(UserMends) as refused:
        conflicts.decide(parted.hien.store, page, PHUC)
    assert refused.value.code == "story.decided_already"


@pytest.mark.parametrize("second", [LAN, PHUC])
def test_two_clerks_at_one_inbox_agree_or_are_asked_again(
    parted: Office, tmp_path: Path, second: str
) -> None:
    hien, thu = parted.hien, parted.team.laptop(tmp_path / "thu", "thu", role="clerk")
    thu.synced()
    for laptop, name in ((hien, LAN), (thu, second)):
        conflicts.decide(laptop.store, only_conflict(laptop.store), name)
    parted.sync(hien, thu, hien)
    waits = [len(inbox(laptop.store)) for laptop in (hien, thu)]
    assert waits == ([0, 0] if second == LAN else [1, 1])
    if waits == [1, 1]:
        page = only_conflict(thu.store)
        assert {side.value for side in page.sides} >= {LAN, PHUC}
        conflicts.decide(thu.store, page, PHUC)
        parted.sync(thu, hien)
        assert inbox(hien.store) == () == inbox(thu.store)
    names = {parted.husband(laptop).name for laptop in (hien, thu)}
    assert names == {second}
    thu.profile.close()


def only_conflict(store: Store) -> conflicts.ConflictPage:
    (row,) = inbox(store)
    return conflicts.conflict_page(store, WARD, row.id)
