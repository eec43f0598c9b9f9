"""The consent to data use: heard and agreed, or signed. One of the two, or none yet.

Signing is asked for: on the screen, or on paper, which is said.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldapp.words import Words
from ui.widgets import CheckBox, IconView, Label
from ui.widgets.containers import Hairline, Panel

KEYS = {"spoken": "D", "signed": "K"}


class ConsentBox(Panel):
    """At the bottom of the left column, always seen. `chosen` goes out with `spoken`, or an empty
    text when a tick is taken back; `sign_asked` when somebody is to sign."""

    chosen = Signal(str)
    sign_asked = Signal()

    def __init__(self, words: Words, version: str) -> None:
        super().__init__(ground="surface", margins=(20, 0, 20, 14), spacing=0)
        self._words, self._how = words, ""
        self._icon = IconView("shield-check", "ink3")
        self._boxes = {
            kind: CheckBox(words.say(f"enrol.consent_{kind}"), key=key)
            for kind, key in KEYS.items()
        }
        self.column.addWidget(Hairline())
        self.column.addSpacing(10)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(Label(words.say("enrol.consent"), role="small", weight=600), 1)
        wording = words.say("enrol.consent_version", version=version)
        row.addWidget(Label(wording, role="small", token="ink2"))
        self.column.addWidget(head)
        self.column.addSpacing(4)
        for kind, box in self._boxes.items():
            box.clicked.connect(partial(self._clicked, kind))
            self.column.addWidget(box)

    def _clicked(self, kind: str, _: bool = False) -> None:
        self._take(kind)

    def _take(self, kind: str) -> None:
        if kind == "signed" and self._boxes[kind].isChecked():
            self.show_consent(self._how)
            self.sign_asked.emit()
            return
        self.show_consent(kind if self._boxes[kind].isChecked() else "")
        self.chosen.emit(self.consent())

    def consent(self) -> str:
        """What is ticked, empty if nothing is."""
        return self._how

    def show_consent(self, consent: str) -> None:
        """Tick as the program."""
        self._how = consent
        for kind, box in self._boxes.items():
            box.setChecked(kind == ("signed" if consent == "paper" else consent))
        key = "enrol.consent_paper" if consent == "paper" else "enrol.consent_signed"
        self._boxes["signed"].setText(self._words.say(key))
        self._icon.set_icon("shield-check", "jade" if consent else "ink3")

    def press(self, kind: str) -> None:
        """Tick or untick by key."""
        self._boxes[kind].click()
