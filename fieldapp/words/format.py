"""Numbers, money and dates as people in Vietnam write them, in either language of the program."""

from __future__ import annotations

from datetime import date, datetime

from fieldapp.clock import VIETNAM

NBSP = "\u00a0"
MINUS = "\u2212"


def number(value: int) -> str:
    """Groups of three with dots: 1.204."""
    text = f"{abs(value):,}".replace(",", ".")
    return f"{MINUS}{text}" if value < 0 else text


def money(dong: int) -> str:
    """An amount in đồng with a no-break space: 1.263.600 đ."""
    return f"{number(dong)}{NBSP}đ"


def short_date(day: date, today: date) -> str:
    """21/11 within the year of `today`, else 21/11/2024."""
    return f"{day:%d/%m}" if day.year == today.year else long_date(day)


def long_date(day: date) -> str:
    """21/11/2024, for headings, forms and papers."""
    return f"{day:%d/%m/%Y}"


def clock_time(at: datetime) -> str:
    """10:07 in Ho Chi Minh City."""
    return f"{at.astimezone(VIETNAM):%H:%M}"
