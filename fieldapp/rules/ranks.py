"""The ledger of ranks: a household's places in the ladder, counted anew each calendar year.

A member who pays later in the year takes the next free rank (NĐ146/2018 Điều 7.1e speaks of "the
same financial year"; that this holds for a later payment is a reading of it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import count


def taken_in(year: int, paid: Iterable[tuple[int | None, date]]) -> frozenset[int]:
    """The ranks that are taken in a calendar year, from (rank, day of payment) of what was paid."""
    return frozenset(rank for rank, paid_on in paid if rank is not None and paid_on.year == year)


def free_ranks(taken: Collection[int]) -> Iterator[int]:
    """The ranks that are free, from 1 on: one that came free again goes first."""
    return (rank for rank in count(1) if rank not in taken)
