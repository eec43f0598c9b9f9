"""A signature: written with mouse or finger, and shown again, sharp at any scale."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fieldapp.rules.people.signature import HIGH, WIDE, Stroke, is_signature, thinned
from ui.theme.current import colour
from ui.theme.tokens import Radius
from ui.widgets.painting import draw_box

PEN = 0.0035
"""The width of the pen, in widths of the sheet."""


def path_of(strokes: Sequence[Stroke], box: QRectF) -> QPainterPath:
    """Kept strokes in a box, as large as they fit."""
    scale = min(box.width() / WIDE, box.height() / HIGH)
    path = QPainterPath()
    for stroke in strokes:
        points = zip(stroke[::2], stroke[1::2], strict=True)
        placed = [QPointF(box.left() + x * scale, box.top() + y * scale) for x, y in points]
        path.moveTo(placed[0])
        for point in placed[1:]:
            path.lineTo(point)
    return path


def _pen(token: str, width: float) -> QPen:
    round_ = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(colour(token), max(1.2, width * PEN), Qt.PenStyle.SolidLine, *round_)


class SignatureView(QWidget):
    """A small signature beside a text; gone without one."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._strokes: tuple[Stroke, ...] = ()
        self.setAccessibleName(name)
        self.setFixedSize(140, 42)
        self.hide()

    def show_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Show another one."""
        self._strokes = strokes
        self.setVisible(bool(strokes))
        self.setToolTip(self.accessibleName())
        self.update()

    def strokes(self) -> tuple[Stroke, ...]:
        """What is shown."""
        return self._strokes

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_pen("ink", 0))
            painter.drawPath(path_of(self._strokes, QRectF(self.rect())))


class SignaturePad(QWidget):
    """The sheet to write on; `changed` goes out with each stroke."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: list[list[tuple[float, float]]] = []
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(300, 90)

    def sizeHint(self) -> QSize:
        return QSize(700, 210)

    def heightForWidth(self, width: int) -> int:
        return round(width * HIGH / WIDE)

    def hasHeightForWidth(self) -> bool:
        return True

    def strokes(self) -> tuple[Stroke, ...]:
        """What was written, as it is kept."""
        return thinned(self._drawn, self.width())

    def is_signed(self) -> bool:
        """Whether that is more than a dot."""
        return is_signature(self.strokes())

    def clear(self) -> None:
        """An empty sheet."""
        self._drawn = []
        self.update()
        self.changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at = event.position()
            self._drawn.append([(at.x(), at.y())])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawn and event.buttons() & Qt.MouseButton.LeftButton:
            at = event.position()
            self._drawn[-1].append((at.x(), at.y()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            draw_box(painter, box, fill="surface", edge="edge", radius=Radius.CARD)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_pen("line2", 0))
            line = box.height() * 0.78
            painter.drawLine(QPointF(24, line), QPointF(box.width() - 24, line))
            painter.setPen(_pen("ink", box.width()))
            for stroke in self._drawn:
                path = QPainterPath(QPointF(*stroke[0]))
                for point in stroke[1:]:
                    path.lineTo(QPointF(*point))
                painter.drawPath(path)
