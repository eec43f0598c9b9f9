"""The doors of a day, each judged: most of them from what was kept, and no door twice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from fieldapp.errors import SurroundingsMend
from fieldapp.garbage import much_is_made
from fieldapp.rules import tables
from fieldapp.rules.visiting.worklist import due_on
from fieldapp.store import doorsteps
from fieldapp.store.queries.doors import doors_due_soon
from fieldapp.store.store import Store
from fieldapp.usecases import me as who
from fieldapp.usecases.households import doorstep
from fieldapp.usecases.households.doorstep import Doorstep, doorstep_of, household_facts
from fieldapp.usecases.households.facts import Door, Doors, gather
from fieldapp.usecases.visiting.days_rows import Maker, Placed, StateWord, View, record_words

FORM = doorstep.FORM
FEW = 4
KEPT_AT_ONCE, JUDGED_AT_ONCE = 400, 1_500
"""Households in one go: whoever else reads or saves waits for no more than that."""


@dataclass(frozen=True)
class Judged:
    """A door: `placed` is None where it is not of this day. `door` has all its rows where
    something came of it today, or not all of it is sent; else nothing did, and all is."""

    step: Doorstep
    placed: Placed | None
    door: Door | None = None


class DaysDoors:
    """The doors of the wards of whoever is signed in. Keeps what it has judged: asked again, it
    judges only those at which something has changed. Thread: one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._view: View | None = None
        self._known: dict[int, Judged] = {}
        self._missing: list[str] | None = None
        self._unjudged: list[int] = []

    def of_today(self) -> Days:
        """All doors."""
        while self.left():
            self.go_on()
        return self._days(None)

    def of_mine(self) -> Days | None:
        """Those that are assigned to the user, and those of today; None where none is assigned."""
        view = self._look()
        named = self._store.read(doorsteps.homes_named, view.user.streams, view.user.username)
        if not named:
            return None
        _, missing = self._store.read(_missing, view.user.streams, named)
        self._keep(missing)
        days = self._days(named)
        holders = (judged.step.holder(view.today) for judged in days.doors)
        held = any(holder and holder.canvasser == view.user.username for holder in holders)
        return days if held else None

    def first_due(self, most: int) -> Days | None:
        """Those that are due first, about so many; None where that is not known beforehand."""
        view = self._look()
        wards, edition = view.user.streams, view.book.edition
        first = self._store.read(_first_due, wards, view.today, most, edition)
        if first is None or self.left() == 0 or len(first) > most * FEW:
            return None
        return self._days(first)

    def likely_first(self, most: int) -> Days | None:
        """Some of those that are due soon, where the lines that would say which are still to be
        made; None where there is not much left to do."""
        view = self._look()
        if self.left() <= most * FEW:
            return None
        found = self._store.read(doors_due_soon, view.user.streams, view.today, most)
        return self._days(found)

    def left(self) -> int:
        """How much is to be done before `of_today` answers at once: households to be judged."""
        view = self._look()
        if self._missing is None:
            keys, self._missing = self._store.read(_missing, view.user.streams)
            self._unjudged = [key for key in keys if key not in self._known]
        return len(self._missing) + len(self._unjudged)

    def go_on(self) -> None:
        """Does some of it, in a tenth of a second or two."""
        if self._missing:
            some, self._missing = self._missing[:KEPT_AT_ONCE], self._missing[KEPT_AT_ONCE:]
            self._keep(some)
            if not self._missing:
                keys, _ = self._store.read(_missing, self._look().user.streams)
                self._unjudged = [key for key in keys if key not in self._known]
        elif self._unjudged:
            some_keys, self._unjudged = (
                self._unjudged[:JUDGED_AT_ONCE],
                self._unjudged[JUDGED_AT_ONCE:],
            )
            with tables.one_book(self._look().book), much_is_made():
                self._store.read(self._judge, set(some_keys))

    def put_dates(self) -> None:
        """Notes of the doors that are known when they are due, for `first_due` of later days."""
        view, known = self._look(), self._known
        wards, edition = view.user.streams, view.book.edition
        undated = self._store.read(doorsteps.undated, wards, view.today, edition)
        me, today = view.user.username, view.today
        with tables.one_book(view.book):
            days = {
                key: due_on(household_facts(known[key].step, me=me, today=today), today)
                for key in undated
                if key in known
            }
        if days:
            with suppress(SurroundingsMend):
                self._store.date_doorsteps(days, edition)

    def _look(self) -> View:
        """What there is to see by; where that has changed, all is judged anew."""
        store = self._store
        view = View(who.me(store), store.today(), who.staff_names(store), tables.book())
        if view != self._view:
            self._view, self._known, self._missing = view, {}, None
        return view

    def _keep(self, some: Sequence[str]) -> None:
        """Where the file takes nothing, what is not kept is read each time."""
        wards = self._look().user.streams
        with suppress(SurroundingsMend):
            self._store.keep_doorsteps(FORM, lambda on: doorstep.lines_of(on, wards, some))

    def _days(self, wanted: set[str] | None) -> Days:
        view = self._look()
        words = record_words(self._store, view.user.streams)
        with tables.one_book(view.book), much_is_made():
            doors = self._store.read(self._read, view, words, wanted)
        if wanted is None:
            self._missing = None
        return Days(view, tuple(doors))

    def _read(
        self,
        connection: Connection,
        view: View,
        words: dict[str, StateWord],
        wanted: set[str] | None,
    ) -> list[Judged]:
        """All doors in one state of the file, or the wanted ones and those of today."""
        wards = view.user.streams
        of_day = doorsteps.homes_of_day(connection, wards, view.today)
        keys = doorsteps.keys(connection, wards, None if wanted is None else wanted | of_day)
        if not doorsteps.stand(connection, FORM):
            keys = dict.fromkeys(keys)
        whole = of_day | doorsteps.merged_homes(connection, wards)
        whole |= doorsteps.homes_of(connection, wards, words) if words else set()
        whole |= {home for home, key in keys.items() if key is None}
        kept = {home: key for home, key in keys.items() if key is not None and home not in whole}
        self._judge(connection, set(kept.values()) - self._known.keys())
        found = [self._known[key] for key in kept.values()]
        if wanted is None:
            self._known = {key: self._known[key] for key in kept.values()}
        return found + _judged_whole(connection, view, words, sorted(whole & keys.keys()))

    def _judge(self, connection: Connection, new: set[int]) -> None:
        """Judges kept doors by what is kept of them."""
        assert self._view is not None
        maker = Maker(self._view, {})
        for key, household, ward, facts in doorsteps.some_lines(connection, new):
            step = doorstep.unpacked(ward, household, facts)
            self._known[key] = Judged(step, maker.place(step, None))


