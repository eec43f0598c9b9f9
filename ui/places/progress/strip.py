"""The line above the figures: as of when they are, what they do not hold, how long is left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fieldapp.words import Words
from ui.widgets import Button, IconView, Label
from ui.widgets.containers import Panel
from ui.widgets.painting import Run, hline, vline

HEIGHT = 37


class _Mark(QWidget):
    """The mark of the bars, for the legend."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(6, 16)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(6, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            vline(painter, 2, 0, 16, "ink", width=2)


class AsOfStrip(Panel):
    """One sentence, in small; caveats in the colour of what a person should look at."""

    def __init__(self, words: Words) -> None:
        super().__init__(ground="sunken")
        self.told = Label(role="small", token="ink")
        self.left = Label(role="small", token="ink", weight=600)
        self.agreements = Button(words.say("agreements_place.title"), key="A", height=28)
        self._words = words
        self._mark = _Mark()
        self._legend = Label(words.say("progress_place.due_today"), role="small", token="ink2")
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        self._clock = IconView("clock", "ink2", 14)
        row.addWidget(self._clock)
        row.addWidget(self.told, 1)
        row.addWidget(self._mark)
        row.addWidget(self._legend)
        row.addSpacing(16)
        row.addWidget(self.left)
        row.addSpacing(8)
        row.addWidget(self.agreements)
        self.column.addLayout(row, 1)
        self.setFixedHeight(HEIGHT)

    def show_sentence(
        self, as_of: str, devices: str, caveats: Sequence[str], left: str, *, due: bool
    ) -> None:
        """Show another sentence; `due`: the bars have a mark that wants explaining."""
        runs = [Run(as_of, "ink", 600, "small")]
        runs += [Run(f"   {devices}", "ink2", 400, "small")] if devices else []
        runs += [Run(f"   {text}", "ochre", 600, "small") for text in caveats]
        self.told.set_runs(runs)
        whole = ". ".join(part for part in (as_of, devices, *caveats) if part)
        self.told.setToolTip(whole)
        self.told.setAccessibleName(whole)
        self.left.setText(left)
        self._mark.setVisible(due)
        self._legend.setVisible(due)

    def show_agreements(self, unsigned: int) -> None:
        """How many wards have not signed, on the button that leads there."""
        text = self._words.say("progress_place.agreements", n=unsigned)
        self.agreements.setText(text)
        self.agreements.setAccessibleName(text)

    def show_figures(self, *, shown: bool) -> None:
        """Without a campaign there is nothing to say of figures."""
        for part in (self.told, self.left, self._mark, self._legend, self._clock):
            part.setVisible(shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            hline(painter, 0, self.height() - 1, self.width())
