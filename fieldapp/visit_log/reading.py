"""The rows of the visit log, a page at a time: flat memory, however many there are.

A page is so many visits of one ward in the order of time, with what they refer to, each kind asked
for once. A page is found by the visit before it, never by counting.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, bindparam, func, or_, select

from fieldapp.clock import business_date
from fieldapp.model import (
    Enrolment,
    Household,
    Membership,
    Person,
    Receipt,
    ReceiptVoid,
    Staff,
    Visit,
    Ward,
)
from fieldapp.model.record import CITY, Record, table_behind
from fieldapp.ready import Ready, among
from fieldapp.reports.visit_row import VisitRow
from fieldapp.visit_log.choosing import After, VisitFilter
from fieldapp.visit_log.standing import MOVES, Standing

PAGE = 1_000
"""Visits that are read at a time."""
KEPT_DOORS = 60_000
"""So many doors at most are held while a log is read, about 35 MB: more than a ward has."""


@dataclass(frozen=True)
class Names:
    """What wards and people are called."""

    wards: Mapping[str, tuple[str, str]]
    """Code and name by stream."""
    staff: Mapping[str, str]

    def ward(self, stream: str) -> tuple[str, str]:
        """Code and name; the code twice where the city does not name it."""
        code = stream.partition(".")[0]
        return self.wards.get(stream, (code, code))

    def of(self, username: str) -> str:
        """The full name; a user name that is not known stays as it is."""
        return self.staff.get(username, username)


def names_at(connection: Connection, city: Standing) -> Names:
    """The names as the city's log gave them."""
    wards = city.rows("ward", _all_of(Ward).all(connection, ward=CITY))
    staff = city.rows("staff", _all_of(Staff).all(connection, ward=CITY))
    return Names(
        {row.stream: (row.code, row.name) for row in wards},
        {row.username: row.full_name for row in staff},
    )


@dataclass(frozen=True)
class WardLog:
    """The visits of one ward that a filter takes, as they stood."""

    connection: Connection
    ward: str
    chosen: VisitFilter
    standing: Standing
    names: Names
    doors: dict[str, _Door] = field(default_factory=dict, repr=False, compare=False)
    """Doors that were read lately: people come back to them, and reading one costs more than all
    else of a visit."""

    def rows(self, after: After | None = None, page: int = PAGE) -> Iterator[VisitRow]:
        """The rows in the order of time."""
        while True:
            found, after = self.page(after, page)
            yield from found
            if after is None:
                return

    def page(self, after: After | None, most: int) -> tuple[list[VisitRow], After | None]:
        """At most so many rows behind a place, and where to go on (None: that was the end). A page
        may be empty before the end."""
        exact = not self.standing
        where: dict[str, Any] = {
            "ward": self.ward,
            "begins": self.chosen.begins_at,
            "ends": self.chosen.ends_before,
            "most": most,
        }
        people, outcomes = self.chosen.canvassers, self.chosen.outcomes if exact else ()
        where |= {"people": people} if people else {}
        where |= {"outcomes": outcomes} if outcomes else {}
        if after is not None:
            where |= {"at": after.visited_at, "visit": after.visit}
        query = _visits(after is not None, bool(people), bool(outcomes), exact)
        read = query.all(self.connection, **where)
        end = After(read[-1].visited_at, read[-1].id) if len(read) == most else None
        visits = [visit for visit in self.standing.rows("visit", read) if self._counts(visit)]
        return list(self._told(visits)), end

    def some(self, ids: Sequence[str]) -> dict[str, VisitRow]:
        """Rows by their visit's id, whatever the filter says; those that are not here are left
        out."""
        visits = [visit for visit in self._some(Visit, "id", ids) if not visit.withdrawn]
        return {row.visit: row for row in self._told(visits)}

    def _counts(self, visit: Any) -> bool:
        outcomes = self.chosen.outcomes
        return not visit.withdrawn and (not outcomes or visit.outcome in outcomes)

    def _told(self, visits: Sequence[Any]) -> Iterator[VisitRow]:
        doors = self._doors({visit.household for visit in visits})
        money = self._money({visit.receipt for visit in visits if visit.receipt})
        code, name = self.names.ward(self.ward)
        for visit in visits:
            door = doors.get(visit.household)
            if door is None:  # what was entered by mistake
                continue
            paid = money.get(visit.receipt, _NOTHING)
            yield VisitRow(
                visited_at=visit.visited_at,
                visited_on=business_date(visit.visited_at),
                ward_code=code,
                ward_name=name,
                canvasser=self.names.of(visit.canvasser),
                head=door.head,
                house_number=door.house_number,
                street=door.street,
                neighbourhood=door.neighbourhood,
                members=door.members,
                outcome=visit.outcome,
                next_on=visit.next_on,
                note=visit.note,
                enrolments=paid.enrolments,
                receipts=paid.numbers,
                amount_dong=paid.amount_dong,
                id_number=door.id_number,
                phone=door.phone,
                visit=visit.id,
                ward=self.ward,
            )

    def _some(self, record: type[Record], column: str, ids: Collection[str]) -> Sequence[Any]:
        wanted = sorted(ids)
        if not wanted:
            return ()
        kind, of = record.type_name(), {"ward": self.ward}
        rows = _by(record, column).all(self.connection, ids=wanted, **of)
        if not self.standing or (kind, column) not in MOVES:
            return self.standing.rows(kind, rows)
        gone = self.standing.moved(kind, column, set(wanted)) - {row.id for row in rows}
        if gone:
            rows += _by(record, "id").all(self.connection, ids=sorted(gone), **of)
        stood = self.standing.rows(kind, rows)
        return [row for row in stood if getattr(row, column) in ids]

    def _doors(self, ids: set[str]) -> dict[str, _Door]:
        """The doors of these households; those entered by mistake are missing."""
        kept = self.doors
        found = {id: kept[id] for id in ids if id in kept}
        fresh = self._read_doors(ids - found.keys())
        if len(kept) + len(fresh) > KEPT_DOORS:
            kept.clear()
        kept.update(fresh)
        return found | fresh

    def _read_doors(self, ids: set[str]) -> dict[str, _Door]:
        houses = [row for row in self._some(Household, "id", ids) if not row.withdrawn]
        living = [
            row
            for row in self._some(Membership, "household", ids)
            if row.until is None and not row.withdrawn
        ]
        persons = {row.person for row in living} | {row.head for row in houses if row.head}
        people = {row.id: row for row in self._some(Person, "id", persons)}
        here = Counter(row.household for row in living if _is_shown(people.get(row.person)))
        return {row.id: _door(row, people.get(row.head), here[row.id]) for row in houses}

    def _money(self, ids: set[str]) -> dict[str, _Money]:
        void = {row.receipt for row in self._some(ReceiptVoid, "receipt", ids)}
        paid = Counter(
            row.receipt for row in self._some(Enrolment, "receipt", ids) if not row.withdrawn
        )
        return {
            row.id: _Money((f"{row.number:07d}",), 0, 0)
            if row.id in void
            else _Money((f"{row.number:07d}",), row.amount_dong, paid[row.id])
            for row in self._some(Receipt, "id", ids)
        }


