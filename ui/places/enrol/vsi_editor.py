"""The income and the months of one person's voluntary social insurance, below her tick."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldapp.rules.vsi.income import IncomeRange
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.enrol.form import VSI_MONTHS, VSI_YEARS, VsiPick, read_amount
from ui.theme import Radius, wants_ring
from ui.widgets import Choice, ChoiceCards, IconButton, Label
from ui.widgets.painting import draw_box, draw_text

USUAL_STEP = 50_000
"""What − and + move by where the law names no larger step, in đồng a month (the step of
QĐ595 Điều 10.1, which collecting offices still use)."""


CARD, GAP = 28, 6


class MonthsPicker(ChoiceCards):
    """The terms as small cards with their number in the middle: months above, years paid ahead
    below. The arrow keys go through all of them."""

    def __init__(self, words: Words) -> None:
        months = [Choice(str(n), words.say("enrol.month_count", n=n)) for n in VSI_MONTHS]
        years = [Choice(str(12 * n), words.say("enrol.year_count", n=n)) for n in VSI_YEARS]
        super().__init__(words.say("enrol.vsi_months"), [*months, *years])
        self.setFixedHeight(2 * CARD + GAP)
        self.setMinimumWidth(120)

    def _card(self, index: int) -> QRectF:
        row, place = divmod(index, len(VSI_MONTHS))
        wide = (self.width() + GAP) / len(VSI_MONTHS)
        return QRectF(round(place * wide), row * (CARD + GAP), round(wide) - GAP, CARD)

    def event(self, event: QEvent) -> bool:
        """The arrow keys are the cards', before they are the page's."""
        key = event.key() if isinstance(event, QKeyEvent) else 0
        ours = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if ours and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for place, number_on_card in enumerate((*VSI_MONTHS, *VSI_YEARS)):
                now = place == self._current
                box = self._card(place)
                draw_box(
                    painter,
                    box,
                    fill="soft" if now else "surface",
                    edge="accent" if now else "line2",
                    width=2 if now else 1,
                )
                draw_text(
                    painter,
                    box,
                    str(number_on_card),
                    "accent" if now else "ink",
                    weight=600 if now else 500,
                    align=Qt.AlignmentFlag.AlignHCenter,
                )


class VsiEditor(QWidget):
    """An amount with − and + by the steps of the law, and the months as small cards.

    `income_changed` goes out with an income within the range and on a step; anything else stands
    as an error below and `income_wrong` goes out."""

    income_changed = Signal(int)
    income_wrong = Signal()
    months_changed = Signal(int)
    missing_changed = Signal(int)
    """Months missing for a pension, to be tried out; 0: no more."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._range: IncomeRange | None = None
        self._income = 0
        self.edit = QLineEdit()
        self.edit.setFixedHeight(34)
        self.edit.setMinimumWidth(60)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.setAccessibleName(words.say("enrol.vsi_income"))
        wants_ring(self.edit, Radius.CONTROL)
        self.edit.editingFinished.connect(self._read)
        self.edit.installEventFilter(self)
        self._lower = self._step_button("minus", "enrol.vsi_lower", -1)
        self._higher = self._step_button("plus", "enrol.vsi_higher", 1)
        self.months = MonthsPicker(words)
        self.months.chosen.connect(lambda key: self.months_changed.emit(int(key)))
        self.missing = QLineEdit()
        self.missing.setFixedHeight(CARD)
        self.missing.setMinimumWidth(60)
        self.missing.setMaxLength(4)
        self.missing.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.missing.setPlaceholderText(words.say("enrol.vsi_missing_hint"))
        self.missing.setAccessibleName(words.say("enrol.vsi_missing_spoken"))
        wants_ring(self.missing, Radius.CONTROL)
        self.missing.editingFinished.connect(self._read_missing)
        self._missing = 0
        self._message = Label(role="small", token="brick", wrap=True)
        self._message.hide()
        self._build()

    def _step_button(self, icon: str, key: str, step: int) -> IconButton:
        button = IconButton(icon, self._words.say(key))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.step(step))
        return button

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(50, 0, 20, 10)
        column.setSpacing(4)
        amount = QHBoxLayout()
        amount.setSpacing(4)
        amount.addWidget(self.edit, 1)
        amount.addWidget(self._lower)
        amount.addWidget(self._higher)
        column.addLayout(amount)
        column.addWidget(self._message)
        names = QVBoxLayout()
        names.setSpacing(GAP)
        for key in ("enrol.vsi_months", "enrol.vsi_years", "enrol.vsi_missing"):
            name = Label(self._words.say(key), role="small", token="ink2")
            name.setFixedHeight(CARD)
            names.addWidget(name)
        inputs = QVBoxLayout()
        inputs.setSpacing(GAP)
        inputs.addWidget(self.months)
        inputs.addWidget(self.missing)
        terms = QHBoxLayout()
        terms.setSpacing(8)
        terms.addLayout(names)
        terms.addLayout(inputs, 1)
        column.addLayout(terms)

    def show_pick(self, pick: VsiPick, incomes: IncomeRange) -> None:
        """Show what is chosen, and the incomes that may be chosen."""
        self._range = incomes
        self._income = pick.income_dong
        if not self._message.text():  # what is wrong stays, with what is said of it
            self.edit.setText(number(pick.income_dong))
        self.months.choose(str(pick.months))
        self._missing = pick.missing
        if not self.missing.hasFocus():
            self.missing.setText(str(pick.missing) if pick.missing else "")

    def step(self, steps: int) -> None:
        """Move the income by steps of the law, within its range."""
        if self._range is None:
            return
        floor, ceiling = self._range.floor, self._range.ceiling
        size = max(self._range.step, USUAL_STEP)
        wanted = self._income + steps * size
        self._take(min(ceiling - (ceiling - floor) % size, max(floor, wanted)))

    def _read(self) -> None:
        found = read_amount(self.edit.text())
        problem = self._problem(found)
        if problem:
            self._say_wrong(problem)
            self.income_wrong.emit()
        elif found is not None:
            self._take(found)

    def _read_missing(self) -> None:
        """Anything but a number of months asks for nothing."""
        typed = self.missing.text().strip()
        months = int(typed) if typed.isascii() and typed.isdigit() else 0
        if not months:
            self.missing.clear()
        if months != self._missing:
            self._missing = months
            self.missing_changed.emit(months)

    def _take(self, income: int) -> None:
        changed = income != self._income or bool(self._message.text())
        self._say_wrong("")
        self._income = income
        self.edit.setText(number(income))
        if changed:
            self.income_changed.emit(income)

    def _problem(self, found: int | None) -> str:
        incomes = self._range
        if found is None or incomes is None:
            return self._words.say("enrol.vsi_income_wrong")
        over = (found - incomes.floor) % incomes.step
        if found < incomes.floor:
            return self._words.say("rules.vsi_income_low", floor_dong=number(incomes.floor))
        if found > incomes.ceiling:
            return self._words.say("rules.vsi_income_high", ceiling_dong=number(incomes.ceiling))
        if not over:
            return ""
        below, above = found - over, min(found - over + incomes.step, incomes.ceiling)
        return self._words.say(
            "rules.vsi_income_off_step",
            step_dong=number(incomes.step),
            below_dong=number(below),
            above_dong=number(above),
        )

    def _say_wrong(self, text: str) -> None:
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self.edit.setProperty("state", "error" if text else "")
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)
        self.edit.setAccessibleDescription(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                self.step(step)
                return True
        return False
