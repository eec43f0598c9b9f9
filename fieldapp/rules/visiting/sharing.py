"""Sharing the doors of a ward among canvassers: everybody the same number, nobody far to walk.

The doors stand in walking order; each canvasser gets one run of them, and a run ends where an alley
ends if that is near enough.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import accumulate, pairwise

NEAR_ENOUGH = 4
"""A cut moves to the end of an alley by at most this part (a quarter) of a share."""


def wanted(free: int, held: Sequence[int]) -> list[int]:
    """How many of the free doors each gets, so that all hold the same number in the end as nearly
    as it goes; nobody loses a door. Adds up to `free` where there is anybody at all."""
    more = [0] * len(held)
    heap = [(count, place) for place, count in enumerate(held)]
    heapq.heapify(heap)
    for _ in range(free if heap else 0):
        count, place = heapq.heappop(heap)
        more[place] += 1
        heapq.heappush(heap, (count + 1, place))
    return more


def in_walking_order(held: Sequence[Sequence[int]]) -> list[int]:
    """In which order people are to get their runs, so that nobody walks far from what is held
    already. Who holds nothing goes where that moves the others least, else behind.

    Args:
        held: for each of them how many doors in each alley, in walking order.
    """
    known = {one: sum(alleys) for one, alleys in enumerate(held) if sum(alleys)}
    middles = {
        one: sum((at + 0.5) * doors for at, doors in enumerate(held[one])) / count
        for one, count in known.items()
    }

    def far(order: Sequence[int]) -> float:
        """How far runs of equal length would lie from what their people hold."""
        step = len(held[0]) / len(order)
        return sum(
            abs((place + 0.5) * step - middles[one])
            for place, one in enumerate(order)
            if one in middles
        )

    order = sorted(middles, key=middles.__getitem__)
    for one in range(len(held)):
        if one not in middles:
            tried = [[*order[:at], one, *order[at:]] for at in range(len(order), -1, -1)]
            order = min(tried, key=far)
    return order


def runs(alleys: Sequence[int], shares: Sequence[int]) -> list[tuple[int, int]]:
    """From which door to which (exclusive) each share goes.

    Args:
        alleys: how many doors each alley has, in walking order.
        shares: how many doors each canvasser is to get; adds up to all of them.
    """
    ends = list(accumulate(alleys))
    cuts = [0]
    exact = 0
    for place, share in enumerate(shares):
        exact += share
        cut = exact
        near = min((end for end in ends), key=lambda end: abs(end - exact), default=exact)
        last = place == len(shares) - 1
        if not last and abs(near - exact) * NEAR_ENOUGH <= share:
            cut = near
        cuts.append(max(cut, cuts[-1]))
    return list(pairwise(cuts))
