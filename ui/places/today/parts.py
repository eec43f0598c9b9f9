"""The parts of Today around its list: the day in numbers, the outcomes, the appointment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.words.format import money, number
from ui.places.today.list_rows import DOORS
from ui.places.today.state import OUTCOME_KEYS
from ui.say import Teller
from ui.widgets import Button, DateField, DoorsOfDay, Label, LabeledInput

if TYPE_CHECKING:
    from fieldapp.usecases.visiting.today import Today

GRID = ("1", "2", "3", "4", "6", "7")
LATEST_HOUR = 24
ROOM_FOR_DAY_END = 780


class DayInNumbers(QWidget):
    """How far the day has got: doors, their drawing, the money. 66 px."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self.setFixedHeight(66)
        self.visited, self.total = Label(role="figure"), Label(token="ink2", role="row", weight=400)
        self.left = Label(role="small", token="ink2")
        self.doors = DoorsOfDay()
        self.amount = Label(role="heading", align=Qt.AlignmentFlag.AlignRight)
        self.amount_note = Label(role="small", token="ink2", align=Qt.AlignmentFlag.AlignRight)
        self.day_end = Button(teller.say("day_end.open"), kind="link", key="C", height=28)
        self.day_end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 20, 4)
        row.setSpacing(16)
        row.addWidget(self._count(), 0)
        row.addWidget(self.doors, 1)
        row.addLayout(self._money(), 0)
        row.addWidget(self.day_end, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the way to the end of the day gives way; its key stays."""
        super().resizeEvent(event)
        self.day_end.setVisible(self.width() >= ROOM_FOR_DAY_END)

    def _count(self) -> QWidget:
        box = QWidget()
        box.setFixedWidth(116)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(5)
        line.addWidget(self.visited)
        line.addWidget(self.total, 1)
        self.visited.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        column.addLayout(line)
        column.addWidget(self.left)
        column.addStretch(1)
        return box

    def _money(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.amount)
        column.addWidget(self.amount_note)
        column.addStretch(1)
        return column

    def show_day(self, today: Today) -> None:
        """Show other numbers, in place."""
        say = self._teller.say
        self.visited.setText(number(today.visited))
        self.total.setText(say("today.of_doors", n=number(today.total)))
        self.left.setText(say("today.doors_left", n=max(0, today.total - today.visited)))
        self.doors.set_doors([DOORS[door] for door in today.doors])
        self.amount.setText(money(today.collected_dong))
        self.amount_note.setText(say("today.money_note", n=today.receipts))


class Outcomes(QWidget):
    """Six outcomes in a grid and enrolling below, each with its key. `chosen` goes out with the
    code of an outcome."""

    chosen = Signal(str)

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self.buttons: dict[str, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(
            Label(teller.say("today.outcomes"), role="small", weight=600, token="ink2")
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for place, key in enumerate(GRID):
            button = Button(teller.outcome(OUTCOME_KEYS[key]), key=key, key_first=True, height=32)
            self._add(key, button)
            grid.addWidget(button, place // 2, place % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addSpacing(2)
        self.primary = Button(teller.say("today.enrol"), kind="primary", key="5")
        self._add("5", self.primary)
        column.addWidget(self.primary)

    def _add(self, key: str, button: Button) -> None:
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(OUTCOME_KEYS[key]))
        self.buttons[key] = button

    def set_able(self, able: bool) -> None:
        """Whether an outcome can be recorded now."""
        for button in self.buttons.values():
            button.setEnabled(able)


class PlanVisit(QWidget):
    """A day and a time for the next visit. Enter saves (`planned`), Esc leaves (`left`)."""

    planned = Signal(object, str)
    left = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        say = teller.say
        self.title = Label(role="small", weight=600, token="ink2")
        self.day = DateField(say("today.plan_day"), teller.today)
        self.time = LabeledInput(
            say("today.plan_time"), placeholder=say("today.plan_time_hint"), optional=False
        )
        self.time.setFixedWidth(92)
        self.save = Button(say("today.plan_save"), kind="primary", key="Enter")
        self.cancel = Button(say("today.plan_leave"), kind="link", key="Esc", height=20)
        self.save.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.left)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.cancel)
        column.addLayout(head)
        column.addWidget(self.day)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.save, 1, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(line)

    def begin(self, name: str, day: date | None, time: str | None) -> None:
        """Offer a day and a time; the day has the focus."""
        self.title.setText(self._teller.say("today.plan_title", name=name))
        self.day.set_day(day)
        self.time.set_text(time or "")
        self.time.set_message("")
        self.day.setFocus()
        self.day.edit.selectAll()

    def submit(self) -> None:
        """Send the plan on, or say what is missing."""
        self.day.read()
        day, time = self.day.day(), read_time(self.time.text())
        if day is None:
            if not self.day.has_error():
                self.day.set_message(self._teller.say("today.plan_day_missing"), "error")
            self.day.setFocus()
        elif day < self._teller.today:
            self.day.set_message(self._teller.say("today.plan_day_past"), "error")
            self.day.setFocus()
        elif time is None:
            self.time.set_message(self._teller.say("today.plan_time_wrong"), "error")
            self.time.setFocus()
        else:
            self.planned.emit(day, time)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def read_time(text: str) -> str | None:
    """`17:30` from 17:30, 17h30, 1730, 17 or 17h; empty for nothing; None for no time."""
    plain = text.strip().lower().replace("h", ":").replace(".", ":").replace("giờ", ":")
    if not plain:
        return ""
    hour, _, minute = plain.partition(":")
    if not minute and len(hour) == 4:
        hour, minute = hour[:2], hour[2:]
    hour, minute = hour.strip(), minute.strip() or "0"
    if not (hour.isdecimal() and minute.isdecimal()) or int(hour) >= LATEST_HOUR:
        return None
    return f"{int(hour):02d}:{int(minute):02d}" if int(minute) < 60 else None
