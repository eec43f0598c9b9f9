"""The left column of the reports: days, and lists to tick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.places.reports.presets_box import PresetsBox
from ui.places.reports.state import LISTS, Option, ReportForm
from ui.theme import colour
from ui.widgets import Button, CheckBox, DateField, Label, Scroll
from ui.widgets.painting import vline


class TickBox(CheckBox):
    """A tick of a list; the arrow keys go to its neighbours."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
            return
        super().keyPressEvent(event)


class TickGroup(QWidget):
    """One list with its heading: how many are ticked, and a way to tick all again."""

    toggled = Signal(str)
    all_asked = Signal()

    def __init__(self, title: str, words: Words) -> None:
        super().__init__()
        self._words = words
        self._boxes: dict[str, TickBox] = {}
        self.setAccessibleName(title)
        self._count = Label(role="small", token="ink3")
        self.all = Button(words.say("reports_place.tick_all"), kind="link", height=20)
        self.all.clicked.connect(self.all_asked)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(title, weight=600), 1)
        head.addWidget(self.all)
        head.addWidget(self._count)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(head)

    def show_options(self, options: Sequence[Option], chosen: Sequence[str]) -> None:
        """Show what can be ticked, and what is."""
        if [option.key for option in options] != list(self._boxes):
            self._rebuild(options)
        for key, box in self._boxes.items():
            box.setChecked(key in chosen)
        every = len(chosen) == len(options)
        values = {"n": len(chosen), "total": len(options)}
        say = self._words.say
        text = say("reports_place.all") if every else say("reports_place.some", **values)
        self._count.setText(text)
        self.all.setVisible(not every)

    def _rebuild(self, options: Sequence[Option]) -> None:
        for box in self._boxes.values():
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for option in options:
            box = TickBox(option.text)
            box.clicked.connect(lambda _=False, key=option.key: self.toggled.emit(key))
            box.stepped.connect(lambda step, key=option.key: self._step(key, step))
            self._column.addWidget(box)
            self._boxes[option.key] = box

    def _step(self, key: str, step: int) -> None:
        keys = list(self._boxes)
        at = keys.index(key) + step
        if 0 <= at < len(keys):
            self._boxes[keys[at]].setFocus(Qt.FocusReason.TabFocusReason)

    def box(self, key: str) -> TickBox:
        """The tick of an entry. KeyError if there is none."""
        return self._boxes[key]


class ChoosingColumn(QWidget):
    """Days above, lists below; `toggled` carries the list's name and the entry."""

    toggled = Signal(str, str)
    all_asked = Signal(str)
    days_changed = Signal(object, object)
    unsent_toggled = Signal(bool)

    def __init__(self, words: Words, today: date) -> None:
        super().__init__()
        say = words.say
        self.since = DateField(say("reports_place.since"), today, past=True, weekday=False)
        self.until = DateField(say("reports_place.until"), today, past=True, weekday=False)
        for field in (self.since, self.until):
            field.day_changed.connect(lambda _: self._tell_days())
        self.groups = {name: TickGroup(say(f"reports_place.{name}"), words) for name in LISTS}
        for name, group in self.groups.items():
            group.toggled.connect(lambda key, name=name: self.toggled.emit(name, key))
            group.all_asked.connect(lambda name=name: self.all_asked.emit(name))
        self.presets = PresetsBox(words)
        self.unsent = CheckBox(say("reports_place.unsent"))
        self.unsent.clicked.connect(self.unsent_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._build()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(14)
        column.addWidget(self.presets)
        days = QVBoxLayout()
        days.setSpacing(8)
        for field in (self.since, self.until):
            days.addWidget(field)
        column.addLayout(days)
        column.addWidget(self.unsent)
        for name in ("outcomes", "canvassers", "wards", "columns"):
            column.addWidget(self.groups[name])
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 1, 0)
        whole.addWidget(Scroll(inner))

    def _tell_days(self) -> None:
        self.days_changed.emit(self.since.day(), self.until.day())

    def show_form(self, form: ReportForm, options: dict[str, tuple[Option, ...]]) -> None:
        """Show what is ticked; a date that is being written stays."""
        for name, group in self.groups.items():
            group.show_options(options[name], getattr(form, name))
        self.unsent.setChecked(form.unsent)
        for field, day in ((self.since, form.since), (self.until, form.until)):
            typing = field.edit.hasFocus() and field.edit.isModified()
            if field.day() != day and not typing:
                field.set_day(day)

    def sizeHint(self) -> QSize:
        return QSize(264, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("surface"))
            vline(painter, self.width() - 1, 0, self.height())
