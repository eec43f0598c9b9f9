"""A low band folds whole things in order, and comes to rest at every height."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.places.households.folding import Folding
from ui.widgets import Band, Label

SENTENCE = "Đóng trước 02/12 thì dùng được thẻ ngay, sau đó phải chờ 30 ngày. " * 3


class LowBand:
    """A band with a name, a long reason and two things that may leave."""

    def __init__(self, qtbot: QtBot) -> None:
        self.band = Band()
        self.first, self.last = Label(SENTENCE, wrap=True), Label(SENTENCE, wrap=True)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        for label in (Label("Bích Hằng"), Label(SENTENCE, wrap=True), self.first, self.last):
            column.addWidget(label)
        self.band.body.addWidget(content)
        self.fits = 0
        steps = [self.last.setHidden, self.first.setHidden]
        self.folding = Folding(self.band.scroller, content, [*steps, self._count])
        qtbot.addWidget(self.band)
        self.band.show()

    def _count(self, leave: bool) -> None:
        self.fits += not leave


@pytest.mark.parametrize("width", [316, 372])
def test_it_comes_to_rest_at_every_height(light: QApplication, qtbot: QtBot, width: int) -> None:
    low = LowBand(qtbot)
    for height in range(120, 420, 3):
        low.band.resize(width, height)
        QApplication.processEvents()
        low.fits = 0
        for _ in range(20):
            QApplication.processEvents()
        assert low.fits == 0


def test_what_leaves_first_comes_back_last(light: QApplication, qtbot: QtBot) -> None:
    low = LowBand(qtbot)
    seen = []
    for height in range(120, 560, 10):
        low.band.resize(372, height)
        QApplication.processEvents()
        state = (low.first.isVisibleTo(low.band), low.last.isVisibleTo(low.band))
        if not seen or seen[-1] != state:
            seen.append(state)
    assert seen == [(False, False), (True, False), (True, True)]
