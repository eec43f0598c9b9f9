"""Who may pay voluntary social insurance: age, other insurance, and what is paid already."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from fieldapp.rules.calendar_months import add_months
from fieldapp.rules.explained import Reason

FROM_AGE = 15
"""Luật 41/2024 Điều 2.4."""
INSURED = frozenset({"employer", "forces", "pension", "unemployment"})
"""Groups of the health insurance whose people are in the compulsory insurance, draw a pension or
the allowance of the unemployed: the agency returns them (Luật 41/2024 Điều 2.4; QĐ366 Điều
5.1.3.2a)."""


def why_not(
    groups: Collection[str], born_on: date | None, day: date, *, paid_until: date | None = None
) -> Reason | None:
    """Why a person of these groups does not pay on a day; None if she may.

    `paid_until` is the last day that she has paid for: the next term comes after it.
    """
    if INSURED.intersection(groups):
        return Reason("vsi_insured_otherwise")
    if born_on is not None and _age(born_on, day) < FROM_AGE:
        return Reason("vsi_too_young", {"n": FROM_AGE})
    if paid_until is not None and paid_until > day:
        return Reason("vsi_paid_until", {"day": paid_until})
    return None


def first_month(paid_on: date, paid_until: date | None) -> date:
    """The first day of the months that a payment is for: its own month, or the one after those
    that are paid already."""
    first = paid_on.replace(day=1)
    if paid_until is None or paid_until < first:
        return first
    return add_months(paid_until.replace(day=1), 1)


def _age(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
