"""The dated tables of `fieldapp/data`: every number of a rule is a row with validity and source.

A file `<table>.toml` holds `[[row]]` entries with `valid_from`, `valid_to` (the last valid day, ""
while in force), `source`, `confidence`, an optional `key` and the values themselves. Decimals are
read as exact fractions. A table with gaps, overlaps or a row without a source is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import pairwise

from fieldapp.errors import DefectFound, UserMends

CONFIDENCES = ("S", "S2", "C", "U")
HEADER = ("key", "valid_from", "valid_to", "source", "confidence")


@dataclass(frozen=True)
class Row:
    """One value of a table for a span of days; `valid_to` None means still in force."""

    table: str
    key: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str
    values: Mapping[str, object]

    def holds_on(self, day: date) -> bool:
        """Whether the row is valid on `day`, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def whole(self, name: str) -> int:
        """A whole number, such as an amount in đồng. Raises DefectFound if it is not one."""
        value = self.values.get(name)
        if not isinstance(value, int):
            raise self._defect(name)
        return value

    def number(self, name: str) -> Fraction:
        """An exact number, such as a percentage. Raises DefectFound if it is not one."""
        value = self.values.get(name)
        if not isinstance(value, int | Fraction):
            raise self._defect(name)
        return Fraction(value)

    def numbers(self, name: str) -> tuple[Fraction, ...]:
        """A list of exact numbers. Raises DefectFound if it is not one."""
        value = self.values.get(name)
        if not isinstance(value, list):
            raise self._defect(name)
        return tuple(Fraction(part) for part in value)

    def text(self, name: str) -> str:
        """A text, empty if the row has none of that name."""
        return str(self.values.get(name, ""))

    @property
    def article(self) -> str:
        """The short form of the source for a line of explanation: the article if there is one."""
        return self.text("article") or self.source

    def _defect(self, name: str) -> DefectFound:
        return DefectFound("rules.table_broken", table=self.table, key=self.key, what=name)


def at(table: str, key: str, day: date) -> Row:
    """The row of `key` that is valid on `day` (`key` is "" in tables of one value).

    Raises UserMends("rules.date_out_of_range") if the table does not reach to that day, and
    DefectFound if the table has no such key at all.
    """
    rows = _by_key(table).get(key)
    if not rows:
        raise DefectFound("rules.table_key_unknown", table=table, key=key)
    for row in rows:
        if row.holds_on(day):
            return row
    raise UserMends("rules.date_out_of_range", field="day", table=table, key=key, day=day)


def find(table: str, key: str, day: date) -> Row | None:
    """The row of `key` valid on `day`, None if there is none: for lookups that may find nothing."""
    return next((row for row in _by_key(table).get(key, ()) if row.holds_on(day)), None)


def rows_at(table: str, day: date) -> tuple[Row, ...]:
    """All rows valid on `day`, in the order of the file: the wards or the code list of a day."""
    return tuple(row for row in load(table) if row.holds_on(day))


@cache
def keys(table: str) -> frozenset[str]:
    """All keys that a table has ever had."""
    return frozenset(_by_key(table))


def names() -> tuple[str, ...]:
    """The tables that the program carries."""
    files = (resources.files("fieldapp") / "data").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


@cache
def edition() -> str:
    """Names all tables in force together: ten signs that change as soon as one table does.

    It stands with every quote that is kept, and says which numbers it was made from.
    """
    whole = sha256()
    for name in names():
        whole.update(f"{name}\n{_text(name)}\n".encode())
    return whole.hexdigest()[:10]


@cache
def load(table: str) -> tuple[Row, ...]:
    """All rows of a table. Raises DefectFound if it is missing or does not hold together."""
    return parse(table, _text(table))


def _text(table: str) -> str:
    file = resources.files("fieldapp") / "data" / f"{table}.toml"
    if not file.is_file():
        raise DefectFound("rules.table_unknown", table=table)
    return file.read_text("utf-8")


def parse(table: str, text: str) -> tuple[Row, ...]:
    """Reads and checks the text of a table. Raises DefectFound with what is wrong in it."""
    found = tomllib.loads(text, parse_float=Fraction)
    rows = tuple(_row(table, entry) for entry in found.get("row", []))
    for group in _grouped(rows).values():
        _check_joined(group)
    return rows


@cache
def _by_key(table: str) -> Mapping[str, tuple[Row, ...]]:
    return _grouped(load(table))


def _grouped(rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    return {key: tuple(sorted(g, key=lambda r: r.valid_from)) for key, g in groups.items()}


def _row(table: str, entry: Mapping[str, object]) -> Row:
    key = str(entry.get("key", ""))
    start, end = entry.get("valid_from"), entry.get("valid_to")
    source, confidence = str(entry.get("source", "")), str(entry.get("confidence", ""))
    if not isinstance(start, date) or not (end == "" or isinstance(end, date)):
        raise DefectFound("rules.table_broken", table=table, key=key, what="dates")
    last = end if isinstance(end, date) else None
    if last is not None and last < start:
        raise DefectFound("rules.table_broken", table=table, key=key, what="dates")
    if not source or confidence not in CONFIDENCES:
        raise DefectFound("rules.table_broken", table=table, key=key, what="source")
    values = {name: value for name, value in entry.items() if name not in HEADER}
    return Row(table, key, start, last, source, confidence, values)


def _check_joined(rows: tuple[Row, ...]) -> None:
    """Each row of a key must begin on the day after the one before it ended."""
    for before, after in pairwise(rows):
        if before.valid_to is None or before.valid_to + timedelta(days=1) != after.valid_from:
            raise DefectFound(
                "rules.table_broken", table=after.table, key=after.key, what="gap_or_overlap"
            )
