"""The controller of the reports: figures and preview as one chooses, files on the long lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from fieldapp.errors import FieldappError
from fieldapp.reports.files import sweep
from fieldapp.reports.visit_cells import COLUMN_KEYS
from fieldapp.reports.visit_row import VisitRow
from fieldapp.store.store import Store
from fieldapp.usecases.me import WardName
from fieldapp.usecases.visiting import presets, visit_log, visit_table
from fieldapp.usecases.visiting.presets import Preset
from fieldapp.usecases.visiting.visit_log import KINDS, LogChoices, LogSummary
from fieldapp.usecases.visiting.visit_table import VisitTable, rows_of_table, take_more
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from fieldapp.words.format import money, number
from ui.places.ports import Asked, LongTasks, Navigator
from ui.places.receipts.paper import documents
from ui.places.reports.state import (
    OUTCOME_CODES,
    Option,
    ReportForm,
    first_form,
    preset_note,
    refreshed,
    targets,
)
from ui.places.reports.view import (
    BETWEEN,
    FIGURES,
    SHOWN,
    ReportsView,
    visit_line,
    visit_values,
)
from ui.places.reports.writing import CANCELLED, FarPort, FilesDesk, Press
from ui.places.table_desk import Source, TableDesk
from ui.say import Teller
from ui.widgets import Question

SETTING = "reports_folder"


@dataclass(frozen=True)
class _Read:
    """What the place begins with."""

    choices: LogChoices
    presets: tuple[Preset, ...]
    folder: Path


class ReportsPlace:
    """Báo cáo. `export` (Ctrl+E of the window) writes all three files."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: LongTasks,
        navigator: Navigator,
        far: FarPort | None = None,
    ) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._teller = Teller(words, store.today())
        self.widget = ReportsView(words, self._teller.today)
        self.form: ReportForm | None = None
        self._choices: LogChoices | None = None
        self._presets: tuple[Preset, ...] = ()
        self._summary: LogSummary | None = None
        self._folder = documents()
        self._chosen = VisitFilter((), store.today(), store.today())
        source = Source[VisitTable, VisitRow](
            lambda sort, upwards: visit_table.begin_visit_table(
                store, self._chosen, sort, upwards=upwards
            ),
            lambda table, first, most: rows_of_table(store, table, first, most),
            lambda row: visit_line(row, self._teller),
            lambda row: visit_values(row, self._teller),
            lambda table: take_more(store, table),
        )
        self.table = TableDesk(
            store,
            words,
            tasks,
            navigator,
            self.widget.table,
            source,
            *("visits", "visited_at", SHOWN),
        )
        self.table.looked = self.widget.show_looked
        self._asked = Asked()
        self.files = FilesDesk(store, words, tasks, self.widget.band, far, self._end)
        self.ask_folder: Callable[[Path], Path | None] = self._ask_by_dialog
        self.confirm: Callable[[str], bool] = self._confirm_by_dialog
        self._connect()

    def _connect(self) -> None:
        view = self.widget
        view.ordering.cancelled.connect(self.table.cancel)
        view.choosing.toggled.connect(self._toggle)
        view.choosing.all_asked.connect(self._tick_all)
        view.choosing.days_changed.connect(self._set_days)
        view.choosing.unsent_toggled.connect(self._take_unsent)
        box = view.choosing.presets
        box.picked.connect(self._pick_preset)
        box.saved.connect(self._save_preset)
        box.renamed.connect(self._rename_preset)
        box.deleted.connect(self._delete_preset)
        view.band.full_ids_changed.connect(self._take_ids)
        view.band.asked.connect(self.write)
        view.band.cancelled.connect(self.files.cancel)
        view.band.folder_asked.connect(self.choose_folder)
        view.band.folder_opened.connect(self._open_folder)

    # choosing

    def open(self, **_: Any) -> None:
        """Show the place as it is now."""
        self.refresh()

    def refresh(self) -> None:
        """Read what can be chosen, and the figures; what is ticked stays."""
        store, folder = self._store, self._folder

        def job() -> _Read:
            kept = Path(store.setting(SETTING) or folder)
            there = kept if kept.is_dir() else folder
            sweep(there)
            return _Read(visit_log.choices(store), presets.visit_presets(store), there)

        self._tasks.read(job, self._take_choices, self._go.banner)

    def _take_choices(self, found: _Read) -> None:
        self._choices, self._presets = found.choices, found.presets
        self._folder = found.folder
        today = self._teller.today
        old = self.form
        self.form = refreshed(old, self._choices) if old else first_form(self._choices, today)
        self._show()

    def _toggle(self, name: str, key: str) -> None:
        if self.form is not None:
            self.form = self.form.toggled(name, key)
            self._show()

    def _tick_all(self, name: str) -> None:
        if self.form is not None:
            self.form = self.form.with_all(name)
            self._show()

    def _set_days(self, since: date | None, until: date | None) -> None:
        if self.form is not None:
            self.form = replace(self.form, since=since, until=until)
            self._show()

    def _take_unsent(self, unsent: bool) -> None:
        if self.form is not None:
            self.form = replace(self.form, unsent=unsent)
            self._show()

    def _take_ids(self, full: bool, reason: str) -> None:
        if self.form is not None:
            self.form = replace(self.form, full_ids=full, reason=reason)
            self.widget.band.show_ids(full=full)
            self._set_missing(self._hindrance())

    # presets

    def _preset(self, name: str) -> Preset | None:
        return next((one for one in self._presets if one.name == name), None)

    def _show_presets(self) -> None:
        name = self.form.preset if self.form else ""
        options = [Option(one.name, one.name) for one in self._presets]
        told = preset_note(self._preset(name), self._words)
        self.widget.choosing.presets.show_presets(options, name, told)

    def _pick_preset(self, name: str) -> None:
        if self.form is None:
            return
        found = self._preset(name)
        today = self._teller.today
        self.form = self.form.with_preset(found, today) if found else replace(self.form, preset="")
        self._show()

    def _save_preset(self, name: str) -> None:
        chosen = self.form.filter() if self.form else None
        if self.form is None or chosen is None:
            return
        store, columns = self._store, self.form.chosen_columns()
        self._change_presets(lambda: presets.save_preset(store, name, chosen, columns).name)

    def _rename_preset(self, name: str) -> None:
        old, store = self.form.preset if self.form else "", self._store
        self._change_presets(lambda: presets.rename_preset(store, old, name).name)

    def _delete_preset(self) -> None:
        old, store = self.form.preset if self.form else "", self._store

        def job() -> str:
            presets.delete_preset(store, old)
            return ""

        self._change_presets(job)

    def _change_presets(self, change: Callable[[], str]) -> None:
        """Do it; the preset whose name comes out of it is the one that is picked then."""
        store, box = self._store, self.widget.choosing.presets

        def job() -> tuple[str, tuple[Preset, ...]]:
            return change(), presets.visit_presets(store)

        def then(found: tuple[str, tuple[Preset, ...]]) -> None:
            name, self._presets = found
            box.show_error("")
            if self.form is not None:
                self.form = replace(self.form, preset=name)
                self._show_presets()

        self._tasks.write(job, then, lambda error: box.show_error(self._teller.error(error).title))

    def _options(self) -> dict[str, tuple[Option, ...]]:
        found = self._choices
        wards = found.wards if found else ()
        people = found.canvassers if found else ()
        outcomes = [Option(code, self._teller.outcome(code)) for code in OUTCOME_CODES]
        return {
            "wards": tuple(Option(ward.stream, self._ward_text(ward)) for ward in wards),
            "canvassers": tuple(Option(username, name) for username, name in people),
            "outcomes": tuple(outcomes),
            "columns": tuple(
                Option(key, self._words.say(f"reports.column_{key}")) for key in COLUMN_KEYS
            ),
        }

    def _show(self) -> None:
        if self.form is None:
            return
        self.widget.choosing.show_form(self.form, self._options())
        self._show_presets()
        self.widget.band.show_ids(full=self.form.full_ids)
        self.widget.band.show_target(str(self._folder), self._stem())
        chosen = self.form.filter()
        if chosen is None:
            self._asked.next()
            self._summary = None
            self.table.clear()
            self._set_missing(self.form.missing())
            return
        self._read_figures(chosen)

    def _stem(self) -> str:
        form = self.form
        if form is None or form.since is None or form.until is None:
            return ""
        first, last = form.since.isoformat(), form.until.isoformat()
        return self._words.say("reports_place.file_name", first=first, last=last)

    def _read_figures(self, chosen: VisitFilter) -> None:
        mine, store = self._asked.next(), self._store

        def then(found: LogSummary) -> None:
            if self._asked.is_last(mine):
                self._show_figures(found)

        def begun() -> None:
            if self._asked.is_last(mine):
                self._tasks.read(lambda: visit_log.summary(store, chosen), then, self._say_error)

        self._chosen = chosen
        self.table.refresh(self._say_error, begun)

    def _show_figures(self, found: LogSummary) -> None:
        self._summary, say = found, self._words.say
        values = (
            number(found.rows),
            number(found.households),
            number(found.enrolments),
            money(found.total_dong),
        )
        labels = [say(f"reports_place.{name}") for name in FIGURES]
        counted = found.by_outcome
        outcomes = [
            f"{self._teller.outcome(code)} {number(counted[code])}"
            for code in OUTCOME_CODES
            if code in counted
        ]
        pairs = list(zip(labels, values, strict=True))
        self.widget.figures.show_figures(pairs, BETWEEN.join(outcomes))
        self.widget.show_note(self._note(found), empty=not found.rows)
        self._set_missing(self._hindrance())

    def _hindrance(self) -> str:
        """The code of what keeps from writing files."""
        missing = self.form.missing() if self.form else "wards"
        some = bool(self._summary and self._summary.rows) or bool(self._elsewhere())
        return missing or ("" if some else "rows")

    def _note(self, found: LogSummary) -> str:
        """What of the choice is not in the table, or how to copy what is."""
        form, say = self.form, self._words.say
        if found.unsent and form and not form.unsent:
            return say("reports_place.unsent_left_out", n=found.unsent)
        elsewhere = self._elsewhere()
        if elsewhere:
            return say("reports_place.elsewhere", n=len(elsewhere))
        return say("reports_place.preview_note") if found.rows else ""

    def _elsewhere(self) -> set[str]:
        """The chosen wards that the server will read."""
        return set(self.form.wards if self.form else ()) & set(
            self._choices.elsewhere if self._choices else ()
        )

    def _set_missing(self, code: str) -> None:
        if not self.files.busy:
            self.widget.band.set_missing(code)

    def _ward_text(self, ward: WardName) -> str:
        far = self._choices is not None and ward.stream in self._choices.elsewhere
        key = "reports_place.ward_elsewhere"
        return self._words.say(key, ward=ward.name) if far else ward.name

    # writing

    def export(self) -> None:
        """Write all three files."""
        self.widget.band.three.click()

    def choose_folder(self) -> None:
        """Ask for another folder, and keep it for next time."""
        chosen = self.ask_folder(self._folder)
        if chosen is None:
            return
        self._folder = chosen
        store, kept = self._store, str(chosen)
        self._tasks.write(lambda: store.remember(**{SETTING: kept}), lambda _: None)
        self._show()

    def write(self, kinds: tuple[str, ...]) -> None:
        """Write files of these formats, one after the other; old ones only after a question."""
        form = self.form
        chosen = form.filter() if form else None
        if form is None or chosen is None or self.files.busy or self._hindrance():
            return
        asked = targets(self._folder, self._stem(), tuple(k for k in KINDS if k in kinds))
        kept = self._preset(form.preset)
        last = kept.last if kept else None
        may = [path for one in asked for path in one.paths(self._words, compared=last is not None)]
        old = [path for path in may if path.exists()]
        if old and not self.confirm(", ".join(path.name for path in old)):
            return
        reason = form.reason if form.full_ids else ""
        rows = self._summary.rows if self._summary else 0
        columns = form.chosen_columns()
        self.files.write(Press(chosen, asked, columns, reason, form.preset, rows, last))

    def _end(self, error: FieldappError | None) -> None:
        """Nothing is being written any more; what stopped it, if something did."""
        self._set_missing(self._hindrance())
        self.widget.band.end()
        self.refresh()
        if error is None:
            return
        if error.code == CANCELLED:
            self.widget.band.stopped.show()
        else:
            self._say_error(error)

    def _say_error(self, error: FieldappError) -> None:
        told = self._teller.error(error)
        self.widget.band.say_error(told.title, told.text)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _ask_by_dialog(self, folder: Path) -> Path | None:
        title = self._words.say("reports_place.choose_folder")
        chosen = QFileDialog.getExistingDirectory(self.widget, title, str(folder))
        return Path(chosen) if chosen else None

    def _confirm_by_dialog(self, names: str) -> bool:
        say = self._words.say
        question = Question(
            say("reports_place.replace_title", name=names),
            say("reports_place.replace_text"),
            say("reports_place.replace"),
            self.widget,
        )
        return bool(question.exec())
