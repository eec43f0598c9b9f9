"""Everybody of the user's wards as a table: any order, a page at a time, and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.reports.tables import TableHead, Value, WrittenTable, write_table
from fieldapp.reports.visits import masked
from fieldapp.store.queries import ordered
from fieldapp.store.queries.ordered import PEOPLE_SORTS, Ordered, PeopleChoice
from fieldapp.store.store import Store
from fieldapp.usecases.me import me
from fieldapp.usecases.noting import noted_export
from fieldapp.words import Words

PAGE = 100
COLUMNS = (
    ("name", 28),
    ("born_on", 12),
    ("sex", 10),
    ("id_number", 14),
    ("phone", 14),
    ("house_number", 12),
    ("street", 24),
    ("neighbourhood", 14),
    ("ward", 22),
    ("ends_on", 12),
)
"""The columns with their widths in characters. ID numbers are masked here and in files."""


@dataclass(frozen=True)
class PersonLine:
    """A present member of a household. `ends_on`: the last day of health insurance that is
    recorded; `id_number` is masked. `do_not_contact`: nobody may call there or knock."""

    ward: str
    person: str
    household: str
    name: str
    born_on: date | None
    sex: str | None
    id_number: str
    phone: str
    house_number: str
    street: str
    neighbourhood: str
    ward_name: str
    ends_on: date | None
    do_not_contact: bool


@dataclass(frozen=True)
class PeopleTable:
    """The people of a choice in an order: who, not yet what is known of them."""

    chosen: PeopleChoice
    order: Ordered
    ward_names: dict[str, str]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.order)


def people_lines(
    store: Store,
    *,
    text: str = "",
    ward: str = "",
    sort: str = "name",
    upwards: bool = True,
    offset: int = 0,
    limit: int = PAGE,
) -> tuple[PersonLine, ...]:
    """One page of the people whose name or address has words that begin so; raises as
    `people_table` does."""
    table = people_table(store, text=text, ward=ward, sort=sort, upwards=upwards)
    return lines_of_people(store, table, offset, limit)


def people_table(
    store: Store, *, text: str = "", ward: str = "", sort: str = "name", upwards: bool = True
) -> PeopleTable:
    """Puts them in order, once; without a ward those of all of the user's.

    Raises:
        UserMends: `visit_log.not_granted`, `visit_log.sort_unknown`.
    """
    if sort not in PEOPLE_SORTS:
        raise UserMends("visit_log.sort_unknown", field="sort", sort=sort)
    user = me(store)
    if ward and ward not in user.streams:
        raise UserMends("visit_log.not_granted", field="ward", ward=ward)
    chosen = PeopleChoice((ward,) if ward else user.streams, text)
    order = store.read(ordered.ordered_people, chosen, sort, upwards=upwards)
    return PeopleTable(chosen, order, {one.stream: one.name for one in user.wards})


def lines_of_people(
    store: Store, table: PeopleTable, first: int, most: int = PAGE
) -> tuple[PersonLine, ...]:
    """The lines from a place on; whoever left meanwhile is left out."""
    return store.read(_lines, table, table.order.keys(first, most))


def _lines(
    connection: Connection, table: PeopleTable, keys: list[tuple[str, str]]
) -> tuple[PersonLine, ...]:
    rows, ends = ordered.people_rows(connection, keys), ordered.cover_ends(connection, keys)
    return tuple(
        PersonLine(
            ward=key[0],
            person=key[1],
            household=row.household,
            name=row.full_name,
            born_on=row.born_on,
            sex=row.sex,
            id_number=masked(row.id_number or ""),
            phone=row.phone or "",
            house_number=row.house_number,
            street=row.street,
            neighbourhood=row.neighbourhood,
            ward_name=table.ward_names.get(key[0], key[0]),
            ends_on=ends.get(key),
            do_not_contact=row.do_not_contact,
        )
        for key in keys
        if (row := rows.get(key)) is not None
    )


def write_people_table(
    store: Store,
    path: Path,
    words: Words,
    *,
    text: str = "",
    ward: str = "",
    sort: str = "name",
    upwards: bool = True,
    columns: tuple[str, ...] = (),
    progress: Callable[[int], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> WrittenTable:
    """Writes what the table shows as a workbook, whole or not at all: these columns (none: all),
    in this order.

    Raises:
        UserMends: as `people_table` does, `visit_log.column_unknown`, `reports.cancelled`;
            SurroundingsMend: the file can't be written (`reports.…`).
    """
    known = [name for name, _ in COLUMNS]
    for unknown in set(columns) - set(known):
        raise UserMends("visit_log.column_unknown", field="columns", column=unknown)
    table = people_table(store, text=text, ward=ward, sort=sort, upwards=upwards)
    kept = [(name, width) for name, width in COLUMNS if not columns or name in columns]
    heads = tuple((words.say(f"people_table.column_{name}"), width) for name, width in kept)
    wards = ", ".join(table.ward_names[one] for one in table.chosen.wards)
    notes = tuple(note for note in (wards, text.strip()) if note)
    head = TableHead(words.say("people_table.title"), notes, heads)

    def rows(connection: Connection) -> Iterator[list[Value]]:
        for first in range(0, table.count, 1_000):
            progress(first)
            if cancelled():
                raise UserMends("reports.cancelled", rows=first)
            for line in _lines(connection, table, table.order.keys(first, 1_000)):
                yield [_value(line, name, words) for name, _ in kept]

    said = {"table": "people", "columns": [name for name, _ in kept]}
    with noted_export(store, "people", table.chosen.wards, said, masked=True) as came:
        written = store.read(lambda connection: write_table(path, head, rows(connection), words))
        came.to(rows=written.rows, sha256=written.sha256)
    return written


def _value(line: PersonLine, name: str, words: Words) -> Value:
    if name == "ward":
        return line.ward_name
    if name == "sex":
        return words.say(f"people_table.{line.sex}") if line.sex in ("female", "male") else ""
    if name == "phone":
        return phone_of(line, words)
    found: Value = getattr(line, name)
    return found


def phone_of(line: PersonLine, words: Words) -> str:
    """The phone by which one may call; in its place the word that nobody may."""
    return words.say("outcomes.done_do_not_contact") if line.do_not_contact else line.phone
