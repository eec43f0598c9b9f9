"""The visits of a choice in an order, taken a piece at a time.

A piece is found by the visit before it, along the index by time, and takes some hundredths of a
second however many visits there are. In the order of time each piece has its place at once, so that
the first page stands before the others are looked at. For any other order all are looked at first;
what they are sorted by is compared once for each value that there is, not once for each visit. 41
bytes a row are held, so that every page, wherever it stands, costs the same. What comes meanwhile
does not make the rows jump; the table is taken anew when it is refreshed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from heapq import merge
from typing import Any

from sqlalchemy import Connection, Integer, String, and_, bindparam, or_, select, type_coerce

from fieldapp.model import Household, Receipt, Staff, Visit
from fieldapp.model.record import CITY, table_behind
from fieldapp.ready import Ready
from fieldapp.rules.folding import address_sort_key, name_sort_key
from fieldapp.store import tables
from fieldapp.store.queries.ordered import WIDTH
from fieldapp.visit_log.choosing import VisitFilter

FIRST_PIECE, PIECE = 500, 10_000
"""Visits that are looked at in one piece, of all wards together; the first one is for the eye."""
LEAST = 50
"""Of one ward."""
Place = tuple[str, str, str]
"""Time, ward, visit: where a visit stands in the log of several wards."""
_visit, _house = table_behind(Visit), table_behind(Household)
_receipt, _staff, _named = table_behind(Receipt), table_behind(Staff), tables.search_entry
_BY = {
    "visited_at": "outcome",  # looked at, not used
    "head": "household",
    "street": "household",
    "canvasser": "canvasser",
    "outcome": "outcome",
    "next_on": "next_on",
    "amount_dong": "receipt",
}
"""What of a visit tells by what it is sorted."""
VISIT_SORTS = tuple(_BY)


@dataclass
class _Ward:
    """One ward's visits, as far as they are read and not yet taken."""

    stream: str
    number: int
    read: list[tuple[Place, Any]] = field(default_factory=list)
    last: Place | None = None
    is_read: bool = False


