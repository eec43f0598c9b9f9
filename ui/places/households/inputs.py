"""Inputs that only these forms need: a choice from a list under its label."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ui.theme import Size, draw_icon, wants_ring
from ui.widgets import Label, LabeledInput, NoteField


class _Combo(QComboBox):
    """A combo box with the caret of the product."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            caret = QRectF(self.width() - 22, self.height() / 2 - 6, 12, 12)
            draw_icon(painter, "caret-down", caret, "ink2" if self.isEnabled() else "ink3")


class LabeledCombo(QWidget):
    """A choice from a list under its label. `edited` goes out with the key that was chosen."""

    edited = Signal(str)

    def __init__(
        self, label: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.combo = _Combo()
        self.combo.setFixedHeight(Size.INPUT)
        self.combo.setAccessibleName(label)
        self.combo.setMinimumContentsLength(8)
        wants_ring(self.combo)
        self.set_choices(choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(Label(label, role="small", weight=600, token="ink2"))
        column.addWidget(self.combo)
        self._message = Label(role="small", token="ink3", wrap=True)
        self._message.hide()
        column.addWidget(self._message)
        self.setFocusProxy(self.combo)
        self.combo.activated.connect(lambda _: self.edited.emit(self.text()))

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other choices: (key, text)."""
        self.combo.clear()
        for key, text in choices:
            self.combo.addItem(text, key)

    def set_message(self, text: str, tone: str = "help") -> None:
        """A sentence below the choice; an empty text takes it away."""
        self._message.set_token({"warning": "ochre", "error": "brick"}.get(tone, "ink3"))
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self.combo.setAccessibleDescription(text)

    def text(self) -> str:
        """The key that is chosen."""
        return str(self.combo.currentData() or "")

    def set_text(self, key: str) -> None:
        """Choose as the program; an unknown key is added as it stands."""
        at = self.combo.findData(key)
        if at < 0 and key:
            self.combo.addItem(key, key)
            at = self.combo.count() - 1
        self.combo.setCurrentIndex(max(at, 0))


Input = LabeledInput | NoteField | LabeledCombo