class _Door(NamedTuple):
    """What a row tells of a household: no more, for thousands of them are kept."""

    head: str
    house_number: str
    street: str
    neighbourhood: str
    members: int
    id_number: str
    phone: str


def _door(row: Any, head: Any, members: int) -> _Door:
    return _Door(
        head=head.full_name if head else "",
        house_number=row.house_number,
        street=intern(row.street),
        neighbourhood=intern(row.neighbourhood),
        members=members,
        id_number=(head.id_number or "") if head else "",
        phone=row.phone or "",
    )


@dataclass(frozen=True)
class _Money:
    numbers: tuple[str, ...]
    amount_dong: int
    enrolments: int


_NOTHING = _Money((), 0, 0)


def _is_shown(person: Any) -> bool:
    return person is not None and not person.withdrawn and person.merged_into is None


def in_order(logs: Sequence[Iterator[VisitRow]]) -> Iterator[VisitRow]:
    """The rows of several wards as one log: by time, then ward, then visit."""
    return logs[0] if len(logs) == 1 else heapq.merge(*logs, key=place_of)


def place_of(row: VisitRow) -> tuple[Any, str, str]:
    """Where a row stands in a log of several wards. It never changes."""
    return row.visited_at, row.ward, row.visit


# --- statements ----------------------------------------------------------------------------------

_NEEDED: Mapping[type[Record], tuple[str, ...]] = {
    Household: ("head", "house_number", "street", "neighbourhood", "phone", "withdrawn"),
    Membership: ("person", "household", "until", "withdrawn"),
    Person: ("full_name", "id_number", "merged_into", "withdrawn"),
    Receipt: ("number", "amount_dong"),
    ReceiptVoid: ("receipt",),
    Enrolment: ("receipt", "withdrawn"),
    Ward: ("stream", "code", "name"),
    Staff: ("username", "full_name"),
    Visit: (
        *("household", "canvasser", "visited_at", "receipt", "outcome", "next_on", "note"),
        "withdrawn",
    ),
}


def _query(record: type[Record]) -> tuple[Table, Select[Any]]:
    table = table_behind(record)
    columns = [table.c[name] for name in ("id", *_NEEDED[record])]
    return table, select(*columns).where(table.c.ward == bindparam("ward"))


@cache
def _by(record: type[Record], column: str) -> Ready:
    table, query = _query(record)
    return Ready(query.where(among(table.c[column])))


@cache
def _all_of(record: type[Record]) -> Ready:
    return Ready(_query(record)[1])


@cache
def _visits(behind: bool, people: bool, outcomes: bool, exact: bool) -> Ready:
    table, query = _query(Visit)
    query = _wanted(table, query, people, outcomes, exact)
    if behind:
        at = bindparam("at", type_=table.c.visited_at.type)
        further = or_(table.c.visited_at > at, table.c.id > bindparam("visit"))
        query = query.where(table.c.visited_at >= at, further)
    query = query.order_by(table.c.visited_at, table.c.id)
    return Ready(query.limit(bindparam("most")))


def _wanted(
    table: Table, query: Select[Any], people: bool, outcomes: bool, exact: bool
) -> Select[Any]:
    kind = table.c.visited_at.type
    query = query.where(
        table.c.visited_at >= bindparam("begins", type_=kind),
        table.c.visited_at < bindparam("ends", type_=kind),
    )
    if people:
        query = query.where(among(table.c.canvasser, "people"))
    if outcomes:
        query = query.where(among(table.c.outcome, "outcomes"))
    return query.where(table.c.withdrawn.is_(False)) if exact else query


@cache
def _count(people: bool, outcomes: bool) -> Ready:
    table = table_behind(Visit)
    query = select(func.count()).select_from(table).where(table.c.ward == bindparam("ward"))
    return Ready(_wanted(table, query, people, outcomes, True))


def about_how_many(connection: Connection, ward: str, chosen: VisitFilter) -> int:
    """How many visits the tables have of a choice now: to show how far a file is."""
    where: dict[str, Any] = {"begins": chosen.begins_at, "ends": chosen.ends_before, "ward": ward}
    where |= {"people": chosen.canvassers} if chosen.canvassers else {}
    where |= {"outcomes": chosen.outcomes} if chosen.outcomes else {}
    found = _count(bool(chosen.canvassers), bool(chosen.outcomes)).value(connection, **where)
    return int(found or 0)
