"""A slice of the monkey's play: `make monkey EVENTS=100000` plays on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monkey.play import Monkey, sound
from tests.ui.alone import surroundings
from tests.ui.town_store import PASSWORD, open_town
from ui.app import make_application
from ui.program import Program


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    before = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = before


@pytest.mark.parametrize("role", ["canvasser", "clerk", "supervisor"])
def test_keys_and_clicks_at_random_break_nothing(tmp_path: Path, role: str) -> None:
    profile = open_town(tmp_path / "one", households=12)
    profile.store.remember(role=role)
    profile.close()
    program = Program(make_application(), tmp_path / "one", surroundings(), "vi")
    program.start(PASSWORD)
    monkey = Monkey(make_application(), program, seed=7, password=PASSWORD)
    try:
        monkey.play(150)
    finally:
        program.stop()
    assert monkey.faults == []
    assert sum(monkey.deeds.values()) == 150
    assert sound(tmp_path / "one", PASSWORD, surroundings().machine()) == []
