"""What is seen while the neighbourhood is being made, or where it can't be."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from fieldapp.words import Words
from ui.say import Told
from ui.sign_in.parts import CenteredCard, Paper
from ui.widgets import Button, ErrorBanner, Label, ProgressPanel, Tag, on_key
from ui.widgets.painting import draw_hatched

SIZE = (720, 460)


class WaitingWindow(Paper):
    """The first window of the training. `again_asked` goes out where making it failed."""

    again_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        say = words.say
        self.setWindowTitle(say("training.window"))
        self.resize(*SIZE)
        card = CenteredCard()
        self.tag = Tag(say("shell.training"), "ochre")
        self.progress = ProgressPanel(say("training.making"))
        self.banner = ErrorBanner()
        self.again = Button(say("training.try_again"), kind="primary")
        self.again.clicked.connect(self.again_asked)
        card.column.addWidget(self.tag, 0, Qt.AlignmentFlag.AlignLeft)
        card.column.addWidget(Label(say("training.title"), role="title", wrap=True))
        card.column.addWidget(Label(say("training.promise"), token="ink2", wrap=True))
        card.column.addWidget(self.progress)
        card.column.addWidget(self.banner)
        card.column.addWidget(self.again)
        self.say_busy()
        on_key(self, "Escape", self.progress.cancel.click, anywhere=True)
        column = QVBoxLayout(self)
        column.addStretch(2)
        line = QHBoxLayout()  # an alignment instead would wrap the texts at the window's width
        line.addStretch(1)
        line.addWidget(card)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(3)

    def say_busy(self) -> None:
        """It is being made."""
        self.progress.show()
        self.banner.hide()
        self.again.hide()

    def show_progress(self, done: int, total: int) -> None:
        """How far it is."""
        self.progress.set_progress(done, total)

    def show_error(self, told: Told) -> None:
        """It could not be made, or not be opened."""
        self.progress.hide()
        self.banner.say(told.title, told.text)
        self.banner.show()
        self.again.show()
        self.again.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            draw_hatched(painter, QRect(0, 0, self.width(), 4).toRectF(), radius=0)
