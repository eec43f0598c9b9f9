"""Somebody leaves: the households that he holds go to another one until a day."""

from __future__ import annotations

from datetime import date

from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import gather
from fieldapp.usecases.me import desk_wards
from fieldapp.usecases.visiting.assignments import MOST_AT_ONCE, assign


def held_by(store: Store, username: str) -> dict[str, tuple[str, ...]]:
    """The households that somebody holds today, by ward, in the wards of this desk; not those where
    nobody may knock."""
    today = store.today()
    found: dict[str, tuple[str, ...]] = {}
    for ward in desk_wards(store):
        doors = store.read(gather, [ward.stream]).by_id
        held = tuple(
            key
            for key, door in doors.items()
            if not door.row.do_not_contact
            and (holder := door.holder(today)) is not None
            and holder.canvasser == username
        )
        if held:
            found[ward.stream] = held
    return found


def hand_over(store: Store, leaver: str, heir: str, *, until: date) -> tuple[str, ...]:
    """Gives all households that `leaver` holds in the wards of this desk to `heir`; the ids of the
    changesets. What `leaver` recorded stays, and what he has not sent yet loses nothing.

    Raises:
        UserMends: `staff.same_person`; as `assign` says, also where there is nothing to hand over.
    """
    if leaver == heir or not heir:
        raise UserMends("staff.same_person", field="heir")
    held = held_by(store, leaver)
    if not held:
        raise UserMends("entry.nothing_to_assign", field="leaver")
    made: list[str] = []
    for ward, households in held.items():
        for first in range(0, len(households), MOST_AT_ONCE):
            some = households[first : first + MOST_AT_ONCE]
            made.append(assign(store, ward, some, heir, until=until))
    return tuple(made)
