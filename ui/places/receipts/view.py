"""The receipts as widgets: filters, a table that sorts, the selected one at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from fieldapp.usecases.receipts.money import ReceiptRow
from fieldapp.words.format import money, number
from ui.places.receipts.band import ReceiptBand
from ui.places.receipts.state import FILTERS, ReceiptsState
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    BandPage,
    Button,
    Cell,
    Column,
    EmptyState,
    Filter,
    FilterBar,
    Line,
    if_shown,
    on_key,
    state_word,
)
from ui.widgets.chips import STATE_TOKENS
from ui.widgets.chosen_columns import ChosenColumns
from ui.widgets.containers import Panel

SPACE = Column("", "", 16, sorts=False)
"""Between figures at the right of their column and a text at the left of the next."""


class ReceiptsView(BandPage):
    """Shows a state; sorting, filters and the selected row go out as signals."""

    head_changed = Signal()
    filter_chosen = Signal(str)
    desk_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._context = ""
        say = teller.say
        self.desk = Button(say("money_place.open"), icon="wallet", key="T", height=30)
        self.desk.hide()
        self.filters = FilterBar(
            say("receipts_place.filters"),
            [Filter(key, say(f"receipts_place.filter_{key}")) for key in FILTERS],
        )
        self.table = ChosenColumns(
            say("receipts_place.table"),
            [
                Column("number", say("receipts_place.column_number"), 96, figures=True),
                Column("at", say("receipts_place.column_at"), 78, figures=True),
                SPACE,
                Column("payer", say("receipts_place.column_payer"), 0),
                Column("method", say("receipts_place.column_method"), 104),
                Column("state", say("receipts_place.column_state"), 110),
                Column("amount", say("receipts_place.column_amount"), 118, figures=True),
            ],
        )
        self.empty = EmptyState(
            "receipt",
            say("receipts_place.empty_title"),
            say("receipts_place.empty_text"),
            action=say("receipts_place.empty_action"),
        )
        self.empty_filter = EmptyState("receipt", say("receipts_place.empty_filter_title"))
        self.receipt = ReceiptBand(teller)
        self.below = QStackedWidget()
        middle = Panel(margins=(0, 4, 0, 0))
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 20, 0)
        top.addWidget(self.filters, 1)
        top.addWidget(self.desk)
        middle.column.addLayout(top)
        middle.column.addWidget(self.below, 1)
        for page in (self.table, self.empty, self.empty_filter):
            self.below.addWidget(page)
        super().__init__(middle, self.receipt, band_width=348)
        self.filters.chosen.connect(self.filter_chosen)
        self.desk.clicked.connect(self.desk_asked)
        on_key(self, "F", self.filters.setFocus, means="keys.filter")
        on_key(self, "Delete", self._press_void)
        on_key(self, "T", if_shown(self.desk))
        on_key(self, "N", if_shown(self.receipt.cash.hand_in))
        on_key(self, "Q", if_shown(self.receipt.transfer))

    def _press_void(self) -> None:
        if self.receipt.cross_out.isVisibleTo(self.receipt):
            self.receipt.cross_out.click()

    def offer_desk(self, offered: bool) -> None:
        """Whether the ward's money is seen here: at a desk."""
        self.desk.setVisible(offered)

    def show_state(self, state: ReceiptsState) -> None:
        """Show rows, counts and the book; the selected row stays."""
        say, counts = self._teller.say, state.counts()
        self.filters.set_filters(
            [Filter(key, say(f"receipts_place.filter_{key}"), counts[key]) for key in FILTERS]
        )
        self.filters.choose(state.only)
        rows = state.shown()
        self.table.set_lines([self._line(row) for row in rows])
        self.table.set_sorted(state.sorting.column, upwards=state.sorting.upwards)
        if rows and not self.table.current_key():
            self.table.select_key(rows[0].receipt)
        empty = self.empty_filter if state.rows else self.empty
        self.below.setCurrentWidget(self.table if rows else empty)
        self.receipt.book.show_book(state.book)
        self.receipt.cash.show_cash(state.cash)
        self.receipt.show_receipt(state.row(self.table.current_key()) if rows else None)
        self._say_context(state, len(rows))

    def _say_context(self, state: ReceiptsState, rows: int) -> None:
        say = self._teller.say
        count = say("receipts_place.count", n=rows)
        total = money(state.total_dong())
        context = say("receipts_place.context", count=count, total_dong=total) if rows else ""
        if context != self._context:
            self._context = context
            self.head_changed.emit()

    def _line(self, row: ReceiptRow) -> Line:
        void = row.is_void
        state = "" if row.state == "sent" else state_word(row.state)
        token = STATE_TOKENS[row.state]
        if void:
            state, token = self._teller.say("receipts_place.void"), "brick"
        return Line(
            row.receipt,
            (
                Cell(row.number, "ink3" if void else "ink", weight=600),
                Cell(self._teller.when(row.issued_at), "ink2"),
                Cell(""),
                Cell(row.payer, "ink3" if void else "ink", note=row.address),
                Cell(self._teller.say(f"receipts_place.method_{row.method}"), "ink2", 400),
                Cell(state, token),
                Cell(number(row.counted_dong), "ink3" if void else "ink", weight=600),
            ),
        )

    def head(self) -> Head:
        """Title, how many and how much."""
        return Head(self._teller.say("receipts_place.title"), self._context)

    def focus_first(self) -> None:
        """Begin at the table."""
        if self.below.currentWidget() is self.table:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.filters.setFocus()
