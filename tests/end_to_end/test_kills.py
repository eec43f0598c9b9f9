"""Laptops and a server as real processes, killed at random points: nothing is lost or doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.end_to_end.torture import Torture, on_postgres
from tests.support.postgres import running_postgres

ASKED = os.environ.get("FIELDAPP_TORTURE")
"""`make torture` asks for hundreds of kills."""
KILLS, KILLS_ON_POSTGRES = int(ASKED or 14), int(ASKED or 4)

pytestmark = pytest.mark.slow


@pytest.mark.postgres
def test_nothing_is_lost_on_a_rough_way_to_several_servers_on_a_database_that_dies_too(
    tmp_path: Path,
) -> None:
    try:
        with running_postgres() as postgres:
            result = on_postgres(tmp_path, 20261123, postgres, 2, KILLS_ON_POSTGRES)
    except LookupError as missing:
        pytest.skip(str(missing))
    assert result.faults == []
    assert sum(result.kills.values()) == KILLS_ON_POSTGRES
    assert result.saved > KILLS_ON_POSTGRES
    if postgres.restart is not None:
        assert result.kills["database"] > 0
    assert sum(count for fault, count in result.landed.items() if fault != "none") > 0


def test_whatever_a_laptop_said_was_saved_is_on_the_server_once_however_often_things_were_killed(
    tmp_path: Path,
) -> None:
    result = Torture(tmp_path, seed=20261123).run(KILLS)
    assert result.faults == []
    assert sum(result.kills.values()) == KILLS
    assert result.kills["server"] > 0
    assert result.saved > KILLS
    assert result.receipts > 0
