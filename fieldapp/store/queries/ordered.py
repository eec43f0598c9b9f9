"""Tables of many thousands of rows: which rows, in which order, and a page of them.

The order is taken once: 38 bytes a row are held, so that every page, wherever it stands, costs the
same and asks for its rows by key. What comes meanwhile does not make the rows jump; the table is
taken anew when it is refreshed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from fieldapp.model import Coverage, Household, Membership, Person
from fieldapp.model.record import table_behind
from fieldapp.rules.folding import address_sort_key, name_sort_key
from fieldapp.store import search, tables

WIDTH = 36
_house = table_behind(Household)
_person, _member = table_behind(Person), table_behind(Membership)
_cover = table_behind(Coverage)
_named = tables.search_entry


@dataclass(frozen=True)
class Ordered:
    """Rows of several wards in an order: keys alone."""

    wards: tuple[str, ...]
    numbers: array[int]
    ids: bytes

    def __len__(self) -> int:
        return len(self.numbers)

    def keys(self, first: int, most: int) -> list[tuple[str, str]]:
        """Ward and id of at most so many rows from a place on."""
        last = min(first + most, len(self))
        return [
            (self.wards[self.numbers[row]], self.ids[row * WIDTH : (row + 1) * WIDTH].decode())
            for row in range(max(first, 0), last)
        ]


def _ordered(
    connection: Connection,
    wards: Sequence[str],
    query: Select[Any],
    *,
    key: Callable[[Any], Any] | None = None,
    upwards: bool = True,
) -> Ordered:
    """The rows of a query that gives ward and id. `key`: puts them in order by what else it gives,
    for no database knows the order of the Vietnamese alphabet."""
    number = {ward: place for place, ward in enumerate(wards)}
    rows: Iterable[Any] = connection.execution_options(yield_per=10_000).execute(query)
    if key is not None:
        rows = sorted(rows, key=key, reverse=not upwards)
    numbers, ids = array("H"), bytearray()
    for row in rows:
        numbers.append(number[row[0]])
        ids += row[1].encode().ljust(WIDTH)
    return Ordered(tuple(wards), numbers, bytes(ids))


def _by_name(row: Any) -> Any:
    """By the given name, as Vietnamese lists do."""
    return name_sort_key(row[2] or "")


def _by_address(row: Any) -> Any:
    return address_sort_key(row[2]), address_sort_key(row[3])


def _direction(by: list[Any], upwards: bool) -> list[Any]:
    return [one.asc() if upwards else one.desc() for one in by]


# --- people --------------------------------------------------------------------------------------

PEOPLE_SORTS = ("name", "born_on", "sex", "street", "phone", "ends_on")


@dataclass(frozen=True)
class PeopleChoice:
    """Which people: present members of households of these wards whose name or address has all
    words of a text."""

    wards: tuple[str, ...]
    text: str = ""


def ordered_people(
    connection: Connection, chosen: PeopleChoice, sort: str, *, upwards: bool
) -> Ordered:
    """The people of a choice by a column of `PEOPLE_SORTS`."""
    query = select(_named.c.ward, _named.c.person, _named.c.name).where(
        _named.c.ward.in_(chosen.wards), _named.c.household.is_not(None)
    )
    merged = select(_person.c.id).where(
        _person.c.ward.in_(chosen.wards), _person.c.merged_into.is_not(None)
    )
    query = query.where(_named.c.person.not_in(merged))
    wanted = search.matching(chosen.text)
    if wanted is not None:
        query = query.where(_named.c.key.in_(wanted))
    if sort == "name":
        return _ordered(connection, chosen.wards, query, key=_by_name, upwards=upwards)
    if sort in ("born_on", "sex", "phone"):
        same = and_(_person.c.ward == _named.c.ward, _person.c.id == _named.c.person)
        query = query.join(_person, same)
    elif sort == "street":
        home = and_(_house.c.ward == _named.c.ward, _house.c.id == _named.c.household)
        doors: Select[Any] = query.join(_house, home).with_only_columns(
            *(_named.c.ward, _named.c.person, _house.c.street, _house.c.house_number)
        )
        return _ordered(connection, chosen.wards, doors, key=_by_address, upwards=upwards)
    by = _people_sort(sort)
    query = query.order_by(*_direction([*by, _named.c.name, _named.c.person], upwards))
    return _ordered(connection, chosen.wards, query)


def _people_sort(sort: str) -> list[Any]:
    if sort == "ends_on":
        ends = select(func.max(_cover.c.valid_to)).where(
            *(_cover.c.ward == _named.c.ward, _cover.c.person == _named.c.person),
            *(_cover.c.scheme == "hhi", _cover.c.withdrawn.is_(False)),
        )
        return [ends.correlate(_named).scalar_subquery()]
    return [_person.c[sort]]


def people_rows(connection: Connection, keys: Sequence[tuple[str, str]]) -> Mapping[Any, Any]:
    """By ward and id what a table tells of people."""
    found: dict[Any, Any] = {}
    for ward in {ward for ward, _ in keys}:
        ids = [record for other, record in keys if other == ward]
        here = and_(
            *(_member.c.ward == ward, _member.c.person == _person.c.id),
            *(_member.c.until.is_(None), _member.c.withdrawn.is_(False)),
        )
        home = and_(_house.c.ward == ward, _house.c.id == _member.c.household)
        query = (
            select(
                *(_person.c[name] for name in ("id", "full_name", "sex", "born_on", "id_number")),
                *(_person.c.phone, _member.c.relationship, _member.c.household),
                *(_house.c.house_number, _house.c.street, _house.c.neighbourhood),
                _house.c.do_not_contact,
            )
            .select_from(_person.join(_member, here).join(_house, home))
            .where(_person.c.ward == ward, _person.c.id.in_(ids))
        )
        for row in connection.execute(query):
            found.setdefault((ward, row.id), row)
    return found


def cover_ends(connection: Connection, keys: Sequence[tuple[str, str]]) -> Mapping[Any, Any]:
    """By ward and id the last day of somebody's health insurance that is recorded."""
    found: dict[Any, Any] = {}
    c = _cover.c
    for ward in {ward for ward, _ in keys}:
        ids = [record for other, record in keys if other == ward]
        query = (
            select(c.person, func.max(c.valid_to).label("ends_on"))
            .where(c.ward == ward, c.person.in_(ids), c.scheme == "hhi", c.withdrawn.is_(False))
            .group_by(c.person)
        )
        found |= {(ward, row.person): row.ends_on for row in connection.execute(query)}
    return found
