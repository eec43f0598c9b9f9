"""The key figures of a campaign: a number, its target, a bar with the mark of today, two paces."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.places.progress.state import Card
from ui.theme import colour, text_width
from ui.theme.icons import draw_icon
from ui.widgets.button import draw_key_cap, key_cap_width
from ui.widgets.painting import draw_box, draw_text, hline, vline

HEIGHT, WITH_CHANGE = 118, 138
EDGE, GAP = 24, 18
BAR, MARK = 8, 16
GROUNDS = {"jade": "jade_soft", "ochre": "ochre_soft", "brick": "brick_soft"}


class FigureCard(QWidget):
    """One key figure. Its number (1 to 4) or a click puts it into the charts: `chosen`."""

    chosen = Signal(str)

    def __init__(self, card: Card, key: str) -> None:
        super().__init__()
        self._card, self._key, self._charted = card, key, False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(card.spoken)
        self.setAccessibleDescription(key)
        self.setToolTip(card.spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def card(self) -> Card:
        """What it shows."""
        return self._card

    @property
    def charted(self) -> bool:
        """Whether the charts show it."""
        return self._charted

    def set_charted(self, charted: bool) -> None:
        """Say whether the charts show it."""
        self._charted = charted
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._card.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        card, wide = self._card, float(self.width())
        with QPainter(self) as painter:
            chip = self._paint_state(painter, wide)
            cap = key_cap_width(self._key)
            draw_key_cap(painter, QRectF(wide - cap, 42, cap, 20), self._key)
            title = QRectF(0, 12, wide - chip - 8, 20)
            token = "accent" if self._charted else "ink2"
            draw_text(painter, title, card.title, token, weight=600 if self._charted else 500)
            used = draw_text(painter, QRectF(0, 34, wide, 34), card.figure, "ink", role="figure")
            rest = QRectF(used + 8, 40, wide - used - cap - 12, 24)
            draw_text(painter, rest, card.target, "ink2")
            self._paint_bar(painter, wide)
            self._paint_paces(painter, wide)
            line = QRectF(0, 110, wide, 18)
            draw_text(painter, line, card.changed, "ochre", role="small", weight=500)
            if self._charted:
                draw_box(painter, QRectF(0, self.height() - 4, wide, 3), fill="accent", radius=1)

    def _paint_state(self, painter: QPainter, wide: float) -> float:
        """The word of judgement at the right; its width."""
        card = self._card
        text = text_width(card.state, "small", 600)
        icon = 18.0 if card.icon else 0.0
        box = QRectF(wide - text - icon - 14, 12, text + icon + 14, 20)
        draw_box(painter, box, fill=GROUNDS.get(card.token, "fill"), radius=4)
        if card.icon:
            draw_icon(painter, card.icon, QRectF(box.left() + 6, 15, 14, 14), card.token)
        where = box.adjusted(7 + icon, 0, 0, 0)
        draw_text(painter, where, card.state, card.token, role="small", weight=600)
        return box.width()

    def _paint_bar(self, painter: QPainter, wide: float) -> None:
        card = self._card
        if card.share is None:
            return
        track = QRectF(0, 76, wide, BAR)
        draw_box(painter, track, fill="fill", radius=4)
        if card.share > 0:
            track.setWidth(max(8.0, round(wide * card.share)))
            draw_box(painter, track, fill="button", radius=4)
        if card.due is not None:
            x = min(wide - 2, round(wide * card.due))
            vline(painter, x, 76 - (MARK - BAR) / 2, MARK, "ink", width=2)

    def _paint_paces(self, painter: QPainter, wide: float) -> None:
        card, line = self._card, QRectF(0, 90, wide, 18)
        token = card.token if card.token in GROUNDS else "ink2"
        draw_text(painter, line, card.kept, token, role="small", weight=600)
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, line, card.needed, "ink2", role="small", align=right)


class CardsBar(QWidget):
    """The cards side by side, parted by lines; `chosen` goes out with the key of one."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT)
        self.cards: list[FigureCard] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(EDGE, 0, EDGE, 1)
        self._row.setSpacing(2 * GAP)

    def choose(self, number: int) -> None:
        """Put the card of this number into the charts, from 0."""
        if number < len(self.cards):
            self.chosen.emit(self.cards[number].card.key)

    def show_cards(self, cards: Sequence[Card], charted: str) -> None:
        """Show other figures, and which of them the charts show."""
        if [one.card for one in self.cards] != list(cards):
            self._make(cards)
        for one in self.cards:
            one.set_charted(one.card.key == charted)

    def _make(self, cards: Sequence[Card]) -> None:
        for old in self.cards:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.cards = [FigureCard(card, str(n)) for n, card in enumerate(cards, start=1)]
        self.setFixedHeight(WITH_CHANGE if any(card.changed for card in cards) else HEIGHT)
        for one in self.cards:
            one.chosen.connect(self.chosen)
            self._row.addWidget(one, 1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("surface"))
            for card in self.cards[1:]:
                vline(painter, card.x() - GAP, 16, self.height() - 32, "line2")
            hline(painter, 0, self.height() - 1, self.width())
