"""The formulas of voluntary social insurance, exact (QĐ595 Điều 10, 11; NĐ159/2025 Điều 6 to 8).

`monthly` is 22 % of the chosen income in đồng, `rate` the monthly rate of the fund as a fraction
(0.31 % is 31/10000). Nothing is rounded here.
"""

from __future__ import annotations

from fractions import Fraction


def paid_ahead(monthly: Fraction, rate: Fraction, months: int) -> Fraction:
    """T1: months paid ahead, each discounted to today: Σ(i=1..n) monthly / (1+r)^(i−1)."""
    return Fraction(sum(monthly / (1 + rate) ** (i - 1) for i in range(1, months + 1)))


def paid_for_missing(monthly: Fraction, rate: Fraction, months: int) -> Fraction:
    """T2: missing months paid at once, compounded: Σ(i=1..t) monthly × (1+r)^i."""
    return Fraction(sum(monthly * (1 + rate) ** i for i in range(1, months + 1)))


def paid_late(due: Fraction, rate: Fraction, months_late: int) -> Fraction:
    """T3: a payment that was due, with interest for the months that it is late: due × (1+r)^t."""
    return due * (1 + rate) ** months_late


def given_back(monthly: Fraction, rate: Fraction, months: int, left: int) -> Fraction:
    """HT before the State part is taken off: the last `left` of the `months` paid ahead, as they
    were discounted when they were paid: Σ(i=n−t+1..n) monthly / (1+r)^(i−1)."""
    return paid_ahead(monthly, rate, months) - paid_ahead(monthly, rate, months - left)
