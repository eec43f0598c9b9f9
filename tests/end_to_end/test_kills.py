"""Laptops and a server as real processes, killed at random points: nothing is lost or doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.end_to_end.torture import Torture

KILLS = int(os.environ.get("FIELDAPP_TORTURE", "20"))
"""`make torture` asks for hundreds."""


@pytest.mark.slow
def test_whatever_a_laptop_said_was_saved_is_on_the_server_once_however_often_things_were_killed(
    tmp_path: Path,
) -> None:
    result = Torture(tmp_path, seed=20261123).run(KILLS)
    assert result.faults == []
    assert sum(result.kills.values()) == KILLS
    assert result.kills["server"] > 0
    assert result.saved > KILLS
    assert result.receipts > 0
