"""The right band of a list: which file and kind, how far, what was written, what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.households.inputs import LabeledCombo
from ui.places.imports.state import ImportState
from ui.widgets import (
    Band,
    Button,
    CheckBox,
    Choice,
    ChoiceCards,
    ErrorBanner,
    Label,
    Notice,
    ProgressPanel,
    on_key,
)

SCHEMES = ("", "hhi", "vsi")


class ImportBand(Band):
    """What a person says of the list goes out as signals."""

    file_asked = Signal()
    kind_chosen = Signal(str)
    ward_chosen = Signal(str)
    overwrite_chosen = Signal(bool)
    field_chosen = Signal(str)
    scheme_chosen = Signal(str)
    write_asked = Signal()
    errors_asked = Signal()
    cancelled = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="sunken")
        self._words = words
        say = words.say
        self.kind = ChoiceCards(
            say("imports_place.kind"),
            [Choice(kind, say(f"imports_place.kind_{kind}")) for kind in ("due", "households")],
        )
        self.kind.chosen.connect(self.kind_chosen)
        self.file = Label(weight=600, wrap=True)
        self.choose = Button(say("imports_place.choose"), icon="folder-open", key="Ctrl O")
        self.choose.clicked.connect(self.file_asked)
        self.ward = LabeledCombo(say("imports_place.ward"), [])
        self.ward.edited.connect(self.ward_chosen)
        self.overwrite = CheckBox(say("imports_place.overwrite"))
        self.overwrite.toggled.connect(self.overwrite_chosen)
        self.overwrite_text = Label(
            say("imports_place.overwrite_text"), role="small", token="ink2", wrap=True
        )
        schemes = [(key, say(f"imports_place.scheme_{key or 'by_list'}")) for key in SCHEMES]
        self.scheme = LabeledCombo(say("imports_place.field_scheme"), schemes)
        self.scheme.edited.connect(self.scheme_chosen)
        self.field = LabeledCombo(say("imports_place.field"), [])
        self.field.edited.connect(self.field_chosen)
        self.banner = ErrorBanner()
        self.done = Notice("", "", "jade", icon="check-circle")
        self.progress = ProgressPanel()
        self.progress.cancelled.connect(self.cancelled)
        self._stop_key = on_key(self, "Escape", self.progress.cancel.click, anywhere=True)
        self.errors = Button(say("imports_place.save_errors"), icon="download-simple")
        self.errors.clicked.connect(self.errors_asked)
        self.write = Button("", kind="primary", key="Ctrl Enter", height=44)
        self.write.clicked.connect(self.write_asked)
        self.missing = Label(role="small", token="ink2", wrap=True)
        self._build()

    def _build(self) -> None:
        body, say = self.body, self._words.say
        body.addWidget(Label(say("imports_place.list"), role="subheading"))
        body.addWidget(self.kind)
        body.addWidget(self.file)
        body.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        said = (self.ward, self.scheme, self.field, self.overwrite, self.overwrite_text)
        told: tuple[QWidget, ...] = (self.banner, self.done, self.progress)
        for part in (*said, *told):
            body.addWidget(part)
        for part in told:
            part.hide()
        self.foot.setContentsMargins(19, 10, 20, 16)
        for button in (self.missing, self.errors, self.write):
            self.foot.addWidget(button)

    def set_wards(self, wards: Sequence[tuple[str, str]]) -> None:
        """The wards that a list may be of; with one there is nothing to choose."""
        self.ward.set_choices([("", self._words.say("imports_place.ward_by_list")), *wards])
        self._has_wards = len(wards) > 1

    def show_state(self, state: ImportState) -> None:
        """Show what can be said and done now."""
        say, step, found = self._words.say, state.step, state.preview
        wrong = found is not None and found.wrong > 0
        self.kind.choose(state.kind)
        self.file.setText(state.path.name if state.path else say("imports_place.no_file"))
        self.file.setToolTip(str(state.path or ""))
        for widget in (self.kind, self.choose, self.ward, self.scheme, self.overwrite):
            widget.setEnabled(not state.busy)
        self.ward.setVisible(self._has_wards)
        self.ward.combo.setCurrentIndex(max(self.ward.combo.findData(state.ward), 0))
        self.scheme.setVisible(state.asks_scheme)
        self.scheme.combo.setCurrentIndex(SCHEMES.index(state.columns.scheme))
        can_overwrite = step == "looked" and found is not None
        can_overwrite = can_overwrite and (state.overwrite or bool(found and found.differs))
        self.overwrite.setVisible(can_overwrite)
        self.overwrite_text.setVisible(can_overwrite)
        self.overwrite.setChecked(state.overwrite)
        self.progress.setVisible(state.busy)
        self._stop_key.setEnabled(state.busy)
        self.progress.cancel.setEnabled(True)
        if state.busy:
            self.progress.title.setText(say(f"imports_place.{step}"))
        self.write.setVisible(step == "looked")
        self.write.setText(say("imports_place.write", n=number(state.writes)))
        self.write.setAccessibleName(self.write.text())
        self.write.setEnabled(state.writes > 0)
        self.errors.setVisible(step in ("looked", "written") and wrong)
        nothing = step == "looked" and not state.writes
        self.missing.setText(say("imports_place.nothing_to_write") if nothing else "")
        self.missing.setVisible(nothing)
        self.done.setVisible(step == "written")
        has_foot = step == "looked" or (step == "written" and wrong)
        self._foot.setVisible(has_foot)
        self._foot_line.setVisible(has_foot)

    def show_field(self, letter: str, field: str, choices: Sequence[tuple[str, str]]) -> None:
        """What the selected column may hold; without a letter nothing is offered."""
        self.field.setVisible(bool(letter))
        if not letter:
            return
        self.field.set_choices(choices)
        keys = [key for key, _ in choices]
        self.field.combo.setCurrentIndex(keys.index(field) if field in keys else 0)
        self.field.set_message(self._words.say("imports_place.field_of", letter=letter))

    def show_progress(self, done: int, total: int) -> None:
        """How far the job is."""
        known = total > 1
        share = self._words.say("imports_place.share", n=100 * done // total) if known else ""
        self.progress.set_progress(done, total if known else 0, share)

    def show_done(self, title: str, text: str) -> None:
        """What was written."""
        self.done.say(title, text)

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))
