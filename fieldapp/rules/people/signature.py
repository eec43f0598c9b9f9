"""A signature as strokes: small enough to travel with the record, sharp on paper of any size.

A stroke is a list of whole numbers, x and y in turn, on a sheet of `WIDE` by `HIGH`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

WIDE, HIGH = 1000, 300
NEAR = 5
"""Points nearer to the last one than this are left out: no eye tells the difference."""
MOST_NUMBERS = 2_400
"""Of all strokes: about 10 KB of a changeset at most."""
LEAST_LENGTH = 120
"""A dot or a slip of the hand is no signature."""
Stroke = tuple[int, ...]


def thinned(strokes: Sequence[Sequence[tuple[float, float]]], width: float) -> tuple[Stroke, ...]:
    """Strokes as they were drawn on a sheet `width` wide, as they are kept: the longer the hand,
    the coarser, so that all of it is kept within the limit. Of hundreds of strokes the last ones
    are left out."""
    scale, near = WIDE / max(width, 1), NEAR
    kept = _coarser(strokes, scale, near)
    while sum(map(len, kept)) > MOST_NUMBERS and near < WIDE:
        near *= 2
        kept = _coarser(strokes, scale, near)
    counts = accumulate(map(len, kept))
    return tuple(
        stroke for stroke, so_far in zip(kept, counts, strict=True) if so_far <= MOST_NUMBERS
    )


def _coarser(
    strokes: Sequence[Sequence[tuple[float, float]]], scale: float, near: int
) -> list[Stroke]:
    """Strokes without the points nearer to the last one than `near`, and without dots."""
    kept: list[Stroke] = []
    for stroke in strokes:
        made: list[int] = []
        for x, y in stroke:
            at = (_within(x * scale, WIDE), _within(y * scale, HIGH))
            if not made or abs(at[0] - made[-2]) + abs(at[1] - made[-1]) >= near:
                made += at
        if len(made) >= 4:
            kept.append(tuple(made))
    return kept


def strokes_in(value: Any) -> tuple[Stroke, ...]:
    """The strokes of a value of a record, from whatever laptop it came: what is none is left out,
    and nothing of more than the limit is shown."""
    if not isinstance(value, list | tuple):
        return ()
    found = tuple(tuple(one) for one in value if _is_stroke(one))
    return found if sum(map(len, found)) <= MOST_NUMBERS else ()


def is_signature(strokes: Sequence[Stroke]) -> bool:
    """Whether somebody wrote more than a dot."""
    return sum(_length(stroke) for stroke in strokes) >= LEAST_LENGTH


def _within(value: float, most: int) -> int:
    return min(max(round(value), 0), most)


def _is_stroke(one: Any) -> bool:
    if not isinstance(one, list | tuple) or len(one) < 4 or len(one) % 2:
        return False
    return all(type(n) is int and 0 <= n <= (HIGH if y else WIDE) for n, y in _with_axis(one))


def _with_axis(one: Sequence[Any]) -> list[tuple[Any, bool]]:
    return [(n, bool(place % 2)) for place, n in enumerate(one)]


def _length(stroke: Stroke) -> int:
    points = list(zip(stroke[::2], stroke[1::2], strict=True))
    return sum(abs(x2 - x1) + abs(y2 - y1) for (x1, y1), (x2, y2) in pairwise(points))
