"""The sheet for the signature, over the whole window: it is turned to the family."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.theme import colour
from ui.widgets import Button, Label
from ui.widgets.signature import SignaturePad

WIDEST = 860


class SigningScreen(QWidget):
    """`signed` goes out with the strokes, without any if it was signed on paper. Ctrl+Enter takes
    it, G says that it is on paper, Backspace begins anew, Esc leaves everything as it was."""

    signed = Signal(object)

    def __init__(self, window: QWidget, words: Words, name: str) -> None:
        super().__init__(window)
        say = words.say
        self._before = window.focusWidget()
        title = say("enrol.sign_title", name=name) if name else say("enrol.sign_nobody")
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setGeometry(window.rect())
        self.pad = SignaturePad(say("enrol.signature"))
        self.take = Button(say("enrol.sign_take"), kind="primary", key="Ctrl Enter")
        self.clear = Button(say("enrol.sign_clear"), key="Backspace")
        self.paper = Button(say("enrol.sign_on_paper"), key="G")
        self.leave = Button(say("household.close_form"), kind="link", key="Esc")
        self._missing = say("enrol.sign_missing")
        self._build(title, say("enrol.sign_text"))
        self.pad.changed.connect(self._check)
        self.take.clicked.connect(self._take)
        self.clear.clicked.connect(self.pad.clear)
        self.paper.clicked.connect(lambda: self._end(()))
        self.leave.clicked.connect(self.close_sheet)
        self._check()
        self.show()
        self.raise_()
        self.setFocus()

    def _build(self, title: str, text: str) -> None:
        column = QVBoxLayout(self)
        side = max(36, (self.width() - WIDEST) // 2)
        column.setContentsMargins(side, 28, side, 28)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(Label(title, role="title", wrap=True), 1)
        head.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.pad)
        column.addWidget(Label(text, token="ink2", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.paper)
        row.addWidget(self.clear)
        row.addStretch(1)
        row.addWidget(self.take)
        column.addLayout(row)
        column.addStretch(2)

    def _check(self) -> None:
        signed = self.pad.is_signed()
        self.take.setEnabled(signed)
        self.take.setAccessibleDescription("" if signed else self._missing)

    def _take(self) -> None:
        if self.pad.is_signed():
            self._end(self.pad.strokes())

    def _end(self, strokes: tuple[tuple[int, ...], ...]) -> None:
        self.close_sheet()
        self.signed.emit(strokes)

    def close_sheet(self) -> None:
        """Take it away."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Escape:
            self.close_sheet()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self._take()
        elif key == Qt.Key.Key_Backspace:
            self.pad.clear()
        elif key == Qt.Key.Key_G:
            self._end(())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("paper"))
