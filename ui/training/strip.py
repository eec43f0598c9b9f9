"""The lesson above the window: which step, what to do, and the two ways out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.training.lesson import END, Story, key_of
from fieldapp.words import Words
from ui.theme import colour
from ui.widgets import Button, Label
from ui.widgets.painting import draw_box, hline

LEFT = 216
MARK = 9
"""Width of the mark of a step, with the space after it."""


class StepMarks(QWidget):
    """One small bar a step: done, now, to come."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self.setFixedSize(self.sizeHint())

    def show_at(self, at: int, spoken: str) -> None:
        """Show how far it is."""
        self._at = at
        self.setAccessibleName(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(MARK * END, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for place in range(END):
                token = "jade" if place < self._at else "accent" if place == self._at else "line2"
                draw_box(painter, QRectF(place * MARK, 2, MARK - 3, 4), fill=token, radius=2)


class LessonStrip(QWidget):
    """Shows a step. `anew_asked` and `left` go out from its buttons."""

    anew_asked = Signal()
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.kicker = Label(role="small", token="ink2")
        self.marks = StepMarks()
        self.title = Label(weight=600, wrap=True)
        self.text = Label(wrap=True)
        self.anew = Button(words.say("training.anew"), kind="link", icon="arrow-counter-clockwise")
        self.leave = Button(words.say("training.leave"), kind="link", icon="sign-out")
        self.anew.clicked.connect(self.anew_asked)
        self.leave.clicked.connect(self.left)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 20, 9)
        row.setSpacing(20)
        head = QWidget()
        head.setFixedWidth(LEFT)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.kicker)
        column.addWidget(self.title)
        column.addWidget(self.marks)
        column.addStretch(1)
        row.addWidget(head)
        row.addWidget(self.text, 1, Qt.AlignmentFlag.AlignTop)
        ways = QVBoxLayout()
        ways.setSpacing(0)
        for button in (self.anew, self.leave):
            button.setFixedHeight(26)
            ways.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        ways.addStretch(1)
        row.addLayout(ways)

    def show_step(self, at: int, story: Story) -> None:
        """Show the step at this place; `END` tells that all is done."""
        say, key = self._words.say, key_of(at)
        values = {
            "written": story.written,
            "on_card": story.on_card,
            "by_lan": story.by_lan,
            "woman": story.woman,
        }
        done = say("training.step", n=min(at + 1, END), of=END)
        if at == END:
            done = say("training.all_done", of=END)
        self.kicker.setText(done)
        self.title.setText(say(f"training.{key}_title"))
        self.text.setText(say(f"training.{key}_text", **values))
        self.marks.show_at(at, done)
        self.setAccessibleName(f"{done}. {self.title.text()}")
        self.setAccessibleDescription(self.text.text())
        self.updateGeometry()

    def say_busy(self) -> None:
        """A partner is at work."""
        self.text.setText(self._words.say("training.partner"))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("paper"))
            hline(painter, 0, self.height() - 1, self.width(), "line2")
