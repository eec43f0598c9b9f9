"""Which numbers of a receipt book are missing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

ONE_RANGE = 50
"""A jump of as many numbers or more is the next range that the collector was given, no hole."""


def missing_numbers(
    used: Sequence[int],
    given: Collection[int],
    leased: Sequence[tuple[int, int]] = (),
) -> list[int]:
    """Numbers below the last used one that one collector should have used and did not.

    Numbers ascend, none is skipped (TT70/2019/TT-BTC, C27-X). What others issued is not missing.

    Args:
        used: the collector's own numbers in this book, in any order.
        given: all numbers of the book of which there is a receipt, whoever issued it.
        leased: the ranges that the collector has, first and last number, where they are known;
            without them numbers between two of hers count, unless they are a whole range apart.
    """
    ordered = sorted(set(used))
    if not ordered:
        return []
    if leased:
        should = {n for first, last in leased for n in range(first, min(last, ordered[-1]) + 1)}
        return sorted(should - set(given))
    holes = [
        number
        for before, after in pairwise(ordered)
        if after - before <= ONE_RANGE
        for number in range(before + 1, after)
    ]
    return [number for number in holes if number not in given]
