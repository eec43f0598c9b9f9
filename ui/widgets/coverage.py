"""The coverage bar: what a person has, has paid, lacks, over a scale of dates.

A screen that draws many of them (rows of members) calls `paint_coverage` from its delegate; alone
it is the widget `CoverageBar`. `TimeAxis` is the header above a column of bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldapp.words.format import long_date, short_date
from ui.theme.current import say
from ui.theme.fonts import text_width
from ui.widgets.painting import draw_box, draw_hatched, draw_text, vline

Cover = Literal["force", "paid", "other", "gap", "vsi"]
BarSize = Literal["summary", "page"]
HEIGHTS: dict[BarSize, int] = {"summary": 10, "page": 20}
TRACK = 4
_LABEL_CLEARANCE = 34


@dataclass(frozen=True)
class Segment:
    """A stretch of days, both ends included. `force` is in force now, `paid` paid now and to come,
    `other` paid by somebody else (`label` names the payer), `gap` without cover, `vsi` voluntary
    social insurance."""

    cover: Cover
    start: date
    end: date
    label: str = ""


@dataclass(frozen=True)
class DateScale:
    """Which days the bar shows, from `start` at the left to `end` at the right."""

    start: date
    end: date

    def x(self, day: date, left: float, width: float) -> int:
        """The whole logical pixel of a day, kept within the bar."""
        span = max(1, (self.end - self.start).days)
        share = (day - self.start).days / span
        return round(left + width * min(1.0, max(0.0, share)))


def spoken(segments: Sequence[Segment], today: date) -> str:
    """The bar as words, for a screen reader."""
    if not segments:
        return say("shell.cover_none")
    said = []
    for part in segments:
        day = part.start if part.cover == "gap" else part.end
        values = {"day": short_date(day, today), "payer": part.label}
        said.append(say(f"shell.cover_{part.cover}", **values))
    return ", ".join(said)


def paint_coverage(
    painter: QPainter,
    rect: QRectF,
    segments: Sequence[Segment],
    scale: DateScale,
    *,
    size: BarSize = "summary",
    today: date | None = None,
) -> None:
    """Draw track and segments in `rect`, vertically centred. `today` only words the labels; the
    today line runs through all rows and is drawn by `paint_today`."""
    middle = round(rect.center().y())
    below = any(part.cover != "vsi" for part in segments)
    track = QRectF(rect.left(), middle - TRACK / 2, rect.width(), TRACK)
    draw_box(painter, track, fill="line", radius=TRACK / 2)
    for part in segments:
        if part.end < scale.start or part.start > scale.end:
            continue
        left = scale.x(part.start, rect.left(), rect.width())
        right = scale.x(part.end, rect.left(), rect.width())
        high = HEIGHTS[size]
        if part.cover == "vsi":
            high = 6 if size == "summary" else 8
        gap = 2 if right - left > 8 else 0
        box = QRectF(left, middle - high / 2, max(4, right - left - gap), high)
        if part.cover == "vsi" and below:
            # a scheme of its own: under the card's bar, where neither hides the other
            box.moveTop(middle + HEIGHTS[size] / 2 + 2)
            box.setHeight(high / 2)
        _paint_segment(painter, box, part, size, today or part.end)


def _paint_segment(
    painter: QPainter, box: QRectF, part: Segment, size: BarSize, today: date
) -> None:
    radius = 3 if size == "summary" else 4
    if part.cover == "other":
        draw_hatched(painter, box, radius=radius, edge=size == "page")
    elif part.cover == "gap":
        draw_box(painter, box, fill="brick_soft", edge="brick", radius=radius, dashed=True)
    else:
        fill = {"force": "button", "paid": "jade", "vsi": "teal"}[part.cover]
        draw_box(painter, box, fill=fill, radius=radius)
    if size == "page" and part.cover != "vsi":
        _paint_label(painter, box, part, today)


def _paint_label(painter: QPainter, box: QRectF, part: Segment, today: date) -> None:
    token = {"force": "on_button", "paid": "surface", "other": "ink2", "gap": "brick"}[part.cover]
    text = part.label
    if not text and part.cover == "gap":
        text = say("shell.gap")
    elif not text and part.cover in ("force", "paid"):
        text = say("shell.until", day=short_date(part.end, today))
    wide = text_width(text, "tiny")
    if not text or wide + 10 > box.width():
        return
    if part.cover == "gap":
        draw_text(painter, box, text, token, role="tiny", align=Qt.AlignmentFlag.AlignHCenter)
        return
    if part.cover == "other":
        ground = QRectF(box.left() + 5, box.top() + 2, wide + 8, box.height() - 4)
        draw_box(painter, ground, fill="fill", radius=3)
    draw_text(painter, box.adjusted(8, 0, 0, 0), text, token, role="tiny")


def paint_today(painter: QPainter, x: float, top: float, height: float, *, width: int = 2) -> None:
    """The one ink line of today through all rows."""
    vline(painter, x - width // 2, top, height, "ink", width)


class CoverageBar(QWidget):
    """One person's bar. `set_cover` replaces what it shows; it speaks as a sentence."""

    def __init__(
        self,
        scale: DateScale,
        segments: Sequence[Segment] = (),
        parent: QWidget | None = None,
        *,
        today: date,
        size: BarSize = "summary",
        name: str = "",
        show_today: bool = False,
    ) -> None:
        super().__init__(parent)
        self._scale, self._segments, self._today, self._size = scale, tuple(segments), today, size
        self._name, self._show_today = name, show_today
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._speak()

    def set_cover(self, segments: Sequence[Segment], scale: DateScale | None = None) -> None:
        """Show other segments, on another scale if one is given."""
        self._segments = tuple(segments)
        self._scale = scale or self._scale
        self._speak()
        self.update()

    def _speak(self) -> None:
        self.setAccessibleName(say("shell.cover_of", name=self._name))
        self.setAccessibleDescription(spoken(self._segments, self._today))

    def sizeHint(self) -> QSize:
        return QSize(140, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """26 in a summary, so that rows without a gap let the line of today run through."""
        return QSize(60, 26 if self._size == "summary" else HEIGHTS[self._size] + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            paint_coverage(
                painter, box, self._segments, self._scale, size=self._size, today=self._today
            )
            if self._show_today:
                x = self._scale.x(self._today, box.left(), box.width())
                paint_today(painter, x, 0, box.height())


class TodayLabel(QWidget):
    """The word "today" above the line of today, over a column of summary bars of the same width."""

    def __init__(self, scale: DateScale, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale, self._today = scale, today
        self.setFixedHeight(18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say("shell.axis", day=long_date(today)))

    def paintEvent(self, event: QPaintEvent) -> None:
        text = say("shell.today")
        wide = text_width(text, "tiny", 600)
        with QPainter(self) as painter:
            x = self._scale.x(self._today, 0, self.width())
            left = min(max(0.0, x - wide / 2), max(0.0, self.width() - wide))
            box = QRectF(left, 0, wide + 1, self.height())
            draw_text(painter, box, text, "ink", role="tiny", weight=600)


class TimeAxis(QWidget):
    """The header above a column of bars: quarters, and today on an ink ground. `inset_left` and
    `inset_right` say where the bars begin and end within it."""

    def __init__(
        self,
        scale: DateScale,
        today: date,
        parent: QWidget | None = None,
        *,
        inset_left: int = 0,
        inset_right: int = 0,
    ) -> None:
        super().__init__(parent)
        self._scale, self._today = scale, today
        self._left, self._right = inset_left, inset_right
        self.setFixedHeight(30)
        self.setAccessibleName(say("shell.axis", day=long_date(today)))

    def set_scale(self, scale: DateScale) -> None:
        """Show other days."""
        self._scale = scale
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.transparent)
            box = QRectF(self.rect()).adjusted(self._left, 0, -self._right, 0)
            paint_axis(painter, box, self._scale, self._today)


def quarters(scale: DateScale) -> list[date]:
    """First days of January, April, July and October within the scale."""
    found = []
    for year in range(scale.start.year, scale.end.year + 1):
        for month in (1, 4, 7, 10):
            day = date(year, month, 1)
            if scale.start <= day <= scale.end:
                found.append(day)
    return found


def paint_axis(painter: QPainter, box: QRectF, scale: DateScale, today: date) -> None:
    """Quarter labels and the label of today. A label within 34 px of today, or that would touch
    it, is left out; the first label of a year that is shown carries the year."""
    now = scale.x(today, box.left(), box.width())
    year = 0
    for day in quarters(scale):
        x = scale.x(day, box.left(), box.width())
        key = "shell.axis_month" if day.year == year else "shell.axis_month_year"
        name = say(key, month=day.month, year=f"{day:%y}")
        clear = max(_LABEL_CLEARANCE, text_width(name, "small") / 2 + 24)
        if abs(x - now) < clear or x < box.left() + 14 or x > box.right() - 10:
            continue
        year = day.year
        cell = QRectF(x - 30, box.top(), 60, box.height())
        centre = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, cell, name, "ink2", role="small", align=centre)
    text = f"{today:%d/%m}"
    wide = round(text_width(text, "tiny", 600)) + 12
    label = QRectF(now - wide / 2, box.center().y() - 8, wide, 17)
    draw_box(painter, label, fill="ink", radius=4)
    draw_text(
        painter,
        label,
        text,
        "surface",
        role="tiny",
        weight=600,
        align=Qt.AlignmentFlag.AlignHCenter,
    )
