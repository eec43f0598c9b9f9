"""What a line of an official list must come to: its stored amounts against the form's formula.

Lists carry the amounts that were taken, never newly computed ones; these functions say whether the
two agree. The parts of a premium are whole đồng while the formula is exact, and rounding moves đồng
between them, so a supporter's part may differ from it by less than `SLACK`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from fieldapp.rules import tables
from fieldapp.rules.money.exact import round_half_up

SLACK = 2
"""Đồng; the premium itself has none."""


def hhi_gross(base_dong: int, percent: Decimal, months: int, paid_on: date) -> int:
    """The premium of household health insurance in đồng: base salary × rate × ladder × months."""
    rate = tables.at("hhi_ladder", "", paid_on).number("rate")
    return round_half_up(base_dong * rate / 100 * Fraction(percent) / 100 * months)


def vsi_gross(income_dong: int, months: int, paid_on: date) -> int:
    """The premium of voluntary social insurance in đồng: column 4 × 5 × 22 % of D05-TS."""
    return round_half_up(income_dong * months * _vsi_rate(paid_on))


def agrees(part_dong: int, exact: Fraction) -> bool:
    """Whether a supporter's part is what the formula gives, but for rounding."""
    return abs(part_dong - exact) < SLACK


def months_supported(
    part_dong: int, percent: Decimal, poverty_line_dong: int, months: int, paid_on: date
) -> int | None:
    """For how many of the months a supporter paid `percent` of 22 % of the poverty line.

    Support ends within a payment when 120 months are reached (NĐ159/2025 Điều 5.2). None if no
    whole number of months up to `months` comes to `part_dong`.
    """
    monthly = Fraction(percent) / 100 * poverty_line_dong * _vsi_rate(paid_on)
    if not monthly:
        return months if part_dong == 0 else None
    found = round_half_up(part_dong / monthly)
    fits = 0 <= found <= months and agrees(part_dong, found * monthly)
    return found if fits else None


def _vsi_rate(paid_on: date) -> Fraction:
    return tables.at("vsi_rate", "", paid_on).number("percent") / 100
