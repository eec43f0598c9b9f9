"""The controller of what is held on a person: reads it once, for each look is noted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.reports.tables import WrittenTable
from fieldapp.store.store import Store
from fieldapp.usecases.households.held_on_person import (
    HeldOnPerson,
    held_on_person,
    write_held_on_person,
)
from fieldapp.words import Words
from ui.file_dialogs import ask_where_to_save
from ui.places.held.view import HeldView
from ui.places.ports import Navigator, Tasks
from ui.places.receipts.paper import documents
from ui.say import Teller


class HeldPlace:
    """Giữ gì, ai đã xem. `open(ward=…, person=…)`; `export` (Ctrl+E) writes the answer."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self.widget = HeldView(Teller(words, store.today()))
        self.found: HeldOnPerson | None = None
        self.ask_path: Callable[[Path], Path | None] = self._ask_by_dialog
        self.widget.held_band.save_asked.connect(self.export)
        self.widget.held_band.erase_asked.connect(self.erase)

    def open(self, *, ward: str = "", person: str = "", **_: Any) -> None:
        """Look at a person."""
        store, words = self._store, self._words

        def then(found: HeldOnPerson) -> None:
            self.found = found
            self.widget.show_held(found)
            self.widget.focus_first()

        self._tasks.write(lambda: held_on_person(store, words, ward, person), then, self._failed)

    def erase(self) -> None:
        """Go to erasing the person who is shown."""
        if self.found is not None:
            self._go.go("erasures", ward=self.found.ward, person=self.found.person)

    def export(self) -> None:
        """Write the answer to a request."""
        found, store, words = self.found, self._store, self._words
        if found is None:
            return
        name = words.say("held.file_name", name=found.name)
        path = self.ask_path(documents() / f"{name}.xlsx")
        if path is None:
            return
        self.widget.held_band.say_error("")

        def then(_: WrittenTable) -> None:
            self._go.toast(words.say("held.saved", file=path.name))

        self._tasks.write(
            lambda: write_held_on_person(store, path, words, found.ward, found.person),
            then,
            self._failed,
        )

    def _failed(self, error: FieldappError) -> None:
        told = Teller(self._words, self._store.today()).error(error)
        self.widget.held_band.say_error(told.title, told.text)

    def _ask_by_dialog(self, proposed: Path) -> Path | None:
        title = self._words.say("held.save")
        return ask_where_to_save(self.widget, title, proposed, "xlsx (*.xlsx)")
