"""The controller of the table of people: filter while typing, open a household, write a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.reports.tables import WrittenTable
from fieldapp.store.store import Store
from fieldapp.usecases.households.people_table import (
    PeopleTable,
    PersonLine,
    lines_of_people,
    people_table,
    write_people_table,
)
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.file_dialogs import ask_where_to_save
from ui.places.people.view import SHOWN, PeopleView, file_columns, person_line, person_values
from ui.places.ports import Cancelled, LongTasks, Navigator, Progress
from ui.places.receipts.paper import documents
from ui.places.table_desk import Source, TableDesk
from ui.say import Teller

FILTER_AFTER_MS = 150
FOLDER = "reports_folder"


class PeoplePlace:
    """Bảng thành viên. Enter opens the household of the selected person."""

    def __init__(self, store: Store, words: Words, tasks: LongTasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._teller = Teller(words, business_date(store.now()))
        self.widget = PeopleView(self._teller)
        self._text = ""
        self._cancel: Callable[[], None] | None = None
        self.ask_path: Callable[[Path], Path | None] = self._ask_by_dialog
        source = Source[PeopleTable, PersonLine](
            lambda sort, upwards: people_table(store, text=self._text, sort=sort, upwards=upwards),
            lambda table, first, most: lines_of_people(store, table, first, most),
            lambda one: person_line(one, self._teller),
            lambda one: person_values(one, self._teller),
        )
        view = self.widget
        self.table = TableDesk(
            *(store, words, tasks, navigator, view.table, source), *("people", "name", SHOWN)
        )
        self.table.counted = view.show_count
        self._timer = QTimer(view)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_AFTER_MS)
        self._timer.timeout.connect(self.refresh)
        view.filtered.connect(self._filter)
        view.table.opened.connect(self._open_household)
        view.export_asked.connect(self.export)
        view.cancelled.connect(self.cancel)

    def open(self, **_: Any) -> None:
        """Show the table as it is now."""
        self.refresh()

    def refresh(self) -> None:
        """Read it anew."""
        self.table.refresh()

    def _filter(self, text: str) -> None:
        self._text = text
        self._timer.start()

    def _open_household(self, key: str) -> None:
        ward, _, person = key.partition("/")
        row = self.widget.table.currentIndex().row()
        made, store = self.table.made, self._store
        if made is None:
            return

        def then(found: tuple[PersonLine, ...]) -> None:
            for one in found:
                if (one.ward, one.person) == (ward, person):
                    self._go.go("household", ward=ward, household=one.household)

        self._tasks.read(lambda: lines_of_people(store, made, row, 1), then, self._go.banner)

    # the file

    def export(self) -> None:
        """Write what is seen as a workbook: these people, in this order, with these columns."""
        if self._cancel is not None:
            return
        day = self._teller.today.isoformat()
        name = self._words.say("people_table.file_name", day=day)
        folder = Path(self._store.setting(FOLDER) or documents())
        path = self.ask_path(folder / f"{name}.xlsx")
        made = self.table.made
        if path is None or made is None:
            return
        store, words, desk, text = self._store, self._words, self.table, self._text
        columns, count = file_columns(self.widget.table.shown()), made.count

        def job(progress: Progress, cancelled: Cancelled) -> WrittenTable:
            return write_people_table(
                *(store, path, words),
                text=text,
                sort=desk.sort,
                upwards=desk.upwards,
                columns=columns,
                progress=lambda done: progress(done, count),
                cancelled=cancelled,
            )

        self._begin(path)
        self._cancel = self._tasks.long(job, self._written, self._failed, self._show_progress)
        if self.widget.progress.isHidden():  # it is over already
            self._cancel = None

    def cancel(self) -> None:
        """Stop: the file is not kept."""
        if self._cancel is not None:
            self._cancel()

    def _begin(self, path: Path) -> None:
        view = self.widget
        view.banner.hide()
        view.progress.title.setText(self._words.say("reports_place.writing", name=path.name))
        view.progress.show()
        view.export.setEnabled(False)

    def _end(self) -> None:
        self._cancel = None
        self.widget.progress.hide()
        self.widget.export.setEnabled(True)

    def _show_progress(self, done: int, total: int) -> None:
        values = {"done": number(done), "total": number(total)}
        text = self._words.say("reports_place.progress", **values)
        self.widget.progress.set_progress(done, total, text)

    def _written(self, written: WrittenTable) -> None:
        self._end()
        said = {"n": number(written.rows), "name": written.path.name}
        self._go.toast(self._words.say("people_table.written", **said))

    def _failed(self, error: FieldappError) -> None:
        self._end()
        told = self._teller.error(error)
        self.widget.banner.say(told.title, told.text)
        self.widget.banner.show()

    def _ask_by_dialog(self, proposed: Path) -> Path | None:
        title = self._words.say("people_table.export")
        return ask_where_to_save(self.widget, title, proposed, "Excel (*.xlsx)")
