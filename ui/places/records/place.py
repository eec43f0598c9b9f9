"""The controller of the enrolments: reads them, sorts them, goes to their household."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fieldapp.clock import business_date
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.dossiers import EnrolmentRow, enrolments
from fieldapp.usecases.me import Me, me
from fieldapp.words import Words
from ui.places.kept_columns import KeptColumns
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.records.state import RecordsState
from ui.places.records.view import RecordsView
from ui.say import Teller


class RecordsPlace:
    """Hồ sơ. Enter opens the household of the selected enrolment."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._tasks, self._go = store, tasks, navigator
        self._teller = Teller(words, business_date(store.now()))
        self.state = RecordsState()
        self.widget = RecordsView(self._teller)
        self.columns = KeptColumns(store, words, tasks, navigator, self.widget.table, "records")
        self._asked = Asked()
        view = self.widget
        view.filter_chosen.connect(self.filter)
        view.table.sort_asked.connect(self.sort)
        view.table.opened.connect(self._open_household)
        view.table.current_changed.connect(self._show_story)
        view.people_asked.connect(lambda: self._go.go("people"))
        view.lists_asked.connect(lambda: self._go.go("lists"))
        view.empty.acted.connect(lambda: self._go.go("today"))

    def open(self, **_: Any) -> None:
        """Show the table as it is now."""
        self.refresh()

    def refresh(self) -> None:
        """Read the enrolments again; selection and order stay."""
        mine, store = self._asked.next(), self._store

        def job() -> tuple[tuple[EnrolmentRow, ...], Me]:
            return enrolments(store), me(store)

        def then(found: tuple[tuple[EnrolmentRow, ...], Me]) -> None:
            rows, user = found
            if self._asked.is_last(mine):
                self.widget.offer_lists(user.role != "canvasser")
                self._teller.today = business_date(store.now())
                self.state = replace(self.state, rows=rows)
                self.widget.show_state(self.state)

        self._tasks.read(job, then, self._go.banner)

    def filter(self, only: str) -> None:
        """Show other enrolments."""
        self.state = replace(self.state, only=only)
        self.widget.show_state(self.state)

    def sort(self, column: str) -> None:
        """Sort by a column, or turn its direction."""
        self.state = replace(self.state, sorting=self.state.sorting.clicked(column))
        self.widget.show_state(self.state)

    def _show_story(self, key: str) -> None:
        self.widget.story.show_row(self.state.row(key))

    def _open_household(self, key: str) -> None:
        row = self.state.row(key)
        if row is not None:
            self._go.go("household", ward=row.ward, household=row.household, person=row.person)
