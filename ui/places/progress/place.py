"""The controller of Tiến độ: reads the campaign, sorts the wards, looks into one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases.agreements.standing import Agreements, agreements
from fieldapp.usecases.progress import (
    CampaignProgress,
    CanvasserProgress,
    campaign_progress,
    canvassers_of_ward,
)
from fieldapp.usecases.progress_visits import CanvasserVisits, visits_of_canvasser
from fieldapp.usecases.visiting.flags import open_flags
from fieldapp.words import Words
from ui.places.ports import Asked, LongTasks, Navigator
from ui.places.progress.paper import ProgressPaper
from ui.places.progress.state import ProgressState, figure_key
from ui.places.progress.view import ProgressView
from ui.say import Teller


@dataclass(frozen=True)
class _Read:
    """What was read in one go."""

    found: CampaignProgress
    canvassers: tuple[CanvasserProgress, ...]
    visits: CanvasserVisits | None
    agreements: Agreements


class AsksPeople(Protocol):
    """Whoever asks the server who works here with which devices (`sync.client.people`)."""

    def ask(self) -> object:
        """Asks, and keeps the answer. Raises FieldappError where nobody answers."""
        ...


class ProgressPlace:
    """Tiến độ. Enter leads from the wards to a ward's people, to the visits of one, to a household;
    Esc leads back. `people` asks the server which devices it heard, where the user may know."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: LongTasks,
        navigator: Navigator,
        people: AsksPeople | None = None,
    ) -> None:
        self._store, self._tasks, self._go, self._people = store, tasks, navigator, people
        self._teller = Teller(words, business_date(store.now()))
        self.state = ProgressState()
        self.widget = ProgressView(self._teller)
        self._paper = ProgressPaper(store, self._teller, tasks, navigator, over=self.widget)
        self._asked = Asked()
        view = self.widget
        view.table.sort_asked.connect(self.sort)
        view.table.opened.connect(self.look_into)
        view.table.current_changed.connect(lambda key: view.show_story(self.state.ward_of(key)))
        view.canvassers.opened.connect(self.look_at_visits)
        view.canvassers.left.connect(self.leave_ward)
        view.visits.opened.connect(self.open_household)
        view.visits.left.connect(self.leave_canvasser)
        view.numbers.left.connect(self.toggle_numbers)
        view.numbers_asked.connect(self.toggle_numbers)
        view.cards.chosen.connect(self.choose_figure)
        view.print.clicked.connect(self.print_paper)
        view.agreements_asked.connect(self.open_agreements)
        view.flags_asked.connect(lambda: navigator.go("flags"))

    def open(self, **_: Any) -> None:
        """Show the campaign as it stands now, all wards, and ask which devices were heard."""
        self.state = replace(self.state, ward="", canvasser="", numbers=False, canvassers=())
        self.refresh()
        if self._people is not None:
            people = self._people
            self._tasks.long(lambda *_: people.ask(), lambda _: self.refresh(), _leave_as_known)

    def refresh(self) -> None:
        """Read again; selection, order and what is looked into stay."""
        self._read(self.state.ward, self.state.canvasser)
        store, view = self._store, self.widget
        self._tasks.long(lambda *_: open_flags(store), view.show_flags, self._go.banner)

    def _read(self, ward: str, canvasser: str = "", *, move: bool = False) -> None:
        mine, store = self._asked.next(), self._store

        def job() -> _Read:
            found = campaign_progress(store)
            held = ward in {one.stream for one in found.wards}
            takers = canvassers_of_ward(store, ward) if held else ()
            visits = visits_of_canvasser(store, ward, canvasser) if held and canvasser else None
            return _Read(found, takers, visits, agreements(store))

        def then(read: _Read) -> None:
            if not self._asked.is_last(mine):
                return
            self._teller.today = read.found.today
            self.state = replace(
                self.state,
                found=read.found,
                ward=ward,
                canvasser=canvasser,
                canvassers=read.canvassers,
                visits=read.visits,
                agreements=read.agreements,
            )
            self._show(move=move)

        self._tasks.read(job, then, self._go.banner)

    def _show(self, *, move: bool = False) -> None:
        self.widget.show_state(self.state)
        if move:
            self.widget.focus_first()

    def sort(self, column: str) -> None:
        """Sort by a column, or turn its direction."""
        self.state = replace(self.state, sorting=self.state.sorting.clicked(column))
        self.widget.show_state(self.state)

    def open_agreements(self, ward: str) -> None:
        """Go to the agreements of all wards, with one of them selected."""
        self._go.go("agreements", ward=ward)

    def choose_figure(self, key: str) -> None:
        """Put a figure into the charts."""
        self.state = replace(self.state, figure=key)
        self._show()

    def toggle_numbers(self) -> None:
        """Show the numbers behind the charts, or what stood there before."""
        self.state = replace(self.state, numbers=not self.state.numbers)
        self._show(move=True)

    def look_into(self, ward: str) -> None:
        """Show who took how many in a ward; the charts stay at their figure."""
        charted = self.state.charted()
        if charted is not None:
            self.state = replace(self.state, figure=figure_key(charted))
        self._read(ward, move=True)

    def look_at_visits(self, canvasser: str) -> None:
        """Show the visits of one of a ward's people."""
        self._read(self.state.ward, canvasser, move=True)

    def open_household(self, key: str) -> None:
        """Open the household of a visit."""
        ward, household, _ = key.split("/")
        self._go.go("household", ward=ward, household=household)

    def leave_canvasser(self) -> None:
        """Back to the people of the ward, where one was."""
        self._asked.next()  # an answer that is under way is of what was left
        self.state = replace(self.state, canvasser="", visits=None)
        self._show(move=True)

    def leave_ward(self) -> None:
        """Back to all wards, where one was."""
        self._asked.next()
        self.state = replace(self.state, ward="", canvasser="", canvassers=(), visits=None)
        self._show(move=True)

    def print_paper(self) -> None:
        """Save the charts and their numbers as PDF; the file is noted like every export."""
        self._paper.save(self.state)


def _leave_as_known(error: FieldappError) -> None:
    """Without a network, or a right to know, the devices stay as the server told last."""
