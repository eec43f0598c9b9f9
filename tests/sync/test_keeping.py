"""What a laptop keeps for a server that may be restored, and for whoever asks what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.keeping import AT_HAND, AT_LEAST, Kept, Limits, floor_for, may_go_upto

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SOON = timedelta(seconds=1)
FEW = Limits(worth_it=1)


def kept(*marks: tuple[int, datetime], floor: int = 0, durable: int | None = 90) -> Kept:
    return Kept(floor, 100, marks, durable)


@pytest.mark.parametrize(
    ("log", "upto"),
    [
        (kept((80, NOW - AT_LEAST)), 80),
        (kept((95, NOW - AT_LEAST)), 90),  # the oldest backup lacks the rest
        (kept((80, NOW - AT_LEAST), durable=None), 0),  # there is no backup
        (kept((80, NOW - AT_LEAST + SOON)), 0),
        (kept((80, NOW + 900 * AT_LEAST)), 0),  # a clock that was wrong then
        (kept(), 0),  # nobody knows how old it is
        (kept((100, NOW - AT_LEAST), durable=100), 99),  # the last one proves the position
        (replace(kept((80, NOW - AT_LEAST)), needed=12), 12),  # own work that is not settled
        (kept((3, NOW - 3 * AT_LEAST), (70, NOW - 2 * AT_LEAST), (85, NOW)), 70),
    ],
)
def test_only_what_every_backup_has_and_what_is_old_may_go(log: Kept, upto: int) -> None:
    assert may_go_upto(log, NOW, FEW) == upto


@pytest.mark.parametrize(
    ("log", "limits", "floor"),
    [
        (kept((80, NOW - AT_LEAST)), FEW, 0),  # it may go, and nothing makes it
        (kept((80, NOW - AT_HAND)), FEW, 80),
        (kept((80, NOW - AT_LEAST)), replace(FEW, most_entries=40), 60),
        (kept((50, NOW - AT_LEAST)), replace(FEW, most_entries=40), 50),
        (kept((80, NOW - AT_HAND)), Limits(worth_it=81), 0),
        (kept((80, NOW - AT_HAND), floor=70), Limits(worth_it=11), 70),
        (kept((80, NOW - AT_HAND), floor=85), FEW, 85),  # it came as it stands
    ],
)
def test_it_goes_when_it_is_old_or_much_and_worth_a_change(
    log: Kept, limits: Limits, floor: int
) -> None:
    assert floor_for(log, NOW, limits) == floor


_REVISIONS = st.integers(0, 120)


@given(
    st.lists(st.tuples(_REVISIONS, st.integers(-10, 900)), max_size=5),
    st.none() | _REVISIONS,
    st.none() | _REVISIONS,
    st.integers(0, 99),
    st.builds(Limits, most_entries=st.integers(1, 200), worth_it=st.integers(1, 50)),
)
def test_a_log_never_begins_after_what_is_needed(
    days: list[tuple[int, int]],
    durable: int | None,
    needed: int | None,
    floor: int,
    limits: Limits,
) -> None:
    marks = [(revision, NOW - timedelta(days=age)) for revision, age in days]
    found = floor_for(Kept(floor, 100, marks, durable, needed), NOW, limits)
    assert floor <= found < 100
    if found > floor:
        assert durable is not None and found <= durable
        assert needed is None or found <= needed
        assert any(found <= revision and age >= 45 for revision, age in days)
