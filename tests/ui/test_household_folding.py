"""A low band folds whole things in order, and comes to rest at every height."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.rules.explained import Reason
from fieldapp.rules.visiting.outcomes import OUTCOMES, propose
from fieldapp.usecases.households.household import Appointment
from fieldapp.usecases.visiting.visits import Proposal
from fieldapp.words import Words
from ui.places.households.folding import Folding
from ui.places.households.visit_band import VisitBand
from ui.say import Teller
from ui.widgets import Band, Label

ENOUGH = 12
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
        steps = [self.last.setHidden, self.first.setHidden]
        self.folding = Folding(self.band.scroller, content, steps)
        qtbot.addWidget(self.band)
        self.band.show()


@pytest.mark.parametrize("outcome", ["appointment", "considering", "moved"])
def test_the_visit_comes_to_rest_at_every_height(
    light: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    calls = 0
    fit = Folding.fit

    def counted(self: Folding) -> None:
        nonlocal calls
        calls += 1
        if calls <= ENOUGH:  # beyond it would never end
            fit(self)

    monkeypatch.setattr(Folding, "fit", counted)
    teller = Teller(Words("vi"), date(2026, 11, 23))
    band = VisitBand(teller, "10:07")
    qtbot.addWidget(band)
    band.set_proposals({o.code: proposed(o.code, teller.today) for o in OUTCOMES})
    band.resize(340, 500)
    band.show()
    for height in range(400, 720):
        calls = 0
        band.resize(340, height)
        band.choose(outcome)
        if day := band.day.day():
            band.show_appointments(day, [Appointment("09:00", "Cao Văn Bền", "61 Đường D2")])
        QApplication.processEvents()
        assert calls <= ENOUGH


def proposed(code: str, today: date) -> Proposal:
    """What an outcome proposes."""
    found = propose(code, today)
    at = f"{found.at:%H:%M}" if found.at else None
    return Proposal(found.on, at, Reason(f"proposal_{code}"))


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
