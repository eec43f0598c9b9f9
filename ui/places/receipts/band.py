"""The right band of the receipts: the selected one, and the book in use."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.store.receipts import LeasedBook
from fieldapp.usecases.receipts.money import ReceiptRow
from fieldapp.usecases.receipts.remittances import OwnCash
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.words.format import money
from ui.say import Teller
from ui.widgets import Band, Button, Card, Label, Notice, StateChip
from ui.widgets.facts import Fact
from ui.widgets.painting import draw_box

FACTS = ("at", "by", "method", "lines", "address")


class BookBar(QWidget):
    """How much of the last hundred numbers is left, as a thin bar."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(6)

    def set_left(self, left: int) -> None:
        """Show another number."""
        self._share = min(1.0, left / 50)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            whole = QRectF(self.rect())
            draw_box(painter, whole, fill="fill", radius=3)
            part = QRectF(0, 0, max(6.0, whole.width() * self._share), 6)
            token = "quiet" if self._share > 0.2 else "ochre"
            draw_box(painter, part, fill=token, radius=3)


class BookCard(Card):
    """The leased book: its name, the next number, what is left; or that it is used up."""

    sync_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        say = teller.say
        self._say = say
        self.column.setSpacing(2)
        self.column.addWidget(Label(say("receipts_place.book"), weight=600))
        self.name = Fact(say("receipts_place.book_of"))
        self.next = Fact(say("receipts_place.book_next"))
        self.left = Label(role="small", token="ink2")
        self.bar = BookBar()
        self.none = Label(say("receipts_place.book_none"), token="ochre", wrap=True)
        self.sync = Button(say("receipts_place.sync"), key="F5")
        self.sync.clicked.connect(self.sync_asked)
        for widget in (self.name, self.next, self.bar, self.left, self.none, self.sync):
            self.column.addWidget(widget)

    def show_book(self, book: LeasedBook | None) -> None:
        """Show another book; None says that the numbers are used up."""
        there: tuple[QWidget, ...] = (self.name, self.next, self.left, self.bar)
        gone: tuple[QWidget, ...] = (self.none, self.sync)
        for widget in there:
            widget.setVisible(book is not None)
        for widget in gone:
            widget.setVisible(book is None)
        if book is not None:
            self.name.set_value(book.book)
            self.next.set_value(receipt_number(book.next_number))
            self.left.setText(self._say("receipts_place.book_left", n=book.left))
            self.bar.set_left(book.left)


class CashCard(Card):
    """The cash that the user holds, and noting that it was handed in."""

    hand_in_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        say = teller.say
        self.column.setSpacing(2)
        self.column.addWidget(Label(say("money_place.own_title"), weight=600))
        self.dong = Label(role="body", weight=600)
        self.since = Label(role="small", token="ink2")
        self.waiting = Label(role="small", token="ink2", wrap=True)
        self.hand_in = Button(say("money_place.own_hand_in"), key="N")
        self.hand_in.clicked.connect(self.hand_in_asked)
        row = QHBoxLayout()
        row.addWidget(self.dong, 1)
        row.addWidget(self.since)
        self.column.addLayout(row)
        self.column.addWidget(self.waiting)
        self.column.addSpacing(4)
        self.column.addWidget(self.hand_in)

    def show_cash(self, cash: Sequence[OwnCash]) -> None:
        """Show other cash; without any the card leaves."""
        say, dong = self._teller.say, sum(one.dong for one in cash)
        waiting = sum(one.waiting_dong for one in cash)
        since = min((one.oldest_on for one in cash if one.oldest_on), default=None)
        self.setVisible(bool(cash))
        self.dong.setText(money(dong) if dong else say("money_place.own_none"))
        self.since.setText(
            say("money_place.own_since", day=self._teller.day(since)) if since else ""
        )
        self.since.setVisible(since is not None)
        self.waiting.setText(say("money_place.own_waiting", dong=money(waiting)))
        self.waiting.setVisible(bool(waiting))
        self.hand_in.setVisible(bool(dong))


