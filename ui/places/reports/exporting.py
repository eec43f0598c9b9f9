"""The right band of the reports: where to, which files, how far, what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.reports.visits import ID_REASONS, Written
from fieldapp.usecases.visiting.visit_log import KINDS
from fieldapp.words import Words
from fieldapp.words.format import money, number
from ui.places.households.inputs import LabeledCombo
from ui.widgets import (
    Band,
    Button,
    CheckBox,
    ErrorBanner,
    IconView,
    Label,
    Notice,
    ProgressPanel,
    on_key,
)
from ui.widgets.containers import Hairline


class ResultLine(QWidget):
    """A finished file: its name, rows and total; its hash is in the tooltip."""

    def __init__(self, words: Words, written: Written) -> None:
        super().__init__()
        say = words.say
        rows = say("reports_place.result_rows", n=written.rows)
        note = say("reports_place.result_note", amount_dong=money(written.total_dong))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconView("check", "jade"), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        head = QHBoxLayout()
        kind = say(f"reports_place.one_{written.path.suffix.removeprefix('.')}")
        head.addWidget(Label(kind, weight=500), 1)
        head.addWidget(Label(rows, role="small", token="ink2"))
        texts.addLayout(head)
        texts.addWidget(Label(note, role="small", token="ink2"))
        if written.changes is not None:
            beside = say("reports_place.result_changes", name=written.changes.name)
            texts.addWidget(Label(beside, role="small", token="ink2", wrap=True))
        row.addLayout(texts, 1)
        self.setToolTip(f"{written.path.name}\n{written.sha256}")
        self.setAccessibleName(f"{written.path.name}, {rows}, {note}")


class ExportBand(Band):
    """`asked` carries the formats to write; `cancelled` stops what is being written."""

    asked = Signal(tuple)
    cancelled = Signal()
    full_ids_changed = Signal(bool, str)
    folder_asked = Signal()
    folder_opened = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="sunken")
        self._words = words
        say = words.say
        self.folder = Label(token="ink", weight=500)
        self.file = Label(token="ink", weight=500)
        self.change = Button(say("reports_place.change_folder"), height=30)
        self.change.clicked.connect(self.folder_asked)
        self.ids = Label(role="small", token="ink2", wrap=True)
        self.full_ids = CheckBox(say("reports_place.full_ids"))
        reasons = [(code, say(f"reports.why_{code}")) for code in ID_REASONS]
        none = ("", say("reports_place.reason_none"))
        self.reason = LabeledCombo(say("reports_place.reason"), [none, *reasons])
        self.reason.hide()
        self.full_ids.clicked.connect(lambda _: self._tell_ids())
        self.reason.edited.connect(lambda _: self._tell_ids())
        self.banner = ErrorBanner()
        self.banner.hide()
        self.stopped = Notice(
            say("reports_place.stopped"), say("reports_place.stopped_text"), icon="info"
        )
        self.stopped.hide()
        self.progress = ProgressPanel()
        self.progress.cancelled.connect(self.cancelled)
        self.progress.hide()
        self._stop_key = on_key(self, "Escape", self.progress.cancel.click, anywhere=True)
        self._stop_key.setEnabled(False)
        self.open_folder = Button(say("reports_place.open_folder"), icon="folder-open", height=30)
        self.open_folder.clicked.connect(self.folder_opened)
        self.open_folder.hide()
        self.results: list[ResultLine] = []
        self._results = QVBoxLayout()
        self._results.setSpacing(10)
        self.missing = Label(role="small", token="ink2", wrap=True)
        self.single = {kind: Button(say(f"reports_place.one_{kind}")) for kind in KINDS}
        for kind, button in self.single.items():
            button.clicked.connect(lambda _=False, kind=kind: self.asked.emit((kind,)))
        self.three = Button(say("reports_place.three"), kind="primary", key="Ctrl E", height=44)
        self.three.clicked.connect(lambda: self.asked.emit(KINDS))
        self._build()

    def _build(self) -> None:
        say, body = self._words.say, self.body
        body.setSpacing(0)
        body.addWidget(Label(say("reports_place.export"), role="subheading"))
        body.addSpacing(10)
        for key, value in (("folder", self.folder), ("file", self.file)):
            body.addWidget(Label(say(f"reports_place.{key}"), role="small", token="ink2"))
            body.addWidget(value)
            body.addSpacing(6)
        body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        body.addSpacing(12)
        body.addWidget(self.ids)
        body.addSpacing(4)
        body.addWidget(self.full_ids)
        body.addWidget(self.reason)
        body.addSpacing(12)
        for widget in (self.banner, self.stopped, self.progress):
            body.addWidget(widget)
        self._line = Hairline(token="line2")
        self._line.hide()
        body.addWidget(self._line)
        body.addSpacing(10)
        body.addLayout(self._results)
        body.addSpacing(10)
        body.addWidget(self.open_folder, 0, Qt.AlignmentFlag.AlignLeft)
        self.foot.setContentsMargins(19, 10, 20, 16)
        self.foot.addWidget(self.missing)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in self.single.values():
            row.addWidget(button, 1)
        self.foot.addLayout(row)
        self.foot.addWidget(self.three)

    def show_target(self, folder: str, file: str) -> None:
        """Show where the files go and what they are called."""
        self.folder.setText(folder)
        self.folder.setToolTip(folder)
        self.file.setText(file)
        self.file.setToolTip(file)

    def _tell_ids(self) -> None:
        self.full_ids_changed.emit(self.full_ids.isChecked(), self.reason.text())

    def show_ids(self, *, full: bool) -> None:
        """Show whether ID numbers stand in the files whole; then somebody says what for."""
        self.full_ids.setChecked(full)
        self.reason.setVisible(full)
        key = "reports_place.note_full" if full else "reports_place.note"
        self.ids.setText(self._words.say(key))

    def set_missing(self, code: str) -> None:
        """Say what hinders; an empty code frees the buttons."""
        sentence = self._words.say(f"reports_place.missing_{code}") if code else ""
        self.missing.setText(sentence)
        self.missing.setVisible(bool(sentence))
        for button in (*self.single.values(), self.three):
            button.setEnabled(not sentence)

    def begin(self, name: str) -> None:
        """Show that files are being written; older results leave."""
        self.say_error("")
        self.stopped.hide()
        self._drop_results()
        self.show_writing(name)
        self.progress.cancel.setEnabled(True)
        self.progress.show()
        self._stop_key.setEnabled(True)
        self.progress.cancel.setFocus()
        for button in (*self.single.values(), self.three, self.change):
            button.setEnabled(False)

    def show_writing(self, name: str) -> None:
        """Show which file is being written."""
        self.progress.title.setText(self._words.say("reports_place.writing", name=name))

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the file is."""
        known = total if done <= total else 0  # more may have come since they were counted
        values = {"done": number(done), "total": number(total)}
        key = "reports_place.progress" if known else "reports_place.progress_open"
        self.progress.set_progress(done, known, self._words.say(key, **values))

    def end(self) -> None:
        """Nothing is being written any more."""
        self.progress.hide()
        self._stop_key.setEnabled(False)
        self.change.setEnabled(True)
        self.three.setFocus()

    def add_result(self, written: Written) -> None:
        """Show a finished file."""
        line = ResultLine(self._words, written)
        self._results.addWidget(line)
        self.results.append(line)
        self._line.show()
        self.open_folder.show()

    def _drop_results(self) -> None:
        for line in self.results:
            self._results.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.results = []
        self._line.hide()
        self.open_folder.hide()

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))
