"""How old cash in hand is, and whether what was handed in is what its receipts say. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fieldapp.rules import tables

Age = Literal["fresh", "due", "late"]
AGES: tuple[Age, ...] = ("fresh", "due", "late")
"""0 to 1, 2 to 5, more than 5 working days."""

FIXED_HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
"""Month and day of the public holidays that fall on the same day each year (Labour Code
45/2019/QH14, Art. 112). Those that are announced year by year stand in `public_holidays`; of a
year that it does not know yet they count as working days: money is asked for earlier, never later.
"""
LONGEST_OFF = 31


def working_days(taken_on: date, today: date) -> int:
    """How many working days have begun since the day on which money was taken; 0 on that day."""
    off = tables.book().made(_announced)
    days = (taken_on + timedelta(days=n) for n in range(1, (today - taken_on).days + 1))
    return sum(
        day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS and day not in off
        for day in days
    )


def _announced(book: tables.Book) -> frozenset[date]:
    """The days off that were announced; of a span without an end only its first day."""
    found = set()
    for row in book.rows("public_holidays"):
        span = ((row.valid_to or row.valid_from) - row.valid_from).days
        found |= {row.valid_from + timedelta(n) for n in range(min(span, LONGEST_OFF) + 1)}
    return frozenset(found)


def age_of(taken_on: date, today: date) -> Age:
    """How old money is that was taken on a day. The law leaves the limit to the contract with the
    agency (no number in QĐ595 or QĐ366), so this is an order for asking, not a breach."""
    days = working_days(taken_on, today)
    if days <= 1:
        return "fresh"
    return "due" if days <= 5 else "late"


RemittanceState = Literal["waiting", "confirmed", "short", "over", "differs", "reversed"]


@dataclass(frozen=True)
class HandedIn:
    """What is known of a remittance.

    Attributes:
        amount_dong: what it says.
        counts: what desks counted, each sum once; none: nobody has yet.
        receipts: how many it names; `known`: how many of those are seen here.
        standing_dong: what the seen ones add up to that are not void, and cash of who hands it in.
        foreign: how many of the seen ones are not: somebody else's, or not cash.
        twice: how many of them another remittance names, too.
    """

    amount_dong: int
    counts: tuple[int, ...] = ()
    reversed: bool = False
    receipts: int = 0
    known: int = 0
    standing_dong: int = 0
    foreign: int = 0
    twice: int = 0

    @property
    def other_sum(self) -> bool:
        """Whether all its receipts are seen, and add up to something else than it says."""
        return self.known == self.receipts and self.standing_dong != self.amount_dong


def remittance_state(one: HandedIn) -> RemittanceState:
    """Where a remittance stands. `differs`: two desks counted two sums, and nobody has decided."""
    if one.reversed:
        return "reversed"
    if not one.counts:
        return "waiting"
    if len(one.counts) > 1:
        return "differs"
    counted = one.counts[0]
    if counted == one.amount_dong:
        return "confirmed"
    return "short" if counted < one.amount_dong else "over"


def remittance_doubts(one: HandedIn) -> tuple[str, ...]:
    """What does not fit between a remittance and its receipts: `not_arrived` (some are not seen
    here yet), `other_sum` (all are, and they add up to something else: one was crossed out since),
    `not_hers` (one is somebody else's, or no cash), `twice` (another remittance names one of them,
    too), `counts_differ` (between two desks). None of a reversed one."""
    found = {
        "not_arrived": one.known < one.receipts,
        "other_sum": one.other_sum,
        "not_hers": one.foreign > 0,
        "twice": one.twice > 0,
        "counts_differ": len(one.counts) > 1,
    }
    return () if one.reversed else tuple(name for name, there in found.items() if there)


def named_twice(remittances: Collection[tuple[str, Collection[str]]]) -> dict[str, int]:
    """Of each remittance (id, its receipts) how many of its receipts another one names, too."""
    seen: dict[str, int] = {}
    for _, receipts in remittances:
        for receipt in set(receipts):
            seen[receipt] = seen.get(receipt, 0) + 1
    return {name: sum(seen[r] > 1 for r in set(receipts)) for name, receipts in remittances}
