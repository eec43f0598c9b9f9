"""How old cash in hand is, and whether what was handed in is what its receipts say. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Age = Literal["fresh", "due", "late"]
AGES: tuple[Age, ...] = ("fresh", "due", "late")
"""0 to 1, 2 to 5, more than 5 working days."""

FIXED_HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
"""Month and day of the public holidays that fall on the same day each year (Labour Code
45/2019/QH14, Art. 112). Those of the lunar year are announced year by year and count as working
days here: then money is asked for earlier, never later."""


def working_days(taken_on: date, today: date) -> int:
    """How many working days have begun since the day on which money was taken; 0 on that day."""
    days = (taken_on + timedelta(days=n) for n in range(1, (today - taken_on).days + 1))
    return sum(day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS for day in days)


def age_of(taken_on: date, today: date) -> Age:
    """How old money is that was taken on a day. The law leaves the limit to the contract with the
    agency (no number in QĐ595 or QĐ366), so this is an order for asking, not a breach."""
    days = working_days(taken_on, today)
    if days <= 1:
        return "fresh"
    return "due" if days <= 5 else "late"


RemittanceState = Literal["waiting", "confirmed", "short", "over", "reversed"]


@dataclass(frozen=True)
class HandedIn:
    """What is known of a remittance.

    Attributes:
        amount_dong: what it says.
        counted_dong: what the desk counted; None: nobody has yet.
        receipts: how many it names; `known`: how many of those are seen here.
        standing_dong: what the seen ones that are not void add up to.
        twice: how many of them another remittance names, too.
    """

    amount_dong: int
    counted_dong: int | None = None
    reversed: bool = False
    receipts: int = 0
    known: int = 0
    standing_dong: int = 0
    twice: int = 0


def remittance_state(one: HandedIn) -> RemittanceState:
    """Where a remittance stands."""
    if one.reversed:
        return "reversed"
    if one.counted_dong is None:
        return "waiting"
    if one.counted_dong == one.amount_dong:
        return "confirmed"
    return "short" if one.counted_dong < one.amount_dong else "over"


def remittance_doubts(one: HandedIn) -> tuple[str, ...]:
    """What does not fit between a remittance and its receipts: `not_arrived` (some are not seen
    here yet), `other_sum` (all are, and they add up to something else: one was crossed out since),
    `twice` (another remittance names one of them, too). None of a reversed one."""
    if one.reversed:
        return ()
    doubts = ["not_arrived"] if one.known < one.receipts else []
    if one.known == one.receipts and one.standing_dong != one.amount_dong:
        doubts.append("other_sum")
    return (*doubts, "twice") if one.twice else tuple(doubts)


def named_twice(remittances: Collection[tuple[str, Collection[str]]]) -> dict[str, int]:
    """Of each remittance (id, its receipts) how many of its receipts another one names, too."""
    seen: dict[str, int] = {}
    for _, receipts in remittances:
        for receipt in set(receipts):
            seen[receipt] = seen.get(receipt, 0) + 1
    return {name: sum(seen[r] > 1 for r in set(receipts)) for name, receipts in remittances}
