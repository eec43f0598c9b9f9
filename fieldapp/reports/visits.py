"""The visit log: its rows, what it was asked for, and what all three formats have in common.

Rows stream: no writer holds more than one of them. Count, total and content hash are taken while
they pass, so the figures printed in a file are those of the rows in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path

from fieldapp.clock import VIETNAM, iso
from fieldapp.errors import DefectFound, UserMends
from fieldapp.reports.texts import clean
from fieldapp.words import Words
from fieldapp.words.format import long_date, number

CHECK_EVERY = 200
"""After how many rows a writer reports and asks whether it shall stop."""


@dataclass(frozen=True)
class VisitRow:
    """One visit as it is printed. `outcome` is a code, `amount_dong` what its receipts add up to.

    `id_number` is that of the head of the household, as text and in full: `Tally` masks it unless
    the log says otherwise. `visit` and its stream `ward` name the record and stand in no file.
    """

    visited_at: datetime
    visited_on: date
    ward_code: str
    ward_name: str
    canvasser: str
    head: str
    house_number: str
    street: str
    neighbourhood: str
    members: int
    outcome: str
    next_on: date | None
    note: str
    enrolments: int
    receipts: tuple[str, ...]
    amount_dong: int
    id_number: str
    phone: str
    visit: str = ""
    ward: str = ""


FIELDS = tuple(f.name for f in fields(VisitRow) if f.name not in ("visit", "ward"))
"""What a file may tell of a visit, and in which order the content hash takes it."""


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
    `cut_offs`: up to where the logs were read, by stream, for another file of the same."""

    path: Path
    rows: int
    total_dong: int
    enrolments: int
    sha256: str
    cut_offs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Watch:
    """Who watches a writer: hears how many rows are done, and can ask it to stop."""

    progress: Callable[[int], None] = lambda done: None
    cancelled: Callable[[], bool] = lambda: False


UNWATCHED = Watch()


@dataclass(frozen=True)
class Column:
    """One column of the table formats. `width` in characters.

    `kind` is date, time, text, digits (text that looks like a number), count or money.
    """

    key: str
    header: str
    kind: str
    width: int


_COLUMNS = (
    ("visited_on", "date", 12),
    ("visited_at", "time", 8),
    ("ward_name", "text", 22),
    ("ward_code", "digits", 10),
    ("canvasser", "text", 22),
    ("head", "text", 28),
    ("id_number", "digits", 16),
    ("phone", "digits", 14),
    ("house_number", "digits", 14),
    ("street", "text", 24),
    ("neighbourhood", "text", 14),
    ("members", "count", 11),
    ("outcome", "text", 18),
    ("next_on", "date", 12),
    ("enrolments", "count", 9),
    ("receipts", "digits", 20),
    ("amount_dong", "money", 16),
    ("note", "text", 44),
)

Value = str | int | date | datetime | None


ID_REASONS = ("agency_check", "mending", "list_check", "inspection", "request")
"""What whole ID numbers can be needed for: a code, so that the list of who took what out never
holds a name that somebody typed."""
COLUMN_KEYS = tuple(key for key, _, _ in _COLUMNS)


def columns(words: Words, chosen: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns of the table formats in their order, headed in the language of `words`: all of
    them, or those that are chosen."""
    return tuple(
        Column(key, words.say(f"reports.column_{key}"), kind, width)
        for key, kind, width in _COLUMNS
        if not chosen or key in chosen
    )


def values(row: VisitRow, words: Words, chosen: Collection[str] = ()) -> tuple[Value, ...]:
    """The row's values in the order of `columns`: cleaned texts, local times, ints and dates."""
    found: list[Value] = []
    for key, kind, _ in _COLUMNS:
        if chosen and key not in chosen:
            continue
        value = getattr(row, key)
        if key == "visited_at":
            value = row.visited_at.astimezone(VIETNAM)
        elif key == "outcome":
            value = outcome_text(row.outcome, words)
        elif key == "receipts":
            value = ", ".join(row.receipts)
        found.append(clean(value) if kind in ("text", "digits") else value)
    return tuple(found)


def outcome_text(code: str, words: Words) -> str:
    """An outcome as people say it; the code itself where a newer program made it."""
    key = f"rules.outcome_{code}"
    return words.say(key) if words.knows(key) else code


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
        self._keys = tuple(key for key in FIELDS if not log.columns or key in log.columns)

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
            self._hash.update(row_bytes(told, self._keys))
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


def shown(row: VisitRow, log: VisitLog) -> VisitRow:
    """The row with its ID number as the log wants it."""
    number = row.id_number
    return replace(row, id_number=masked(number)) if number and log.masked else row


def row_bytes(row: VisitRow, keys: Sequence[str] = FIELDS) -> bytes:
    """What the content hash takes of a row."""
    found = [
        iso(v) if isinstance(v, datetime) else v.isoformat() if isinstance(v, date) else v
        for v in (getattr(row, name) for name in keys)
    ]
    return (json.dumps(found, separators=(",", ":")) + "\n").encode()


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
