"""The named choices above the days: pick one, keep what is chosen under a name, rename, forget."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.places.households.inputs import LabeledCombo
from ui.places.reports.state import Option
from ui.widgets import Button, Label, LabeledInput


class PresetsBox(QWidget):
    """`picked` carries a name ("" for none); `saved` and `renamed` the name that was typed."""

    picked = Signal(str)
    saved = Signal(str)
    renamed = Signal(str)
    deleted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._say = words.say
        self._typing = ""
        self.choice = LabeledCombo(words.say("reports_place.preset"), ())
        self.choice.edited.connect(self.picked)
        self.save = Button(words.say("reports_place.preset_save"), kind="link", height=22)
        self.rename = Button(words.say("reports_place.preset_rename"), kind="link", height=22)
        self.delete = Button(words.say("reports_place.preset_delete"), kind="link", height=22)
        self.name = LabeledInput(words.say("reports_place.preset_name"))
        self.keep = Button(words.say("reports_place.preset_keep"), height=30)
        self.note = Label(role="small", token="ink2", wrap=True)
        self.save.clicked.connect(lambda: self._type("save"))
        self.rename.clicked.connect(lambda: self._type("rename"))
        self.delete.clicked.connect(self.deleted)
        self.keep.clicked.connect(self._keep)
        self.name.edit.returnPressed.connect(self._keep)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.choice)
        column.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(10)
        for button in (self.save, self.rename, self.delete):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.name)
        column.addWidget(self.keep)
        self.name.hide()
        self.keep.hide()

    def show_presets(self, presets: Sequence[Option], chosen: str, note: str) -> None:
        """Show what can be picked, what is, and what its last file was."""
        none = self._say("reports_place.preset_none")
        self.choice.set_choices([("", none), *((one.key, one.text) for one in presets)])
        self.choice.set_text(chosen)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.rename.setVisible(bool(chosen))
        self.delete.setVisible(bool(chosen))

    def show_error(self, text: str) -> None:
        """Say what is wrong with the name; empty takes it away and ends the typing."""
        self.name.set_message(text, "error")
        self.name.setVisible(bool(text))
        self.keep.setVisible(bool(text))

    def _type(self, what: str) -> None:
        self._typing = what
        self.name.set_text(self.choice.text())
        self.name.set_message("")
        self.name.show()
        self.keep.show()
        self.name.edit.setFocus()
        self.name.edit.selectAll()

    def _keep(self) -> None:
        signal = self.renamed if self._typing == "rename" else self.saved
        signal.emit(self.name.text())
