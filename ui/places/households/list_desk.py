"""The list of households at work: its order, its pages, the filter, the selected one in short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from fieldapp.errors import FieldappError
from fieldapp.usecases import me
from fieldapp.usecases.households import household
from fieldapp.usecases.households.households_table import (
    households_table,
    lines_of_households,
)
from ui.places.households.list_view import HouseholdsView, row_of
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller
from ui.widgets.rows import PAGE_ROWS, Awaited, Row

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.usecases.households.household import HouseholdPage
    from fieldapp.usecases.households.households_table import HouseholdLine, HouseholdsTable

    _Lines = dict[str, HouseholdLine]

FILTER_AFTER_MS = 80
DETAILS_AFTER_MS = 60


@dataclass(frozen=True)
class _Read:
    """All households in their order, those that are shown, and the lines of a page of them."""

    whole: HouseholdsTable
    shown: HouseholdsTable
    rows: tuple[Row | Awaited, ...]
    lines: _Lines
    user: me.Me


def _by_key(lines: Sequence[HouseholdLine]) -> _Lines:
    return {f"{line.ward}/{line.household}": line for line in lines}


class ListDesk:
    """The controller of the list. `user_came` is called with whoever is signed in at each reading;
    `text` is what was typed."""

    def __init__(
        self, store: Store, tasks: Tasks, navigator: Navigator, view: HouseholdsView, teller: Teller
    ) -> None:
        self._store, self._tasks, self._navigator = store, tasks, navigator
        self.view, self.teller = view, teller
        self._lines: _Lines = {}
        self.text, self._selected = "", ""
        self._whole: HouseholdsTable | None = None
        self._shown: HouseholdsTable | None = None
        self._lists, self._details = Asked(), Asked()
        self._filter_timer = self._timer(FILTER_AFTER_MS, lambda: self._read(anew=False))
        self._details_timer = self._timer(DETAILS_AFTER_MS, self._read_details)
        self.user_came: Callable[[me.Me], None] = lambda user: None
        view.text_changed.connect(self._filter)
        view.row_changed.connect(self._select)
        view.list.page_wanted.connect(self._bring)
        view.opened.connect(self._go_to)

    def _timer(self, after: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self.view)
        timer.setSingleShot(True)
        timer.setInterval(after)
        timer.timeout.connect(act)
        return timer

    def refresh(self) -> None:
        """Reads the list again; the selection and the scroll stay."""
        self._read(anew=True)

    def _read(self, *, anew: bool) -> None:
        """Finds what has the words that were typed: in the order as it is, or in one taken anew."""
        mine, store, text = self._lists.next(), self._store, self.text
        known, page = None if anew else self._whole, self.view.list.page_seen() if anew else 0
        stale = self._lines

        def job() -> _Read:
            whole = known or households_table(store)
            shown = whole.having(text)
            lines = _by_key(lines_of_households(store, shown, page * PAGE_ROWS, PAGE_ROWS))
            rows = tuple(self._rows(shown, lines, stale))
            return _Read(whole, shown, rows, lines, me.me(store))

        def then(answer: _Read) -> None:
            if self._lists.is_last(mine):
                self._take(answer, text)

        self._tasks.read(job, then, self._failed)

    def _rows(
        self, shown: HouseholdsTable, lines: _Lines, stale: _Lines
    ) -> Iterator[Row | Awaited]:
        """A row of each household that is shown: as it is, or until it is looked at as it was."""
        for one in shown.places:
            key = f"{one.ward}/{one.household}"
            if key in lines:
                yield row_of(lines[key], self.teller)
            else:
                was = row_of(stale[key], self.teller) if key in stale else None
                yield Awaited(key, one.house_number, was)

    def _take(self, answer: _Read, text: str) -> None:
        self.user_came(answer.user)
        self._whole, self._shown = answer.whole, answer.shown
        self._lines = self._lines | answer.lines
        self.view.show_table(answer.rows, text, total=answer.whole.count)
        self._select(self.view.list.current_key())

    def _bring(self, page: int) -> None:
        """Reads the rows that one looks at now."""
        shown, store = self._shown, self._store
        if shown is None:
            return

        def then(lines: tuple[HouseholdLine, ...]) -> None:
            if self._shown is shown:
                came = _by_key(lines)
                self._lines |= came
                self.view.show_lines(page, lines)
                if self._selected in came:
                    self.view.show_line(came[self._selected])

        first = page * PAGE_ROWS
        self._tasks.read(
            lambda: lines_of_households(store, shown, first, PAGE_ROWS),
            then,
            self._navigator.banner,
        )

    def _failed(self, error: FieldappError) -> None:
        told = self.teller.error(error)
        self.view.show_failure(told.title, told.text)

    def _filter(self, text: str) -> None:
        self.text = text.strip()
        self._lists.next()
        self._filter_timer.start()

    def _select(self, key: str) -> None:
        self._selected = key
        self.view.show_line(self._lines.get(key))
        self._details.next()
        if key:
            self._details_timer.start()

    def _read_details(self) -> None:
        if not self._selected:
            return
        mine, store = self._details.next(), self._store
        ward, _, home = self._selected.partition("/")

        def then(page: HouseholdPage) -> None:
            if self._details.is_last(mine):
                self.view.show_page(page)

        def job() -> HouseholdPage:
            return household.household_page(store, ward, home)

        self._tasks.read(job, then, self._navigator.banner)

    def _go_to(self, key: str) -> None:
        ward, _, home = key.partition("/")
        self._navigator.go("household", ward=ward, household=home)