class VisitOrder:
    """Rows of several wards in an order: keys alone. `take` until `is_whole`.

    Attributes:
        looked_at: how many visits were, of those that the filter does not want, too.
        is_whole: whether all have their place.
    """

    def __init__(
        self, chosen: VisitFilter, sort: str, own: Iterable[str] = (), *, upwards: bool
    ) -> None:
        """`own`: visits to leave out. `sort` is one of `VISIT_SORTS`."""
        self.looked_at, self.is_whole = 0, False
        self._chosen, self._sort, self._upwards = chosen, sort, upwards
        self._by_time = sort == "visited_at"
        self._own, self._people = frozenset(own), frozenset(chosen.canvassers)
        self._outcomes = frozenset(chosen.outcomes)
        self._wards = [_Ward(ward, place) for place, ward in enumerate(chosen.wards)]
        self._numbers, self._ids = array("H"), bytearray()
        self._groups: dict[Any, array[int]] = {}
        self._order: array[int] | None = None

    def __len__(self) -> int:
        """How many rows have their place."""
        return len(self._numbers) if self._by_time else len(self._order or ())

    def keys(self, first: int, most: int) -> list[tuple[str, str]]:
        """Ward and id of at most so many rows from a place on."""
        rows: Iterable[int] = range(max(first, 0), min(first + most, len(self)))
        if self._order is not None:
            last = len(self._order) - 1
            rows = [self._order[row if self._upwards else last - row] for row in rows]
        wards, ids = self._chosen.wards, self._ids
        return [
            (wards[self._numbers[row]], ids[row * WIDTH : (row + 1) * WIDTH].decode().rstrip())
            for row in rows
        ]

    def take(self, connection: Connection) -> None:
        """Takes the next piece."""
        most = PIECE if self.looked_at else FIRST_PIECE
        enough = self.looked_at + most
        while self._any_left() and self.looked_at < enough:
            self._advance(connection, max(most // len(self._wards), LEAST))
        if not self._any_left():
            if not self._by_time:
                self._order = self._sorted(_sort_key(connection, self._chosen, self._sort))
                self._groups.clear()
            self.is_whole = True

    def _any_left(self) -> bool:
        return any(ward.read or not ward.is_read for ward in self._wards)

    def _advance(self, connection: Connection, most: int) -> None:
        """Reads on in the wards of which nothing is read ahead, and takes what is sure by now."""
        onwards = self._upwards or not self._by_time
        for ward in self._wards:
            if not ward.read and not ward.is_read:
                self._read(connection, ward, most, onwards=onwards)
        for place, value in self._safe(onwards):
            self._add(place, value)

    def _read(self, connection: Connection, ward: _Ward, most: int, *, onwards: bool) -> None:
        chosen = self._chosen
        where = {"ward": ward.stream, "most": most}
        where |= {"begins": chosen.begins_at, "ends": chosen.ends_before}
        if ward.last is not None:
            where |= {"at": ward.last[0], "visit": ward.last[2]}
        query = _next(_BY[self._sort], ward.last is not None, onwards)
        rows = query.all(connection, **where)
        self.looked_at += len(rows)
        ward.is_read = len(rows) < most
        if rows:
            ward.last = (rows[-1].at, ward.stream, rows[-1].id)
        people, outcomes = self._people, self._outcomes
        ward.read = [
            ((row.at, ward.stream, row.id), (ward.number, row.by))
            for row in rows
            if not row.withdrawn
            and (not people or row.canvasser in people)
            and (not outcomes or row.outcome in outcomes)
            and row.id not in self._own
        ]

    def _safe(self, onwards: bool) -> list[tuple[Place, Any]]:
        """What is read and before everything that is not: of all wards in one order."""
        open_ends = [ward.last for ward in self._wards if not ward.is_read and ward.last]
        bound = (min if onwards else max)(open_ends, default=None)
        found = []
        for ward in self._wards:
            if bound is None:
                ward.read, safe = [], ward.read
            else:
                count = _how_many_until(ward.read, bound, onwards)
                safe, ward.read = ward.read[:count], ward.read[count:]
            found += safe
        if len(self._wards) > 1:
            found.sort(key=lambda one: one[0], reverse=not onwards)
        return found

    def _add(self, place: Place, value: tuple[int, Any]) -> None:
        number, by = value
        if not self._by_time:
            group = self._groups.get(by)
            if group is None:
                group = self._groups[by] = array("I")
            group.append(len(self._numbers))
        self._numbers.append(number)
        self._ids += place[2].encode().ljust(WIDTH)

    def _sorted(self, key: Callable[[Any], Any]) -> array[int]:
        """The rows by what they are sorted by; of one value in the order of time."""
        alike: dict[Any, list[array[int]]] = {}
        for value, rows in self._groups.items():
            alike.setdefault(key(value), []).append(rows)
        found = array("I")
        for value in sorted(alike):
            groups = alike[value]
            found.extend(groups[0] if len(groups) == 1 else merge(*groups))
        return found


def _how_many_until(read: list[tuple[Place, Any]], bound: Place, onwards: bool) -> int:
    """How many of the first are not behind the bound."""
    low, high = 0, len(read)
    while low < high:
        middle = (low + high) // 2
        place = read[middle][0]
        if place <= bound if onwards else place >= bound:
            low = middle + 1
        else:
            high = middle
    return low


@cache
def _next(by: str, behind: bool, onwards: bool) -> Ready:
    v = _visit.c
    at = type_coerce(v.visited_at, String)
    value = type_coerce(v[by], String).label("by")
    gone = type_coerce(v.withdrawn, Integer).label("withdrawn")
    query = select(at.label("at"), v.id, gone, v.canvasser, v.outcome, value).where(
        v.ward == bindparam("ward"),
        v.visited_at >= bindparam("begins", type_=v.visited_at.type),
        v.visited_at < bindparam("ends", type_=v.visited_at.type),
    )
    if behind:
        last, visit = bindparam("at", type_=String), bindparam("visit", type_=String)
        after = (at >= last, or_(at > last, v.id > visit))
        before = (at <= last, or_(at < last, v.id < visit))
        query = query.where(and_(*(after if onwards else before)))
    by_place = (v.visited_at, v.id) if onwards else (v.visited_at.desc(), v.id.desc())
    return Ready(query.order_by(*by_place).limit(bindparam("most")))


def _sort_key(connection: Connection, chosen: VisitFilter, sort: str) -> Callable[[Any], Any]:
    """What the values of a column are compared by: names and streets as Vietnamese lists do, in
    whose order no database sorts; a door or receipt that is not here comes first."""
    if sort == "canvasser":
        called = _CALLED.all(connection, ward=CITY)
        known = {one.username: name_sort_key(one.full_name) for one in called}
        return lambda name: known.get(name) or name_sort_key(name)
    if sort not in _LOOKED_UP:
        return lambda value: (value is not None, value)
    query, key = _LOOKED_UP[sort]
    found: Mapping[str, Any] = {
        row[0]: key(row) for ward in chosen.wards for row in query.all(connection, ward=ward)
    }
    return lambda value: (value in found, found.get(value))


_CALLED = Ready(
    select(_staff.c.username, _staff.c.full_name).where(_staff.c.ward == bindparam("ward"))
)
_HEADS = Ready(
    select(_house.c.id, _named.c.name)
    .select_from(
        _house.outerjoin(
            _named, and_(_named.c.ward == _house.c.ward, _named.c.person == _house.c.head)
        )
    )
    .where(_house.c.ward == bindparam("ward"))
)
_DOORS = Ready(
    select(_house.c.id, _house.c.street, _house.c.house_number).where(
        _house.c.ward == bindparam("ward")
    )
)
_AMOUNTS = Ready(
    select(_receipt.c.id, _receipt.c.amount_dong).where(_receipt.c.ward == bindparam("ward"))
)
_LOOKED_UP: Mapping[str, tuple[Ready, Callable[[Any], Any]]] = {
    "head": (_HEADS, lambda row: name_sort_key(row.name or "")),
    "street": (
        _DOORS,
        lambda row: (address_sort_key(row.street), address_sort_key(row.house_number)),
    ),
    "amount_dong": (_AMOUNTS, lambda row: row.amount_dong),
}
