"""After saving: what was taken, the receipt, and where to go next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.widgets import Button, Card, Hairline, IconView, Label
from ui.widgets.containers import Panel
from ui.widgets.facts import Fact

WIDTH = 460


class DonePanel(Panel):
    """A quiet confirmation in the middle of the page. `today_asked`, `pdf_asked`,
    `household_asked` go out from its buttons; the window has Ctrl+P."""

    today_asked = Signal()
    transfer_asked = Signal()
    pdf_asked = Signal()
    household_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="surface")
        self._words = words
        say = words.say
        self.title = Label(role="title", align=Qt.AlignmentFlag.AlignHCenter, wrap=True)
        self.text = Label(token="ink2", align=Qt.AlignmentFlag.AlignHCenter, wrap=True)
        self.card = Card(ground="sunken")
        self.card.column.setSpacing(2)
        self.receipt = Label()
        self.note = Label(role="small", token="jade", align=Qt.AlignmentFlag.AlignHCenter)
        self.pdf = Button(say("enrol.done_pdf"), key="Ctrl P", icon="file-pdf")
        self.transfer = Button(say("transfer.open"), key="Q", icon="qr-code")
        self.transfer.clicked.connect(self.transfer_asked)
        self.transfer.hide()
        self.household = Button(say("enrol.done_household"))
        self.today = Button(say("enrol.done_today"), kind="primary", key="Enter", height=44)
        self.pdf.clicked.connect(self.pdf_asked)
        self.household.clicked.connect(self.household_asked)
        self.today.clicked.connect(self.today_asked)
        self._build()

    def _build(self) -> None:
        inner = QWidget()
        inner.setFixedWidth(WIDTH)
        inner.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(IconView("check-circle", "jade", 32), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        column.addWidget(self.title)
        column.addSpacing(4)
        column.addWidget(self.text)
        column.addSpacing(20)
        column.addWidget(self.card)
        column.addSpacing(20)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.pdf, 1)
        row.addWidget(self.household, 1)
        column.addWidget(self.transfer)
        column.addSpacing(8)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(self.today)
        column.addSpacing(8)
        column.addWidget(self.note)
        self.column.addStretch(2)
        self.column.addWidget(inner, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(3)

    def show_done(
        self, *, amount: str, number: str, book: str, payer: str, people: list[tuple[str, str]]
    ) -> None:
        """Show what was saved; `people` are names with what each has now."""
        say = self._words.say
        self.title.setText(say("enrol.done_title", amount_dong=amount))
        self.text.setText(say("enrol.done_text"))
        self.note.setText("")
        column = self.card.column
        while column.count():
            item = column.takeAt(0)
            old = item.widget() if item else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self.receipt = Label(say("enrol.done_receipt", number=number, book=book), weight=600)
        column.addWidget(self.receipt)
        column.addWidget(Fact(say("enrol.payer"), payer))
        column.addSpacing(6)
        column.addWidget(Hairline(token="line2"))
        column.addSpacing(6)
        column.addWidget(Label(say("enrol.done_people"), weight=600))
        for name, what in people:
            column.addWidget(Fact(name, what))

    def offer_transfer(self, offered: bool) -> None:
        """Whether the money is to come by transfer: then its code is at hand."""
        self.transfer.setVisible(offered)

    def say_saved(self, text: str) -> None:
        """Say below the buttons where the paper is; Enter goes on to Today again."""
        self.note.setText(text)
        self.today.setFocus()
