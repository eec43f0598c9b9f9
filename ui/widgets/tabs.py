"""Filters or tabs with counts: the chosen one is underlined. F goes there, then ← → move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldapp.words.format import number
from ui.theme.current import say
from ui.theme.fonts import text_width
from ui.theme.icons import draw_icon
from ui.theme.tokens import Radius
from ui.widgets.painting import draw_box, draw_text, hline

GAP, LEAST_GAP = 22, 8
"""Between two words, and where there is little room."""
EDGE = 8


@dataclass(frozen=True)
class Filter:
    """One word with its count; None shows the word alone."""

    key: str
    text: str
    count: int | None = None


class FilterBar(QWidget):
    """Words with counts in a line, 36 high, with a hairline below. `chosen` goes out with the key
    that a person chose; at the right stands an optional fact (the order of the list)."""

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        filters: Sequence[Filter] = (),
        parent: QWidget | None = None,
        *,
        inset: int = 24,
        right_text: str = "",
        right_icon: str = "",
    ) -> None:
        super().__init__(parent)
        self._filters: tuple[Filter, ...] = ()
        self._current = 0
        self._with_counts = True
        self._inset, self._right_text, self._right_icon = inset, right_text, right_icon
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_filters(filters)

    def set_filters(self, filters: Sequence[Filter]) -> None:
        """Show other words or counts; the chosen key stays where it still exists."""
        wanted = self.current_key()
        self._filters = tuple(filters)
        keys = [entry.key for entry in self._filters]
        self._current = keys.index(wanted) if wanted in keys else 0
        self._speak()
        self._measure()
        self.update()

    def set_right(self, text: str, icon: str = "") -> None:
        """The fact at the right, such as the order of the list."""
        self._right_text, self._right_icon = text, icon
        self.update()

    def current_key(self) -> str:
        """The key of the chosen filter, empty without filters."""
        return self._filters[self._current].key if self._filters else ""

    def choose(self, key: str) -> None:
        """Choose by key, as the program; nothing goes out."""
        for index, entry in enumerate(self._filters):
            if entry.key == key:
                self._current = index
        self._speak()
        self._measure()
        self.update()

    def _take(self, index: int) -> None:
        if 0 <= index < len(self._filters) and index != self._current:
            self._current = index
            self._speak()
            self.update()
            self.chosen.emit(self.current_key())

    def _speak(self) -> None:
        if self._filters:
            now = self._filters[self._current]
            count = "" if now.count is None else f" {number(now.count)}"
            self.setAccessibleDescription(f"{now.text}{count}, {say('shell.ticked')}")

    def sizeHint(self) -> QSize:
        return QSize(400, 36)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 36)

    def _boxes(self) -> list[QRectF]:
        """Where the words stand: closer together where there is little room, then without the
        counts, so that none is out of it."""
        boxes, x, widths = [], float(self._inset), self._widths()
        gap = min(GAP, max(LEAST_GAP, self._gap(widths)))
        for wide in widths:
            boxes.append(QRectF(round(x), 0, round(wide), self.height()))
            x += wide + gap
        return boxes

    def _widths(self) -> list[float]:
        widths = []
        for index, entry in enumerate(self._filters):
            wide = text_width(entry.text, "body", 600 if index == self._current else 400)
            if entry.count is not None and self._has_count(index):
                wide += 7 + text_width(number(entry.count), "small", 500)
            widths.append(wide)
        return widths

    def _gap(self, widths: Sequence[float]) -> float:
        """What is left between words of these widths."""
        free = self.width() - self._inset - EDGE - sum(widths)
        return free / max(1, len(widths) - 1)

    def _has_count(self, index: int) -> bool:
        """Whether a word shows its count: the chosen one always, the others where there is room."""
        return self._with_counts or index == self._current

    def _measure(self) -> None:
        self._with_counts = True
        self._with_counts = self._gap(self._widths()) >= LEAST_GAP

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Left:
            self._take(self._current - 1)
        elif event.key() == Qt.Key.Key_Right:
            self._take(self._current + 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index, box in enumerate(self._boxes()):
            if box.adjusted(-10, 0, 10, 0).contains(event.position()):
                self._take(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            hline(painter, 0, self.height() - 1, self.width())
            end = 0.0
            for index, box in enumerate(self._boxes()):
                self._paint_one(painter, box, self._filters[index], index == self._current)
                end = box.right()
            self._paint_right(painter, end)

    def _paint_one(self, painter: QPainter, box: QRectF, entry: Filter, now: bool) -> None:
        token = "accent" if now else "ink2"
        line = box.adjusted(0, 0, 20, -1)
        used = draw_text(painter, line, entry.text, token, weight=600 if now else 400)
        if entry.count is not None and (now or self._with_counts):
            rest = line.adjusted(used + 7, 0, 0, 0)
            draw_text(
                painter,
                rest,
                number(entry.count),
                token if now else "ink3",
                role="small",
                weight=500,
            )
        if now and self.hasFocus():
            ring = box.adjusted(-8, 4, 8, -5)  # inside: a ring around the whole bar says nothing
            draw_box(painter, ring, edge="focus", radius=Radius.CONTROL, width=2)
        if now:
            mark = QRectF(box.left(), box.bottom() - 2, box.width(), 2)
            draw_box(painter, mark, fill="accent", radius=1)

    def _paint_right(self, painter: QPainter, end: float) -> None:
        wide = text_width(self._right_text, "small")
        right = self.width() - 20
        if not self._right_text or right - wide - 24 < end + 20:
            return
        box = QRectF(right - wide, 0, wide + 1, self.height() - 1)
        draw_text(painter, box, self._right_text, "ink2", role="small")
        if self._right_icon:
            icon = QRectF(right - wide - 20, box.center().y() - 7, 14, 14)
            draw_icon(painter, self._right_icon, icon, "ink2")
