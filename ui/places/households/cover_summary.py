"""The cards of a household in small bars, with one line of today through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import text_width
from ui.widgets import DateScale, Run, Segment, paint_coverage
from ui.widgets.coverage import paint_today, spoken
from ui.widgets.painting import draw_runs, draw_text

ROW, HEAD = 26, 24
NAME_WIDTH, NAME_SHARE, END_WIDTH = 128, 0.5, 58


@dataclass(frozen=True)
class CoverLine:
    """One member: what the family calls her, who she is to the head, her cover, its end."""

    name: str
    relationship: str
    segments: tuple[Segment, ...]
    end: str
    end_token: str
    needs_someone: bool


class CoverSummary(QWidget):
    """Names, bars and ends. `set_only_needy(True)` leaves out who needs nothing: for low
    windows."""

    def __init__(self, title: str, today_word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._today_word = title, today_word
        self._lines: tuple[CoverLine, ...] = ()
        self._scale: DateScale | None = None
        self._today: date | None = None
        self._only_needy = False
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: tuple[CoverLine, ...], scale: DateScale, today: date) -> None:
        """Show the cards of another household."""
        self._lines, self._scale, self._today = lines, scale, today
        said = [f"{line.name}: {spoken(line.segments, today)}" for line in lines]
        self.setAccessibleDescription(". ".join(said))
        self.updateGeometry()
        self.update()

    def set_only_needy(self, only: bool) -> None:
        """Leave out members who need nothing."""
        self._only_needy = only
        self.updateGeometry()
        self.update()

    def shown(self) -> tuple[CoverLine, ...]:
        """The lines that are drawn."""
        if not self._only_needy:
            return self._lines
        needy = tuple(line for line in self._lines if line.needs_someone)
        return needy or self._lines[:1]

    def sizeHint(self) -> QSize:
        return QSize(300, HEAD + ROW * len(self.shown()))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, HEAD + ROW * len(self.shown()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scale is None or self._today is None:
            return
        left = self._name_width()
        width = self.width() - left - END_WIDTH
        with QPainter(self) as painter:
            head = QRectF(0, 0, self.width(), 18)
            draw_text(painter, head, self._title, "ink2", role="small", weight=600)
            for number, line in enumerate(self.shown()):
                top = HEAD + number * ROW
                self._paint_line(painter, QRectF(0, top, self.width(), ROW), line)
                bar = QRectF(left, top, width, ROW)
                paint_coverage(painter, bar, line.segments, self._scale, today=self._today)
            x = self._scale.x(self._today, left, width)
            paint_today(painter, x, 18, HEAD - 18 + ROW * len(self.shown()))
            wide = text_width(self._today_word, "tiny", 600)
            cell = QRectF(x - wide / 2, 0, wide + 2, 18)
            draw_text(painter, cell, self._today_word, "ink", role="tiny", weight=600)

    def _name_width(self) -> int:
        """Room for the longest name with its relationship, within half of the width."""
        wide = [
            text_width(line.name) + 6 + text_width(line.relationship, "small")
            for line in self.shown()
        ]
        wanted = max([NAME_WIDTH, *(w + 12 for w in wide)])
        return round(min(wanted, self.width() * NAME_SHARE))

    def _paint_line(self, painter: QPainter, box: QRectF, line: CoverLine) -> None:
        runs = [Run(line.name, "ink"), Run(line.relationship, "ink3", 400, "small")]
        draw_runs(painter, box.adjusted(0, 0, self._name_width() - 8 - box.width(), 0), runs, gap=6)
        draw_text(
            painter,
            box,
            line.end,
            line.end_token,
            align=Qt.AlignmentFlag.AlignRight,
            tabular=line.end[:1].isdigit(),
        )
