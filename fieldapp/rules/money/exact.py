"""Exact arithmetic for money: fractions until the end, then one rounding."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from fieldapp.errors import DefectFound

CONFIDENCE_ORDER = ("S", "C", "S2", "U")
DECIMALS = 6
"""The places that a percentage kept as a decimal text may have."""


def round_half_up(amount: Fraction) -> int:
    """The nearest whole đồng, a half goes up (QĐ595 examples of Điều 10 and 12)."""
    return math.floor(amount + Fraction(1, 2))


def percent_text(percent: Fraction | int) -> str:
    """A percentage as written in Vietnam, with all decimals that one may have: `4,5 %`."""
    parts = round_half_up(percent * Fraction(10**DECIMALS))
    return f"{_decimal(parts)} %".replace(".", ",")


def decimal_text(percent: Fraction) -> str:
    """A percentage as an exact decimal text, as records keep it: `12.5`.

    Raises DefectFound for one that has no end within six decimals.
    """
    parts = percent * 10**DECIMALS
    if parts.denominator != 1:
        raise DefectFound("rules.percent_endless", percent=str(percent))
    return _decimal(parts.numerator)


def _decimal(parts: int) -> str:
    """So many millionths, without zeros at the end."""
    return f"{(Decimal(parts) / 10**DECIMALS).normalize():f}"


def weakest(*marks: str) -> str:
    """The least trustworthy of the confidence marks: what a result made of all of them deserves."""
    return max(marks, key=CONFIDENCE_ORDER.index)
