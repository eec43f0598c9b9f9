"""The desk's money as widgets: five tables under tabs, the selected row at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from fieldapp.words.format import money, number
from ui.places.households.inputs import LabeledCombo
from ui.places.money.band import MoneyBand
from ui.places.money.state import (
    TABS,
    MoneyState,
    as_of,
    book_line,
    fault_line,
    holder_line,
    missing_work,
    remittance_line,
)
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    BandPage,
    Button,
    Column,
    DateField,
    EmptyState,
    Filter,
    FilterBar,
    Label,
    Line,
    SectionTable,
    if_shown,
    on_key,
)
from ui.widgets.containers import Panel
from ui.widgets.paged import PagedTable

ICONS = {
    "faults": "receipt",
    "cash": "wallet",
    "remittances": "wallet",
    "books": "receipt",
    "receipts": "receipt",
}


class MoneyView(BandPage):
    """Shows a state; what a person chooses goes out as signals."""

    head_changed = Signal()
    tab_chosen = Signal(str)
    ward_chosen = Signal(str)
    days_changed = Signal(object, object)
    row_changed = Signal(str)
    row_opened = Signal(str)
    all_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._context = ""
        say = teller.say
        tabs = [Filter(tab, say(f"money_place.tab_{tab}")) for tab in TABS]
        self.tabs = FilterBar(say("money_place.tabs"), tabs)
        self.since = DateField(say("money_place.since"), teller.today, past=True, weekday=False)
        self.until = DateField(say("money_place.until"), teller.today, past=True, weekday=False)
        self.ward = LabeledCombo(say("money_place.ward"), [])
        self.told = Label(role="small", token="ink2", wrap=True)
        self.sums = Label(role="small", weight=600)
        self.all = Button(say("money_place.show_all"), kind="link", height=22)
        self.tables: dict[str, SectionTable] = {
            "faults": self._table("faults", self._fault_columns()),
            "cash": self._table("cash", self._cash_columns()),
            "remittances": self._table("remittances", self._remittance_columns()),
            "books": self._table("books", self._book_columns()),
        }
        self.paged = PagedTable(say("money_place.tab_receipts"), self._receipt_columns())
        self.tables["receipts"] = self.paged
        self.empty = {
            tab: EmptyState(
                ICONS[tab], say(f"money_place.empty_{tab}"), say(f"money_place.empty_{tab}_text")
            )
            for tab in TABS
        }
        self.below = QStackedWidget()
        for page in (*self.tables.values(), *self.empty.values()):
            self.below.addWidget(page)
        self.money_band = MoneyBand(teller)
        super().__init__(self._middle(), self.money_band, band_width=348)
        self._connect()

    def _middle(self) -> Panel:
        middle = Panel(margins=(0, 4, 0, 0))
        middle.column.addWidget(self.tabs)
        line = QHBoxLayout()
        line.setContentsMargins(24, 8, 20, 8)
        line.setSpacing(12)
        for field, width in ((self.since, 164), (self.until, 164), (self.ward, 190)):
            field.setFixedWidth(width)
            line.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        line.addStretch(1)
        middle.column.addLayout(line)
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 20, 8)
        row.setSpacing(12)
        row.addWidget(self.sums)
        row.addWidget(self.all)
        row.addWidget(self.told, 1)
        middle.column.addLayout(row)
        middle.column.addWidget(self.below, 1)
        return middle

    def _connect(self) -> None:
        self.tabs.chosen.connect(self.tab_chosen)
        self.ward.edited.connect(self.ward_chosen)
        self.all.clicked.connect(self.all_asked)
        for field in (self.since, self.until):
            field.day_changed.connect(
                lambda _: self.days_changed.emit(self.since.day(), self.until.day())
            )
        for table in self.tables.values():
            table.current_changed.connect(self.row_changed)
            table.opened.connect(self.row_opened)
        band = self.money_band
        on_key(self, "F", self.tabs.setFocus, means="keys.tabs")
        on_key(self, "D", self.since.edit.setFocus, means="keys.days")
        on_key(self, "B", if_shown(band.reverse))
        on_key(self, "C", band.c17.click)
        on_key(self, "Ctrl+Return", self._press_primary)

    def _press_primary(self) -> None:
        for button in (self.money_band.take, self.money_band.confirm):
            if button.isVisible():
                button.click()
                return

    # columns

    def _table(self, tab: str, columns: Sequence[Column]) -> SectionTable:
        return SectionTable(self._teller.say(f"money_place.tab_{tab}"), columns)

    def _column(
        self, key: str, width: int, *, figures: bool = False, leaves: int = 0, sorts: bool = False
    ) -> Column:
        title = self._teller.say(f"money_place.column_{key}")
        return Column(key, title, width, figures, sorts, leaves)

    def _fault_columns(self) -> list[Column]:
        return [
            self._column("kind", 128),
            self._column("number", 196),
            self._column("book", 110),
            self._column("person", 0),
            self._column("at", 84, figures=True),
        ]

    def _cash_columns(self) -> list[Column]:
        return [
            self._column("person", 0),
            self._column("oldest", 84, figures=True, leaves=3),
            self._column("fresh", 98, figures=True),
            self._column("due", 98, figures=True),
            self._column("late", 106, figures=True),
            self._column("pending", 100, figures=True, leaves=2),
            self._column("waiting", 98, figures=True, leaves=1),
            self._column("total", 118, figures=True),
        ]

    def _remittance_columns(self) -> list[Column]:
        return [
            self._column("person", 0),
            self._column("at", 84, figures=True),
            self._column("receipts", 92, figures=True, leaves=1),
            self._column("amount", 118, figures=True),
            self._column("counted", 118, figures=True),
            Column("gap", "", 16, sorts=False),
            self._column("state", 176),
        ]

    def _book_columns(self) -> list[Column]:
        return [
            self._column("machine", 0),
            self._column("book", 96, leaves=1),
            self._column("range", 150),
            self._column("used", 86, figures=True),
            self._column("void", 64, figures=True, leaves=2),
            self._column("missing", 76, figures=True),
            self._column("left", 64, figures=True),
            self._column("seen", 96, figures=True),
        ]

    def _receipt_columns(self) -> list[Column]:
        return [
            self._column("number", 96, figures=True, sorts=True),
            self._column("at", 78, figures=True, sorts=True),
            Column("gap", "", 16, sorts=False),
            self._column("payer", 0, sorts=True),
            self._column("person", 150, leaves=2),
            self._column("method", 104, leaves=1),
            self._column("state", 92),
            self._column("amount", 118, figures=True, sorts=True),
        ]

    # what is shown

    def show_state(self, state: MoneyState) -> None:
        """Show everything but the receipts' pages; selected rows stay."""
        say, counts, desk = self._teller.say, state.counts(), state.desk
        self.tabs.set_filters(
            [Filter(tab, say(f"money_place.tab_{tab}"), counts[tab]) for tab in TABS]
        )
        self.tabs.choose(state.tab)
        if desk is None:
            return
        for field, day in ((self.since, desk.since), (self.until, desk.until)):
            if field.day() != day and not (field.edit.hasFocus() and field.edit.isModified()):
                field.set_day(day)
        teller = self._teller
        self._fill("faults", [fault_line(row, teller) for row in desk.faults])
        self._fill("cash", [holder_line(row, teller) for row in desk.holders])
        self._fill("remittances", [remittance_line(row, teller) for row in desk.remittances])
        self._fill("books", [book_line(row, teller) for row in desk.books])
        self._show_below(state)
        self.told.setText(f"{as_of(desk, teller)} {missing_work(desk, teller)}")
        in_hand = sum(row.total_dong for row in desk.holders)
        waiting = sum(row.waiting_dong for row in desk.holders)
        values = {"in_hand_dong": money(in_hand), "waiting_dong": money(waiting)}
        context = say("money_place.context", **values)
        if context != self._context:
            self._context = context
            self.head_changed.emit()

    def _show_below(self, state: MoneyState) -> None:
        """The table of the tab, or that it is empty; of the receipts what they come to."""
        receipts = state.tab == "receipts"
        rows = state.sums.count if receipts and state.sums else self.count(state.tab)
        self.below.setCurrentWidget((self.tables if rows else self.empty)[state.tab])
        sums = state.sums
        self.sums.setVisible(receipts and sums is not None)
        self.all.setVisible(receipts and bool(state.by or state.only))
        if sums is not None:
            values = {"n": number(sums.count), "dong": money(sums.total_dong)}
            code = "money_place.sums"
            if sums.void:
                code, values = "money_place.sums_void", {**values, "void": number(sums.void)}
            self.sums.setText(self._teller.say(code, **values))
        self.paged.set_sorted(state.sorting.column, upwards=state.sorting.upwards)

    def _fill(self, tab: str, lines: Sequence[Line]) -> None:
        table = self.tables[tab]
        table.set_lines(lines)
        if lines and not table.current_key():
            table.select_key(lines[0].key)

    def set_wards(self, wards: Sequence[tuple[str, str]], current: str) -> None:
        """The wards to choose from; with one there is nothing to choose."""
        keys = [key for key, _ in wards]
        self.ward.set_choices(wards)
        self.ward.combo.setCurrentIndex(keys.index(current) if current in keys else 0)
        self.ward.setVisible(len(wards) > 2)

    def count(self, tab: str) -> int:
        """How many rows a table shows."""
        return self.tables[tab].model().rowCount()

    def current_key(self, tab: str) -> str:
        """The key of the selected row of a tab."""
        return self.tables[tab].current_key() if tab in self.tables else ""

    # what the window asks

    def head(self) -> Head:
        """Title and money, with the way back."""
        return Head(self._teller.say("money_place.title"), self._context, back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin at the table."""
        page = self.below.currentWidget()
        target = page if isinstance(page, SectionTable) else self.tabs
        target.setFocus(Qt.FocusReason.OtherFocusReason)
