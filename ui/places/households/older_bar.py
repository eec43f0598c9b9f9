"""The line under a household's history where some of it is not on this laptop."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.places.households.older_state import OlderState, offer, sentence
from ui.say import Teller
from ui.widgets import Button, Label
from ui.widgets.painting import hline

OLDER_ROW = 40


class OlderBar(QWidget):
    """Since when the history is here, and a way to what the server has."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self.setFixedHeight(OLDER_ROW)
        self.text = Label(role="small", token="ink2")
        self.ask = Button("", kind="link", key="X", height=28)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 20, 0)
        row.setSpacing(18)
        row.addWidget(self.text, 1)
        row.addWidget(self.ask)
        self.hide()

    @property
    def says(self) -> bool:
        """Whether something of the history is not here."""
        return bool(self.text.text())

    def show_state(self, state: OlderState) -> None:
        """Show what is missing."""
        self.text.setText(sentence(state, self._teller))
        told = offer(state, self._teller)
        self.ask.setText(told)
        self.ask.setAccessibleName(told)
        self.ask.setVisible(bool(told))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            hline(painter, 0, 0, QRectF(self.rect()).width())
