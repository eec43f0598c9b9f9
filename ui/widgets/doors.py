"""The doors of the day: one small door per household in walking order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.current import say
from ui.theme.fonts import text_width
from ui.theme.icons import draw_icon
from ui.widgets.painting import draw_box, draw_text

Door = Literal["enrolled", "talked", "away", "next", "coming"]
MOST = 60
_FILLS = {"enrolled": "jade", "talked": "ink3", "away": "door"}


class DoorsOfDay(QWidget):
    """Enrolled, talked, nobody home, next, to come; over 60 doors a plain bar."""

    def __init__(self, doors: Sequence[Door] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: tuple[Door, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_doors(doors)

    def set_doors(self, doors: Sequence[Door]) -> None:
        """Show other doors."""
        self._doors = tuple(doors)
        done = {kind: self._doors.count(kind) for kind in ("enrolled", "talked", "away")}
        self.setAccessibleName(say("shell.doors"))
        left = len(self._doors) - sum(done.values())
        self.setAccessibleDescription(
            say("shell.doors_spoken", total=len(self._doors), left=left, **done)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(472, 44)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._doors:
            return
        with QPainter(self) as painter:
            if len(self._doors) > MOST:
                self._paint_bar(painter)
            else:
                self._paint_doors(painter)
            self._paint_legend(painter)

    def _paint_doors(self, painter: QPainter) -> None:
        step = min(17.0, self.width() / len(self._doors))
        wide = max(3, int(step) - 4)
        for index, door in enumerate(self._doors):
            box = QRectF(round(index * step), 0, wide, 21)
            if door in _FILLS:
                draw_box(painter, box, fill=_FILLS[door], radius=3)
                if door == "enrolled" and wide >= 11:
                    draw_icon(painter, "check", QRectF(box.left(), 5, wide, 11), "surface")
            elif door == "next":
                draw_box(painter, box, edge="accent", radius=4, width=2)
            else:
                draw_box(painter, box, edge="line2", radius=3)

    def _paint_bar(self, painter: QPainter) -> None:
        whole = QRectF(0, 6, self.width(), 10)
        draw_box(painter, whole, fill="fill", radius=4)
        x = 0.0
        for kind, token in _FILLS.items():
            wide = round(self.width() * self._doors.count(kind) / len(self._doors))
            if wide:
                draw_box(painter, QRectF(x, 6, wide, 10), fill=token, radius=2)
            x += wide

    def _paint_legend(self, painter: QPainter) -> None:
        x = 0.0
        for kind, token in _FILLS.items():
            count = self._doors.count(kind)
            text = say(f"shell.doors_{kind}", n=count)
            draw_box(painter, QRectF(x, 31, 8, 8), fill=token, radius=2)
            wide = text_width(text, "small")
            draw_text(painter, QRectF(x + 13, 26, wide + 1, 18), text, "ink2", role="small")
            x += 13 + wide + 16
