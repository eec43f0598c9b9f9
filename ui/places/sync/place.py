"""The controller of the sync page: status from the sync, rows from the file, undo by use case."""

from __future__ import annotations

from typing import Any, Protocol

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.changes import PendingRow
from fieldapp.words import Words
from sync.client.status import SyncStatus
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.sync.state import SyncTeller
from ui.places.sync.view import SyncView
from ui.say import Teller

Rows = tuple[tuple[PendingRow, ...], tuple[PendingRow, ...]]


class SyncPort(Protocol):
    """What the page needs of the sync."""

    @property
    def status(self) -> SyncStatus | None:
        """What the status bar shows now; None before the first."""
        ...

    def want(self) -> None:
        """Start a round now."""
        ...


class SyncPlace:
    """Đồng bộ. The window calls `status_changed` when the sync says something new."""

    def __init__(
        self, store: Store, words: Words, tasks: Tasks, navigator: Navigator, sync: SyncPort
    ) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._sync = sync
        self._teller = Teller(words, business_date(store.now()))
        self._rows: Rows = ((), ())
        self._asked = Asked()
        self.widget = SyncView(words)
        self.widget.network.sync_asked.connect(self._want)
        self.widget.list.undo_asked.connect(self.undo)
        self.widget.list.opened.connect(self._open_household)

    def open(self, **_: Any) -> None:
        """Show the page as it is now."""
        self.refresh()

    def refresh(self) -> None:
        """Read what waits and what a person must see."""
        mine, store = self._asked.next(), self._store

        def then(rows: Rows) -> None:
            if self._asked.is_last(mine):
                self._rows = rows
                self._show()

        self._tasks.read(
            lambda: (changes.troubled(store), changes.pending(store)), then, self._go.banner
        )

    def status_changed(self) -> None:
        """The sync said something new: figures at once, rows as soon as they are read."""
        self._show()
        self.refresh()

    def _show(self) -> None:
        status = self._sync.status
        if status is None:
            return
        now = self._store.now()
        self._teller.today = business_date(now)
        people, waiting = self._rows
        self.widget.show_state(SyncTeller(self._teller, now).shown(status, people, waiting))

    def _want(self) -> None:
        self._sync.want()

    def _row(self, changeset: str) -> PendingRow | None:
        people, waiting = self._rows
        return next((row for row in (*people, *waiting) if row.changeset == changeset), None)

    def _open_household(self, changeset: str) -> None:
        row = self._row(changeset)
        if row is not None and row.state == "conflict":
            self._go.go("inbox")
        elif row is not None and row.household is not None:
            self._go.go("household", ward=row.ward, household=row.household)

    def undo(self, changeset: str) -> None:
        """Take an unsent action back; a receipt is never undone, and says so."""
        row, store = self._row(changeset), self._store
        if row is None:
            return
        what = self._teller.reason(row.text)

        def then(_: str) -> None:
            self._go.toast(self._words.say("sync_place.undone", what=what))
            self.refresh()

        self._tasks.write(lambda: changes.undo(store, changeset), then, self._failed)

    def _failed(self, error: FieldappError) -> None:
        self._go.banner(error)
        self.refresh()
