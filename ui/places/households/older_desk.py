"""Asks the server for a household's history from before the log begins on this laptop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from fieldapp.errors import FieldappError
from fieldapp.usecases.households import older_history
from ui.places.households.older_state import OlderState
from ui.places.ports import Asked

if TYPE_CHECKING:
    from fieldapp.usecases.changes import Told
    from fieldapp.usecases.households.history import HistoryRow
    from fieldapp.usecases.households.household import HouseholdPage
    from fieldapp.usecases.households.older_history import Records
    from sync.client.history import Older
    from ui.places.households.page_place import HouseholdPlace


class HistoryPort(Protocol):
    """What the page needs of the sync."""

    def older_history(self, ward: str, keys: Records, before: int | None) -> Older:
        """Speaks to the server; not on the GUI thread."""
        ...


class OlderDesk:
    """What the server has told of the household that is open, until another one is opened."""

    def __init__(self, place: HouseholdPlace, port: HistoryPort | None) -> None:
        self._place, self._port = place, port
        self._asked = Asked()
        self.state = OlderState()

    def close(self) -> None:
        """Another household is opened; an answer that is still to come counts for nothing."""
        self._asked.next()
        self.state = OlderState()

    def joined(self, page: HouseholdPage) -> HouseholdPage:
        """The page as it was read, with what the server has told below it."""
        since = page.history_since if self._port is not None else None
        if since != self.state.since:
            self.close()
            self.state = OlderState(since)
        return replace(page, history=(*page.history, *self.state.rows))

    def ask(self) -> None:
        """Asks for what is older than what is shown."""
        page, port, store = self._place.page, self._port, self._place.store
        if page is None or port is None or not self.state.may_ask:
            return
        ward, home, before, mine = page.ward, page.household, self.state.before, self._asked.next()
        self._show(self.state.asking())

        known = self.state.known

        def job() -> tuple[tuple[HistoryRow, ...], Told, int | None]:
            keys = older_history.records_of(store, ward, home)
            older = port.older_history(ward, keys, before)
            told = known.and_then(keys, older.entries, whole=older.before is None)
            rows = older_history.older_rows(store, ward, home, older.entries)
            return rows, told, older.before

        def then(came: tuple[tuple[HistoryRow, ...], Told, int | None]) -> None:
            if self._asked.is_last(mine):
                self._show(self.state.told(*came))

        def failed(error: FieldappError) -> None:
            if self._asked.is_last(mine):
                self._show(self.state.failed(error))

        self._place.tasks.long(lambda *_: job(), then, failed)  # no page waits for the server

    def _show(self, state: OlderState) -> None:
        self.state = state
        self._place.show_older()
