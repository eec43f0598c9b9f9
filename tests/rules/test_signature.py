"""A signature is kept small, and what comes from elsewhere is looked at before it is drawn."""

from __future__ import annotations

from math import cos, sin

import pytest

from fieldapp.rules.people.signature import (
    MOST_NUMBERS,
    WIDE,
    is_signature,
    strokes_in,
    thinned,
)


def test_points_that_nobody_tells_apart_are_left_out_and_the_sheet_is_scaled() -> None:
    drawn = [[(0.0, 0.0), (0.2, 0.1), (250.0, 10.0), (9999.0, -5.0)], [(5.0, 5.0)]]
    assert thinned(drawn, 500) == ((0, 0, 500, 20, WIDE, 0),)


def test_no_more_is_kept_than_the_limit() -> None:
    long = [[(float(n % 500), float(n % 140)) for n in range(0, 90_000, 7)] for _ in range(3)]
    assert sum(map(len, thinned(long, 500))) <= MOST_NUMBERS
    assert sum(map(len, thinned([[(0, 0), (100, 50)], *long], 500))) <= MOST_NUMBERS


def test_a_long_hand_is_kept_whole_and_coarser() -> None:
    loops = [[(250 + 240 * cos(n / 60), 70 + 65 * sin(n / 7)) for n in range(9_000)]]
    first, last = thinned([*loops, [(20.0, 10.0), (470.0, 130.0)]], 500)
    assert is_signature([first]) and last == (40, 20, 940, 260)
    assert len(first) + len(last) <= MOST_NUMBERS


def test_a_dot_is_no_signature() -> None:
    assert not is_signature([(10, 10, 14, 12)]) and not is_signature([])
    assert is_signature([(10, 10, 200, 40)])


@pytest.mark.parametrize(
    "hostile",
    [None, "x", [[1, 2]], [["a", 1, 2, 3]], [[1, 2, 3]], [[1, 2, 3, 900]], [[True] * 4], [7]],
)
def test_what_is_no_stroke_is_not_drawn(hostile: object) -> None:
    assert strokes_in(hostile) == ()


def test_good_strokes_are_read_and_too_many_are_not() -> None:
    assert strokes_in([[0, 0, 9, 9], "x"]) == ((0, 0, 9, 9),)
    assert strokes_in([[1, 1] * MOST_NUMBERS]) == ()
