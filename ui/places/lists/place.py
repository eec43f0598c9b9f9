"""The controller of official lists: draws them up with a file, hands them in, takes them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.rules.official_lists.listing import health_form
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.me import me
from fieldapp.usecases.official_lists import lists
from fieldapp.usecases.official_lists.papers import WrittenList, write_submission
from fieldapp.usecases.official_lists.submissions import DrawnUp, draw_up, ready_lines
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.file_dialogs import ask_where_to_save
from ui.places.lists.state import TABS, ListsState, Waiting, list_key
from ui.places.lists.view import ListsView
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.receipts.paper import documents
from ui.say import Teller

FOLDER = "lists_folder"
"""The setting that remembers where the last list was saved."""


class ListsPlace:
    """Danh sách nộp. `open(tab=…)` shows what waits, what is open, or what is done."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._teller = Teller(words, store.today())
        self.state = ListsState()
        self.widget = ListsView(self._teller)
        self._asked = Asked()
        self._busy = False
        self._wanted = ""
        self._folder = documents()
        self.ask_path: Callable[[Path], Path | None] = self._ask_by_dialog
        self._connect()
        self.widget.show_state(self.state)

    def _connect(self) -> None:
        view, band = self.widget, self.widget.lists_band
        view.tab_chosen.connect(self.choose_tab)
        view.row_changed.connect(lambda: view.show_selected(self.state))
        band.draw_asked.connect(self.draw)
        band.open_asked.connect(self.open_list)
        band.save_asked.connect(self.save)
        band.sent_asked.connect(self.mark_sent)
        band.withdraw_asked.connect(self.withdraw)
        band.person_asked.connect(self._open_person)

    # reading

    def open(self, *, tab: str = "", **_: Any) -> None:
        """Show the place as it is now."""
        if tab in TABS:
            self.state = replace(self.state, tab=tab)
        self.refresh()

    def refresh(self) -> None:
        """Read what waits and the lists again; the selected row stays."""
        mine, store = self._asked.next(), self._store

        def job() -> ListsState:
            day, user = store.today(), me(store)
            forms = (health_form(day), "d05")
            found = (
                Waiting(ward.stream, ward.name, ready_lines(store, ward.stream, form))
                for ward in user.wards
                for form in forms
            )
            waiting = tuple(one for one in found if one.has_something)
            folder = store.setting(FOLDER, "")
            if folder and Path(folder).is_dir():
                self._folder = Path(folder)
            return ListsState(waiting, lists.official_lists(store), loaded=True)

        def then(found: ListsState) -> None:
            if self._asked.is_last(mine):
                self._teller.today = store.today()
                first, self.state = not self.state.loaded, replace(found, tab=self.state.tab)
                self.widget.show_state(self.state)
                if first:
                    self.widget.focus_first()
                if self._wanted:
                    self.widget.table.select_key(self._wanted)
                    self._wanted = ""

        self._tasks.read(job, then, self._say_error)

    def choose_tab(self, tab: str) -> None:
        """Show what waits, the open lists, or the others."""
        self.state = replace(self.state, tab=tab)
        self.widget.lists_band.say_error("")
        self.widget.show_state(self.state)

    # going elsewhere

    def open_list(self) -> None:
        """Open the selected list with its lines."""
        row = self.state.row(self.widget.current_key())
        if row is not None and self.state.tab != "ready":
            self._go.go("list", ward=row.ward, submission=row.submission)

    def _open_person(self, key: str) -> None:
        waits = self.state.waits(self.widget.current_key())
        household, _, person = key.partition("/")
        if waits is not None:
            self._go.go("household", ward=waits.ward, household=household, person=person)

    # doing

    def draw(self) -> None:
        """Draw up what is ready under the selected form, and write its file."""
        waits, store = self.state.waits(self.widget.current_key()), self._store
        if self._busy or waits is None or not waits.ready.lines:
            return
        form, ward = waits.ready.form, waits.ward
        path = self.ask_path(
            self._folder / self._file_name(form, waits.ready.listed_on.isoformat())
        )
        if path is None:
            return
        self._folder = path.parent

        def job() -> DrawnUp:
            drawn = draw_up(store, ward, form)
            store.remember(**{FOLDER: str(path.parent)})
            try:
                for place, one in enumerate(drawn.lists):
                    write_submission(store, ward, one.submission, _part_of(path, place))
            except FieldappError:
                for one in drawn.lists:  # a list without its file waits for nobody
                    lists.withdraw_list(store, ward, one.submission)
                raise
            return drawn

        def then(drawn: DrawnUp) -> None:
            lines = sum(one.lines for one in drawn.lists)
            self._go.toast(self._words.say("lists_place.drawn", n=number(lines), file=path.name))
            self._wanted = f"{ward}/{drawn.lists[0].submission}"
            self.state = replace(self.state, tab="open")

        self._write(job, then)

    def save(self) -> None:
        """Write the selected list as a workbook again."""
        row, store = self.state.row(self.widget.current_key()), self._store
        if self._busy or row is None or self.state.tab == "ready":
            return
        name = self._file_name(row.form, row.number.replace("/", "-"))
        path = self.ask_path(self._folder / name)
        if path is None:
            return
        self._folder = path.parent

        def job() -> WrittenList:
            store.remember(**{FOLDER: str(path.parent)})
            return write_submission(store, row.ward, row.submission, path)

        def then(_: WrittenList) -> None:
            self._go.toast(self._words.say("lists_place.saved", file=path.name))

        self._write(job, then)

    def export(self) -> None:
        """Ctrl+E of the window: the file of the selected list."""
        self.save()

    def mark_sent(self) -> None:
        """Note that the selected list was handed in."""
        self._change(lists.mark_sent, "marked_sent")

    def withdraw(self) -> None:
        """Take the selected list back: its lines wait again."""
        self._change(lists.withdraw_list, "withdrawn")

    def _change(self, usecase: Callable[[Store, str, str], str | None], said: str) -> None:
        row, store = self.state.row(self.widget.current_key()), self._store
        if row is None or row.state != "drawn" or self.state.tab == "ready":
            return

        def then(changeset: str | None) -> None:
            text = self._words.say(f"lists_place.{said}", number=row.number)
            undo = (lambda: self._undo(changeset)) if changeset else None
            self._go.toast(text, undo)
            self._wanted = list_key(row)

        self._write(lambda: usecase(store, row.ward, row.submission), then)

    def _undo(self, changeset: str) -> None:
        store = self._store
        self._write(lambda: changes.undo(store, changeset), lambda _: None)

    def _write(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        if self._busy:
            return
        self._busy = True
        self.widget.lists_band.say_error("")

        def done(answer: Any) -> None:
            self._busy = False
            then(answer)
            self.refresh()

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._say_error(error)
            self.refresh()

        self._tasks.write(job, done, failed)

    def _say_error(self, error: FieldappError) -> None:
        told = self._teller.error(error)
        self.widget.lists_band.say_error(told.title, told.text)

    def _file_name(self, form: str, what: str) -> str:
        name = self._words.say(f"returned.form_{form}")
        return f"{name} {what}.xlsx"

    def _ask_by_dialog(self, proposed: Path) -> Path | None:
        title = self._words.say("lists_place.save")
        return ask_where_to_save(self.widget, title, proposed, "xlsx (*.xlsx)")


def _part_of(path: Path, place: int) -> Path:
    """The file of the n-th list, where one form took several."""
    return path if not place else path.with_stem(f"{path.stem}-{place + 1}")
