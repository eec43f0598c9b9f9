"""The cards after the payment: what is in force, what is paid now, on one scale of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.places.enrol.state import CardAfter
from ui.say import short_name
from ui.theme import tabular_width
from ui.widgets.coverage import DateScale, Segment, paint_coverage, paint_today
from ui.widgets.painting import draw_text

ROW = 22
_NAME = 130


class CardsAfter(QWidget):
    """One bar a person, painted; each speaks in the description."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._cards: tuple[CardAfter, ...] = ()
        self._today = date.min
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_cards(self, cards: Sequence[CardAfter], today: date) -> None:
        """Show other cards."""
        self._cards, self._today = tuple(cards), today
        spoken = [", ".join(p for p in (c.name, c.until, c.warn) if p) for c in self._cards]
        self.setAccessibleDescription(". ".join(spoken))
        self.setFixedHeight(ROW * len(self._cards) + 8)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, ROW * len(self._cards) + 8)

    def _scale(self) -> DateScale:
        ends = [card.new[1] for card in self._cards]
        return DateScale(self._today - timedelta(days=30), max(ends, default=self._today))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._cards:
            return
        scale = self._scale()
        until = max(tabular_width(card.until) for card in self._cards)
        left, right = _NAME, self.width() - until - 18
        with QPainter(self) as painter:
            for number, card in enumerate(self._cards):
                row = QRectF(0, 4 + number * ROW, self.width(), ROW)
                name = QRectF(44, row.top(), _NAME - 52, ROW)
                draw_text(painter, name, short_name(card.name), "ink2")
                bar = QRectF(left, row.top(), right - left, ROW)
                paint_coverage(painter, bar, self._segments(card), scale, today=self._today)
                token = "ochre" if card.warn else "jade"
                align = Qt.AlignmentFlag.AlignRight
                draw_text(painter, row, card.until, token, weight=500, tabular=True, align=align)
            now = scale.x(self._today, left, right - left)
            paint_today(painter, now, 0, self.height())

    @staticmethod
    def _segments(card: CardAfter) -> list[Segment]:
        found = []
        if card.was:
            found.append(Segment("force", card.was[0], card.was[1]))
        found.append(Segment("paid", card.new[0], card.new[1]))
        return found
