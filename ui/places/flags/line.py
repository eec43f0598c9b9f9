"""One quiet line that leads to the questions about one's own work; hidden while there are none."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.say import Teller
from ui.widgets import Button, IconView


class FlagsLine(QWidget):
    """`asked` goes out when a person wants to see them."""

    asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self.link = Button("", kind="link", height=24)
        self.link.clicked.connect(self.asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 4, 20, 4)
        row.setSpacing(6)
        row.addWidget(IconView("question", "ochre", 14))
        row.addWidget(self.link)
        row.addStretch(1)
        self.hide()

    def show_count(self, n: int) -> None:
        """Show how many wait for a reply; 0 takes the line away."""
        self.link.setText(self._teller.say("flags_place.mine", n=n))
        self.link.setAccessibleName(self.link.text())
        self.setVisible(n > 0)
