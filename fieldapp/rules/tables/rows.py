"""A dated table as text, read into rows; what does not hold together is named with its line.

Nothing here is believed to be well-formed: the text may come from the server, typed by hand.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TypeGuard

from fieldapp.errors import DefectFound

CONFIDENCES = ("S", "S2", "C", "U")
HEADER = ("key", "valid_from", "valid_to", "source", "confidence", "note")
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2199, 12, 31)
"""No law of this product is older; and a day beyond has no day after it to be joined to."""

LONGEST = 2_000_000
"""Signs of one table: ten times the longest that the program carries."""

_ROW = re.compile(r"^[ \t]*\[\[[ \t]*row[ \t]*\]\]", re.MULTILINE)
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


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
    note: str = ""
    """What a reader must know of it: above all which part of it is not certain."""
    line: int = field(default=0, compare=False)
    """The line of its `[[row]]` in the text, 1 for the first; 0 if that can't be told."""

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

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, such as codes; empty if the row has none of that name."""
        value = self.values.get(name)
        return tuple(str(part) for part in value) if isinstance(value, list) else ()

    def text(self, name: str) -> str:
        """A text, empty if the row has none of that name."""
        return str(self.values.get(name, ""))

    @property
    def article(self) -> str:
        """Law and article for a line of explanation; the document alone where `article_open`."""
        return self.text("article") or self.source.partition(";")[0].strip()

    @property
    def article_open(self) -> bool:
        """Whether nobody has seen which article of the document it is: to be said with it.

        A table from elsewhere may name the article in its source only.
        """
        return not self.text("article") and "Điều " not in self.article

    @property
    def article_confidence(self) -> str:
        """How sure the article is, "" where it is open: as sure as the row unless it says less,
        as where the number stands in an official text and the article in the news."""
        return "" if self.article_open else self.text("article_confidence") or self.confidence

    def _defect(self, name: str) -> DefectFound:
        return DefectFound("rules.table_broken", table=self.table, key=self.key, what=name)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a table: a code of `rules`, where, and the values its sentence needs."""

    code: str
    table: str
    line: int = 0
    """The line of the row in the text; 0: the table as a whole."""
    key: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


def read(table: str, text: str) -> tuple[tuple[Row, ...], tuple[Fault, ...]]:
    """The rows of a text in the order of the text, and what could not be read of it."""
    if len(text) > LONGEST:
        return (), (Fault("fault_too_long", table, values={"longest": LONGEST}),)
    try:
        whole = tomllib.loads(unicodedata.normalize("NFC", text), parse_float=_exact)
    except (ValueError, RecursionError) as defect:  # TOMLDecodeError is a ValueError
        return (), (_unreadable(table, str(defect)),)
    entries = whole.pop("row", [])
    if whole or not _are_tables(entries):
        return (), (Fault("fault_not_rows", table),)
    lines = _lines(text, len(entries))
    found = [_row(table, entry, line) for entry, line in zip(entries, lines, strict=True)]
    rows = tuple(one for one in found if isinstance(one, Row))
    return rows, tuple(one for one in found if isinstance(one, Fault))


def document(row: Row) -> dict[str, object]:
    """A row as JSON knows it; an exact decimal is a text, since a JSON number would lose it."""
    return {
        "key": row.key,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "values": {name: _plain(value) for name, value in row.values.items()},
        "source": row.source,
        "confidence": row.confidence,
        "note": row.note,
        "line": row.line,
    }


def by_key(rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    """The rows of each key, oldest first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    return {key: tuple(sorted(g, key=lambda r: r.valid_from)) for key, g in groups.items()}


def unjoined(rows: Iterable[Row], *, may_rest: bool = False) -> Iterator[Fault]:
    """Where the rows of one key, oldest first, overlap or leave days out.

    `may_rest`: a key may be out of force for a while, as a code that is given anew.
    """
    for before, after in pairwise(rows):
        if before.valid_to is None or before.valid_to >= after.valid_from:
            yield _between("fault_overlap", before, after)
        elif not may_rest and before.valid_to + timedelta(days=1) != after.valid_from:
            yield _between("fault_gap", before, after)


def _between(code: str, before: Row, after: Row) -> Fault:
    values = {"day": after.valid_from}
    return Fault(code, after.table, after.line, after.key, values)


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return str(float(value)) if isinstance(value, Fraction) else value


def _exact(text: str) -> Fraction:
    """A decimal as a fraction. An exponent is refused: it could ask for a number of any size."""
    if not re.fullmatch(r"[+-]?[0-9_]{1,20}\.[0-9_]{1,20}", text):
        raise ValueError(f"not a plain decimal: {text[:40]}")
    return Fraction(text.replace("_", ""))


def _are_tables(entries: object) -> bool:
    return isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)


def _lines(text: str, count: int) -> list[int]:
    """The line of each row's head; all 0 where they can't be told apart from other text."""
    starts = [match.start() for match in _ROW.finditer(text)]
    if len(starts) != count:
        return [0] * count
    lines, line, done = [], 1, 0
    for start in starts:
        line += text.count("\n", done, start)
        lines.append(line)
        done = start
    return lines


def _unreadable(table: str, told: str) -> Fault:
    found = _AT_LINE.search(told)
    detail = told[:200] if found is None else told[: found.start()][:200]
    return Fault("fault_unreadable", table, int(found[1]) if found else 0, "", {"detail": detail})


def _row(table: str, entry: Mapping[str, object], line: int) -> Row | Fault:
    key, note = entry.get("key", ""), entry.get("note", "")
    source, confidence = entry.get("source"), entry.get("confidence")
    if not isinstance(key, str):
        return Fault("fault_key", table, line, str(key))
    days = _days(entry)
    if days is None:
        return Fault("fault_dates", table, line, key)
    if not isinstance(source, str) or not source.strip():
        return Fault("fault_source", table, line, key)
    if not isinstance(confidence, str) or confidence not in CONFIDENCES:
        return Fault("fault_confidence", table, line, key)
    if not isinstance(note, str):
        return Fault("fault_note", table, line, key)
    values = {name: value for name, value in entry.items() if name not in HEADER}
    return Row(table, key, *days, source, confidence, values, note, line)


def _days(entry: Mapping[str, object]) -> tuple[date, date | None] | None:
    """First and last day of an entry; None where they are no days, or the wrong way round."""
    start, end = entry.get("valid_from"), entry.get("valid_to")
    if not _is_day(start):
        return None
    if end == "":
        return start, None
    return (start, end) if _is_day(end) and start <= end else None


def _is_day(value: object) -> TypeGuard[date]:
    """A plain date: a moment is a date to Python, but can't be compared with one."""
    return type(value) is date and FIRST_DAY <= value <= LAST_DAY
