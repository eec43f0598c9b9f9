"""The controller of lists in: a file is looked at off the GUI thread, then written or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QFileDialog

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.lists.columns import Kind
from fieldapp.store.store import Store
from fieldapp.usecases.importing.preview import Heads, Preview, errors_ending, write_errors
from fieldapp.usecases.importing.taking_in import (
    KINDS,
    again,
    fields_of,
    heads_of,
    look_at,
    take_in,
)
from fieldapp.usecases.me import me
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.file_dialogs import ask_where_to_save
from ui.places.imports.state import WITHOUT_MEANING, ImportState
from ui.places.imports.view import ImportsView
from ui.places.ports import Cancelled, LongTasks, Navigator, Progress
from ui.places.receipts.paper import documents
from ui.say import Teller, Told

FOLDER, LAST_KIND = "imports_folder", "imports_kind"
"""Settings: where the last list lay, and of which kind it was."""
CANCELLED, LACKING = "imports.cancelled", "imports.columns_missing"

T = TypeVar("T")
Job = Callable[[Progress, Cancelled], T]


class ImportsPlace:
    """Nhập danh sách. `open(path=…, kind=…)` looks at a list at once."""

    def __init__(self, store: Store, words: Words, tasks: LongTasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._teller = Teller(words, business_date(store.now()))
        self.state = ImportState()
        self.widget = ImportsView(self._teller)
        self._band = self.widget.import_band
        self._folder = documents()
        self._cancel: Callable[[], None] | None = None
        self.ask_file: Callable[[Path], Path | None] = self._ask_file_by_dialog
        self.ask_errors: Callable[[Path], Path | None] = self._ask_errors_by_dialog
        self._band.set_wards(())
        self._connect()
        self._show()

    def _connect(self) -> None:
        view, band = self.widget, self._band
        view.tab_chosen.connect(self._choose_tab)
        view.column_changed.connect(self._show_field)
        view.dropped.connect(self.look)
        band.file_asked.connect(self.choose_file)
        band.kind_chosen.connect(self._choose_kind)
        band.ward_chosen.connect(self._choose_ward)
        band.overwrite_chosen.connect(self._choose_overwrite)
        band.field_chosen.connect(self._choose_field)
        band.scheme_chosen.connect(self._choose_scheme)
        band.write_asked.connect(self.write)
        band.errors_asked.connect(self.save_errors)
        band.cancelled.connect(self.cancel)

    # opening

    def open(self, *, path: Path | None = None, kind: Kind | None = None, **_: Any) -> None:
        """Show the page; with a path the list is looked at."""
        if kind is not None:
            self.state = replace(self.state, kind=kind)
        self._read_surroundings(path)

    def refresh(self) -> None:
        """What is looked at stays: `take_in` compares anew where the ward has changed."""

    def _read_surroundings(self, path: Path | None) -> None:
        store = self._store

        def job() -> tuple[list[tuple[str, str]], str, str]:
            wards = [(ward.stream, ward.name) for ward in me(store).wards]
            return wards, store.setting(FOLDER, ""), store.setting(LAST_KIND, "")

        def then(found: tuple[list[tuple[str, str]], str, str]) -> None:
            wards, folder, kind = found
            if folder and Path(folder).is_dir():
                self._folder = Path(folder)
            if kind in KINDS and self.state.path is None and path is None:
                self.state = replace(self.state, kind=kind)
            if self.state.ward not in [stream for stream, _ in wards] and not self.state.busy:
                self.state = replace(self.state, ward="")
            self._band.set_wards(wards)
            self._show()
            if path is not None:
                self.look(path)

        self._tasks.read(job, then, self._go.banner)

    def choose_file(self) -> None:
        """Ask for a list, and look at it."""
        path = None if self.state.busy else self.ask_file(self._folder)
        if path is not None:
            self.look(path)

    # looking

    def look(self, path: Path) -> None:
        """Read a list and compare it with its ward; nothing is written."""
        if self.state.busy:
            return
        self._folder = path.parent
        self.state = self.state.with_file(path)
        self._look_with(self.state)

    def _look_with(self, said: ImportState) -> None:
        """Look at the file once more, with what is said of it now."""
        if self.state.busy:
            return
        before, self.state = self.state, said
        state, store = self.state, self._store
        if state.path is None:
            return
        path, kind, choice = state.path, state.kind, state.choice

        def job(progress: Progress, cancelled: Cancelled) -> Preview | Heads:
            try:
                return look_at(store, kind, path, choice, progress=progress, cancelled=cancelled)
            except FieldappError as error:
                if error.code == LACKING:
                    return heads_of(store, kind, path, choice)
                raise

        self._run("looking", job, self._take_look, before)

    def _take_look(self, found: Preview | Heads) -> None:
        if isinstance(found, Heads):
            self.state = replace(
                self.state, step="columns", tab="columns", heads=found, preview=None
            )
        else:
            self.state = self.state.looked(found)
        self._remember()
        self._show()
        if isinstance(found, Heads):
            self.widget.ask_column(next((c.letter for c in found.columns if not c.field), ""))
        else:
            self.widget.focus_first()

    def _remember(self) -> None:
        store, folder, kind = self._store, str(self._folder), self.state.kind
        self._tasks.write(
            lambda: store.remember(**{FOLDER: folder, LAST_KIND: kind}), lambda _: None
        )

    def _choose_kind(self, kind: str) -> None:
        for one in KINDS:
            if one == kind and one != self.state.kind:
                self.state = replace(self.state, kind=one)
                if self.state.path is not None:
                    self.look(self.state.path)

    def _choose_ward(self, ward: str) -> None:
        self._look_with(replace(self.state, ward=ward))

    def _choose_tab(self, tab: str) -> None:
        self.state = replace(self.state, tab=tab)
        self._show()

    def _choose_overwrite(self, overwrite: bool) -> None:
        found, store = self.state.preview, self._store
        if found is None or self.state.busy or overwrite == self.state.overwrite:
            return
        before, self.state = self.state, replace(self.state, overwrite=overwrite)
        choice = self.state.choice
        self._run(
            "looking",
            lambda progress, cancelled: again(store, found, choice),
            self._take_look,
            before,
        )

    def _choose_field(self, field: str) -> None:
        letter = self.widget.tables["columns"].current_key()
        if letter:
            self._look_with(self.state.with_column(letter, field))

    def _choose_scheme(self, scheme: str) -> None:
        said = replace(self.state.columns, scheme=scheme)
        self._look_with(replace(self.state, columns=said))

    def _show_field(self, letter: str) -> None:
        shown = self.state.tab == "columns" and self.state.step in ("columns", "looked")
        column = next((one for one in self.state.table if one.letter == letter), None)
        if not shown or column is None:
            self._band.show_field("", "", ())
            return
        fields = [f for f in fields_of(self.state.kind) if f not in WITHOUT_MEANING]
        named = sorted(
            ((field, self.widget.field_name(field)) for field in fields), key=lambda one: one[1]
        )
        choices = [("", self._words.say("imports_place.passed_over")), *named]
        self._band.show_field(letter, column.field, choices)

    # writing

    def write(self) -> None:
        """Write what was looked at, all of it or nothing."""
        found, store = self.state.preview, self._store
        if self.state.step != "looked" or found is None or not self.state.writes:
            return

        def job(progress: Progress, cancelled: Cancelled) -> Preview:
            return take_in(store, found, progress=progress, cancelled=cancelled)

        self._run("writing", job, self._take_written, self.state)

    def _take_written(self, written: Preview) -> None:
        say = self._words.say
        done = number(written.new + written.changed)
        self._go.toast(say("imports_place.written", file=written.file, n=done))
        self.state = replace(self.state, step="written", preview=written)
        left = say("imports_place.left", n=number(written.wrong)) if written.wrong else ""
        text = say("imports_place.written_text", new=number(written.new), n=number(written.changed))
        self._band.show_done(say("imports_place.written_title"), f"{text} {left}".strip())
        self._show()
        self.widget.focus_first()

    def save_errors(self) -> None:
        """Write the lines that were not imported to a file that can be corrected."""
        found, words = self.state.preview, self._words
        if found is None or self.state.path is None:
            return
        name = words.say("imports_place.errors_name", name=self.state.path.stem)
        path = self.ask_errors(self._folder / f"{name}{errors_ending(found)}")
        if path is None:
            return

        def then(count: int) -> None:
            self._go.toast(words.say("imports_place.errors_saved", n=number(count), file=path.name))

        store = self._store
        self._tasks.write(lambda: write_errors(store, found, path, words), then, self._failed)

    # a job

    def _run(self, step: Any, job: Job[T], then: Callable[[T], None], before: ImportState) -> None:
        self.state = replace(self.state, step=step)
        self._band.say_error("")
        self._band.show_progress(0, 0)
        self._show()
        self.widget.open_band()  # on a narrow screen it is a page of its own
        self._band.progress.cancel.setFocus()

        def failed(error: FieldappError) -> None:
            self.state = self.state.after_failure(before)
            self._failed(error)

        self._cancel = self._tasks.long(job, then, failed, self._band.show_progress)

    def cancel(self) -> None:
        """Stop what runs: nothing of the list is written."""
        if self._cancel is not None:
            self._cancel()

    def _failed(self, error: FieldappError) -> None:
        told = self._teller.error(error)
        here = f"imports_place.at_{error.code.rpartition('.')[2]}"
        if self._words.knows(here):  # the words of the command line name its options
            title, _, text = self._words.say(here, **error.context).partition(". ")
            told = Told(title, text)
        self._band.say_error(told.title, told.text)
        self._show()
        if error.field == "ward" and self._band.ward.isVisible():
            self._band.ward.combo.setFocus()
        else:
            self.widget.focus_first()

    def _show(self) -> None:
        self.widget.show_state(self.state)
        self._show_field(self.widget.tables["columns"].current_key())

    # asking for files

    def _ask_file_by_dialog(self, folder: Path) -> Path | None:
        title = self._words.say("imports_place.choose")
        kinds = self._words.say("imports_place.kinds_of_file")
        chosen, _ = QFileDialog.getOpenFileName(
            self.widget, title, str(folder), f"{kinds} (*.xlsx *.csv *.txt *.tsv)"
        )
        return Path(chosen) if chosen else None

    def _ask_errors_by_dialog(self, proposed: Path) -> Path | None:
        title = self._words.say("imports_place.save_errors")
        ending = proposed.suffix
        kind = f"{ending[1:]} (*{ending})"
        return ask_where_to_save(self.widget, title, proposed, kind)
