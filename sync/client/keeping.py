"""How long a laptop keeps what the server has: own changesets, and log entries of others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

AT_LEAST = timedelta(days=45)
"""However durable it is: a backup may turn out to be damaged when it is needed."""
AT_HAND = timedelta(days=400)
"""So much history is on the laptop though nothing needs it: a cover lasts twelve months, and who
asks to renew it wants to know what was said the year before, a month of delay included."""
MOST_ENTRIES = 50_000
"""Of one ward; what is older than `AT_LEAST` gives way."""
WORTH_IT = 500
"""Fewer entries are left until there are more."""


@dataclass(frozen=True)
class Limits:
    """How much is kept (`AT_LEAST` and the others)."""

    at_least: timedelta = AT_LEAST
    at_hand: timedelta = AT_HAND
    most_entries: int = MOST_ENTRIES
    worth_it: int = WORTH_IT


@dataclass(frozen=True)
class Kept:
    """What of a ward's log is on the laptop: the entries after `floor` up to `revision`.

    Attributes:
        marks: pairs of a revision and a moment at which the log up to there was with the server.
        durable: up to where every backup that would still be restored contains it, as the last
            greeting said of this epoch's line; None: it said nothing.
        needed: the revision after which something on the laptop needs the log; None: nothing does.
    """

    floor: int
    revision: int
    marks: Sequence[tuple[int, datetime]]
    durable: int | None
    needed: int | None = None


def may_go_upto(kept: Kept, now: datetime, limits: Limits) -> int:
    """Up to which revision the laptop may let entries go. `now` by the server's clock.

    Never the last entry: it proves the position.
    """
    old = _with_the_server(kept.marks, now - limits.at_least)
    bounds = [kept.durable or 0, old, kept.revision - 1]
    bounds += [] if kept.needed is None else [kept.needed]
    return max(min(bounds), 0)


def floor_for(kept: Kept, now: datetime, limits: Limits) -> int:
    """After which revision the log should begin on the laptop: where it does, if that is not worth
    a change."""
    aged = _with_the_server(kept.marks, now - limits.at_hand)
    should = max(aged, kept.revision - limits.most_entries)
    floor = min(should, may_go_upto(kept, now, limits))
    return floor if floor - kept.floor >= limits.worth_it else kept.floor


def _with_the_server(marks: Sequence[tuple[int, datetime]], since: datetime) -> int:
    """The revision that the server had reached by a moment, as far as known."""
    return max((revision for revision, at in marks if at <= since), default=0)
