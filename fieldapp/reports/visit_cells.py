"""The columns of the visit log, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from fieldapp.clock import VIETNAM
from fieldapp.reports.texts import clean
from fieldapp.reports.visit_row import VisitRow
from fieldapp.words import Words

KEPT_TEXTS = 10_000
"""So many texts that come again and again (streets, wards, people) are looked at once."""


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
COLUMN_KEYS = tuple(key for key, _, _ in _COLUMNS)
_COME_AGAIN = frozenset(
    ("ward_name", "ward_code", "canvasser", "house_number", "street", "neighbourhood")
)


def columns(words: Words, chosen: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns of the table formats in their order, headed in the language of `words`: all of
    them, or those that are chosen."""
    return tuple(
        Column(key, words.say(f"reports.column_{key}"), kind, width)
        for key, kind, width in _COLUMNS
        if not chosen or key in chosen
    )


Turn = Callable[[Any], Any]
_AS_THEY_ARE: Mapping[str, Turn] = {}


def values_of(
    words: Words,
    chosen: Collection[str] = (),
    *,
    text: Callable[[str], str] = clean,
    looks: Mapping[str, Turn] = _AS_THEY_ARE,
) -> Callable[[VisitRow], list[Any]]:
    """What tells a row's values in the order of `columns`: made once for all rows of a file.

    Args:
        text: what becomes of a text; as it is, it is what every file format can carry.
        looks: what becomes of values of a kind (`date`, `time`, `count`, `money`); without it they
            are dates, local times and ints.
    """
    kept = lru_cache(KEPT_TEXTS)(text)
    moment = looks.get("time", _as_it_is)
    turns: dict[str, Turn] = {
        "visited_at": lambda at: moment(at.astimezone(VIETNAM)),
        "outcome": lru_cache(KEPT_TEXTS)(lambda code: text(outcome_text(code, words))),
        "receipts": lambda numbers: text(", ".join(numbers)) if numbers else "",
    }
    plan = [
        (
            VisitRow._fields.index(key),
            turns.get(key) or looks.get(kind) or _text_turn(key, kind, text, kept),
        )
        for key, kind, _ in _COLUMNS
        if not chosen or key in chosen
    ]

    def told(row: VisitRow) -> list[Any]:
        return [row[at] if turn is None else turn(row[at]) for at, turn in plan]

    return told


def _text_turn(key: str, kind: str, text: Turn, kept: Turn) -> Turn | None:
    if kind not in ("text", "digits"):
        return None
    return kept if key in _COME_AGAIN else text


def _as_it_is(value: Any) -> Any:
    return value


def outcome_text(code: str, words: Words) -> str:
    """An outcome as people say it; the code itself where a newer program made it."""
    key = f"rules.outcome_{code}"
    return words.say(key) if words.knows(key) else code
