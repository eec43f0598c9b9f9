"""How a campaign stands: who counts, which pace is needed and which one is kept.

Days are calendar days: canvassers knock in the evening and at weekends, and the target's last day
is a date (SGGP 2/11/2024: "đến 31/12"). Today is no day left, it is under way; on the last day all
that is missing is needed today. B15a-UQ parts people into new and continuing ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, Literal, TypeVar

Stage = Literal["not_begun", "running", "ended"]
State = Literal[
    "no_target",
    "nothing_to_reach",
    "part_of_city",
    "reached",
    "not_begun",
    "missed",
    "no_end",
    "just_begun",
    "on_pace",
    "close",
    "behind",
]
"""`part_of_city`: the target is the city's, the results are those of some wards: no judgement."""

LATELY_DAYS = 7
"""The pace that is kept is that of the last full days: a week has each weekday once."""
CLOSE_PERCENT = 90
"""From here on a pace is close to the needed one."""

T = TypeVar("T")


def counted_kind(kind: str) -> str:
    """`renewal` for who goes on; `new` for who had no cover of the scheme, or had lost it."""
    return "renewal" if kind == "renewal" else "new"


def first_payments(
    rows: Iterable[T], person: Callable[[Any], str] = attrgetter("person")
) -> tuple[T, ...]:
    """The payments by which people joined: one who paid twice for a scheme counts once, as first.

    Rows have `scheme`, `paid_on` and `id`; `person` says who it is (a merged record is another's).
    """
    ordered: list[Any] = sorted(rows, key=_ORDER)
    first: dict[tuple[str, str], T] = {}
    for row in ordered:
        first.setdefault((person(row), row.scheme), row)
    return tuple(first.values())


_ORDER: Callable[[Any], Any] = attrgetter("paid_on", "id")


@dataclass(frozen=True)
class Span:
    """First and last day of a campaign; None: no last day was said."""

    starts_on: date
    ends_on: date | None = None

    def stage(self, today: date) -> Stage:
        """Whether it is on."""
        if today < self.starts_on:
            return "not_begun"
        return "ended" if self.ends_on is not None and today > self.ends_on else "running"

    def days_left(self, today: date) -> int | None:
        """Calendar days after today to the last one; all of them before the first. None: no end."""
        if self.ends_on is None:
            return None
        before = max(today, self.starts_on - timedelta(days=1))
        return max(0, (self.ends_on - before).days)

    def lately(self, today: date) -> tuple[date, int]:
        """The first of the last full days before today, and how many they are (0 to 7)."""
        days = min(LATELY_DAYS, max(0, (today - self.starts_on).days))
        return today - timedelta(days=days), days

    def due(self, today: date, target: int) -> int | None:
        """How many there should be by the end of today, day by day alike. None: no end."""
        if self.ends_on is None:
            return None
        days = (self.ends_on - self.starts_on).days + 1
        gone = min(days, max(0, (today - self.starts_on).days + 1))
        return target * gone // days


@dataclass(frozen=True)
class Pace:
    """How a number of people stands against its target.

    Attributes:
        percent: whole per cent of the target, rounded down; None without one, and for zero.
        due: how many there should be by tonight.
        needed: people a day until the end, rounded up; None where there is nothing to say.
        lately: people of the last `lately_days` full days.
    """

    state: State
    percent: int | None = None
    due: int | None = None
    missing: int = 0
    needed: int | None = None
    lately: int = 0
    lately_days: int = 0


def pace(
    span: Span, today: date, target: int | None, done: int, lately: int, *, comparable: bool = True
) -> Pace:
    """Judges a number; `lately` are those of the days that `span.lately` names.

    `comparable` is False where target and people are not of the same wards.
    """
    days = span.lately(today)[1]
    if target is None:
        return Pace("no_target", lately=lately, lately_days=days)
    if target <= 0:
        return Pace("nothing_to_reach", lately=lately, lately_days=days)
    percent = 100 * done // target
    if not comparable:
        return Pace("part_of_city", percent, lately=lately, lately_days=days)
    missing, left = max(0, target - done), span.days_left(today)
    stage = span.stage(today)
    needed = None
    if left is not None and stage != "ended" and missing:
        needed = -(-missing // max(1, left))
    return Pace(
        state=_state(stage, missing, left, lately, days),
        percent=percent,
        due=span.due(today, target),
        missing=missing,
        needed=needed,
        lately=lately,
        lately_days=days,
    )


def _state(stage: Stage, missing: int, left: int | None, lately: int, days: int) -> State:
    if not missing:
        return "reached"
    if stage != "running":
        return "not_begun" if stage == "not_begun" else "missed"
    if left is None:
        return "no_end"
    if not days:
        return "just_begun"
    kept, wanted = lately * max(1, left), missing * days
    if kept >= wanted:
        return "on_pace"
    return "close" if 100 * kept >= CLOSE_PERCENT * wanted else "behind"


def urgency(paces: Iterable[Pace]) -> tuple[int, int]:
    """Who needs help first, to sort by: the worst share of its needed pace, then the most missing.

    Smaller comes first; without any target that is judged it comes last.
    """
    judged = [one for one in paces if one.missing]
    if not judged:
        return 10**9, 0
    worst = min(_share_of_needed(one) for one in judged)
    return worst, -sum(one.missing for one in judged)


def _share_of_needed(one: Pace) -> int:
    """The kept pace in thousandths of the needed one; without one, the people in thousandths."""
    if not one.needed or not one.lately_days:
        return 10 * (one.percent or 0)
    return 1000 * one.lately // (one.needed * one.lately_days)
