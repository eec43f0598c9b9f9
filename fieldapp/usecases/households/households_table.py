"""The households of the user's wards in their order: all of them at once, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from fieldapp.rules.folding import fold
from fieldapp.rules.hhi import groups as hhi_groups
from fieldapp.store.doorsteps import merged_homes
from fieldapp.store.queries import doors as queries_doors
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import CoverSpan, Door, Doors, gather
from fieldapp.usecases.me import me
from fieldapp.usecases.visiting.today import StateWord, record_words, word_of

PAGE = 100
LAST = date.max.isoformat()


@dataclass(frozen=True)
class HouseholdLine:
    """A household in a list. `ends_on`: the day on which the first of its members has no health
    insurance any more that is renewed at the door."""

    ward: str
    household: str
    head_name: str
    address: str
    members: int
    ends_on: date | None
    state: StateWord
    do_not_contact: bool = False


class Place(NamedTuple):
    """A household in an order: what it is found by, no more."""

    ward: str
    household: str
    house_number: str
    searched: str


@dataclass(frozen=True)
class HouseholdsTable:
    """Households in an order: whose cover ends first, then by address."""

    wards: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.places)

    def having(self, text: str) -> HouseholdsTable:
        """Those whose head or address has all words of a text, in the same order."""
        wanted = fold(text).split()
        if not wanted:
            return self
        found = (one for one in self.places if all(word in one.searched for word in wanted))
        return replace(self, places=tuple(found))


def households(
    store: Store, *, ward: str | None = None, text: str = "", limit: int = 200
) -> tuple[HouseholdLine, ...]:
    """Households of the user's wards (or one), those whose head or address has all words."""
    return lines_of_households(store, households_table(store, ward=ward).having(text), 0, limit)


def households_table(store: Store, *, ward: str | None = None) -> HouseholdsTable:
    """Puts the households of the user's wards (or of one) in order, once."""
    wards = (ward,) if ward else me(store).streams
    return HouseholdsTable(wards, store.read(_in_order, wards))


def any_household(store: Store) -> bool:
    """Whether this laptop holds any household of the user's wards."""
    return store.read(queries_doors.any_door, me(store).streams)


def _in_order(connection: Connection, wards: tuple[str, ...]) -> tuple[Place, ...]:
    ends = queries_doors.first_ends(connection, wards, hhi_groups.paying_at_door())
    merged = merged_homes(connection, wards)
    doors = gather(connection, wards, merged) if merged else Doors({}, {})
    for household, door in doors.by_id.items():
        ends[household] = end.isoformat() if (end := first_end(door, doors)) else LAST
    rows = [
        (ends.get(row.id, LAST), address_of(row), row)
        for row in queries_doors.named_doors(connection, wards)
    ]
    rows.sort(key=lambda one: one[:2])
    return tuple(
        [
            Place(row.ward, row.id, row.house_number, fold(f"{row.head_name} {address}"))
            for _, address, row in rows
        ]
    )


def lines_of_households(
    store: Store, table: HouseholdsTable, first: int, most: int = PAGE
) -> tuple[HouseholdLine, ...]:
    """The lines from a place on; what left the laptop meanwhile is left out."""
    places = table.places[first : first + most]
    if not places:
        return ()
    asked = [one.household for one in places]
    doors = store.read(gather, table.wards, asked)
    words = record_words(store, table.wards)
    found = (doors.by_id.get(household) for household in asked)
    return tuple(_line(door, doors, words) for door in found if door is not None)


def _line(door: Door, doors: Doors, words: dict[str, StateWord]) -> HouseholdLine:
    return HouseholdLine(
        ward=door.row.ward,
        household=door.row.id,
        head_name=door.row.head_name or "",
        address=address_of(door.row),
        members=len(door.members),
        ends_on=first_end(door, doors),
        state=word_of(door, words),
        do_not_contact=door.row.do_not_contact,
    )


def address_of(row: Any) -> str:
    """House number and street of a household's row."""
    return f"{row.house_number} {row.street}"


def first_end(door: Door, doors: Doors) -> date | None:
    """When the first of its members has no cover any more that is renewed at the door."""
    return _least(_last_end(doors.covers.get(member.id, [])) for member in door.members)


def _least(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _last_end(spans: Sequence[CoverSpan]) -> date | None:
    """When the last card ends that is renewed at the door."""
    ends = [
        span.ends_on
        for span in spans
        if span.scheme == "hhi" and span.ends_on is not None and hhi_groups.pays_at_door(span.payer)
    ]
    return max(ends, default=None)
