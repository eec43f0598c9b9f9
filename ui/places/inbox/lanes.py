"""How two changes became a conflict: one line for each machine, meeting on the server."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.places.inbox.state import Lane
from ui.theme import colour, draw_icon, text_width
from ui.widgets.painting import draw_box, draw_text, hline

HEIGHT = 84
_NAME, _END = 70, 118
_YS = (26, 58)


class TwoLanes(QWidget):
    """A drawing; what it says is its description. Nothing is shown for more or fewer than two."""

    def __init__(self, name: str, *, unseen: str, meet: str) -> None:
        super().__init__()
        self._lanes: tuple[Lane, ...] = ()
        self._unseen, self._meet = unseen, meet
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_lanes(self, lanes: Sequence[Lane], spoken: str) -> None:
        """Show two other lines."""
        self._lanes = tuple(lanes)
        self.setAccessibleDescription(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._lanes) != 2:
            return
        left, right = _NAME, self.width() - _END
        earlier = 0 if self._lanes[0].at <= self._lanes[1].at else 1
        spots = [0.0, 0.0]
        spots[earlier] = left + (right - left) * 0.46
        spots[1 - earlier] = left + (right - left) * 0.70
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, lane in enumerate(self._lanes):
                self._paint_lane(painter, number, lane, (left, right, spots[number]))
            self._paint_unseen(painter, 1 - earlier, left, spots[1 - earlier])
            self._paint_meeting(painter, right)

    def _paint_lane(
        self, painter: QPainter, number: int, lane: Lane, xs: tuple[float, float, float]
    ) -> None:
        left, right, spot = xs
        y = _YS[number]
        token = "jade" if lane.suggested else "ochre"
        name = QRectF(0, y - 10, _NAME - 10, 20)
        draw_text(painter, name, lane.name, "ink2", role="small")
        hline(painter, left, y, right - left, "line2")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(token))
        painter.drawEllipse(QPointF(spot, y + 0.5), 4, 4)
        label = QRectF(spot - 70, y - 25 if number == 0 else y + 7, 140, 18)
        middle = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, label, lane.label, token, role="small", weight=600, align=middle)

    def _paint_unseen(self, painter: QPainter, number: int, left: float, spot: float) -> None:
        wide = text_width(self._unseen, "small") + 28
        room = spot - left - 48
        if wide > room:
            return
        box = QRectF(round(spot - 40 - wide), _YS[number] - 9, round(wide), 19)
        draw_box(painter, box, fill="fill", radius=9)
        middle = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, box, self._unseen, "ink2", role="small", align=middle)

    def _paint_meeting(self, painter: QPainter, right: float) -> None:
        y = (_YS[0] + _YS[1]) / 2
        path = QPainterPath()
        for start in _YS:
            path.moveTo(right - 90, start + 0.5)
            path.cubicTo(right - 30, start + 0.5, right - 24, y, right + 6, y)
        painter.setPen(QPen(colour("plum"), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        draw_icon(painter, "git-fork", QRectF(right + 12, y - 7, 14, 14), "plum")
        text = QRectF(right + 31, y - 9, _END - 31, 18)
        draw_text(painter, text, self._meet, "plum", role="small", weight=500)
