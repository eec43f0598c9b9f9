"""A canvasser's day costs few keys: the budgets of a renewal, of a new family, of a visit."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.alone import surroundings
from tests.ui.strokes import Typist, enrol_new_family_of_four, lease_numbers, renew_family_of_four
from tests.ui.town_store import PASSWORD, open_town
from ui.program import Program

RENEWAL, NEW_FAMILY, VISIT = 25, 40, 6


@pytest.fixture
def typist(light: QApplication, tmp_path: Path) -> Iterator[Typist]:
    """Somebody at the keyboard of the program, with the invented town and receipt numbers."""
    hooks = sys.excepthook, threading.excepthook
    open_town(tmp_path / "lan", households=40).close()
    program = Program(light, tmp_path / "lan", surroundings())
    program.start(PASSWORD)
    made = Typist(light, program)
    lease_numbers(program)
    yield made
    made.watchdog.stop()
    program.stop()
    sys.excepthook, threading.excepthook = hooks


def test_a_family_of_four_is_renewed_in_few_keys(typist: Typist) -> None:
    renew_family_of_four(typist)
    assert typist.strokes <= RENEWAL


def test_a_new_family_of_four_takes_few_keys_beside_the_scans(typist: Typist) -> None:
    enrol_new_family_of_four(typist)
    assert (typist.scans, typist.strokes <= NEW_FAMILY) == (4, True)


def test_a_visit_takes_few_keys(typist: Typist) -> None:
    assert typist.window.status is not None
    before = typist.window.status.unsent
    typist.press(Qt.Key.Key_1)
    typist.until(lambda: typist.window.status.unsent == before + 1)  # type: ignore[union-attr]  # it is open by now
    assert typist.strokes <= VISIT
