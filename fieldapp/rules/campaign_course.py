"""The course of a campaign day by day: how many joined, how many there should be, where it leads.

Pure. What came in after a figure was reported is told apart, so that a chart and a table can say
which days have changed since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fieldapp.rules.campaign import Pace, Span


@dataclass(frozen=True)
class Reported:
    """A figure as it stood when a day's figures were last here whole, and what it is now.

    Attributes:
        was: people who had joined up to `until`, as was known at `at`.
        now: people who had joined up to `until`, as is known now.
        at: when the server last said so on an earlier day.
    """

    was: int
    now: int
    until: date
    at: datetime

    @property
    def changed(self) -> bool:
        """Whether later news changed it."""
        return self.was != self.now


@dataclass(frozen=True)
class CourseDay:
    """One day.

    Attributes:
        people: who joined on it; `late` of them were not known yet when it was reported.
        total: everybody up to its evening.
        due: how many there should have been by then; None without a target or an end.
    """

    on: date
    people: int
    late: int
    total: int
    due: int | None


@dataclass(frozen=True)
class Course:
    """All days up to today (or the last one), and where the pace of the last full days leads.

    Attributes:
        expected: people on the last day at that pace; None: no end, no pace yet, or over.
    """

    days: tuple[CourseDay, ...]
    expected: int | None


def per_day(span: Span, today: date, days: Iterable[date]) -> tuple[int, ...]:
    """How many of `days` fall on each day from the first one until today, or until the last one."""
    counted = Counter(days)
    last = today if span.ends_on is None else min(today, span.ends_on)
    length = max(0, (last - span.starts_on).days + 1)
    return tuple(counted.get(span.starts_on + timedelta(days=n), 0) for n in range(length))


def course(
    span: Span,
    today: date,
    target: int | None,
    people: Sequence[int],
    late: Sequence[int],
    pace: Pace,
) -> Course:
    """The days of `people` (as `per_day` gives them, `late` alike) against a target."""
    days, total = [], 0
    for number, joined in enumerate(people):
        on = span.starts_on + timedelta(days=number)
        total += joined
        came_late = late[number] if number < len(late) else 0
        due = span.due(on, target) if target else None
        days.append(CourseDay(on, joined, came_late, total, due))
    return Course(tuple(days), _expected(span, today, total, pace))


def _expected(span: Span, today: date, total: int, pace: Pace) -> int | None:
    left = span.days_left(today)
    if left is None or not pace.lately_days or span.stage(today) != "running":
        return None
    return total + (2 * pace.lately * left + pace.lately_days) // (2 * pace.lately_days)
