"""The right band of the desk's money: the selected row, what it means, and what one does next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from fieldapp.usecases.receipts.desk import BookRow, FaultRow, HolderRow
from fieldapp.usecases.receipts.receipt_pages import PageRow
from fieldapp.usecases.receipts.remittances import RemittanceRow
from fieldapp.words.format import money
from ui.places.money.state import (
    Facts,
    book_facts,
    dong_said,
    doubts_told,
    fault_facts,
    fault_title,
    holder_facts,
    proposed_count,
    receipt_facts,
    remittance_facts,
    state_told,
)
from ui.say import Teller
from ui.widgets import Band, Button, ErrorBanner, Label, LabeledInput, Notice
from ui.widgets.facts import FactList

FAULT_TONES = {"skipped": "ochre", "twice": "brick", "never_leased": "ochre"}


class MoneyBand(Band):
    """Shows one row; `take_asked` and `confirm_asked` carry what was counted and the reason."""

    take_asked = Signal(int, str)
    confirm_asked = Signal(int, str)
    reverse_asked = Signal()
    receipts_asked = Signal()
    household_asked = Signal()
    c17_asked = Signal()
    export_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller = teller
        say = teller.say
        self.title = Label(role="heading", wrap=True)
        self.amount = Label(role="total")
        self.text = Label(token="ink2", wrap=True)
        self.facts = FactList()
        self.next = Notice(say("money_place.next"), "", "ochre", icon="info")
        self.banner = ErrorBanner()
        self.counted = LabeledInput(say("money_place.counted"))
        self.note = LabeledInput(say("money_place.note"), optional=True)
        self.show_receipts = Button(say("money_place.show_receipts"), key="Enter")
        self.household = Button(say("money_place.household"), key="Enter")
        self.reverse = Button(say("money_place.reverse"), kind="destructive", key="B")
        self.c17 = Button(say("money_place.save_c17"), icon="download-simple", key="C")
        self.save = Button(say("money_place.save_seen"), icon="download-simple", key="Ctrl E")
        self.take = Button("", kind="primary", key="Ctrl Enter", height=44)
        self.confirm = Button(
            say("money_place.confirm"), kind="primary", key="Ctrl Enter", height=44
        )
        self.take.clicked.connect(lambda: self._send(self.take_asked))
        self.confirm.clicked.connect(lambda: self._send(self.confirm_asked))
        self.reverse.clicked.connect(self.reverse_asked)
        self.show_receipts.clicked.connect(self.receipts_asked)
        self.household.clicked.connect(self.household_asked)
        self.c17.clicked.connect(self.c17_asked)
        self.save.clicked.connect(self.export_asked)
        self._build()
        self.show_nothing()

    def _build(self) -> None:
        parts: list[QWidget] = [self.title, self.amount, self.text, self.facts, self.next]
        for part in (*parts, self.counted, self.note, self.banner):
            self.body.addWidget(part)
        self.foot.setContentsMargins(19, 10, 20, 16)
        for button in (self.show_receipts, self.household, self.reverse, self.c17, self.save):
            self.foot.addWidget(button)
        self.foot.addWidget(self.take)
        self.foot.addWidget(self.confirm)

    def _send(self, signal: SignalInstance) -> None:
        counted = dong_said(self.counted.text())
        if counted is None:
            self.counted.set_message(self._teller.say("money_place.counted_unknown"), "error")
            self.counted.edit.setFocus()
            return
        self.counted.set_message("")
        signal.emit(counted, self.note.text())

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))

    # what is shown

    def show_nothing(self) -> None:
        """No row is selected: only what holds for the whole table can be done."""
        self._show("", "", "", [])

    def show_fault(self, row: FaultRow) -> None:
        """A number that is not as it must be, with its reason and the next step."""
        say, kind = self._teller.say, row.fault.kind
        people = [*row.people, row.machine.person if row.machine else ""]
        person = next((name for name in people if name), say("money_place.someone"))
        self._show(
            fault_title(row, self._teller),
            "",
            say(f"money_place.{kind}_text"),
            fault_facts(row, self._teller),
            (self.show_receipts,),
        )
        self.next.say(say("money_place.next"), say(f"money_place.{kind}_next", person=person))
        self.next.show()

    def show_holder(self, row: HolderRow) -> None:
        """Somebody's cash, and taking it."""
        say = self._teller.say
        in_log = sum(row.ages.values())
        text = say("money_place.pending_text") if row.pending_dong else ""
        if not row.total_dong:
            text = say("money_place.nothing_text")
        buttons = (self.show_receipts, self.take) if in_log else (self.show_receipts,)
        facts = holder_facts(row, self._teller)
        self._show(row.name, money(row.total_dong), text, facts, buttons)
        self.take.setText(say("money_place.take", dong=money(in_log)))
        self.take.setAccessibleName(self.take.text())
        if in_log:
            self._ask_count(in_log)

    def show_remittance(self, row: RemittanceRow) -> None:
        """What was handed in, counting it, dropping it."""
        state = state_told(row, self._teller)[0]
        told = [state[:1].upper() + state[1:] + ".", row.note and f"{row.note}."]
        told += doubts_told(row, self._teller)
        waits = row.state in ("waiting", "differs")
        buttons = [] if row.state == "reversed" else [self.reverse]
        buttons += [self.confirm] if waits else []
        facts = remittance_facts(row, self._teller)
        text = " ".join(part for part in told if part)
        self._show(row.name, money(row.amount_dong), text, facts, buttons)
        if waits:
            self._ask_count(proposed_count(row))

    def show_book(self, row: BookRow) -> None:
        """A range of numbers."""
        say = self._teller.say
        name = row.machine.person if row.machine else row.book
        text = say("money_place.closed_text") if row.closed else ""
        if row.tally.pending:
            text = f"{text} {say('money_place.pending_text')}".strip()
        self._show(name, "", text, book_facts(row, self._teller), (self.show_receipts,))

    def show_receipt(self, row: PageRow) -> None:
        """A receipt."""
        say = self._teller.say
        title = say("receipts_place.receipt", number=row.number)
        facts = receipt_facts(row, self._teller)
        self._show(title, money(row.amount_dong), row.void_reason or "", facts, (self.household,))

    def _show(
        self, title: str, amount: str, text: str, facts: Facts, buttons: Sequence[Button] = ()
    ) -> None:
        for label, said in ((self.title, title), (self.amount, amount), (self.text, text)):
            label.setText(said)
            label.setVisible(bool(said))
        self.facts.show_facts(facts)
        self.next.hide()
        self.counted.hide()
        self.note.hide()
        self.say_error("")
        every = (self.show_receipts, self.household, self.reverse, self.take, self.confirm)
        for button in every:
            button.setVisible(button in buttons)

    def _ask_count(self, proposed: int | None) -> None:
        """Asks for the count, with what it is expected to be (None: somebody has to count)."""
        self.counted.show()
        self.note.show()
        self.note.set_text("")
        self.counted.set_message("")
        self.counted.set_text(money(proposed) if proposed is not None else "")
