"""Whole months between dates, as terms of insurance count them."""

from __future__ import annotations

import calendar
from datetime import MAXYEAR, date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier); the month's last day if it is shorter.

    Where the calendar ends before, its last day: dates without an end are written as 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > MAXYEAR:
        return date.max
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def last_day_of_term(start: date, months: int) -> date:
    """The last day of a term: paid on the 17th it runs to the 16th (NĐ146/2018 Điều 10.4).

    Where the last month has no such day the term ends with the month.
    """
    end = add_months(start, months)
    if end == date.max:
        return end
    return end - timedelta(days=1) if end.day == start.day else end


def months_and_days(start: date, end: date) -> tuple[int, int]:
    """The span from `start` to a later `end` in whole months and the days left over."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    return months, (end - add_months(start, months)).days
