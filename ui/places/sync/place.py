"""The controller of the sync page: status from the sync, rows from the file, undo by use case."""

from __future__ import annotations

from typing import Any, Protocol

from fieldapp.clock import business_date, from_iso
from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.changes import PendingRow
from fieldapp.words import Words
from sync.client.parcels import WRITTEN
from sync.client.status import SyncStatus
from ui.places.own_keys import OwnKey
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.sync.parcels import CarryPort, ParcelDesk
from ui.places.sync.state import SyncTeller
from ui.places.sync.view import SyncView
from ui.say import Teller

Rows = tuple[tuple[PendingRow, ...], tuple[PendingRow, ...]]
NOTHING: tuple[Rows, dict[str, Any]] = (((), ()), {})


class SyncPort(CarryPort, Protocol):
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
        self._rows, self._written = NOTHING
        self._asked = Asked()
        self.widget = SyncView(words)
        self.widget.network.sync_asked.connect(self._want)
        self.widget.list.undo_asked.connect(self.undo)
        self.widget.list.opened.connect(self._open_household)
        self.parcels = ParcelDesk(store, words, tasks, navigator, sync, self.widget, self.refresh)
        card = self.widget.network.parcels
        card.write_asked.connect(self.parcels.write)
        card.open_asked.connect(self.parcels.open)
        OwnKey(self.widget, "Ctrl+Shift+U", self.parcels.write, wants=card.write.isEnabled)
        OwnKey(self.widget, "Ctrl+Shift+O", self.parcels.open)

    def open(self, **_: Any) -> None:
        """Show the page as it is now."""
        self.refresh()

    def refresh(self) -> None:
        """Read what waits and what a person must see."""
        mine, store = self._asked.next(), self._store

        def job() -> tuple[Rows, dict[str, Any]]:
            rows = (changes.troubled(store), changes.pending(store))
            return rows, store.setting(WRITTEN) or {}

        def then(found: tuple[Rows, dict[str, Any]]) -> None:
            if self._asked.is_last(mine):
                self._rows, self._written = found
                self._show()

        self._tasks.read(job, then, self._go.banner)

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
        self.widget.network.parcels.show_state(unsent=status.unsent, last=self._last_parcel())

    def _last_parcel(self) -> str:
        """What lies on a stick, as long as something of it may still wait."""
        if not self._written or not self._rows[1]:
            return ""
        time = self._teller.when(from_iso(self._written["at"]))
        return self._words.say("parcel.last", time=time, n=self._written["changesets"])

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
