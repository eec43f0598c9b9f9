"""The controller of Tiến độ: reads the campaign, sorts the wards, looks into one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fieldapp.clock import business_date
from fieldapp.store.store import Store
from fieldapp.usecases.agreements.standing import Agreements, agreements
from fieldapp.usecases.progress import (
    CampaignProgress,
    CanvasserProgress,
    campaign_progress,
    canvassers_of_ward,
)
from fieldapp.words import Words
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.progress.state import ProgressState
from ui.places.progress.view import ProgressView
from ui.say import Teller

Read = tuple[CampaignProgress, tuple[CanvasserProgress, ...], Agreements]


class ProgressPlace:
    """Tiến độ. Enter looks into a ward: who took how many; Esc leads back to the wards."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._tasks, self._go = store, tasks, navigator
        self._teller = Teller(words, business_date(store.now()))
        self.state = ProgressState()
        self.widget = ProgressView(self._teller)
        self._asked = Asked()
        view = self.widget
        view.table.sort_asked.connect(self.sort)
        view.table.opened.connect(self.look_into)
        view.table.current_changed.connect(lambda key: view.show_story(self.state.ward_of(key)))
        view.canvassers.left.connect(self.leave_ward)
        view.agreements_asked.connect(self.open_agreements)

    def open(self, **_: Any) -> None:
        """Show the campaign as it stands now, all wards."""
        self.state = replace(self.state, ward="", canvassers=())
        self.refresh()

    def refresh(self) -> None:
        """Read again; selection, order and the ward that is looked into stay."""
        self._read(self.state.ward)

    def _read(self, ward: str, *, move: bool = False) -> None:
        mine, store = self._asked.next(), self._store

        def job() -> Read:
            found = campaign_progress(store)
            held = ward in {one.stream for one in found.wards}
            takers = canvassers_of_ward(store, ward) if held else ()
            return found, takers, agreements(store)

        def then(read: Read) -> None:
            if not self._asked.is_last(mine):
                return
            self._teller.today = read[0].today
            found, takers, agreed = read
            self.state = replace(
                self.state, found=found, ward=ward, canvassers=takers, agreements=agreed
            )
            self.widget.show_state(self.state)
            if move:
                self.widget.focus_first()

        self._tasks.read(job, then, self._go.banner)

    def sort(self, column: str) -> None:
        """Sort by a column, or turn its direction."""
        self.state = replace(self.state, sorting=self.state.sorting.clicked(column))
        self.widget.show_state(self.state)

    def open_agreements(self, ward: str) -> None:
        """Go to the agreements of all wards, with one of them selected."""
        self._go.go("agreements", ward=ward)

    def look_into(self, ward: str) -> None:
        """Show who took how many in a ward."""
        self._read(ward, move=True)

    def leave_ward(self) -> None:
        """Back to all wards, where one was."""
        self._asked.next()  # an answer that is under way is of the ward that was left
        self.state = replace(self.state, ward="", canvassers=())
        self.widget.show_state(self.state)
        self.widget.focus_first()
