"""The controller of the receipts: reads them, sorts them, saves the paper again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fieldapp.clock import business_date
from fieldapp.store.receipts import LeasedBook
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import book
from fieldapp.usecases.me import desk_wards
from fieldapp.usecases.receipts.money import ReceiptRow, receipts
from fieldapp.usecases.receipts.remittances import OwnCash, own_cash
from fieldapp.usecases.receipts.voids import void_receipt
from fieldapp.words import Words
from fieldapp.words.format import money
from ui.places.kept_columns import KeptColumns
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.receipts.handing_in import HandInDesk
from ui.places.receipts.paper import PaperDesk
from ui.places.receipts.state import ReceiptsState
from ui.places.receipts.transfer import TransferDesk
from ui.places.receipts.view import ReceiptsView
from ui.say import Teller
from ui.widgets import Question


@dataclass(frozen=True)
class _Read:
    """What one reading found; `at_desk`: the user is more than a canvasser somewhere."""

    rows: tuple[ReceiptRow, ...]
    book: LeasedBook | None
    cash: tuple[OwnCash, ...]
    at_desk: bool


class ReceiptsPlace:
    """Biên lai. `open(receipt=...)` selects one; `print_paper` (Ctrl+P) saves it as PDF.

    `ask_void` asks before a receipt is crossed out: why, or None for leaving it; `hands.ask` before
    cash is noted as handed in.
    """

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._tasks, self._go = store, tasks, navigator
        self._teller = Teller(words, business_date(store.now()))
        self.state = ReceiptsState(today=self._teller.today)
        self.widget = ReceiptsView(self._teller)
        self.ask_void: Callable[[ReceiptRow], str | None] = self._ask_void
        self.hands = HandInDesk(store, self._teller, tasks, navigator, over=self.widget)
        self.papers = PaperDesk(store, words, tasks, navigator, over=self.widget)
        self.transfers = TransferDesk(store, words, tasks, navigator, over=self.widget)
        self.columns = KeptColumns(
            *(store, words, tasks, navigator), self.widget.table, "own_receipts"
        )
        self._asked = Asked()
        self._wanted = ""
        self._connect()

    def _connect(self) -> None:
        view = self.widget
        view.filter_chosen.connect(self.filter)
        view.table.sort_asked.connect(self.sort)
        view.table.current_changed.connect(self._show_one)
        view.table.opened.connect(lambda _: self.open_household())
        view.receipt.print_asked.connect(self.print_paper)
        view.receipt.void_asked.connect(self.void)
        view.receipt.transfer_asked.connect(self.show_transfer)
        view.receipt.household_asked.connect(self.open_household)
        view.desk_asked.connect(lambda: self._go.go("money"))
        view.receipt.cash.hand_in_asked.connect(self.hand_in)
        view.receipt.book.sync_asked.connect(lambda: self._go.go("sync"))
        view.empty.acted.connect(lambda: self._go.go("today"))

    def open(self, *, receipt: str = "", **_: Any) -> None:
        """Show the table, with a receipt selected if it is named (by id or printed number)."""
        self._wanted = receipt
        if receipt:
            self.state = replace(self.state, only="all")
        self.refresh()

    def refresh(self) -> None:
        """Read the receipts and the book again; selection and order stay."""
        mine, store = self._asked.next(), self._store

        def job() -> _Read:
            return _Read(receipts(store), book(store), own_cash(store), bool(desk_wards(store)))

        def then(found: _Read) -> None:
            if self._asked.is_last(mine):
                self._take(found)

        self._tasks.read(job, then, self._go.banner)

    def _take(self, found: _Read) -> None:
        today = self._teller.today = business_date(self._store.now())
        self.state = replace(
            self.state, rows=found.rows, book=found.book, cash=found.cash, today=today
        )
        self.widget.offer_desk(found.at_desk)
        self.widget.show_state(self.state)
        self._select_wanted()

    def _select_wanted(self) -> None:
        wanted = [r for r in self.state.rows if self._wanted in (r.receipt, r.number)]
        if self._wanted and wanted:
            self.widget.table.select_key(wanted[0].receipt)
        self._wanted = ""

    def filter(self, only: str) -> None:
        """Show other receipts."""
        self.state = replace(self.state, only=only)
        self.widget.show_state(self.state)

    def sort(self, column: str) -> None:
        """Sort by a column, or turn its direction."""
        self.state = replace(self.state, sorting=self.state.sorting.clicked(column))
        self.widget.show_state(self.state)

    def _show_one(self, key: str) -> None:
        self.widget.receipt.show_receipt(self.state.row(key))

    def current(self) -> ReceiptRow | None:
        """The selected receipt."""
        return self.state.row(self.widget.table.current_key())

    def open_household(self) -> None:
        """Go to the household of the selected receipt."""
        row = self.current()
        if row is not None:
            self._go.go("household", ward=row.ward, household=row.household)

    def void(self) -> None:
        """Cross the selected receipt out, after a person said why."""
        row = self.current()
        reason = self.ask_void(row) if row is not None and not row.is_void else None
        if row is None or not reason:
            return
        store, said = self._store, self._teller.say("receipts_place.voided", number=row.number)

        def then(_: str) -> None:
            self._go.toast(said)
            self._wanted = row.receipt
            self.refresh()

        self._tasks.write(
            lambda: void_receipt(store, row.ward, row.receipt, reason), then, self._go.banner
        )

    def _ask_void(self, row: ReceiptRow) -> str | None:
        question = self.void_question(row)
        return question.asked_reason() if question.exec() else None

    def void_question(self, row: ReceiptRow) -> Question:
        """The dialog that asks before a receipt is crossed out."""
        say = self._teller.say
        return Question(
            say("receipts_place.void_ask", number=row.number),
            say("receipts_place.void_means", amount=money(row.amount_dong), n=row.lines),
            say("receipts_place.void_do"),
            self.widget,
            reason=say("receipts_place.void_why"),
        )

    def hand_in(self) -> None:
        """Note that the user's cash was handed in, after a question."""
        self.hands.hand_in(self.state.cash, self.refresh)

    def show_transfer(self) -> None:
        """Turn the code of the selected transfer to the family."""
        row = self.current()
        if row is not None:
            self.transfers.show(row.ward, row.receipt)

    def print_paper(self) -> None:
        """Save the selected receipt as PDF where a person says."""
        row = self.current()
        if row is not None:
            self.papers.save(row.ward, row.receipt, row.number)
