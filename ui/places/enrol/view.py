"""The enrolment page as widgets: three columns, and the confirmation that takes their place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.rules.vsi.income import IncomeRange
from fieldapp.usecases.households.household import HouseholdPage
from fieldapp.words import Words
from ui.places.enrol.benefit import BenefitScreen
from ui.places.enrol.consent import KEYS
from ui.places.enrol.done import DonePanel
from ui.places.enrol.form import EnrolForm
from ui.places.enrol.left import LeftColumn
from ui.places.enrol.middle import MiddleColumn
from ui.places.enrol.payment import PaymentBand
from ui.places.enrol.signing import SigningScreen
from ui.places.enrol.state import Benefit, Shown
from ui.shell.state import Head
from ui.theme import Size
from ui.widgets import Button, on_key
from ui.widgets.keys import if_shown

LEFT, BAND = 280, 348
LEFT_NARROW, BAND_NARROW = 262, 316
BAND_WIDE = 480


class EnrolView(QWidget):
    """Shows a state; what a person does goes out of its three columns as signals."""

    head_changed = Signal()
    leaflet_asked = Signal()
    signed = Signal(object)
    """The strokes of a signature; none: it was signed on paper."""

    def __init__(self, words: Words, version: str) -> None:
        super().__init__()
        self.left = LeftColumn(words, version)
        self.middle = MiddleColumn(words)
        self.band = PaymentBand(words)
        self.done = DonePanel(words)
        self._words = words
        self._title, self._context = words.say("enrol.title"), ""
        self._benefit: Benefit | None = None
        self._screen: BenefitScreen | None = None
        self._sheet: SigningScreen | None = None
        self.middle.say_draft(False)
        self.middle.say_error("")
        form = QWidget()
        row = QHBoxLayout(form)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.left)
        row.addWidget(self.middle, 1)
        row.addWidget(self.band)
        self.stack = QStackedWidget()
        self.stack.addWidget(form)
        self.stack.addWidget(self.done)
        self._waiting = QWidget()
        self.stack.addWidget(self._waiting)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self.form = form
        self._bind_keys()

    def _bind_keys(self) -> None:
        for digit in "123456789":
            on_key(self.form, digit, partial(self.left.press, digit), means="keys.tick")
        for kind, key in KEYS.items():
            means = f"keys.consent_{kind}"
            on_key(self.form, key, partial(self.left.consent.press, kind), means=means)
        on_key(self.form, "N", self.left.add.click)
        on_key(self.form, "L", self.leaflet_asked.emit, means="leaflet.print")
        on_key(self.form, "B", self.show_benefit, means="keys.benefit")
        on_key(self.form, "Ctrl+Return", self.band.save.click)
        on_key(self.form, "Ctrl+Enter", self.band.save.click)
        for column in (self.left, self.middle):
            on_key(column, "Left", lambda: self.middle.terms.step_by(-1), means="keys.term")
            on_key(column, "Right", lambda: self.middle.terms.step_by(1), means="keys.term")
        self.band.benefit.asked.connect(self.show_benefit)
        on_key(self.done, "Q", if_shown(self.done.transfer))
        for key in ("Return", "Enter"):
            on_key(self.done, key, self._press_done)

    def _press_done(self) -> None:
        focused = self.focusWidget()
        button = focused if isinstance(focused, Button) and focused.isEnabled() else self.done.today
        button.click()

    def show_state(
        self, shown: Shown, form: EnrolForm, page: HouseholdPage, incomes: IncomeRange
    ) -> None:
        """Show another state of the form."""
        self._benefit = shown.benefit
        self.left.show_state(shown, form, incomes)
        self.middle.show_state(shown, form.months, page.today)
        self.band.show_state(shown)
        self.band.show_form(form.method, form.payer)
        if (shown.title, shown.context) != (self._title, self._context):
            self._title, self._context = shown.title, shown.context
            self.head_changed.emit()

    def forget(self) -> None:
        """Another household is read: nothing of the one before is shown to a family."""
        self._benefit = None
        self.close_screens()
        self.left.forget()
        self.left.consent.show_consent("")
        self.middle.say_error("")
        self.band.set_busy(False)

    def close_screens(self) -> None:
        """Take away what lies over the window for this family."""
        for screen in (self._screen, self._sheet):
            if screen is not None:
                screen.close_over()

    def show_form(self) -> None:
        """Show the form in place of the confirmation."""
        self.stack.setCurrentWidget(self.form)

    def show_waiting(self) -> None:
        """Show nothing: another household is being read, and this page was one before."""
        self.stack.setCurrentWidget(self._waiting)

    def show_done(self) -> None:
        """Show the confirmation in place of the form."""
        self.stack.setCurrentWidget(self.done)
        self.done.today.setFocus()

    def show_benefit(self) -> None:
        """Turn the benefit card to the family, over the whole window."""
        if self._benefit is not None and self._screen is None:
            self._screen = BenefitScreen(self.window(), self._words, self._benefit)
            self._screen.closed.connect(self._drop_screen)
            self._screen.leaflet_asked.connect(self.leaflet_asked)

    def show_signing(self, name: str) -> None:
        """Turn the sheet for the signature to the family, over the whole window."""
        self._sheet = SigningScreen(self.window(), self._words, name)
        self._sheet.closed.connect(self._drop_screen)
        self._sheet.signed.connect(self.signed)

    def _drop_screen(self) -> None:
        self._screen = self._sheet = None

    def head(self) -> Head:
        """Title, whose household, and the way back."""
        return Head(self._title, self._context, back=True)

    def focus_first(self) -> None:
        """Begin at the first person who can be ticked."""
        if self.stack.currentWidget() is self.done:
            self.done.today.setFocus()
        elif not self.left.hhi.rows():
            self.form.setFocus()  # not read yet; the page asks again once it is
        elif not self.left.hhi.enter(1) and not self.left.vsi.enter(1):
            self.left.add.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.close_screens()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        window = self.window().width()
        narrow = window < Size.FOLD_RAIL_BELOW
        self.left.setFixedWidth(LEFT_NARROW if narrow else LEFT)
        self.band.setFixedWidth(BAND_NARROW if narrow else (BAND_WIDE if window >= 1800 else BAND))
        self.middle.set_height(self.height())
