"""Days, months and years around the day of the town."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def months_after(day: date, months: int) -> date:
    """The same day `months` later (earlier if negative), the last of the month where it lacks."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(born_on: date, day: date) -> int:
    """Completed years of age on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def days_after(day: date, days: int) -> date:
    """The date `days` later, earlier if negative."""
    return day + timedelta(days=days)
