"""The dated tables: every number of a rule is a row with validity and source.

A file `fieldapp/data/<table>.toml` holds `[[row]]` entries with `valid_from`, `valid_to` (the last
valid day, "" while in force), `source`, `confidence`, an optional `key`, an optional `note` and the
values themselves. Decimals are read as exact fractions. What columns a table has, and what its
values may be, stands in `table_shapes`; a table with gaps, overlaps or a row without a source is
refused.

All tables together are a `Book`. The program carries one; a table of it may be replaced by one that
the server sent. The book in force is one for the whole process and is swapped as a whole: rules ask
`at`, `find` and `rows_at` and never see half of a change (see `one_book`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from importlib import resources
from typing import Any, TypeVar

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules.tables.rows import Row, by_key, read, unjoined
from fieldapp.rules.tables.shapes import SHAPES

__all__ = [
    "SHIPPED",
    "Book",
    "Row",
    "at",
    "book",
    "edition",
    "find",
    "in_force",
    "keys",
    "load",
    "names",
    "one_book",
    "parse",
    "put_in_force",
    "rows_at",
]

Made = TypeVar("Made")


@dataclass(frozen=True)
class _Table:
    rows: tuple[Row, ...]
    by_key: Mapping[str, tuple[Row, ...]]

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(self.by_key)


class Book:
    """All tables together; never changes. Each table is read when it is first asked for, once.

    Thread: any.
    """

    def __init__(self, replaced: Mapping[str, str] | None = None) -> None:
        """`replaced`: texts that stand in place of those the program carries, by table. They are
        believed to hold together: let `table_check.judged` look at them first."""
        self.replaced: Mapping[str, str] = dict(replaced or {})
        self._tables: dict[str, _Table] = {}
        self._made: dict[Callable[[Book], Any], Any] = {}
        self._reading = threading.RLock()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all tables, sorted."""
        return tuple(sorted({*shipped_names(), *self.replaced}))

    def text(self, table: str) -> str:
        """The text of a table. Raises DefectFound if there is none."""
        return self.replaced[table] if table in self.replaced else shipped_text(table)

    @cached_property
    def edition(self) -> str:
        """Names the whole book: ten signs that change as soon as one table does."""
        whole = sha256()
        for name in self.names:
            whole.update(f"{name}\n{self.text(name)}\n".encode())
        return whole.hexdigest()[:10]

    def edition_of(self, table: str) -> str:
        """Names one table: six signs that change as soon as it does."""
        return sha256(self.text(table).encode()).hexdigest()[:6]

    def rows(self, table: str) -> tuple[Row, ...]:
        """All rows of a table, in the order of the text.

        Raises DefectFound if it is missing or does not hold together."""
        return self._table(table).rows

    def by_key(self, table: str) -> Mapping[str, tuple[Row, ...]]:
        """The rows of each key of a table, oldest first. Raises as `rows` does."""
        return self._table(table).by_key

    def keys(self, table: str) -> frozenset[str]:
        """All keys of a table. Raises as `rows` does."""
        return self._table(table).keys

    def made(self, make: Callable[[Book], Made]) -> Made:
        """What a function makes of this book, made once: an index of names, say."""
        with self._reading:
            if make not in self._made:
                self._made[make] = make(self)
            found: Made = self._made[make]
            return found

    def _table(self, table: str) -> _Table:
        if table not in self.replaced and self is not SHIPPED:
            return SHIPPED._table(table)
        with self._reading:
            if table not in self._tables:
                rows = parse(table, self.text(table))
                self._tables[table] = _Table(rows, by_key(rows))
            return self._tables[table]


@cache
def shipped_names() -> tuple[str, ...]:
    """The tables that the program carries."""
    files = (resources.files("fieldapp") / "data").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def shipped_text(table: str) -> str:
    """The text of a table as the program carries it. Raises DefectFound if it carries none."""
    if table not in shipped_names():
        raise DefectFound("rules.table_unknown", table=table)
    return (resources.files("fieldapp") / "data" / f"{table}.toml").read_text("utf-8")


SHIPPED = Book()
"""The tables as the program carries them."""

_standing = SHIPPED
_held: ContextVar[Book | None] = ContextVar("book", default=None)


def book() -> Book:
    """The book in force."""
    return _held.get() or _standing


def put_in_force(new: Book) -> None:
    """From now on the whole process goes by this book; what is inside `one_book` ends first."""
    global _standing
    _standing = new


@contextmanager
def in_force(new: Book) -> Iterator[Book]:
    """Goes by another book for a while, in the whole process: for tests and previews."""
    before = _standing
    put_in_force(new)
    try:
        yield new
    finally:
        put_in_force(before)


@contextmanager
def one_book(of: Book | None = None) -> Iterator[Book]:
    """What runs inside, on this thread, goes by one book from beginning to end.

    Without `of`: the one that is in force at the beginning. A quote asks many tables; were they
    exchanged in between, it would be half of the old law and half of the new.
    """
    token = _held.set(of or book())
    try:
        yield book()
    finally:
        _held.reset(token)


def at(table: str, key: str, day: date) -> Row:
    """The row of `key` that is valid on `day` (`key` is "" in tables of one value).

    Raises UserMends("rules.date_out_of_range") if the table does not reach to that day, and
    DefectFound if the table has no such key at all.
    """
    rows = book().by_key(table).get(key)
    if not rows:
        raise DefectFound("rules.table_key_unknown", table=table, key=key)
    for row in rows:
        if row.holds_on(day):
            return row
    raise UserMends("rules.date_out_of_range", field="day", table=table, key=key, day=day)


def find(table: str, key: str, day: date) -> Row | None:
    """The row of `key` valid on `day`, None if there is none: for lookups that may find nothing."""
    return next((row for row in book().by_key(table).get(key, ()) if row.holds_on(day)), None)


def rows_at(table: str, day: date) -> tuple[Row, ...]:
    """All rows valid on `day`, in the order of the file: the wards or the code list of a day."""
    return tuple(row for row in load(table) if row.holds_on(day))


def keys(table: str) -> frozenset[str]:
    """All keys that a table has ever had."""
    return book().keys(table)


def names() -> tuple[str, ...]:
    """The tables in force."""
    return book().names


def load(table: str) -> tuple[Row, ...]:
    """All rows of a table. Raises DefectFound if it is missing or does not hold together."""
    return book().rows(table)


def edition() -> str:
    """Names all tables in force together: ten signs that change as soon as one table does.

    It stands with every quote that is kept, and says which numbers it was made from.
    """
    return book().edition


def parse(table: str, text: str) -> tuple[Row, ...]:
    """Reads and checks the text of a table. Raises DefectFound with what is wrong in it."""
    rows, faults = read(table, text)
    shape = SHAPES.get(table)
    for group in by_key(rows).values():
        faults = faults or tuple(unjoined(group, may_rest=bool(shape and shape.may_rest)))
    for fault in faults:
        raise DefectFound("rules.table_broken", table=table, key=fault.key, what=fault.code)
    return rows