class ReceiptBand(Band):
    """What stands on the selected receipt, and what one does with it."""

    print_asked = Signal()
    household_asked = Signal()
    void_asked = Signal()
    transfer_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller = teller
        say = teller.say
        self.title = Label(role="heading")
        self.payer = Label(token="ink2")
        self.amount = Label(role="total")
        self._state = QHBoxLayout()
        self._chip: StateChip | None = None
        self.facts = {name: Fact(say(f"receipts_place.{name}")) for name in FACTS}
        self.none = Label(say("receipts_place.nothing_chosen"), token="ink2", wrap=True)
        self.book = BookCard(teller)
        self.cash = CashCard(teller)
        self.cash.hide()
        self.void = Notice(say("receipts_place.void_title"), "", "brick", icon="prohibit")
        self.cross_out = Button(say("receipts_place.void_do"), kind="destructive", key="Del")
        self.cross_out.clicked.connect(self.void_asked)
        self.transfer = Button(say("transfer.open"), key="Q", icon="qr-code")
        self.transfer.clicked.connect(self.transfer_asked)
        self.household = Button(say("receipts_place.household"), key="Enter")
        self.household.clicked.connect(self.household_asked)
        self.print = Button(say("receipts_place.print"), kind="primary", key="Ctrl P", height=44)
        self.print.clicked.connect(self.print_asked)
        self._build()

    def _build(self) -> None:
        body = self.body
        body.setSpacing(0)
        self._part = QWidget()
        part = QVBoxLayout(self._part)
        part.setContentsMargins(0, 0, 0, 0)
        part.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addLayout(self._state)
        part.addLayout(head)
        part.addWidget(self.payer)
        part.addSpacing(6)
        part.addWidget(self.amount)
        part.addSpacing(8)
        for fact in self.facts.values():
            part.addWidget(fact)
        part.addSpacing(8)
        part.addWidget(self.void)
        body.addWidget(self._part)
        body.addWidget(self.none)
        body.addSpacing(12)
        body.addWidget(self.cash)
        body.addSpacing(12)
        body.addWidget(self.book)
        self.foot.setContentsMargins(19, 10, 20, 16)
        self.foot.addWidget(self.transfer)
        self.foot.addWidget(self.cross_out)
        self.foot.addWidget(self.household)
        self.foot.addWidget(self.print)

    def show_receipt(self, row: ReceiptRow | None) -> None:
        """Show another receipt, or that none is chosen."""
        there = row is not None
        self._part.setVisible(there)
        self.none.setVisible(not there)
        self.household.setEnabled(there)
        self.cross_out.setVisible(row is not None and not row.is_void)
        transfer = row is not None and not row.is_void and row.method == "transfer"
        self.transfer.setVisible(transfer)
        self.print.setEnabled(there)
        if row is None:
            return
        say, teller = self._teller.say, self._teller
        self.title.setText(say("receipts_place.receipt", number=row.number))
        values = {"payer": row.payer, "book": row.book}
        self.payer.setText(say("receipts_place.payer_book", **values))
        self.amount.setText(money(row.amount_dong))
        self.amount.set_token("ink3" if row.is_void else "ink")
        self.void.setVisible(row.is_void)
        self.void.say(say("receipts_place.void_title"), row.void_reason or "")
        self._show_state(row.state)
        facts = {
            "at": teller.when(row.issued_at),
            "by": row.by,
            "method": say(f"receipts_place.method_{row.method}"),
            "lines": say("receipts_place.people", n=row.lines),
            "address": row.address,
        }
        for name, value in facts.items():
            self.facts[name].set_value(value)

    def _show_state(self, state: str) -> None:
        if self._chip is not None:
            self._state.removeWidget(self._chip)
            self._chip.hide()
            self._chip.deleteLater()
        self._chip = StateChip(state)
        self._state.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)
