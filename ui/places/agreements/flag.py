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
    """Hidden while every ward has signed."""

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
        self.hide()

    def show_wards(self, found: Sequence[Unsigned]) -> None:
        """Name the wards that have not signed; none takes the line away."""
        text = flag_told(found, self._teller)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
