"""What a laptop keeps for a server that may be restored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.keeping import AT_LEAST, may_be_forgotten

NOW = datetime(2026, 11, 27, tzinfo=UTC)
OLD = NOW - AT_LEAST


@pytest.mark.parametrize(
    ("revision", "durable", "since", "may"),
    [
        (7, 7, OLD, True),
        (8, 7, OLD, False),  # the oldest backup lacks it
        (7, None, OLD, False),  # there is no backup
        (None, 7, OLD, False),  # unsent, held, or of a line that was lost
        (7, 7, OLD + timedelta(seconds=1), False),
        (7, 7, NOW + timedelta(days=900), False),  # a clock that was wrong then
    ],
)
def test_only_what_every_backup_has_and_what_is_old_may_go(
    revision: int | None, durable: int | None, since: datetime, may: bool
) -> None:
    assert may_be_forgotten(revision, durable, since, NOW) is may


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 200), st.integers(0, 200))
def test_what_may_go_once_may_go_later_and_with_more_backups(
    revision: int, durable: int, days: int, more: int
) -> None:
    since = NOW - timedelta(days=days)
    if may_be_forgotten(revision, durable, since, NOW):
        assert may_be_forgotten(revision, durable + more, since, NOW + timedelta(days=more))
