"""A date as people type it: 23, 23/11, 23/11/2024, t7 (cn), +3."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldapp.words.format import long_date
from ui.theme.current import say
from ui.widgets.button import IconButton
from ui.widgets.inputs import LabeledInput

_DAY = re.compile(r"(\d{1,2})(?:[/\-. ](\d{1,2})(?:[/\-. ](\d{2}|\d{4}))?)?")
_STEP = re.compile(r"([+-])(\d{1,3})")
_WEEKDAY = re.compile(r"(?:t|thứ|thu|th)\s*([2-7])|(cn|chủ nhật|chu nhat)")


class NoSuchDay(ValueError):
    """The text names a day that its month does not have; `month`, `year`, `days` say which."""

    def __init__(self, month: int, year: int) -> None:
        super().__init__(f"no such day in {month}/{year}")
        self.month, self.year = month, year
        self.days = calendar.monthrange(year, month)[1]


def parse_day(text: str, today: date, *, past: bool = False) -> date | None:
    """The day that a person means, or None when the text is no date.

    A day without month or year is the next one from `today` on, or with `past` the last one up to
    `today` (a date of birth, of a paper). `t7` is the coming Saturday, never today. Raises
    NoSuchDay for 31/02 and the like.
    """
    plain = text.strip().lower()
    if step := _STEP.fullmatch(plain):
        days = int(step[2])
        return today + timedelta(days=days if step[1] == "+" else -days)
    if named := _WEEKDAY.fullmatch(plain):
        wanted = 6 if named[2] else int(named[1]) - 2
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    if not (found := _DAY.fullmatch(plain)):
        return None
    day = int(found[1])
    if found[2] is None:
        return _next_month_with(day, today, past=past)
    month = int(found[2])
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if found[3] is not None:
        return _exact(day, month, _full_year(found[3], today))
    return _nearest_year(day, month, today, past=past)


def _full_year(text: str, today: date) -> int:
    """Two digits are a year up to ten years ahead, else of the century before."""
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year if year <= today.year + 10 else year - 100


def _exact(day: int, month: int, year: int) -> date:
    if day > calendar.monthrange(year, month)[1]:
        raise NoSuchDay(month, year)
    return date(year, month, day)


def _next_month_with(day: int, today: date, *, past: bool) -> date | None:
    if not 1 <= day <= 31:
        return None
    month, year, step = today.month, today.year, -1 if past else 1
    while True:
        if day <= calendar.monthrange(year, month)[1]:
            found = date(year, month, day)
            if (found <= today) if past else (found >= today):
                return found
        year, month = divmod(year * 12 + month - 1 + step, 12)
        month += 1


def _nearest_year(day: int, month: int, today: date, *, past: bool) -> date:
    found = _exact(day, month, today.year)
    if past and found > today:
        return _exact(day, month, today.year - 1)
    if not past and found < today:
        return _exact(day, month, today.year + 1)
    return found


def spoken_day(day: date) -> str:
    """A day with its weekday, where one plans: Thứ Bảy 23/11/2024."""
    weekday = say(f"shell.weekday_{day.isoweekday()}")
    return say("shell.weekday_and_day", weekday=weekday, day=long_date(day))


class DateField(LabeledInput):
    """A date that takes 23, 23/11, t7, +3; ← → move it by a day, with Shift by a week, once it is
    understood. `day_changed` goes out with a `date` or None."""

    day_changed = Signal(object)

    def __init__(
        self,
        label: str,
        today: date,
        parent: QWidget | None = None,
        *,
        day: date | None = None,
        past: bool = False,
        weekday: bool = True,
        optional: bool = False,
    ) -> None:
        super().__init__(label, parent, optional=optional, placeholder=say("shell.date_hint"))
        self._today, self._past, self._weekday = today, past, weekday
        self._day = day
        self._add_steps()
        self._write()
        self.edit.installEventFilter(self)
        self.edit.editingFinished.connect(self.read)

    def day(self) -> date | None:
        """The day that is understood, or None."""
        return self._day

    def set_day(self, day: date | None) -> None:
        """Show a day as the program; nothing goes out."""
        self._day = day
        self._write()
        self.set_message("")

    def read(self) -> None:
        """Understand what is written; an error stands below if it is no date."""
        text = self.text()
        if self._day is not None and text == self._shown(self._day):
            return
        try:
            found = parse_day(text, self._today, past=self._past) if text else None
        except NoSuchDay as wrong:
            values = {"month": wrong.month, "year": wrong.year, "days": wrong.days}
            self.set_message(say("shell.date_month_days", **values), "error")
            self._take(None)
            return
        if text and found is None:
            self.set_message(say("shell.date_unknown"), "error")
            self._take(None)
            return
        self.set_message("")
        self._take(found)
        self._write()

    def step(self, days: int) -> None:
        """Move the day."""
        self.read()
        self._take((self._day or self._today) + timedelta(days=days))
        self.set_message("")
        self._write()

    def _take(self, day: date | None) -> None:
        if day != self._day:
            self._day = day
            self.day_changed.emit(day)

    def _shown(self, day: date) -> str:
        return spoken_day(day) if self._weekday else long_date(day)

    def _write(self) -> None:
        if self._day is not None:
            self.edit.setText(self._shown(self._day))

    def _add_steps(self) -> None:
        self.edit.setTextMargins(0, 0, 56, 0)
        self._steps = QWidget(self.edit)
        row = QHBoxLayout(self._steps)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for icon, meaning, days in (
            ("minus", "shell.day_earlier", -1),
            ("plus", "shell.day_later", 1),
        ):
            button = IconButton(icon, say(meaning))
            button.setFixedSize(26, 26)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, d=days: self.step(d))
            row.addWidget(button)
        self._steps.adjustSize()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            x = self.edit.width() - self._steps.width() - 4
            self._steps.move(QPoint(x, (self.edit.height() - self._steps.height()) // 2))
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._stepped_by_key(event)
        return False

    def _stepped_by_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        understood = self._day is not None and self.text() == self._shown(self._day)
        if step is None or not understood:
            return False
        week = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.step(step * 7 if week else step)
        return True
