"""The visit log: its rows, what it was asked for, and what all three formats have in common.

Rows stream: no writer holds more than one of them. Count, total and content hash are taken while
they pass, so the figures printed in a file are those of the rows in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fieldapp.clock import VIETNAM, iso
from fieldapp.errors import DefectFound, UserMends
from fieldapp.reports.texts import clean
from fieldapp.reports.visit_cells import Value, columns, outcome_text
from fieldapp.reports.visit_row import FIELDS, VisitRow
from fieldapp.words import Words
from fieldapp.words.format import long_date, number

CHECK_EVERY = 200
"""After how many rows a writer reports and asks whether it shall stop."""


@dataclass(frozen=True)
class WardPosition:
    """Up to where a log was read; the city's has no name. `epoch` is the life of the server's
    database."""

    ward_name: str
    epoch: str
    revision: int


@dataclass(frozen=True)
class VisitLog:
    """What was asked for, by whom and when, and how far the data reached.

    Empty filters and no columns mean all. `expected_rows`, where the caller counted them, must be
    met. `masked`: of ID numbers the last four digits; else `reason` (of `ID_REASONS`) says what
    the full ones are for. `unsent`: with work of this laptop that the server has not confirmed.
    `not_compared`: what the file before this one held cannot be told any more.
    """

    made_at: datetime
    made_by: str
    positions: tuple[WardPosition, ...]
    wards: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    canvassers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    expected_rows: int | None = None
    columns: tuple[str, ...] = ()
    masked: bool = True
    reason: str = ""
    unsent: bool = False
    not_compared: bool = False


@dataclass(frozen=True)
class Written:
    """What a finished file holds. `sha256` is that of the rows: the same in all three formats.
    `cut_offs`: up to where the logs were read, by stream, for another file of the same. `changes`:
    a second file, of what is otherwise than in an earlier one, where the format needs one."""

    path: Path
    rows: int
    total_dong: int
    enrolments: int
    sha256: str
    cut_offs: Mapping[str, int] = field(default_factory=dict)
    changes: Path | None = None


@dataclass(frozen=True)
class Watch:
    """Who watches a writer: hears how many rows are done, and can ask it to stop."""

    progress: Callable[[int], None] = lambda done: None
    cancelled: Callable[[], bool] = lambda: False


UNWATCHED = Watch()


ID_REASONS = ("agency_check", "mending", "list_check", "inspection", "request")
"""What whole ID numbers can be needed for: a code, so that the list of who took what out never
holds a name that somebody typed."""


def masked(id_number: str) -> str:
    """The last four digits of the number behind four dots; nothing of a shorter one."""
    return f"••••{id_number[-4:]}" if len(id_number) > 4 else "••••" if id_number else ""


class Tally:
    """Counts, adds up, masks and hashes the rows that pass; stops the writer when it is asked to.

    The hash is SHA-256 over one JSON array a row (what the file tells of it, fields in the order of
    `VisitRow`, moments and dates in ISO form, no spaces, ASCII with escapes), each ended by a line
    feed.
    """

    def __init__(self, log: VisitLog, watch: Watch = UNWATCHED) -> None:
        self.rows = 0
        self.total_dong = 0
        self.enrolments = 0
        self._log = log
        self._watch = watch
        self._hash = hashlib.sha256()
        keys = tuple(key for key in FIELDS if not log.columns or key in log.columns)
        self._bytes = bytes_of(keys)

    @property
    def sha256(self) -> str:
        """The hash of the rows so far, in hexadecimal."""
        return self._hash.hexdigest()

    def over(self, rows: Iterable[VisitRow]) -> Iterator[VisitRow]:
        """Passes the rows on, with their ID numbers as the log wants them.

        Raises UserMends `reports.cancelled` when the watch says so, DefectFound
        `reports.rows_differ` when they are not as many as the log expects.
        """
        self._look()
        for row in rows:
            self.rows += 1
            self.total_dong += row.amount_dong
            self.enrolments += row.enrolments
            told = shown(row, self._log)
            self._hash.update(self._bytes(told))
            yield told
            if self.rows % CHECK_EVERY == 0:
                self._look()
        self._look()
        expected = self._log.expected_rows
        if expected is not None and expected != self.rows:
            raise DefectFound("reports.rows_differ", expected=expected, rows=self.rows)

    def _look(self) -> None:
        self._watch.progress(self.rows)
        if self._watch.cancelled():
            raise UserMends("reports.cancelled", rows=self.rows)

    def written(self, path: Path) -> Written:
        """The figures of the finished file."""
        return Written(path, self.rows, self.total_dong, self.enrolments, self.sha256)


_NUMBER_AT = VisitRow._fields.index("id_number")


def shown(row: VisitRow, log: VisitLog) -> VisitRow:
    """The row with its ID number as the log wants it."""
    number = row.id_number
    if not number or not log.masked:
        return row
    return VisitRow._make((*row[:_NUMBER_AT], masked(number), *row[_NUMBER_AT + 1 :]))


_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
_WIRES: Mapping[str, Callable[[Any], Any]] = {
    "visited_at": iso,
    "visited_on": date.isoformat,
    "next_on": lambda day: None if day is None else day.isoformat(),
}


def bytes_of(keys: Sequence[str] = FIELDS) -> Callable[[VisitRow], bytes]:
    """What takes of a row that which the content hash takes: made once for all rows of a file."""
    places = [VisitRow._fields.index(name) for name in keys]
    turns = [(at, _WIRES[name]) for at, name in enumerate(keys) if name in _WIRES]

    def told(row: VisitRow) -> bytes:
        found = [row[place] for place in places]
        for at, turn in turns:
            found[at] = turn(found[at])
        return f"{_ENCODE(found)}\n".encode()

    return told


def summary(
    log: VisitLog, tally: Tally, words: Words, *, made: bool = True
) -> list[tuple[str, Value]]:
    """What is said about a finished log, as pairs of label and value. Without `made` it is the same
    whoever makes it anew, and whenever."""
    every = words.say("reports.all")
    by: list[tuple[str, Value]] = [
        ("made_at", f"{log.made_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"),
        ("made_by", clean(log.made_by)),
    ]
    asked: list[tuple[str, Value]] = [
        ("wards", clean(", ".join(log.wards)) or every),
        ("period", period(log, words)),
        ("canvassers", clean(", ".join(log.canvassers)) or every),
        ("outcomes", ", ".join(outcome_text(code, words) for code in log.outcomes) or every),
    ]
    counted: list[tuple[str, Value]] = [
        ("rows", tally.rows),
        ("enrolments", tally.enrolments),
        ("total", tally.total_dong),
        ("hash", tally.sha256),
    ]
    reached: list[tuple[str, Value]] = [
        ("cut_off", position_text(position, words)) for position in log.positions
    ]
    if log.columns:
        heads = ", ".join(column.header for column in columns(words, log.columns))
        asked.append(("columns", heads))
    asked.append(("id_numbers", id_numbers_text(log, words)))
    if log.unsent:
        reached.append(("unsent", words.say("reports.unsent_text")))
    if log.not_compared:
        reached.append(("changes_since", words.say("reports.not_compared_text")))
    pairs = (by if made else []) + asked + reached + counted
    return [(words.say(f"reports.summary_{key}"), value) for key, value in pairs]


def id_numbers_text(log: VisitLog, words: Words) -> str:
    """Whether ID numbers are whole, and what for."""
    if log.masked:
        return words.say("reports.id_masked")
    return words.say("reports.id_full", reason=words.say(f"reports.why_{log.reason}"))


def position_text(position: WardPosition, words: Words) -> str:
    """Up to where one ward's log was read."""
    return words.say(
        "reports.position",
        ward=clean(position.ward_name) or words.say("reports.city"),
        epoch=position.epoch,
        revision=number(position.revision),
    )


def period(log: VisitLog, words: Words) -> str:
    """The days that were asked for."""
    first = long_date(log.date_from) if log.date_from else ""
    last = long_date(log.date_to) if log.date_to else ""
    key = {
        (True, True): "period_between",
        (True, False): "period_from",
        (False, True): "period_to",
        (False, False): "period_all",
    }[(bool(first), bool(last))]
    return words.say(f"reports.{key}", first=first, last=last)
