"""Giving households to canvassers until a day: visible to all, never blocking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.model import Assignment
from fieldapp.rules.folding import name_sort_key
from fieldapp.rules.places.address import Alley, alley_of, walking_key
from fieldapp.rules.visiting.outcomes import outcome_of
from fieldapp.rules.visiting.sharing import in_walking_order, runs, wanted
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases.households.facts import Door, gather
from fieldapp.usecases.me import must_be_clerk, name_of, staff_names

MOST_AT_ONCE = 1_000
"""Households of one action: more are given in several."""


@dataclass(frozen=True)
class AlleyRow:
    """The doors of an alley (or of a street, without a number): who holds how many of them.

    Attributes:
        households: ids in walking order.
        held: by user name of the canvasser, whose day has not passed.
        free: those of the households that nobody holds.
    """

    alley: Alley
    households: tuple[str, ...]
    held: Mapping[str, int]
    free: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its key in a table."""
        return f"{self.alley.street}/{self.alley.prefix}"


@dataclass(frozen=True)
class Holder:
    """A canvasser with the number of doors held in a ward."""

    username: str
    name: str
    held: int


@dataclass(frozen=True)
class Board:
    """Who holds what in a ward, alley by alley in walking order."""

    ward: str
    alleys: tuple[AlleyRow, ...]
    holders: tuple[Holder, ...]

    @property
    def free(self) -> int:
        """Doors that nobody holds."""
        return sum(len(row.free) for row in self.alleys)


@dataclass(frozen=True)
class Share:
    """The doors that a canvasser would get."""

    username: str
    households: tuple[str, ...]


def board(store: Store, ward: str) -> Board:
    """Who holds what in a ward; all canvassers are told, those who hold nothing too.

    Doors at which nobody should knock are not among them: a family that must not be contacted, or
    that has moved away, is nobody's.
    """
    staff, today = staff_names(store), store.today()
    everyone = store.read(gather, [ward]).by_id
    doors = {key: door for key, door in everyone.items() if _is_visited(door)}
    by_alley: dict[Alley, list[str]] = {}
    for door in doors.values():
        row = door.row
        by_alley.setdefault(alley_of(row.house_number, row.street), []).append(row.id)
    held_by = {
        key: holder.canvasser for key, door in doors.items() if (holder := door.holder(today))
    }
    rows = []
    for alley in sorted(by_alley, key=lambda one: one.sort_key):
        ids = sorted(
            by_alley[alley], key=lambda key: (walking_key(doors[key].row.house_number), key)
        )
        held = Counter(held_by[key] for key in ids if key in held_by)
        free = tuple(key for key in ids if key not in held_by)
        rows.append(AlleyRow(alley, tuple(ids), dict(held), free))
    total = Counter(held_by.values())
    names = {row.username for row in store.read(q.all_staff) if row.role == "canvasser"} | {*total}
    holders = sorted(
        (Holder(name, name_of(staff, name), total[name]) for name in names),
        key=lambda one: (name_sort_key(one.name), one.username),
    )
    return Board(ward, tuple(rows), tuple(holders))


def _is_visited(door: Door) -> bool:
    row, last = door.row, door.visits[-1] if door.visits else None
    left = last is not None and outcome_of(last.outcome).listing != "stays"
    return not (row.do_not_contact or row.moved_on is not None or left)


def shares_of(found: Board, canvassers: Sequence[str]) -> tuple[Share, ...]:
    """How the doors that nobody holds would be shared: each a run in walking order, near what is
    held already, so that all hold about the same number in the end."""
    held = {holder.username: holder.held for holder in found.holders}
    places = [[row.held.get(name, 0) for row in found.alleys] for name in canvassers]
    order = [canvassers[one] for one in in_walking_order(places)]
    wants = wanted(found.free, [held.get(name, 0) for name in order])
    doors = [household for row in found.alleys for household in row.free]
    cut = runs([len(row.free) for row in found.alleys if row.free], wants)
    got = {name: tuple(doors[start:end]) for name, (start, end) in zip(order, cut, strict=True)}
    return tuple(Share(name, got[name]) for name in canvassers)


def share_out(
    store: Store, ward: str, canvassers: Sequence[str], *, until: date
) -> tuple[str, ...]:
    """Shares the doors that nobody holds among these canvassers; the ids of the changesets.

    Raises:
        UserMends: as `assign` says; `entry.nobody_to_assign`; `entry.assign_no_right`.
    """
    must_be_clerk(store, ward, "entry.assign_no_right")
    if not canvassers:
        raise UserMends("entry.nobody_to_assign", field="canvassers")
    shares = shares_of(board(store, ward), canvassers)
    if not any(share.households for share in shares):
        raise UserMends("entry.nothing_to_assign", field="households")
    made: list[str] = []
    for share in shares:
        for first in range(0, len(share.households), MOST_AT_ONCE):
            some = share.households[first : first + MOST_AT_ONCE]
            made.append(assign(store, ward, some, share.username, until=until))
    return tuple(made)


def assign(
    store: Store, ward: str, households: Sequence[str], canvasser: str, *, until: date
) -> str:
    """Gives households of one ward to a canvasser; returns the changeset's id. Who held them
    before holds them no more; what was recorded at their doors stays, and whoever comes there
    can still record.

    Raises:
        UserMends: `entry.nothing_to_assign`, `visits.next_in_the_past`.
    """
    if not households:
        raise UserMends("entry.nothing_to_assign", field="households")
    if until < store.today():
        raise UserMends("visits.next_in_the_past", field="until", day=until)
    with store.work(Intent("household.assign", ward)) as work:
        for household in households:
            work.create(
                Assignment(
                    ward=ward,
                    id=work.fresh_id(),
                    household=household,
                    canvasser=canvasser,
                    until=until,
                )
            )
    assert work.saved.changeset is not None
    return work.saved.changeset.id
