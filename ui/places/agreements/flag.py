"""One quiet line: in this ward nothing should be visited together yet. It blocks nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldapp.usecases.agreements.standing import Unsigned
from ui.places.agreements.state import flag_told
from ui.say import Teller
from ui.widgets import IconView, Label


class AgreementFlag(QWidget):
    """Hidden while every ward has signed. `short` says it in two words, for where a low window has
    no room for the line: place it beside a title, and fold the line with `set_folded`."""

    def __init__(
        self, teller: Teller, *, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
    ) -> None:
        super().__init__()
        self._teller = teller
        self.text = Label(role="small", token="ochre", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(*margins)
        row.setSpacing(6)
        row.addWidget(IconView("handshake", "ochre", 14), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        self.short = Label(teller.say("agreements.flag_short"), role="small", token="ochre")
        self._folded = False
        self.short.hide()
        self.hide()

    def set_folded(self, folded: bool) -> None:
        """Leave the line for the two words, or come back."""
        self._folded = folded
        there = bool(self.text.text())
        self.setVisible(there and not folded)
        self.short.setVisible(there and folded)

    def show_wards(self, found: Sequence[Unsigned]) -> None:
        """Name the wards that have not signed; none takes the line away."""
        text = flag_told(found, self._teller)
        self.text.setText(text)
        self.short.setToolTip(text)
        self.short.setAccessibleName(text)
        self.setAccessibleName(text)
        self.set_folded(self._folded)
