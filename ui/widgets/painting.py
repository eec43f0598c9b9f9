"""How everything is drawn: boxes, hairlines, hatching, runs of text.

Lines are filled rectangles of one logical pixel at whole coordinates and rounded boxes stand at
half coordinates, or both blur at 125 and 150 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen

from ui.theme.current import colour
from ui.theme.fonts import baseline_in, draw_tabular, elide, font, tabular_width, text_width
from ui.theme.tokens import TYPE, Weight


@dataclass(frozen=True)
class Run:
    """A piece of text in one face. `tint` is a soft ground behind the letters, or none."""

    text: str
    token: str = "ink"
    weight: Weight | None = None
    role: str = "body"
    tint: str | None = None


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    token: str,
    *,
    role: str = "body",
    weight: Weight | None = None,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    tabular: bool = False,
) -> float:
    """Draw one line, vertically centred in `rect`, elided to its width; returns the width drawn."""
    painter.setPen(colour(token))
    if tabular:
        draw_tabular(painter, rect, text, role=role, weight=weight, align=align)
        return tabular_width(text, role, weight)
    shown = text
    width = text_width(text, role, weight)
    if width > rect.width() + 0.5:
        shown = elide(text, int(rect.width()), role, weight)
        width = text_width(shown, role, weight)
    x = rect.left()
    if align & Qt.AlignmentFlag.AlignRight:
        x = rect.right() - width
    elif align & Qt.AlignmentFlag.AlignHCenter:
        x = rect.left() + (rect.width() - width) / 2
    painter.setFont(font(role, weight))
    painter.drawText(QPointF(x, baseline_in(rect, role, weight)), shown)
    return width


def draw_runs(painter: QPainter, rect: QRectF, runs: Sequence[Run], *, gap: float = 0) -> float:
    """Draw runs on one baseline from the left of `rect`, the last that fits elided; returns the
    width used. All runs stand on the baseline of the first one's role."""
    if not runs:
        return 0.0
    baseline = baseline_in(rect, runs[0].role, runs[0].weight)
    x = rect.left()
    for index, run in enumerate(runs):
        if not run.text:
            continue
        if index and x > rect.left():
            x += gap
        room = rect.right() - x
        if room < 12:
            break
        x += _draw_run(painter, QPointF(x, baseline), run, room)
    return x - rect.left()


def _draw_run(painter: QPainter, at: QPointF, run: Run, room: float) -> float:
    width = text_width(run.text, run.role, run.weight)
    shown = run.text
    if width > room + 0.5:
        shown = elide(run.text, int(room), run.role, run.weight)
        width = text_width(shown, run.role, run.weight)
    if run.tint:
        line = TYPE[run.role].line
        ground = QRectF(at.x() - 1, round(at.y() - line * 0.76), width + 2, line + 2)
        draw_box(painter, ground, fill=run.tint, radius=3)
    painter.setFont(font(run.role, run.weight))
    painter.setPen(colour(run.token))
    painter.drawText(at, shown)
    return width


def runs_width(runs: Sequence[Run], gap: float = 0) -> float:
    """Width of runs drawn in one line."""
    shown = [run for run in runs if run.text]
    return sum(text_width(r.text, r.role, r.weight) for r in shown) + gap * max(0, len(shown) - 1)


def draw_box(
    painter: QPainter,
    rect: QRectF,
    *,
    fill: str | None = None,
    edge: str | None = None,
    radius: float = 6,
    width: float = 1,
    dashed: bool = False,
) -> None:
    """A rounded box inside `rect`; its edge lies wholly inside."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour(fill) if fill else QBrush(Qt.BrushStyle.NoBrush))
    box = QRectF(rect)
    if edge:
        pen = QPen(colour(edge), width)
        if dashed:
            pen.setDashPattern([4.0, 2.5])
        painter.setPen(pen)
        half = width / 2
        box.adjust(half, half, -half, -half)
        radius = max(0.0, radius - half)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    radius = min(radius, box.width() / 2, box.height() / 2)
    painter.drawRoundedRect(box, radius, radius)
    painter.restore()


def draw_hatched(painter: QPainter, rect: QRectF, *, radius: float = 3, edge: bool = False) -> None:
    """Cover paid by somebody else: diagonal stripes on the neutral fill."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(rect, radius, radius)
    painter.fillPath(shape, colour("fill"))
    painter.setClipPath(shape)
    painter.setPen(QPen(colour("hatch"), 1.2))
    height = rect.height()
    x = rect.left() - height
    while x < rect.right() + height:
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + height, rect.top()))
        x += 4
    painter.restore()
    if edge:
        draw_box(painter, rect, edge="hatch", radius=radius, dashed=True)


def hline(painter: QPainter, x: float, y: float, width: float, token: str = "line") -> None:
    """A horizontal hairline of one logical pixel."""
    painter.fillRect(QRectF(round(x), round(y), round(width), 1), colour(token))


def vline(
    painter: QPainter, x: float, y: float, height: float, token: str = "line", width: int = 1
) -> None:
    """A vertical line, one logical pixel wide if not told otherwise."""
    painter.fillRect(QRectF(round(x), round(y), width, round(height)), colour(token))


def draw_shadow(painter: QPainter, rect: QRectF, radius: float) -> None:
    """The shadow of a pop-up in its own transparent margin: y 8, blur 24, 18 % (dark 40 %)."""
    from ui.theme.current import is_dark

    strength = 0.40 if is_dark() else 0.18
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    steps = 12
    for step in range(steps):
        spread = 12 - step * 2
        alpha = int(255 * strength * 2 * (step + 1) / (steps * (steps + 1)))
        painter.setBrush(colour("shadow", alpha))
        box = rect.translated(0, 8).adjusted(-spread, -spread, spread, spread)
        if box.isValid():
            painter.drawRoundedRect(box, radius + max(0, spread), radius + max(0, spread))
    painter.restore()
