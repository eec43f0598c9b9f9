"""Numbers and days as they are typed on the line: read exactly, or refused with the option's name.

Only ASCII digits are digits here, and nothing is ever read as a float.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from fieldapp.errors import UserMends

_WHOLE = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def whole(text: str, field: str, *, least: int = 0, most: int = 10**12) -> int:
    """A whole number within bounds, both included. Raises UserMends about `field`."""
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise UserMends("cli.whole_number", field=field, said=_short(text), least=least, most=most)
    return int(text)


def percent(text: str, field: str) -> Fraction:
    """A percentage from 0 to 100 with a decimal point or comma. Raises UserMends about `field`."""
    read = _exact(text)
    if read is None or read > 100:
        raise UserMends("cli.percent", field=field, said=_short(text))
    return read


def decimal(text: str, field: str) -> Fraction:
    """A decimal number of 0 or more. Raises UserMends about `field`."""
    read = _exact(text)
    if read is None:
        raise UserMends("cli.decimal", field=field, said=_short(text))
    return read


def day(text: str, field: str) -> date:
    """A day written as 2026-11-23. Raises UserMends about `field`."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a day that no calendar has, such as 2026-02-30, is refused like any other text
    raise UserMends("cli.day_invalid", field=field, day=_short(text))


def _exact(text: str) -> Fraction | None:
    return Fraction(text.replace(",", ".")) if _DECIMAL.fullmatch(text) else None


def _short(text: str) -> str:
    """What was typed, cut where nobody would read on."""
    return text if len(text) <= 40 else text[:40] + "…"
