"""The controller of assigning: reads who holds what, gives an alley or shares out the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.me import WardName, desk_wards
from fieldapp.usecases.visiting.assignments import (
    AlleyRow,
    Board,
    assign,
    board,
    share_out,
    shares_of,
)
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.assign.view import AssignView, alley_name
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller

DAYS = 30
"""So long doors are given unless another day is typed."""


class AssignPlace:
    """Phân công. `open(ward=…)` shows a ward in which the user works at the desk; without one the
    first of them."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._teller = Teller(words, store.today())
        self.widget = AssignView(self._teller)
        self.board: Board | None = None
        self._ward = ""
        self._asked = Asked()
        self._busy = False
        band = self.widget.assign_band
        band.until.set_day(self._teller.today + timedelta(days=DAYS))
        band.ticked.connect(self._show_offer)
        band.ward_chosen.connect(self._choose_ward)
        band.alley_asked.connect(self.give_alley)
        band.alley_dropped.connect(self.give_dropped)
        band.share_asked.connect(self.share_out)
        self.widget.table.current_changed.connect(lambda _: self._show_offer())

    def open(self, *, ward: str = "", **_: Any) -> None:
        """Show a ward."""
        self._ward = ward or self._ward
        self.refresh()

    def refresh(self) -> None:
        """Read who holds what again; the selected alley and who is ticked stay."""
        mine, store, ward = self._asked.next(), self._store, self._ward

        def job() -> tuple[tuple[WardName, ...], Board]:
            wards = desk_wards(store)
            streams = [one.stream for one in wards]
            return wards, board(store, ward if ward in streams else next(iter(streams), ""))

        def then(found: tuple[tuple[WardName, ...], Board]) -> None:
            if self._asked.is_last(mine):
                first = self.board is None
                self._take(*found)
                if first:
                    self.widget.focus_first()

        self._tasks.read(job, then, self._say_error)

    def _take(self, wards: tuple[WardName, ...], found: Board) -> None:
        self.board, self._ward = found, found.ward
        offered = [(ward.stream, ward.name) for ward in wards]
        self.widget.assign_band.set_wards(offered, found.ward)
        self.widget.show_board(found, {one.username: one.name for one in found.holders})
        self._show_offer()

    def _choose_ward(self, ward: str) -> None:
        self._ward = ward
        self.refresh()

    # what could be given

    def _alley(self, key: str = "") -> AlleyRow | None:
        key = key or self.widget.table.current_key()
        rows = self.board.alleys if self.board else ()
        return next((row for row in rows if row.key == key), None)

    def _name(self, username: str) -> str:
        holders = self.board.holders if self.board else ()
        return next((one.name for one in holders if one.username == username), username)

    def _show_offer(self) -> None:
        band, found, say = self.widget.assign_band, self.board, self._words.say
        chosen, row = band.chosen(), self._alley()
        if found is None or self.widget.until() is None:
            band.show_offer(say("assign_place.no_day") if found else "", "", "")
            return
        if not chosen:
            band.show_offer(say("assign_place.choose"), "", "")
            return
        alley, share, told = "", "", ""
        if row is not None and len(chosen) == 1:
            values = {"alley": alley_name(row, self._teller), "n": number(len(row.households))}
            alley = say("assign_place.give_alley", **values)
        if found.free:
            shares = shares_of(found, chosen)
            told = ", ".join(
                f"{self._name(s.username)} +{number(len(s.households))}" for s in shares
            )
            share = say("assign_place.share", n=number(found.free))
        else:
            told = say("assign_place.nothing_free")
        band.show_offer(told, alley, share)

    # giving

    def give_alley(self) -> None:
        """Give all doors of the selected alley to the one who is ticked."""
        chosen = self.widget.assign_band.chosen()
        if len(chosen) == 1:
            self._give(self._alley(), chosen[0])

    def give_dropped(self, name: str, key: str) -> None:
        """Give all doors of an alley to the one on whom it was dropped."""
        self._give(self._alley(key), name)

    def _give(self, row: AlleyRow | None, name: str) -> None:
        day = self.widget.until()
        if self.board is None or row is None or day is None:
            return
        store, ward = self._store, self.board.ward
        doors, until = row.households, day
        said = self._words.say(
            "assign_place.alley_given",
            **{"alley": alley_name(row, self._teller), "name": self._name(name)},
        )
        self._write(lambda: (assign(store, ward, doors, name, until=until),), said)

    def share_out(self) -> None:
        """Share what nobody holds among those who are ticked."""
        chosen, day, found = self.widget.assign_band.chosen(), self.widget.until(), self.board
        if not chosen or day is None or found is None or not found.free:
            return
        store, ward, until = self._store, found.ward, day
        values = {"n": number(found.free), "people": number(len(chosen))}
        said = self._words.say("assign_place.shared", **values)
        self._write(lambda: share_out(store, ward, chosen, until=until), said)

    def _write(self, job: Callable[[], tuple[str, ...]], said: str) -> None:
        if self._busy:
            return
        self._busy = True
        self.widget.assign_band.say_error("")

        def then(made: tuple[str, ...]) -> None:
            self._busy = False
            self._go.toast(said, lambda: self._undo(made))
            self.refresh()

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._say_error(error)
            self.refresh()

        self._tasks.write(job, then, failed)

    def _undo(self, made: tuple[str, ...]) -> None:
        store = self._store

        def job() -> None:
            for changeset in reversed(made):
                changes.undo(store, changeset)

        self._tasks.write(job, lambda _: self.refresh(), self._say_error)

    def _say_error(self, error: FieldappError) -> None:
        told = self._teller.error(error)
        self.widget.assign_band.say_error(told.title, told.text)
