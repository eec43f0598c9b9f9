"""The right side of the inbox for what is mended on a page of its own: what it is, and the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.places.inbox.state import Item
from ui.say import Teller
from ui.widgets import Button, Label
from ui.widgets.reading_page import ReadingPage

WAYS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "left_over": ("imports", {}),
    "silent": ("staff", {"only": "look"}),
}
"""By kind the page on which a person mends it."""


class PointingView(ReadingPage):
    """`went` to the page where it is mended; `done` says that there is nothing to do any more."""

    went = Signal()
    done = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._say = teller.say
        self._kicker = Label(role="small", weight=600, token="ochre")
        self.heading = Label(role="title", wrap=True)
        self._detail = Label(wrap=True)
        self._text = Label(token="ink2", wrap=True)
        self.go = Button("", kind="primary", key="E", height=38)
        self.go.clicked.connect(self.went)
        self.forget = Button(self._say("conflicts.pointing_done"))
        self.forget.clicked.connect(self.done)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 14, 28, 16)
        column.setSpacing(8)
        for widget in (self._kicker, self.heading, self._detail, self._text):
            column.addWidget(widget)
        column.addSpacing(6)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.go, self.forget):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)

    def show_item(self, item: Item) -> None:
        """Show another thing."""
        self._kicker.setText(self._say(f"conflicts.kicker_{item.kind}"))
        self.heading.setText(item.title)
        self._detail.setText(item.detail)
        self._text.setText(self._say(f"conflicts.text_{item.kind}"))
        self.go.setText(self._say(f"conflicts.go_{item.kind}"))
        self.forget.setVisible(item.kind == "left_over")
