"""The left column: who joins, a tick each, with the reason where it is not possible."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui.places.enrol.state import Tick
from ui.theme import colour, draw_icon
from ui.widgets.button import draw_key_cap, key_cap_width
from ui.widgets.painting import draw_box, draw_text

TALL, SHORT = 52, 44
_INSET = 20


class TickRow(QAbstractButton):
    """One person with a tick, a second line and a number key. `wanted` asks for a change; the
    page answers with `show_tick`. With the focus it has the look of a selected row."""

    wanted = Signal()
    stepped = Signal(int)

    def __init__(self, tick: Tick) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._ask)
        self._high = TALL
        self.tick = tick
        self.show_tick(tick)

    def show_tick(self, tick: Tick) -> None:
        """Show another state of the same line."""
        self.tick = tick
        self.setText(tick.name)
        self.setEnabled(tick.able)
        self.setChecked(tick.ticked)
        self.setAccessibleName(f"{tick.name}, {tick.note}" if tick.note else tick.name)
        self.setAccessibleDescription(tick.cap)
        self.setToolTip(tick.note)
        self.update()

    def set_short(self, short: bool) -> None:
        """Take less height where there is little."""
        self._high = SHORT if short else TALL
        self.updateGeometry()

    def _ask(self) -> None:
        self.setChecked(self.tick.ticked)
        self.wanted.emit()

    def sizeHint(self) -> QSize:
        return QSize(240, self._high)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Space:
            self.click()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tick, able = self.tick, self.tick.able
        top = (self.height() - 38) / 2
        with QPainter(self) as painter:
            if self.hasFocus():
                painter.fillRect(self.rect(), colour("select"))
                painter.fillRect(QRectF(0, 0, 3, self.height()), colour("accent"))
            elif self.underMouse() and able:
                painter.fillRect(self.rect(), colour("sunken"))
            self._paint_box(painter, QRectF(_INSET, top + 1, 18, 18))
            right = self.width() - _INSET
            if tick.cap:
                right -= key_cap_width(tick.cap)
                draw_key_cap(painter, QRectF(right, top, 18, 20), tick.cap)
                right -= 8
            left = _INSET + 30
            name = QRectF(left, top, right - left, 20)
            draw_text(painter, name, tick.name, "ink" if able else "ink3", weight=500)
            note = QRectF(left, top + 19, self.width() - _INSET - left, 18)
            draw_text(painter, note, tick.note, tick.tone if able else "ink3", role="small")

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        if self.tick.ticked:
            draw_box(painter, box, fill="button", radius=4)
            draw_icon(painter, "check-bold", box.adjusted(3, 3, -3, -3), "on_button")
            return
        able = self.tick.able
        draw_box(
            painter,
            box,
            fill="surface" if able else "fill",
            edge="edge" if able else "line2",
            radius=4,
        )


class TickList(QWidget):
    """The lines of one scheme. `wanted` goes out with the person; `left` with -1 or 1 when the
    arrow keys leave the list at its top or bottom. `after(person)` is where an editor stands."""

    wanted = Signal(str)
    left = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._rows: dict[str, TickRow] = {}
        self._short = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def set_ticks(self, ticks: Sequence[Tick]) -> None:
        """Show lines; those of the same people stay where they are, with the focus."""
        if [tick.person for tick in ticks] != list(self._rows):
            self._rebuild(ticks)
        for tick in ticks:
            self._rows[tick.person].show_tick(tick)

    def _rebuild(self, ticks: Sequence[Tick]) -> None:
        for row in self._rows.values():
            self.column.removeWidget(row)
            row.deleteLater()
        self._rows = {}
        for tick in ticks:
            row = TickRow(tick)
            row.set_short(self._short)
            row.wanted.connect(lambda person=tick.person: self.wanted.emit(person))
            row.stepped.connect(lambda step, person=tick.person: self._step(person, step))
            self.column.addWidget(row)
            self._rows[tick.person] = row

    def set_short(self, short: bool) -> None:
        """Take less height where there is little."""
        self._short = short
        for row in self._rows.values():
            row.set_short(short)

    def rows(self) -> list[TickRow]:
        """The lines in order."""
        return list(self._rows.values())

    def row(self, person: str) -> TickRow | None:
        """The line of a person."""
        return self._rows.get(person)

    def enter(self, step: int) -> bool:
        """Give the focus to the first (or last) line that can be ticked."""
        able = [row for row in self.rows() if row.tick.able]
        if able:
            able[0 if step > 0 else -1].setFocus(Qt.FocusReason.TabFocusReason)
        return bool(able)

    def _step(self, person: str, step: int) -> None:
        able = [row.tick.person for row in self.rows() if row.tick.able]
        at = able.index(person) + step if person in able else -1
        if 0 <= at < len(able):
            self._rows[able[at]].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.left.emit(step)
