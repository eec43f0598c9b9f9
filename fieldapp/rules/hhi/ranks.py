"""The ledger of ranks: a household's places in the ladder, counted anew each calendar year.

A member who pays later in the year takes the next free rank (NĐ146/2018 Điều 7.1e speaks of "the
same financial year"; that this holds for a later payment is a reading of it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Paid:
    """A place in a ladder that was paid for; `rank` None: it stands outside the ladder."""

    enrolment: str
    household: str
    rank: int | None
    paid_on: date


def taken_before(paid: Iterable[Paid]) -> frozenset[str]:
    """The enrolments whose rank somebody of the household has in that calendar year already.

    Two laptops that had not met may both give out a rank. The first payment has it; the later one
    was priced by a place that was not free.
    """
    taken: set[tuple[str, int, int]] = set()
    found = set()
    for one in sorted(paid, key=lambda one: (one.paid_on, one.enrolment)):
        if one.rank is None:
            continue
        place = (one.household, one.paid_on.year, one.rank)
        if place in taken:
            found.add(one.enrolment)
        taken.add(place)
    return frozenset(found)


def taken_in(year: int, paid: Iterable[tuple[int | None, date]]) -> frozenset[int]:
    """The ranks that are taken in a calendar year, from (rank, day of payment) of what was paid."""
    return frozenset(rank for rank, paid_on in paid if rank is not None and paid_on.year == year)


def free_ranks(taken: Collection[int], wanted: int) -> tuple[int, ...]:
    """The ranks that are free, at least `wanted` of them: one that came free again goes first."""
    return tuple(rank for rank in range(1, wanted + len(taken) + 1) if rank not in taken)
