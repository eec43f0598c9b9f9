"""Saving a receipt as PDF: the file's usual name, the folder of last time, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.enrolling.leaflets import save_leaflet
from fieldapp.usecases.enrolling.papers import save_receipt
from fieldapp.usecases.households.household import HouseholdPage
from fieldapp.words import Words
from ui.file_dialogs import ask_where_to_save
from ui.places.ports import Navigator, Tasks

SETTING = "papers_folder"
"""The setting of this installation under which the folder of last time stands."""

PAPER = Words("vi")
"""A receipt is a paper for residents and accountants: it is Vietnamese in any language of the
window."""

AskPath = Callable[[Path], Path | None]
"""Shows a usual path to a person and gives the one that they chose, or None."""


def documents() -> Path:
    """The folder of papers of this user on this system."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home())


class PaperDesk:
    """Asks where, writes there, and says what came of it. `ask` replaces the file dialog."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: Tasks,
        navigator: Navigator,
        *,
        over: QWidget,
    ) -> None:
        self._store, self._words = store, words
        self._tasks, self._navigator, self._over = tasks, navigator, over
        self.ask: AskPath = self._ask_by_dialog

    def save(
        self, ward: str, receipt: str, number: str, told: Callable[[str], object] | None = None
    ) -> None:
        """Save one receipt; `told` hears the sentence that says where (a toast without it)."""

        def then(folder: str | None) -> None:
            usual = Path(folder) if folder and Path(folder).is_dir() else documents()
            path = self.ask(usual / self._words.say("enrol.pdf_file", number=number))
            if path is not None:
                self._write(ward, receipt, path, told or self._navigator.toast)

        self._tasks.read(lambda: self._store.setting(SETTING), then)

    def save_leaflet(self, page: HouseholdPage, choice: Choice, name: str) -> None:
        """Save the sheet of a household, in the language of the window."""

        def then(folder: str | None) -> None:
            usual = Path(folder) if folder and Path(folder).is_dir() else documents()
            path = self.ask(usual / name)
            if path is not None:
                self._write_leaflet(page, choice, path)

        self._tasks.read(lambda: self._store.setting(SETTING), then)

    def _write_leaflet(self, page: HouseholdPage, choice: Choice, path: Path) -> None:
        def job() -> Path:
            written = save_leaflet(self._store, page, choice, path, self._words)
            self._store.remember(**{SETTING: str(path.parent)})
            return written

        def then(written: Path) -> None:
            self._navigator.toast(self._words.say("leaflet.saved", name=written.name))

        self._tasks.write(job, then, self._failed)

    def _write(self, ward: str, receipt: str, path: Path, told: Callable[[str], object]) -> None:
        def job() -> Path:
            written = save_receipt(self._store, ward, receipt, path, PAPER)
            self._store.remember(**{SETTING: str(path.parent)})
            return written

        def then(written: Path) -> None:
            told(self._words.say("enrol.pdf_saved", name=written.name))

        self._tasks.write(job, then, self._failed)

    def _failed(self, error: FieldappError) -> None:
        self._navigator.banner(error)

    def _ask_by_dialog(self, usual: Path) -> Path | None:
        title = self._words.say("enrol.pdf_title")
        return ask_where_to_save(self._over, title, usual, "PDF (*.pdf)")
