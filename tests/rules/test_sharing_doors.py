"""Doors are shared evenly, each run in one piece, cut at the end of an alley where it is near."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.visiting.sharing import NEAR_ENOUGH, in_walking_order, runs, wanted

COUNTS = st.lists(st.integers(0, 60), max_size=8)


@given(st.integers(0, 300), COUNTS)
def test_all_hold_the_same_in_the_end_as_nearly_as_it_goes(free: int, held: list[int]) -> None:
    more = wanted(free, held)
    assert sum(more) == (free if held else 0)
    ends = [before + got for before, got in zip(held, more, strict=True)]
    topped_up = [end for end, got in zip(ends, more, strict=True) if got]
    assert not topped_up or max(topped_up) - min(ends) <= 1


@given(COUNTS, st.integers(1, 6))
def test_every_door_is_in_one_run_and_no_run_is_far_from_its_share(
    alleys: list[int], among: int
) -> None:
    shares = wanted(sum(alleys), [0] * among)
    found = runs(alleys, shares)
    assert [start for start, _ in found[1:]] == [end for _, end in found[:-1]]
    assert found[0][0] == 0 and found[-1][1] == sum(alleys)
    for (start, end), share in zip(found, shares, strict=True):
        assert end - start >= 0 and abs(end - start - share) * NEAR_ENOUGH <= 2 * (share + 1)


def test_a_cut_near_the_end_of_an_alley_moves_there() -> None:
    assert runs([9, 11], [10, 10]) == [(0, 9), (9, 20)]


def test_a_long_alley_is_cut_in_the_middle() -> None:
    assert runs([40], [20, 20]) == [(0, 20), (20, 40)]


def test_who_holds_many_gets_fewer() -> None:
    assert wanted(10, [6, 0]) == [2, 8]


def test_everybody_goes_on_near_what_is_held_already() -> None:
    assert in_walking_order([[0, 0, 4], [3, 0, 0], [0, 0, 0], [1, 1, 0]]) == [1, 3, 2, 0]
    assert in_walking_order([[0, 0], [0, 0], [0, 0]]) == [0, 1, 2]
    assert in_walking_order([]) == []


def test_nobody_to_share_among_gets_nothing() -> None:
    assert wanted(5, []) == [] and runs([5], []) == []
