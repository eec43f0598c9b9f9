"""The controller of erasures by right: asks for one, tells how far each has come."""

from __future__ import annotations

from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.erasing_page import (
    ErasingPage,
    ErasureRow,
    erasing_page,
    erasure_rows,
)
from fieldapp.words import Words
from ui.places.erasures.view import ErasuresView
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller


class ErasuresPlace:
    """Xóa theo yêu cầu. `open(ward=…, person=…)` asks about a person, `open()` lists all."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self.widget = ErasuresView(Teller(words, store.today()))
        self.page: ErasingPage | None = None
        self._rows: dict[str, ErasureRow] = {}
        self._asked = Asked()
        self.widget.row_changed.connect(self._select)
        self.widget.erasure_band.erase_asked.connect(self.erase)

    def open(self, *, ward: str = "", person: str = "", **_: Any) -> None:
        """Ask about a person, or list the erasures that there were."""
        self.page = None
        if not person:
            self.refresh()
            return
        store, words, mine = self._store, self._words, self._asked.next()

        def then(page: ErasingPage) -> None:
            if self._asked.is_last(mine):
                self.page = page
                self.widget.ask(page)
                self.widget.focus_first()

        self.widget.erasure_band.show_nothing()
        self._tasks.write(lambda: erasing_page(store, words, ward, person), then, self._failed)

    def refresh(self) -> None:
        """Read the erasures anew; a person who is asked about stays on the page."""
        if self.page is not None:
            return
        store, mine = self._store, self._asked.next()

        def then(rows: tuple[ErasureRow, ...]) -> None:
            if not self._asked.is_last(mine):
                return
            self._rows = {row.erasure: row for row in rows}
            self.widget.show_rows(rows)
            self._select(self.widget.rows.current_key())

        self._tasks.read(lambda: erasure_rows(store), then, self._failed)

    def erase(self, reason: str) -> None:
        """Erase the person who is asked about."""
        page, store = self.page, self._store
        if page is None:
            return

        def then(_: str) -> None:
            self.page = None
            self._go.toast(self._words.say("erasing.erased"))
            self.refresh()

        self._tasks.write(
            lambda: erase_person(store, page.ward, page.person, reason), then, self._failed
        )

    def _select(self, key: str) -> None:
        band, row = self.widget.erasure_band, self._rows.get(key)
        if self.page is None and row is not None:
            band.show_row(row)
        elif self.page is None:
            band.show_nothing()

    def _failed(self, error: FieldappError) -> None:
        told = Teller(self._words, self._store.today()).error(error)
        self.widget.erasure_band.say_error(told.title, told.text)
