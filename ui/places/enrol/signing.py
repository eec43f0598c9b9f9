"""The sheet for the signature, over the whole window: it is turned to the family."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldapp.words import Words
from ui.widgets import Button, Label
from ui.widgets.over_window import OverWindow
from ui.widgets.signature import SignaturePad

WIDEST = 860


class SigningScreen(OverWindow):
    """`signed` goes out with the strokes, without any if it was signed on paper. Ctrl+Enter takes
    it, G says that it is on paper, Backspace begins anew, Esc leaves everything as it was."""

    signed = Signal(object)

    def __init__(self, window: QWidget, words: Words, name: str) -> None:
        say = words.say
        title = say("enrol.sign_title", name=name) if name else say("enrol.sign_nobody")
        super().__init__(window, title, widest=WIDEST)
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
        self.leave.clicked.connect(self.close_over)
        self._check()
        self.open_over()

    def _build(self, title: str, text: str) -> None:
        column = self.column
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
        self.close_over()
        self.signed.emit(strokes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Escape:
            self.close_over()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self._take()
        elif key == Qt.Key.Key_Backspace:
            self.pad.clear()
        elif key == Qt.Key.Key_G:
            self._end(())
        else:
            super().keyPressEvent(event)
