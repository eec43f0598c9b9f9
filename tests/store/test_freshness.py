"""As of when a ward is the server's: only a head of the same life of its log says anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldapp.store.log.freshness import Freshness, freshness
from fieldapp.store.store import Store
from tests.ui.town_store import EPOCH, open_town

FIRST, SECOND = "2026-11-23T01:00:00.000Z", "2026-11-23T05:00:00.000Z"
AT_FIRST, AT_SECOND = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (1, 5))
WARD = "city"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A laptop whose log of the city has two entries."""
    made = open_town(tmp_path / "lan", households=0)
    yield made.store
    made.close()


def told(store: Store, head: int, at: str, epoch: str = EPOCH) -> Freshness:
    """What a handshake with this head makes of it."""
    store.met_server(at, timedelta(), store.now(), {WARD: head}, {"epoch": epoch})
    return freshness(store, [WARD])[WARD]


def test_a_head_that_was_reached_dates_the_ward_and_one_beyond_does_not(store: Store) -> None:
    assert freshness(store, [WARD])[WARD] == Freshness(2, 0, None)
    assert told(store, 2, FIRST) == Freshness(2, 0, AT_FIRST)
    assert told(store, 5, SECOND) == Freshness(2, 3, AT_FIRST)


def test_a_later_handshake_that_finds_all_here_dates_it_anew(store: Store) -> None:
    told(store, 2, FIRST)
    assert told(store, 2, SECOND) == Freshness(2, 0, AT_SECOND)


def test_another_life_of_the_servers_log_says_nothing_of_this_one(store: Store) -> None:
    told(store, 2, FIRST)
    assert told(store, 1, SECOND, epoch="epoch-2") == Freshness(2, 0, AT_FIRST)


def test_a_ward_whose_log_is_empty_is_whole_and_an_unknown_one_is_not(store: Store) -> None:
    heads = {"new": 0, "far": 4}
    store.met_server(FIRST, timedelta(), store.now(), heads, {"epoch": EPOCH})
    found = freshness(store, ["new", "far", "unheard"])
    assert found["new"] == Freshness(0, 0, AT_FIRST)
    assert found["far"] == Freshness(0, 4, None)
    assert found["unheard"] == Freshness(0, 0, None)
