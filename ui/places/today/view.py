"""The page of Today: the day in numbers, filters, the list by alley, and the door on the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.places.agreements.flag import AgreementFlag
from ui.places.flags.line import FlagsLine
from ui.places.households.brief import HouseholdBrief
from ui.places.today.parts import DayInNumbers, Outcomes, PlanVisit
from ui.places.today.state import FILTERS, OUTCOME_KEYS, TodayState
from ui.say import Teller, address_text
from ui.shell.state import Head
from ui.widgets import (
    Band,
    BandPage,
    EmptyState,
    ErrorBanner,
    Filter,
    FilterBar,
    Hairline,
    Panel,
    RowList,
    Skeleton,
    on_key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fieldapp.usecases.households.household import HouseholdPage
    from fieldapp.usecases.visiting.today import TodayRow
    from ui.widgets.rows import Item

EMPTY_ICONS = {"no_list": "house-line", "calm": "check-circle", "filter": "funnel"}


class TodayView(BandPage):
    """Shows a `TodayState`; what a person does goes out as signals."""

    filter_chosen = Signal(str)
    order_asked = Signal()
    row_changed = Signal(str)
    opened = Signal(str)
    outcome_chosen = Signal(str)
    planned = Signal(object, str)
    plan_closed = Signal()
    empty_acted = Signal(str)
    day_end_asked = Signal()
    head_changed = Signal(object)

    def __init__(self, teller: Teller, clock_text: str = "") -> None:
        self._teller = teller
        self._clock_text, self._clock_day = clock_text, teller.today
        self.numbers = DayInNumbers(teller)
        say = teller.say
        self.filters = FilterBar(say("today.filters"))
        self.list = RowList(say("today.list"))
        self.skeleton = Skeleton()
        self.flag = AgreementFlag(teller, margins=(24, 6, 20, 6))
        self.questions = FlagsLine(teller)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.stack = QStackedWidget()
        self._empties: dict[str, EmptyState] = {}
        self._emptiness = ""
        self._band = Band()
        super().__init__(self._middle(), self._band)
        self.brief = HouseholdBrief(teller, self._band.scroller)
        self.outcomes = Outcomes(teller)
        self.plan = PlanVisit(teller)
        self.plan.hide()
        self._band.body.addWidget(self.brief)
        self._band.foot.addWidget(self.outcomes)
        self._band.foot.addWidget(self.plan)
        self.setTabOrder(self.filters, self.list)
        self._connect()

    def _middle(self) -> Panel:
        middle = Panel()
        column = middle.column
        column.addWidget(self.numbers)
        column.addWidget(Hairline())
        column.addWidget(self.filters)
        column.addWidget(self.flag)
        column.addWidget(self.questions)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.skeleton)
        return middle

    def _connect(self) -> None:
        self.filters.chosen.connect(self.filter_chosen)
        self.list.current_changed.connect(self.row_changed)
        self.list.opened.connect(self.opened)
        self.outcomes.chosen.connect(self.outcome_chosen)
        self.plan.planned.connect(self.planned)
        self.plan.left.connect(self.close_plan)
        for key, outcome in OUTCOME_KEYS.items():
            on_key(self.list, key, partial(self.outcome_chosen.emit, outcome))
        on_key(self.middle, "F", self.filters.setFocus, means="keys.filter")
        self.numbers.day_end.clicked.connect(self.day_end_asked)
        on_key(self.middle, "C", self.day_end_asked.emit)
        on_key(self.middle, "W", self.order_asked.emit, means="keys.order")
        on_key(self.filters, "Down", self.list.setFocus)
        on_key(self.filters, "Return", self.list.setFocus)
        on_key(self.filters, "Escape", self.list.setFocus)

    # what the window asks

    def head(self) -> Head:
        """Title and context of the page."""
        say = self._teller
        day = say.say(
            "shell.weekday_and_day",
            weekday=say.say(f"shell.weekday_{say.today.isoweekday()}"),
            day=f"{say.today:%d/%m/%Y}",
        )
        context = say.say("today.context", day=day, time=self._clock_text)
        return Head(say.say("shell.place_today"), context if self._clock_text else day)

    def set_clock_text(self, text: str) -> None:
        """The time that stands in the header, beside the day."""
        if (text, self._teller.today) != (self._clock_text, self._clock_day):
            self._clock_text, self._clock_day = text, self._teller.today
            self.head_changed.emit(self.head())

    def focus_first(self) -> None:
        """Put the focus where work is done."""
        if not self._emptiness:
            self.list.setFocus()
        elif self._emptiness in self._empties:
            self._empties[self._emptiness].setFocus()

    def toast_area(self) -> QWidget:
        """Over what a toast may stand."""
        return self.middle

    # what is shown

    def show_loading(self) -> None:
        """Nothing was read yet."""
        self.stack.setCurrentWidget(self.skeleton)
        self.skeleton.start()

    def show_progress(self, done: int, total: int) -> None:
        """How far the reading of a list has come that takes more than a moment."""
        percent = 100 * done // max(1, total)
        self.filters.set_right(self._teller.say("today.reading_on", percent=percent), "path")

    def show_state(self, state: TodayState, items: Sequence[Item]) -> None:
        """Show a list that was read, or its beginning; of that nothing is counted."""
        if state.today is None:
            return
        self.banner.hide()
        self.skeleton.stop()
        whole, counts = state.today.whole, state.today.filters
        if whole:
            self.numbers.show_day(state.today)
        say = self._teller.say
        self.filters.set_filters(
            [Filter(k, say(f"today.filter_{k}"), counts[k] if whole else None) for k in FILTERS]
        )
        self.filters.choose(state.only)
        self.filters.set_right(say(f"today.order_{state.order}"), "path")
        had_focus = self.list.hasFocus()
        self.list.set_items(items)
        self.select(state.selected)
        self._show_emptiness(state.emptiness())
        if had_focus and not self._emptiness:
            self.list.setFocus()

    def select(self, key: str) -> None:
        """Select a row as the program."""
        if key and self.list.current_key() != key:
            self.list.select_key(key)

    def _show_emptiness(self, kind: str) -> None:
        self._emptiness = kind
        if not kind:
            self.stack.setCurrentWidget(self.list)
            return
        if kind not in self._empties:
            self._empties[kind] = self._empty(kind)
            self.stack.addWidget(self._empties[kind])
        self.stack.setCurrentWidget(self._empties[kind])

    def _empty(self, kind: str) -> EmptyState:
        say = self._teller.say
        stem = {"no_list": "empty", "calm": "calm", "filter": "filter_empty"}[kind]
        state = EmptyState(
            EMPTY_ICONS[kind],
            say(f"today.{stem}_title"),
            say(f"today.{stem}_text"),
            action=say(f"today.{stem}_action"),
            key="F5" if kind == "no_list" else "",
        )
        state.acted.connect(lambda: self.empty_acted.emit(kind))
        return state

    def show_row(self, row: TodayRow | None, *, able: bool) -> None:
        """The selected household, as far as the row knows it."""
        self.close_plan()
        self.outcomes.set_able(able)
        if row is None:
            self.brief.show_nothing()
        else:
            self.brief.show_name(row.head_name, address_text(row.house_number, row.street))

    def show_page(self, page: HouseholdPage, *, urgent: bool) -> None:
        """The selected household, whole."""
        title = self._teller.say("today.why" if urgent else "today.why_calm")
        self.brief.show_page(page, title)

    def show_failure(self, title: str, text: str) -> None:
        """The list could not be read."""
        self.skeleton.stop()
        self.banner.say(title, text)
        self.banner.show()

    # the appointment

    def open_plan(self, name: str, day: date | None, time: str | None) -> None:
        """Ask for a day and a time."""
        self.outcomes.hide()
        self.plan.show()
        self.open_band()
        self.plan.begin(name, day, time)

    def close_plan(self) -> None:
        """Back to the outcomes; the focus returns to the list if it was in the form."""
        if self.plan.isHidden():
            return
        inside = self.plan.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.plan.hide()
        self.outcomes.show()
        if inside:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.plan_closed.emit()

    def plan_is_open(self) -> bool:
        """Whether a day is asked for."""
        return not self.plan.isHidden()
