"""What a day's receipts come to, and whether the cash that was counted is what they say. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """One receipt of the day: how it was paid, đồng, and whether it was crossed out."""

    method: str
    dong: int
    void: bool


@dataclass(frozen=True)
class DayTakings:
    """How many receipts of each kind, and their sums in đồng; void ones count for nothing."""

    cash: int = 0
    cash_dong: int = 0
    transfers: int = 0
    transfer_dong: int = 0
    void: int = 0


def takings(receipts: Iterable[Taken]) -> DayTakings:
    """What the receipts of a day come to."""
    all_of = list(receipts)
    cash = [one.dong for one in all_of if not one.void and one.method == "cash"]
    others = [one.dong for one in all_of if not one.void and one.method != "cash"]
    void = sum(one.void for one in all_of)
    return DayTakings(len(cash), sum(cash), len(others), sum(others), void)
