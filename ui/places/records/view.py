"""The enrolments as widgets: filters and a table that sorts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldapp.usecases.dossiers import EnrolmentRow
from fieldapp.words.format import long_date, money, number
from ui.places.records.state import FILTERS, RecordsState
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Cell,
    Column,
    EmptyState,
    Filter,
    FilterBar,
    Line,
    SectionTable,
    on_key,
    state_word,
)
from ui.widgets.chips import STATE_TOKENS

KIND_TOKENS = {"rejoin": "ochre"}


class RecordsView(QWidget):
    """Shows a state; sorting, filters and the opened row go out as signals."""

    head_changed = Signal()
    filter_chosen = Signal(str)

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self._context = ""
        say = teller.say
        self.filters = FilterBar(
            say("receipts_place.records_filters"),
            [Filter(key, say(f"receipts_place.records_{key}")) for key in FILTERS],
        )
        self.filters.chosen.connect(self.filter_chosen)
        self.table = SectionTable(
            say("receipts_place.records_table"),
            [
                self._column("person", 0),
                self._column("scheme", 88),
                self._column("kind", 78),
                self._column("state", 116),
                self._column("receipt", 92, figures=True),
                self._column("months", 76, figures=True),
                self._column("paid", 112, figures=True),
                self._column("until", 104, figures=True),
                self._column("amount", 112, figures=True),
            ],
        )
        self.empty = EmptyState(
            "files",
            say("receipts_place.records_empty_title"),
            say("receipts_place.records_empty_text"),
            action=say("receipts_place.empty_action"),
        )
        self.below = QStackedWidget()
        self.below.addWidget(self.table)
        self.below.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.below, 1)
        on_key(self, "F", self.filters.setFocus)

    def _column(self, key: str, width: int, *, figures: bool = False) -> Column:
        return Column(key, self._teller.say(f"receipts_place.column_{key}"), width, figures)

    def show_state(self, state: RecordsState) -> None:
        """Show rows and counts; the selected row stays."""
        say, counts = self._teller.say, state.counts()
        self.filters.set_filters(
            [Filter(key, say(f"receipts_place.records_{key}"), counts[key]) for key in FILTERS]
        )
        self.filters.choose(state.only)
        rows = state.shown()
        self.table.set_lines([self._line(row) for row in rows])
        self.table.set_sorted(state.sorting.column, upwards=state.sorting.upwards)
        if rows and not self.table.current_key():
            self.table.select_key(rows[0].enrolment)
        self.below.setCurrentWidget(self.table if state.rows else self.empty)
        count = say("receipts_place.records_count", n=len(rows))
        total = money(state.total_dong())
        context = say("receipts_place.context", count=count, total_dong=total) if rows else ""
        if context != self._context:
            self._context = context
            self.head_changed.emit()

    def _line(self, row: EnrolmentRow) -> Line:
        say = self._teller.say
        tone = KIND_TOKENS.get(row.kind, "ink2")
        state, token = state_word(row.state), STATE_TOKENS[row.state]
        if row.state == "sent":
            key = f"receipts_place.step_{row.step}"
            state = say(key) if self._teller.words.knows(key) else row.step
            token = "ink3"
        return Line(
            row.enrolment,
            (
                Cell(row.person_name, note=row.address),
                Cell(say(f"receipts_place.scheme_{row.scheme}"), "ink2", 400),
                Cell(say(f"receipts_place.kind_{row.kind}"), tone, 400),
                Cell(state, token),
                Cell(row.receipt, "ink2"),
                Cell(number(row.months), "ink2"),
                Cell(long_date(row.paid_on), "ink2"),
                Cell(long_date(row.valid_to) if row.valid_to else ""),
                Cell(number(row.participant_dong), weight=600),
            ),
        )

    def head(self) -> Head:
        """Title, how many and how much."""
        return Head(self._teller.say("receipts_place.records_title"), self._context)

    def focus_first(self) -> None:
        """Begin at the table."""
        if self.below.currentWidget() is self.table:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.filters.setFocus()
