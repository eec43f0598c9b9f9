"""A disk that is full, or fails, at any write: the save is refused, and nothing is half there.

Once: the same save goes through when it is tried again. For ever: what was saved can still be read.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fieldapp.errors import SurroundingsMend
from fieldapp.store.search import find_people
from tests.crash import layer
from tests.crash.examine import disorder, scratch
from tests.crash.recording import connect, digest
from tests.crash.steps import Day, Step, a_day
from tests.support.laptops import KeptSecrets

pytestmark = pytest.mark.slow

FAULTS = {
    "full": ("write", layer.FULL, "store.disk_full"),
    "write": ("write", layer.IOERR_WRITE, "store.disk_fault"),
    "fsync": ("sync", layer.IOERR_FSYNC, "store.disk_fault"),
}
STRIDE = 29
"""Every how many writes one fails: each try opens the profile anew."""


class Failing:
    """Fails the `at`-th act of a kind from now on, once or from there on; 0: none."""

    def __init__(self, folder: Path, kind: str, code: int) -> None:
        self._folder, self._kind, self._code = folder, kind, code
        self.at, self.lasting, self.landed = 0, False, 0

    def sees(self, kind: str, path: Path, _number: int, _content: bytes) -> int:
        """The watcher of the file layer."""
        if path.parent != self._folder or kind != self._kind or self.at == 0:
            return 0
        if self.at > 1:
            self.at -= 1
            return 0
        self.at = 1 if self.lasting else 0
        self.landed += 1
        return self._code


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Day, bytes]]:
    """A day whose laptop is closed, to be copied; and the key of its file."""
    with a_day(tmp_path_factory.mktemp("day"), watched=False) as (day, recorder):
        day.closes()
        yield day, recorder.key


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", [Day.visits, Day.enrols], ids=["visit", "enrolment"])
def test_a_save_on_a_failing_disk_is_whole_or_not_at_all(
    prepared: tuple[Day, bytes], step: Step, fault: str, lasting: bool
) -> None:
    day, key = prepared
    kind, code, told = FAULTS[fault]
    landed = 0
    for at in range(1, 1_000, STRIDE):
        with scratch() as folder:
            failing = Failing(folder / "lan", kind, code)
            failing.lasting = lasting
            try_once(_copied(day, folder / "lan"), key, failing, (step, at, told))
        if not failing.landed:
            break
        landed += 1
    assert landed > 0


def try_once(day: Day, key: bytes, failing: Failing, tried: tuple[Step, int, str]) -> None:
    """One try with the failure at one place, and one without."""
    step, at, told = tried
    with layer.watched(failing.sees):
        day.opens()
        before = _digest(day, key)
        failing.at = at
        try:
            step(day)
        except SurroundingsMend as trouble:
            assert trouble.code == told
            assert _digest(day, key) == before, "half of it is there"
            assert day.lan.store.read(find_people, "hang"), "what was saved can still be read"
        else:
            assert not failing.landed, "the disk failed, and the save was told as done"
        failing.at = 0
        assert disorder(day.lan.store) == []
        step(day)
        saved = _digest(day, key)
        assert saved != before
        day.closes()
        day.opens()
        assert _digest(day, key) == saved
        assert disorder(day.lan.store) == []
        day.closes()


def _copied(day: Day, folder: Path) -> Day:
    """The same day with a laptop of its own."""
    shutil.copytree(day.lan.folder, folder)
    assert isinstance(day.lan.machine.keystore, KeptSecrets)
    machine = replace(day.lan.machine, keystore=KeptSecrets(dict(day.lan.machine.keystore.secrets)))
    return replace(day, lan=replace(day.lan, folder=folder, machine=machine))


def _digest(day: Day, key: bytes) -> str:
    connection = connect(day.lan.folder / "field.db", key)
    try:
        return digest(connection)
    finally:
        connection.close()
