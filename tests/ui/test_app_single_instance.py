"""A second start on the same profile calls the first window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtNetwork import QLocalServer
from pytestqt.qtbot import QtBot

from ui.single_instance import FirstInstance, call_first, name_of

SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.single_instance import call_first
app = QCoreApplication([])
sys.exit(0 if call_first(Path(sys.argv[1])) else 1)
"""


def test_a_second_start_calls_the_first_window(qtbot: QtBot, tmp_path: Path) -> None:
    first = FirstInstance(tmp_path)
    second = subprocess.Popen(
        [sys.executable, "-c", SECOND_START, str(tmp_path)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    with qtbot.waitSignal(first.called, timeout=20_000):
        pass
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    first.close()


def test_another_profile_has_a_window_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    first = FirstInstance(tmp_path / "lan")
    assert not call_first(tmp_path / "phuc")
    first.close()
    assert not call_first(tmp_path / "lan")


def test_what_a_killed_window_left_behind_is_no_obstacle(qtbot: QtBot, tmp_path: Path) -> None:
    killed = "from PySide6.QtNetwork import QLocalServer as S; import os, sys\n"
    killed += "s = S(); assert s.listen(sys.argv[1]); os._exit(9)"
    subprocess.run([sys.executable, "-c", killed, name_of(tmp_path)], check=False)
    first = FirstInstance(tmp_path)
    assert first.findChildren(QLocalServer)[0].isListening()
    first.close()
