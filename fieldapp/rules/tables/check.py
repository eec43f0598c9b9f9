"""Whether a table that came from elsewhere may stand in place of the one the program carries.

Nothing is taken by halves: a table with a single fault stays out, and the one that it was to
replace stays in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from fieldapp.rules.tables import SHIPPED, Book
from fieldapp.rules.tables.rows import Fault, Row, by_key, read, unjoined
from fieldapp.rules.tables.shapes import SHAPES, Refers, Shape


@dataclass(frozen=True)
class Judged:
    """A book of all the tables that hold together, and what was wrong with the others."""

    book: Book
    refused: Mapping[str, tuple[Fault, ...]]


def judged(texts: Mapping[str, str]) -> Judged:
    """The book in which these texts replace what the program carries, without the faulty ones.

    Where two tables don't fit one another, the one that names what the other lacks is refused, or
    the other if that one is the program's own.
    """
    refused = {name: faults for name, text in texts.items() if (faults := faults_of(name, text))}
    book = _book_of({name: text for name, text in texts.items() if name not in refused})
    while misfit := _first_misfit(book):
        name, fault = misfit
        refused[name] = (fault,)
        book = _book_of({one: text for one, text in book.replaced.items() if one != name})
    return Judged(book, refused)


def _book_of(texts: Mapping[str, str]) -> Book:
    return Book(texts) if texts else SHIPPED


@lru_cache(maxsize=64)
def faults_of(table: str, text: str) -> tuple[Fault, ...]:
    """All that is wrong with a table by itself, in the order of the text."""
    shape = SHAPES.get(table)
    if shape is None:
        return (Fault("fault_table_unknown", table),)
    rows, faults = read(table, text)
    if faults:  # rows that could not be read would be missed everywhere else
        return faults
    if not rows:
        return () if shape.may_be_empty else (Fault("fault_empty", table),)
    found = [*_faults_of_rows(rows, shape), *_faults_of_keys(table, rows, shape)]
    return tuple(sorted(found, key=lambda fault: fault.line))


def misfits(book: Book, table: str) -> Iterator[tuple[str, Fault]]:
    """What a table names that another lacks, with the name of that other."""
    for refers in SHAPES[table].refers if table in SHAPES else ():
        other = refers.tables[0]
        for row in book.rows(table):
            for value in _named(row, refers):
                if not _is_there(book, refers, row, value):
                    values = {"column": refers.column, "value": value, "other": other}
                    yield other, Fault("fault_reference", table, row.line, row.key, values)


def _first_misfit(book: Book) -> tuple[str, Fault] | None:
    """A replaced table that is to go, and why: of two that don't fit, the one that names."""
    for table in book.names if book.replaced else ():
        for other, fault in misfits(book, table):
            return (table if table in book.replaced else other), fault
    return None


def _named(row: Row, refers: Refers) -> Sequence[str]:
    if refers.column == "key":
        return (row.key,)
    value = row.values.get(refers.column)
    found = row.texts(refers.column) if isinstance(value, list) else (row.text(refers.column),)
    return [one for one in found if one]


def _is_there(book: Book, refers: Refers, row: Row, value: str) -> bool:
    there = [one for table in refers.tables for one in book.by_key(table).get(value, ())]
    if refers.when == "from":
        return any(one.holds_on(row.valid_from) for one in there)
    if refers.when == "after":
        day = row.valid_to + timedelta(days=1) if row.valid_to else None
        return day is not None and any(one.holds_on(day) for one in there)
    return bool(there)


def _faults_of_rows(rows: Sequence[Row], shape: Shape) -> Iterator[Fault]:
    for row in rows:
        if not re.fullmatch(shape.keys, row.key):
            yield Fault("fault_key", row.table, row.line, row.key)
        for name in sorted(row.values.keys() - shape.columns.keys()):
            yield _in_column("fault_column_unknown", row, name)
        for name, column in shape.columns.items():
            if name in row.values and not column.holds(row.values[name]):
                value = str(row.values[name])[:60]
                yield _in_column(column.fault, row, name, value=value, **column.values)
            elif name not in row.values and not column.optional:
                yield _in_column("fault_column_missing", row, name)
        if shape.ended_need and row.valid_to and not row.values.get(shape.ended_need):
            yield _in_column("fault_column_missing", row, shape.ended_need)


def _in_column(code: str, row: Row, column: str, **values: object) -> Fault:
    return Fault(code, row.table, row.line, row.key, {"column": column} | values)


def _faults_of_keys(table: str, rows: Sequence[Row], shape: Shape) -> Iterator[Fault]:
    groups = by_key(rows)
    for key, group in groups.items():
        yield from unjoined(group, may_rest=shape.may_rest)
        if not shape.may_end and group[-1].valid_to is not None:
            values = {"day": group[-1].valid_to}
            yield Fault("fault_ends", table, group[-1].line, key, values)
    if not shape.keys or shape.as_shipped:
        yield from _faults_beside_shipped(table, groups)


def _faults_beside_shipped(table: str, groups: Mapping[str, Sequence[Row]]) -> Iterator[Fault]:
    """The program speaks of these keys and of these days: none may be missing."""
    shipped = SHIPPED.by_key(table)
    for key in groups.keys() - shipped.keys():
        yield Fault("fault_key_unknown", table, groups[key][0].line, key)
    for key, rows in shipped.items():
        if key not in groups:
            yield Fault("fault_key_needed", table, 0, key)
        elif groups[key][0].valid_from > rows[0].valid_from:
            values = {"day": rows[0].valid_from}
            yield Fault("fault_days_lost", table, groups[key][0].line, key, values)