def _judged_whole(
    connection: Connection, view: View, words: dict[str, StateWord], homes: Sequence[str]
) -> list[Judged]:
    """Judges households by all their rows."""
    doors = gather(connection, view.user.streams, homes) if homes else Doors({}, {})
    maker, found = Maker(view, words), []
    for door in doors.by_id.values():
        step = doorstep_of(door, doors)
        found.append(Judged(step, maker.place(step, door), door))
    return found


def _missing(
    connection: Connection, wards: Sequence[str], asked: set[str] | None = None
) -> tuple[list[int], list[str]]:
    """The keys of the lines that are kept, and the households of which one could be and is not."""
    keys = doorsteps.keys(connection, wards, asked)
    if not doorsteps.stand(connection, FORM):
        keys = dict.fromkeys(keys)
    lacking = {home for home, key in keys.items() if key is None}
    lacking -= doorsteps.merged_homes(connection, wards)
    return [key for key in keys.values() if key is not None], sorted(lacking)


def _first_due(
    connection: Connection, wards: Sequence[str], today: date, most: int, edition: str
) -> set[str] | None:
    """The households due first, and all of which no line says when: as it is now."""
    due = doorsteps.first_due(connection, wards, today, most, edition)
    if due is None:
        return None
    _, missing = _missing(connection, wards)
    return due.union(missing, doorsteps.merged_homes(connection, wards))


@dataclass(frozen=True)
class Days:
    """The doors of a day as one sees them."""

    view: View
    doors: tuple[Judged, ...]
