"""Long sessions: None is not used up by thousands of calls into Qt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_ten_thousands_of_paint_calls_do_not_end_the_process() -> None:
    code = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication
app = QApplication([])
from ui.theme import apply
apply(app)
from PySide6.QtGui import QImage, QPainter
image = QImage(4, 4, QImage.Format.Format_ARGB32)
with QPainter(image) as painter:
    for _ in range(60_000):
        painter.setOpacity(1.0)
print("alive")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr
