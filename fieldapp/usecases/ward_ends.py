"""Wards that are no more: until when they were, and what their territory belongs to today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.model import stream_of
from fieldapp.rules.places import wards as ward_rules


@dataclass(frozen=True)
class WardEnd:
    """The last day of a ward that is no more; `became`: streams and names of today's wards."""

    ended_on: date
    became: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(name for _, name in self.became)


def end_of(stream: str, row: Any, today: date) -> WardEnd | None:
    """How a ward ended that was merged away or divided; None: it is in force.

    `row` is what the city's stream says of it, None where it says nothing.
    """
    known = _known_ward(stream)
    last = known.valid_to if known else row.valid_to if row is not None else None
    if last is None or last >= today:
        return None
    became = ward_rules.became(known, today) if known else ()
    return WardEnd(last, tuple((stream_of(one.code, one.valid_from), one.name) for one in became))


def _known_ward(stream: str) -> ward_rules.Ward | None:
    code, _, since = stream.partition(".")
    try:
        return ward_rules.ward_of(code, date.fromisoformat(since))
    except ValueError:  # not the name of a ward of the table: the city's stream says what is known
        return None
