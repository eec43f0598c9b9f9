"""Today at work: reads the list, records what came of a visit, and goes on to the next door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.garbage import settled
from fieldapp.usecases import changes
from fieldapp.usecases.agreements.standing import Unsigned, unsigned_wards
from fieldapp.usecases.households import household
from fieldapp.usecases.households.households_table import any_household
from fieldapp.usecases.visiting import visits
from fieldapp.usecases.visiting.flags import open_flags
from fieldapp.usecases.visiting.today import DaysList
from fieldapp.words.format import clock_time
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.today.list_rows import items_of
from ui.places.today.state import AT_ONCE, TodayState, key_of
from ui.places.today.view import TodayView
from ui.say import Teller, short_name

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.usecases.households.household import HouseholdPage
    from fieldapp.usecases.visiting.today import Today, TodayRow
    from fieldapp.usecases.visiting.visits import Proposal
    from fieldapp.words import Words
    from ui.widgets.rows import Item

DETAILS_AFTER_MS = 60
"""Moving through the list asks for the details of the row where it stops."""
CLOCK_MS = 20_000
"""The clock in the head goes on, and another day has another list."""


@dataclass(frozen=True)
class _Answer:
    """What reading the list has come to: how many households are left to be judged, and the list
    or its beginning, if there is one."""

    left: int = 0
    found: Today | None = None
    items: tuple[Item, ...] = ()
    any_household: bool = True
    unsigned: tuple[Unsigned, ...] = ()


class TodayPlace(QObject):
    """The place. `widget` is its page; `refresh` reads the list again; `open(household=…)` selects
    a row."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        super().__init__()
        self._store, self._tasks, self._navigator = store, tasks, navigator
        self._teller = Teller(words, business_date(store.now()))
        self.state = TodayState()
        self._days = DaysList(store)
        self._most_left = 0
        self._lists, self._details = Asked(), Asked()
        self.view = TodayView(self._teller, clock_time(store.now()))
        self.widget: QWidget = self.view
        self._details_timer = QTimer(self.view)
        self._details_timer.setSingleShot(True)
        self._details_timer.setInterval(DETAILS_AFTER_MS)
        self._details_timer.timeout.connect(self._read_details)
        self._clock = QTimer(self.view)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.tick)
        self._waits_for_plan = False
        self._gone: TodayRow | None = None
        self._asked_otherwise = False
        self._connect()
        self._clock.start()
        self.view.show_loading()

    def _connect(self) -> None:
        view = self.view
        view.filter_chosen.connect(self._filter)
        view.order_asked.connect(self._turn_order)
        view.row_changed.connect(self._row_changed)
        view.opened.connect(self._open_household)
        view.outcome_chosen.connect(self.record)
        view.planned.connect(self._save_plan)
        view.plan_closed.connect(self._catch_up)
        view.empty_acted.connect(self._act_on_empty)
        view.day_end_asked.connect(lambda: self._navigator.go("day_end"))
        view.questions.asked.connect(lambda: self._navigator.go("flags"))

    # reading

    def open(self, **target: object) -> None:
        """Shows the place, with the row of `ward` and `household` selected if they are given."""
        if "household" in target:
            self.view.close_plan()
            key = key_of(str(target.get("ward", "")), str(target["household"]))
            self.state = replace(self.state, selected=key)
            self.view.select(key)
        self.refresh()
        store, shown = self._store, self.view.questions
        self._tasks.read(lambda: open_flags(store), shown.show_count, self._navigator.banner)

    def refresh(self) -> None:
        """Reads the list again; the selection and the scroll stay. While a day is asked for, the
        list stands still: what is typed there would else go to the keys of the outcomes."""
        if self.view.plan_is_open():
            self._waits_for_plan = True
            return
        self._read_on(self._lists.next())

    def _catch_up(self) -> None:
        if self._waits_for_plan:
            self._waits_for_plan = False
            self.refresh()

    def tick(self) -> None:
        """Shows the time; after midnight, or where the clock was set, the list of the other day."""
        if self.view.isVisible():
            self.view.set_clock_text(clock_time(self._store.now()))
            self._tasks.read(self._store.today, self._take_day)

    def _take_day(self, day: date) -> None:
        if self.state.today is not None and self.state.today.day != day:
            self.refresh()

    def _read_on(self, mine: int) -> None:
        """Reads the list, or where there is more to do for it a part of that, and then on: what
        else is to be read comes in between, and the beginning of the list is shown meanwhile."""
        days, only, order = self._days, self.state.only, self.state.order
        begin = self.state.today is None and only == "all"

        def job() -> _Answer:
            found = days.at_once(only=only, order=order)
            if found is not None:
                return self._answer(found)
            found, left = days.first(order=order) if begin else None, days.left()
            if found is None:
                days.go_on()
            return self._answer(found, left) if found else _Answer(left=left)

        def then(answer: _Answer) -> None:
            if not self._lists.is_last(mine):
                return
            if answer.found is not None and self.view.plan_is_open():
                self._waits_for_plan = True
                return
            if answer.found is not None:
                self._take_list(answer)
            if answer.left:
                self._tell_left(answer.left)
                self._read_on(mine)
            elif self._most_left:
                self._most_left = 0
                settled()  # the doors
                self._tasks.read(days.remember, lambda _: None)

        self._tasks.read(job, then, self._list_failed)

    def _answer(self, found: Today, left: int = 0) -> _Answer:
        """The list with all that is shown with it, made ready."""
        store, teller = self._store, Teller(self._teller.words, found.day)
        any_of_all = bool(found.total) or any_household(store)
        unsigned = unsigned_wards(store, sorted({row.ward for row in found.rows}))
        items = tuple(items_of(found, teller))
        return _Answer(left, found, items, any_of_all, tuple(dict.fromkeys(unsigned.values())))

    def _tell_left(self, left: int) -> None:
        self._most_left = max(self._most_left, left)
        self.view.show_progress(self._most_left - left, self._most_left)

    def _take_list(self, answer: _Answer) -> None:
        found = answer.found
        assert found is not None
        if found.day != self._teller.today:
            self._teller.today = found.day
        before = self.state.current()
        self.state = self.state.with_list(found, any_household=answer.any_household)
        self.view.set_clock_text(clock_time(self._store.now()))
        self.view.show_state(self.state, answer.items)
        self.view.flag.show_wards(answer.unsigned)
        self._show_current()
        self._note_gone(before)

    def _note_gone(self, before: TodayRow | None) -> None:
        """Whether the selected door left the list by itself: a colleague took it, a day ended."""
        mine, self._asked_otherwise = not self._asked_otherwise, False
        there = before is None or self.state.row(key_of(before.ward, before.household)) is not None
        self._gone = None if there or not mine else before

    def _list_failed(self, error: FieldappError) -> None:
        told = self._teller.error(error)
        self.view.show_failure(told.title, told.text)

    def _row_changed(self, key: str) -> None:
        self._gone = None
        if key != self.state.selected:
            self.state = replace(self.state, selected=key)
            self._show_current()

    def _show_current(self) -> None:
        row = self.state.current()
        self.view.show_row(row, able=self.state.can_record())
        self._details.next()
        if row is not None:
            self._details_timer.start()

    def _read_details(self) -> None:
        row = self.state.current()
        if row is None:
            return
        mine, store = self._details.next(), self._store

        def job() -> HouseholdPage:
            return household.household_page(store, row.ward, row.household)

        def then(page: HouseholdPage) -> None:
            if self._details.is_last(mine):
                self.view.show_page(page, urgent=row.urgency_level in ("late", "soon", "time"))

        self._tasks.read(job, then, lambda error: self._navigator.banner(error))

    # what a person does

    def _filter(self, only: str) -> None:
        self.state, self._asked_otherwise = replace(self.state, only=only), True
        self.refresh()

    def _turn_order(self) -> None:
        other = "urgency" if self.state.order == "walking" else "walking"
        self.state = replace(self.state, order=other)
        self.refresh()

    def _open_household(self, key: str) -> None:
        row = self.state.row(key)
        if row is not None:
            self._navigator.go("household", ward=row.ward, household=row.household)

    def _act_on_empty(self, kind: str) -> None:
        if kind == "no_list":
            self._navigator.go("sync", now=True)
        elif kind == "calm":
            self._navigator.go("households")
        else:
            self.view.filters.choose("all")
            self._filter("all")

    def record(self, outcome: str) -> None:
        """Records an outcome for the selected household, or asks for what it needs first.

        Where the door that a person had selected has left the list, the first press only says so:
        it was meant for that one.
        """
        row, gone = self.state.current(), self._gone
        if row is None or not self.state.can_record():
            return
        if gone is not None:
            self._gone = None
            told = {"gone": short_name(gone.head_name), "now": row.head_name}
            self._navigator.toast(self._teller.say("today.row_left", **told))
            return
        if outcome == "enrolled":
            self._navigator.go("enrol", ward=row.ward, household=row.household)
        elif outcome in AT_ONCE:
            self._write(row, outcome)
        else:
            self._ask_for_a_day(row, outcome)

    def _ask_for_a_day(self, row: TodayRow, outcome: str) -> None:
        store, at = self._store, (row.ward, row.household)

        def then(proposed: Proposal) -> None:
            current = self.state.current()
            if current is not None and (current.ward, current.household) == at:
                name = short_name(row.head_name)
                self.view.open_plan(name, proposed.next_on, proposed.next_time)

        self._tasks.read(lambda: visits.proposal(store, outcome), then)

    def _save_plan(self, day: date, time: str) -> None:
        row = self.state.current()
        if row is not None:
            self.view.close_plan()
            self._write(row, "appointment", day, time or None)

    def _write(
        self, row: TodayRow, outcome: str, day: date | None = None, time: str | None = None
    ) -> None:
        key, store = key_of(row.ward, row.household), self._store
        pending = self.state.pending | {key}
        moved_on = replace(self.state, pending=pending)
        self.state = moved_on
        self.view.select(moved_on.after(key))

        def job() -> tuple[str, date | None]:
            next_on, next_time = day, time
            if day is None:
                proposed = visits.proposal(store, outcome)
                next_on, next_time = proposed.next_on, proposed.next_time
            made = visits.record_visit(
                store, row.ward, row.household, outcome, next_on=next_on, next_time=next_time
            )
            return made, next_on

        def then(answer: tuple[str, date | None]) -> None:
            self._settle(key)
            self._tell(row, outcome, *answer)
            self.refresh()

        def failed(error: FieldappError) -> None:
            self._settle(key)
            self.view.select(key)
            self._navigator.banner(error)

        self._tasks.write(job, then, failed)

    def _settle(self, key: str) -> None:
        self.state = replace(self.state, pending=self.state.pending - {key})

    def _tell(self, row: TodayRow, outcome: str, changeset: str, next_on: date | None) -> None:
        day = self._teller.day(next_on) if next_on else ""
        text = self._teller.say(f"outcomes.recorded_{outcome}", day=day)
        self._navigator.toast(text, lambda: self._undo(row, changeset))

    def _undo(self, row: TodayRow, changeset: str) -> None:
        store = self._store

        def then(_: str) -> None:
            self.state = replace(self.state, selected=key_of(row.ward, row.household))
            name = self._teller.say("outcomes.undone", name=row.head_name)
            self._navigator.toast(name)
            self.refresh()

        self._tasks.write(lambda: changes.undo(store, changeset), then, self._navigator.banner)
