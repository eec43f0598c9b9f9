"""The end of the day at work: read, count, hand in, send; a stick where no network comes."""

from __future__ import annotations

from typing import Any

from fieldapp.clock import business_date
from fieldapp.store.store import Store
from fieldapp.usecases.receipts.day_end import DayEnd, day_end
from fieldapp.words import Words
from ui.places.day_end.view import DayEndView
from ui.places.own_keys import OwnKey
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.receipts.handing_in import HandInDesk
from ui.places.sync.parcels import ParcelDesk
from ui.places.sync.place import SyncPort
from ui.places.sync.state import SyncTeller
from ui.say import Teller


class DayEndPlace:
    """Cuối ngày. That the laptop may be shut down is said by the sync's own texts alone."""

    def __init__(
        self, store: Store, words: Words, tasks: Tasks, navigator: Navigator, sync: SyncPort
    ) -> None:
        self._store, self._tasks, self._go, self._sync = store, tasks, navigator, sync
        self._teller = Teller(words, business_date(store.now()))
        self._asked = Asked()
        self._day: DayEnd | None = None
        self.widget = DayEndView(self._teller)
        self.hands = HandInDesk(store, self._teller, tasks, navigator, over=self.widget)
        self.parcels = ParcelDesk(store, words, tasks, navigator, sync, self.widget, self.refresh)
        self._connect()

    def _connect(self) -> None:
        band, card = self.widget.network, self.widget.network.parcels
        band.sync_asked.connect(self._sync.want)
        card.write_asked.connect(self.parcels.write)
        card.open_asked.connect(self.parcels.open)
        self.widget.cash.hand_in_asked.connect(self.hand_in)
        OwnKey(self.widget, "Ctrl+Shift+U", self.parcels.write, wants=card.write.isEnabled)
        OwnKey(self.widget, "Ctrl+Shift+O", self.parcels.open)

    def open(self, **_: Any) -> None:
        """Show the day as it is now."""
        self.refresh()

    def refresh(self) -> None:
        """Read the day again; what was counted stays."""
        mine, store = self._asked.next(), self._store

        def then(found: DayEnd) -> None:
            if self._asked.is_last(mine):
                self._day = found
                self._teller.today = found.day
                self.widget.show_day(found)
                self.status_changed()

        self._tasks.read(lambda: day_end(store), then, self._go.banner)

    def status_changed(self) -> None:
        """The sync said something new."""
        status = self._sync.status
        self.widget.show_status(status)
        if status is None:
            return
        shown = SyncTeller(self._teller, self._store.now()).shown(status, (), ())
        band = self.widget.network
        band.show_network(shown.network)
        band.receipt.show_receipt(shown.receipt)
        band.show_notices(shown.notices)
        band.parcels.show_state(unsent=status.unsent, last="")

    def hand_in(self) -> None:
        """Note that the cash was handed in."""
        if self._day is not None:
            self.hands.hand_in(self._day.cash, self.refresh)
