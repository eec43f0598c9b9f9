"""The right band of the enrolment page: the benefit card, the payment, the one primary button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from fieldapp.words import Words
from ui.places.enrol.benefit import BenefitCard
from ui.places.enrol.state import Shown
from ui.theme import Radius, wants_ring
from ui.widgets import Band, Button, Choice, ChoiceCards, ErrorBanner, Hairline, Label
from ui.widgets.facts import Fact

PAYMENT_HEIGHT = 272
"""Everything on the band below the benefit card but the total in words, in logical px."""


class PaymentBand(Band):
    """Benefit, payment, receipt, total; the button at the bottom says beside it what is missing."""

    method_chosen = Signal(str)
    payer_edited = Signal(str)
    save_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="sunken")
        self._words = words
        say = words.say
        self.benefit = BenefitCard(words)
        self.method = ChoiceCards(
            say("enrol.payment"),
            [
                Choice("cash", say("enrol.cash"), icon="money"),
                Choice("transfer", say("enrol.transfer"), icon="qr-code"),
            ],
        )
        self.method.chosen.connect(self.method_chosen)
        self.receipt = Fact(say("enrol.receipt"))
        self.book = Fact(say("enrol.book"))
        self.payer = QLineEdit()
        self.payer.setFixedHeight(34)
        self.payer.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.payer.setAccessibleName(say("enrol.payer"))
        self.payer.textEdited.connect(self.payer_edited)
        wants_ring(self.payer, Radius.CONTROL)
        self.total = Label(role="total", align=Qt.AlignmentFlag.AlignRight)
        self.total_words = Label(role="small", token="ink2", wrap=True)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.missing = Label(role="small", token="ink2", wrap=True)
        self.save = Button(say("enrol.save"), kind="primary", key="Ctrl Enter", height=44)
        self.save.clicked.connect(self.save_asked)
        self._build()

    def _build(self) -> None:
        say, body = self._words.say, self.body
        body.setSpacing(0)
        body.addWidget(self.benefit)
        body.addSpacing(16)
        body.addWidget(Label(say("enrol.payment"), weight=600))
        body.addSpacing(8)
        body.addWidget(self.method)
        body.addSpacing(12)
        body.addWidget(self.receipt)
        body.addWidget(self.book)
        payer = QHBoxLayout()
        payer.setSpacing(12)
        payer.addWidget(Label(say("enrol.payer"), token="ink2"))
        payer.addWidget(self.payer, 1)
        body.addSpacing(2)
        body.addLayout(payer)
        body.addSpacing(10)
        body.addWidget(Hairline(token="line2"))
        body.addSpacing(10)
        total = QHBoxLayout()
        total.addWidget(Label(say("enrol.total"), role="subheading"))
        total.addWidget(self.total, 1)
        body.addLayout(total)
        body.addSpacing(2)
        body.addWidget(self.total_words)
        self.foot.setContentsMargins(19, 8, 20, 16)
        self.foot.addWidget(self.banner)
        self.foot.addWidget(self.missing)
        self.foot.addWidget(self.save)

    def show_state(self, shown: Shown) -> None:
        """Show receipt, total and what is missing."""
        self.benefit.show_benefit(shown.benefit)
        self.receipt.set_value(shown.receipt)
        self.book.set_value(shown.book)
        self.total.setText(shown.total)
        self.total_words.setText(shown.total_words)
        self.set_missing(shown.missing)

    def set_missing(self, code: str) -> None:
        """Say what hinders saving; an empty code frees the button."""
        sentence = self._words.say(f"enrol.missing_{code}") if code else ""
        self.missing.setText(sentence)
        self.missing.setVisible(bool(sentence))
        self.save.setEnabled(not sentence)
        self.save.setAccessibleDescription(sentence or "Ctrl Enter")
        self.fit()

    def show_form(self, method: str, payer: str) -> None:
        """Show what the form holds, without touching a field that is being typed in."""
        self.method.choose(method)
        if self.payer.text() != payer and not self.payer.hasFocus():
            self.payer.setText(payer)

    def set_busy(self, busy: bool) -> None:
        """While it is being saved nothing can be pressed twice."""
        self.save.setText(self._words.say("enrol.saving" if busy else "enrol.save"))
        if busy:
            self.save.setEnabled(False)

    def fit(self) -> None:
        """Leave parts of the benefit card out where there is little height; the rest stays."""
        foot = self.foot.parentWidget()
        room = self.height() - (foot.sizeHint().height() if foot is not None else 0)
        inside = self.width() - 40
        words = self.total_words.heightForWidth(inside) if self.total_words.text() else 0
        for level in (2, 1, 0):
            if self.benefit.height_at(level, inside) + PAYMENT_HEIGHT + words <= room:
                break
        self.benefit.set_level(level)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
