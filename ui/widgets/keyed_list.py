"""A short list of choices with their keys, in one card: the outcomes of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.current import say
from ui.theme.focus import wants_ring
from ui.theme.fonts import text_width
from ui.theme.tokens import Radius
from ui.widgets.button import draw_key_cap
from ui.widgets.painting import draw_box, draw_text, hline


@dataclass(frozen=True)
class KeyedItem:
    """One choice: its key cap, its word, what it brings at the right. `strong` sets it apart."""

    key: str
    cap: str
    text: str
    note: str = ""
    strong: bool = False


class KeyedList(QWidget):
    """36 px a row; ↑ ↓ move, Enter or a click chooses. `chosen` goes out with the item's key."""

    chosen = Signal(str)
    ROW = 36

    def __init__(
        self, name: str, items: Sequence[KeyedItem] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._items: tuple[KeyedItem, ...] = ()
        self._current = -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        wants_ring(self, Radius.CARD)
        self.set_items(items)

    def set_items(self, items: Sequence[KeyedItem]) -> None:
        """Show other choices; the chosen one stays if it is still there."""
        wanted = self.current_key()
        self._items = tuple(items)
        keys = [item.key for item in self._items]
        self._current = keys.index(wanted) if wanted in keys else -1
        self.updateGeometry()
        self.update()

    def current_key(self) -> str:
        """The key of the chosen item, empty if none is."""
        return self._items[self._current].key if 0 <= self._current < len(self._items) else ""

    def choose(self, key: str) -> None:
        """Choose as the program; nothing goes out. An unknown key chooses none."""
        keys = [item.key for item in self._items]
        self._current = keys.index(key) if key in keys else -1
        self._speak()
        self.update()

    def _take(self, index: int) -> None:
        if 0 <= index < len(self._items):
            self._current = index
            self._speak()
            self.update()
            self.chosen.emit(self._items[index].key)

    def _speak(self) -> None:
        key = self.current_key()
        text = self._items[self._current].text if key else ""
        self.setAccessibleDescription(f"{text}, {say('shell.ticked')}" if key else "")

    def sizeHint(self) -> QSize:
        return QSize(300, self.ROW * len(self._items))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.ROW * len(self._items))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._take(min(self._current + 1, len(self._items) - 1))
        elif event.key() == Qt.Key.Key_Up:
            self._take(max(self._current - 1, 0))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._take(int(event.position().y()) // self.ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            draw_box(painter, box, fill="surface", radius=Radius.CARD)
            for index, item in enumerate(self._items):
                row = QRectF(1, index * self.ROW, box.width() - 2, self.ROW)
                if index == self._current:
                    draw_box(painter, row, fill="select", radius=2)
                self._paint_item(painter, row, item, index == self._current)
                if index:
                    hline(painter, 1, row.top(), row.width())
            draw_box(painter, box, edge="line2", radius=Radius.CARD)

    @staticmethod
    def _paint_item(painter: QPainter, row: QRectF, item: KeyedItem, now: bool) -> None:
        if item.cap:
            draw_key_cap(painter, row.adjusted(9, 0, 0, 0), item.cap)
        note = text_width(item.note, "small")
        line = row.adjusted(39 if item.cap else 12, 0, -12, 0)
        text = line.adjusted(0, 0, -note - 10, 0)
        token = "accent" if now else "ink"
        strong = now or item.strong
        draw_text(painter, text, item.text, token, weight=600 if strong else 500)
        draw_text(
            painter,
            line,
            item.note,
            "accent" if now else "ink3",
            role="small",
            align=Qt.AlignmentFlag.AlignRight,
        )
