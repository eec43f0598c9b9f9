"""Exact arithmetic for money: fractions until the end, then one rounding."""

from __future__ import annotations

import math
from fractions import Fraction

CONFIDENCE_ORDER = ("S", "C", "S2", "U")


def round_half_up(amount: Fraction) -> int:
    """The nearest whole đồng, a half goes up (QĐ595 examples of Điều 10 and 12)."""
    return math.floor(amount + Fraction(1, 2))


def percent_text(percent: Fraction | int) -> str:
    """A percentage as written in Vietnam, to two decimals: `4,5 %`."""
    hundredths = round_half_up(Fraction(percent) * 100)
    whole, rest = divmod(hundredths, 100)
    digits = f"{rest:02}".rstrip("0")
    return f"{whole},{digits} %" if digits else f"{whole} %"


def weakest(*marks: str) -> str:
    """The least trustworthy of the confidence marks: what a result made of all of them deserves."""
    return max(marks, key=CONFIDENCE_ORDER.index)
