"""Taking something back: never over what others did meanwhile, and whole or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households import people
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.inbox import inbox
from fieldapp.usecases.visiting import visits
from tests.support.laptops import WARD
from tests.usecases.test_conflict_story import (
    LAN,
    PHUC,
    Office,
    names,
    office,
    only_conflict,
    parted,
)

__all__ = ["office", "parted"]


def refused_code(call: Any, *args: Any) -> str:
    with pytest.raises(UserMends) as refused:
        call(*args)
    return refused.value.code


def newest(store: Store) -> str:
    return changes.pending(store)[0].changeset


def add_son(store: Store, home: str) -> str:
    return people.add_member(store, WARD, home, {"full_name": "Trần Minh Tâm"}, "03")


def members(office: Office, store: Store) -> list[str]:
    return [member.person for member in household_page(store, WARD, office.home).members]


def test_a_member_for_whom_money_was_taken_is_not_undone(leased: Store, home: str) -> None:
    son = add_son(leased, home)
    added = newest(leased)
    page = household_page(leased, WARD, home)
    choice = Choice((son,))
    enrol.enrol(leased, page, choice, method="cash", payer="Hằng", consent="spoken")

    assert refused_code(changes.undo, leased, added) == "history.changed_since"
    assert son in [member.person for member in household_page(leased, WARD, home).members]


def test_a_member_who_was_edited_since_is_not_undone(store: Store, home: str) -> None:
    son = add_son(store, home)
    added = newest(store)
    people.edit_person(store, WARD, son, {"phone": "0903555214"})
    assert refused_code(changes.undo, store, added) == "history.changed_since"


def test_a_member_added_by_mistake_is_undone_once(store: Store, home: str) -> None:
    son = add_son(store, home)
    added = newest(store)
    changes.undo(store, added)
    assert son not in [member.person for member in household_page(store, WARD, home).members]
    assert refused_code(changes.undo, store, added) == "history.cannot_undo"


def test_an_edit_is_not_undone_that_a_clerk_has_confirmed(parted: Office) -> None:
    lan, hien = parted.lan.store, parted.hien.store
    husband = parted.husband(parted.lan).person
    conflicts.decide(hien, only_conflict(hien), LAN)
    parted.sync(parted.hien, parted.lan)
    edit = next(
        row.changeset
        for row in household_page(lan, WARD, parted.home).history
        if row.text.code == "history.full_name_edited" and row.by == "Lan"
    )
    assert edit is not None
    assert refused_code(changes.undo, lan, edit) == "history.changed_since"
    assert parted.husband(parted.lan).person == husband
    assert names(parted)[0] == LAN


def test_a_wish_that_two_have_recorded_is_not_undone_by_one(office: Office) -> None:
    lan, phuc = office.lan, office.phuc
    mine = visits.record_visit(lan.store, WARD, office.home, "do_not_contact")
    visits.record_visit(phuc.store, WARD, office.home, "do_not_contact")
    office.sync(lan, phuc, lan)

    assert refused_code(changes.undo, lan.store, mine) == "history.changed_since"
    assert office.page(lan).do_not_contact


def test_a_decision_offers_no_undo_but_its_own(parted: Office) -> None:
    hien = parted.hien.store
    decision = conflicts.decide(hien, only_conflict(hien), LAN)
    (row,) = [row for row in changes.pending(hien) if row.changeset == decision]
    assert not row.can_undo


def test_a_decision_is_not_taken_back_over_a_later_edit(parted: Office) -> None:
    hien = parted.hien.store
    conflicts.decide(hien, only_conflict(hien), PHUC)
    parted.sync(parted.hien, parted.lan)
    husband = parted.husband(parted.lan).person
    people.edit_person(parted.lan.store, WARD, husband, {"full_name": "Trần Quốc Khang"})
    parted.sync(parted.lan, parted.hien)

    (row,) = inbox(hien, closed=True)
    page = conflicts.conflict_page(hien, WARD, row.id)
    assert refused_code(conflicts.take_back, hien, page) == "history.changed_since"
    assert parted.husband(parted.hien).name == "Trần Quốc Khang"


@pytest.mark.parametrize("undone_first", [True, False])
def test_a_member_kept_by_decision_keeps_her_place(office: Office, undone_first: bool) -> None:
    """One adds and takes her back, another wrote about her: the clerk keeps her, whole."""
    lan, phuc, hien = office.lan, office.phuc, office.hien
    son = add_son(lan.store, office.home)
    added = newest(lan.store)
    office.sync(lan, phuc)
    changes.undo(lan.store, added)
    people.edit_person(phuc.store, WARD, son, {"phone": "0903555214"})
    office.sync(*((lan, phuc) if undone_first else (phuc, lan)), hien)

    conflicts.decide(hien.store, only_conflict(hien.store), False)
    office.sync(hien, lan, phuc)

    for laptop in (lan, phuc, hien):
        assert son in members(office, laptop.store)


def test_a_clerks_own_value_is_held_to_the_rules_of_the_field(office: Office) -> None:
    lan, phuc, hien = office.lan.store, office.phuc.store, office.hien.store
    husband = office.husband(office.lan).person
    for store, year in ((lan, 1970), (phuc, 1971)):
        born_on = {"born_on": date(year, 1, 1)}
        people.edit_person(store, WARD, husband, born_on, id_reason="theo khai sinh")
    office.sync(office.lan, office.phuc, office.hien)
    (row,) = [r for r in inbox(hien) if r.title.code == "story.title_born_on"]
    page = conflicts.conflict_page(hien, WARD, row.id)

    assert refused_code(conflicts.decide, hien, page, "hôm qua") == "entry.not_a_value"
    conflicts.decide(hien, page, date(1972, 2, 2))
    office.sync(office.hien, office.lan)
    assert office.husband(office.lan).born_on == date(1972, 2, 2)


def test_a_clerks_own_spelling_is_kept_composed(parted: Office) -> None:
    hien = parted.hien.store
    conflicts.decide(hien, only_conflict(hien), " Trâ\u0300n  Quốc Khôi ")
    parted.sync(parted.hien, parted.lan, parted.phuc)
    assert set(names(parted)) == {"Trần Quốc Khôi"}


def test_what_a_newer_program_set_is_not_undone_by_this_one(office: Office) -> None:
    person = members(office, office.lan.store)[0]
    with office.lan.store.work(Intent("person.edit", WARD)) as work:
        work.note("edit", ("person", person), {"nickname": (None, "Tèo")})
    assert not changes.pending(office.lan.store)[0].can_undo
    assert refused_code(changes.undo, office.lan.store, newest(office.lan.store)) == (
        "history.cannot_undo"
    )
