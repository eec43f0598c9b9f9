"""The seven outcomes of a visit and what each proposes for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from fieldapp.errors import DefectFound
from fieldapp.rules.calendar_months import add_months

SATURDAY = 5
EVENING = time(17, 0)
MEETING = time(17, 30)

Listing = Literal["stays", "moved", "never"]


@dataclass(frozen=True)
class Outcome:
    """One outcome: its code, the key that records it, and what it does to the household.

    `met` says that somebody answered the door; `listing` whether the household stays on lists.
    Words: `rules.outcome_<code>` and, for the hint beside it, `rules.proposal_<code>`.
    """

    code: str
    key: int
    met: bool
    listing: Listing = "stays"


@dataclass(frozen=True)
class Proposal:
    """When to come again: a day, and the time from which on if one is meant. None: not planned."""

    on: date | None
    at: time | None = None


OUTCOMES = (
    Outcome("not_at_home", 1, met=False),
    Outcome("appointment", 2, met=True),
    Outcome("considering", 3, met=True),
    Outcome("refused", 4, met=True),
    Outcome("enrolled", 5, met=True),
    Outcome("moved", 6, met=False, listing="moved"),
    Outcome("do_not_contact", 7, met=True, listing="never"),
)

BY_CODE = {outcome.code: outcome for outcome in OUTCOMES}
BY_KEY = {outcome.key: outcome for outcome in OUTCOMES}


def outcome_of(code: str) -> Outcome:
    """The outcome of a code. Raises DefectFound for one that does not exist."""
    if code not in BY_CODE:
        raise DefectFound("rules.outcome_unknown", outcome=code)
    return BY_CODE[code]


def propose(code: str, visited_on: date) -> Proposal:
    """When to come again after a visit with this outcome.

    Not at home: tomorrow after 17:00. Appointment: the next Saturday 17:30, to be changed.
    Considering: in a week. Refused: in six months. The others: no next visit. Raises DefectFound
    for an unknown code.
    """
    outcome_of(code)
    if code == "not_at_home":
        return Proposal(visited_on + timedelta(days=1), EVENING)
    if code == "appointment":
        return Proposal(_next_saturday(visited_on), MEETING)
    if code == "considering":
        return Proposal(visited_on + timedelta(days=7))
    if code == "refused":
        return Proposal(add_months(visited_on, 6))
    return Proposal(None)


def _next_saturday(day: date) -> date:
    return day + timedelta(days=(SATURDAY - day.weekday() - 1) % 7 + 1)
