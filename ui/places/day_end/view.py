"""The end of the day as widgets: the day's receipts, the purse, what the server has."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.usecases.receipts.day_end import DayEnd
from fieldapp.words.format import money
from sync.client.status import SyncStatus
from ui.places.day_end.state import counted, facts_of, unsent_text
from ui.places.receipts.band import CashCard
from ui.places.sync.view import NetworkBand
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import BandPage, Label, LabeledInput, on_key
from ui.widgets.containers import Hairline, Panel
from ui.widgets.facts import Fact
from ui.widgets.keys import if_shown

WIDEST = 560


class DayEndView(BandPage):
    """Shows a `DayEnd` beside the sync's own band; the count compares and keeps nothing."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._day: DayEnd | None = None
        say = teller.say
        self.facts = {
            name: Fact(say(f"day_end.fact_{name}")) for name in ("cash", "transfer", "void")
        }
        self.in_hand = Fact(say("day_end.in_hand"))
        self.count = LabeledInput(say("day_end.count"), placeholder=say("day_end.count_hint"))
        self.difference = Label(weight=600, wrap=True)
        self.cash = CashCard(teller)
        self.unsent = Label(wrap=True)
        self.network = NetworkBand(teller.words)
        super().__init__(self._middle(), self.network, band_width=348)
        self.count.edited.connect(lambda _: self._compare())
        on_key(self, "N", if_shown(self.cash.hand_in))

    def _middle(self) -> Panel:
        middle = Panel(margins=(24, 12, 24, 16))
        column = QVBoxLayout()
        column.setSpacing(2)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        inner.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        self._part(column, "day_end.receipts_title", *self.facts.values())
        self._part(column, "day_end.purse_title", self.in_hand)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.count, 2)
        row.addWidget(self.difference, 3, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(row)
        column.addSpacing(10)
        column.addWidget(self.cash)
        self._part(column, "day_end.work_title", self.unsent)
        middle.column.addWidget(inner)
        middle.column.addStretch(1)
        return middle

    def _part(self, column: QVBoxLayout, title: str, *widgets: QWidget) -> None:
        if column.count():
            column.addSpacing(14)
            column.addWidget(Hairline())
            column.addSpacing(10)
        column.addWidget(Label(self._teller.say(title), role="subheading", weight=600))
        column.addSpacing(2)
        for widget in widgets:
            column.addWidget(widget)

    def show_day(self, day: DayEnd) -> None:
        """Show what was read; what was counted is compared anew."""
        self._day = day
        for name, text in facts_of(day, self._teller).items():
            self.facts[name].set_value(text)
        self.in_hand.set_value(money(day.in_hand_dong))
        self.cash.show_cash(day.cash)
        self._compare()

    def show_status(self, status: SyncStatus | None) -> None:
        """Show what only this laptop has."""
        self.unsent.setText(unsent_text(status, self._teller))

    def _compare(self) -> None:
        if self._day is None:
            return
        said = counted(self.count.text(), self._day, self._teller)
        self.difference.setText(said.text)
        self.difference.set_token(said.tone or "ink")

    def head(self) -> Head:
        """Title and day."""
        day = self._teller.weekday(self._day.day) if self._day else ""
        return Head(self._teller.say("day_end.title"), day, back=True)

    def focus_first(self) -> None:
        """Begin with the count."""
        self.count.setFocus()
