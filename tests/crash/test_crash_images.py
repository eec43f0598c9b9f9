"""A slice of the crash images, and the proof that they would show a bug.

`make crash-images` goes through all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.crash.planted import PLANTED, blanks_after_the_commit
from tests.crash.steps import STEPS, Day, recordings
from tests.crash.sweep import Depth, sweep_all

pytestmark = pytest.mark.slow


def test_whatever_a_crash_leaves_opens_with_all_that_was_committed(tmp_path: Path) -> None:
    """With a log that is written back every 20 pages, so that this is struck too."""
    made = recordings(tmp_path, checkpoint=20)
    assert {recording.label for recording in made} == {label for label, _ in STEPS if label}
    assert all(recording.acts for recording in made)
    found = sweep_all(made, Depth(cuts=1, every=19, starts=12))
    assert found.faults == []
    assert found.images["killed"] > 100
    assert found.images["cut"] > 70
    assert found.images["started"] > 10


def test_no_crash_at_the_start_or_the_end_of_the_program_is_taken_for_damage(
    tmp_path: Path,
) -> None:
    steps = [(label, step) for label, step in STEPS if "of the program" in label]
    found = sweep_all(recordings(tmp_path, steps=steps), Depth(cuts=2, every=13, starts=1))
    assert found.faults == []
    assert found.images["started"] > 10


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_shows(
    tmp_path: Path, plant: Callable[[], AbstractContextManager[Any]]
) -> None:
    with plant():
        made = recordings(tmp_path, steps=STEPS[2:3])
    found = sweep_all(made, Depth(cuts=3, every=9, starts=2))
    assert found.faults


def test_an_erasure_that_is_blanked_after_its_commit_shows(tmp_path: Path) -> None:
    steps = [("", Day.supervises), ("", Day.erases), ("page with an erasure", Day.syncs)]
    with blanks_after_the_commit():
        made = recordings(tmp_path, steps=steps)
    found = sweep_all(made, Depth(cuts=0, every=1, starts=1))
    assert any("is erased" in fault for fault in found.faults)
