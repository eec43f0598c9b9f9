"""What of the visit log is wanted, and up to where the logs are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fieldapp.clock import VIETNAM

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 30)
"""Nobody was visited before or after; a moment beyond has no place in the calendar of UTC."""


def _midnight(day: date) -> datetime:
    sound = min(max(day, FIRST_DAY), LAST_DAY)
    return datetime(sound.year, sound.month, sound.day, tzinfo=VIETNAM)


@dataclass(frozen=True)
class VisitFilter:
    """Which visits: of these wards, from a day to a day, of these people with these outcomes.

    No canvasser or no outcome means all. `unsent`: with this laptop's own work that the server has
    not confirmed; what such a file says cannot be asked for again by its revisions.
    """

    wards: tuple[str, ...]
    since: date
    until: date
    canvassers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    unsent: bool = False

    def told(self) -> dict[str, Any]:
        """As the audit, a preset and the wire say it."""
        return {
            "wards": list(self.wards),
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "canvassers": list(self.canvassers),
            "outcomes": list(self.outcomes),
            "unsent": self.unsent,
        }

    @property
    def begins_at(self) -> datetime:
        """The first moment of the first day."""
        return _midnight(self.since)

    @property
    def ends_before(self) -> datetime:
        """The first moment after the last day."""
        return _midnight(self.until) + timedelta(days=1)


def filter_of(told: Mapping[str, Any]) -> VisitFilter:
    """What `told` said. Raises ValueError, KeyError or TypeError for anything else."""
    return VisitFilter(
        tuple(map(str, told["wards"])),
        date.fromisoformat(told["since"]),
        date.fromisoformat(told["until"]),
        tuple(map(str, told.get("canvassers", ()))),
        tuple(map(str, told.get("outcomes", ()))),
        bool(told.get("unsent", False)),
    )


@dataclass(frozen=True)
class CutOff:
    """Up to where one log is read. `chain` proves which log: it is that of the entry `revision`.

    `epoch` is the life of the server's database, for people; the chain outlives it.
    """

    epoch: str
    revision: int
    chain: str


@dataclass(frozen=True)
class After:
    """The place of a visit in its ward's log by time: reading goes on behind it."""

    visited_at: datetime
    visit: str
