"""Choice cards of equal width: terms, payment. Arrow keys move, one is always chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.current import say
from ui.theme.focus import wants_ring
from ui.theme.fonts import text_width
from ui.theme.icons import draw_icon
from ui.theme.tokens import Radius
from ui.widgets.painting import draw_box, draw_text


@dataclass(frozen=True)
class Choice:
    """One card: `title` (12 tháng), `figure` (2.906.280), `unit` (đ), lines below; or an icon and
    a title only. A disabled one says why in its lines."""

    key: str
    title: str
    figure: str = ""
    unit: str = ""
    lines: tuple[str, ...] = ()
    icon: str = ""
    enabled: bool = True


class ChoiceCards(QWidget):
    """Cards side by side; `chosen` goes out with the key of the card that a person chose."""

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        choices: Sequence[Choice] = (),
        parent: QWidget | None = None,
        *,
        current: str = "",
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._choices: tuple[Choice, ...] = ()
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        wants_ring(self, Radius.CARD)
        self.set_choices(choices, current=current)

    def set_choices(self, choices: Sequence[Choice], *, current: str = "") -> None:
        """Show other cards; the chosen key is kept where it still exists, or `current` is taken."""
        wanted = current or self.current_key()
        self._choices = tuple(choices)
        keys = [choice.key for choice in self._choices]
        self._current = keys.index(wanted) if wanted in keys else 0
        self._speak()
        self.updateGeometry()
        self.update()

    def current_key(self) -> str:
        """The key of the chosen card, empty without cards."""
        return self._choices[self._current].key if self._choices else ""

    def choose(self, key: str) -> None:
        """Choose a card by its key, as the program; nothing goes out."""
        for index, choice in enumerate(self._choices):
            if choice.key == key:
                self._current = index
        self._speak()
        self.update()

    def step_by(self, step: int) -> None:
        """Move the choice left or right over cards that can be chosen, and say so."""
        index = self._current + step
        while 0 <= index < len(self._choices) and not self._choices[index].enabled:
            index += step
        if 0 <= index < len(self._choices):
            self._take(index)

    def _take(self, index: int) -> None:
        if index == self._current or not self._choices[index].enabled:
            return
        self._current = index
        self._speak()
        self.update()
        self.chosen.emit(self.current_key())

    def _speak(self) -> None:
        self.setAccessibleName(self._name)
        if self._choices:
            now = self._choices[self._current]
            parts = [now.title, f"{now.figure} {now.unit}".strip(), *now.lines, say("shell.ticked")]
            self.setAccessibleDescription(", ".join(part for part in parts if part))

    def _high(self) -> int:
        if not any(choice.figure for choice in self._choices):
            return 36
        return 74 + 18 * max((len(c.lines) for c in self._choices), default=0)

    def sizeHint(self) -> QSize:
        return QSize(170 * max(1, len(self._choices)), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(120 * max(1, len(self._choices)), self._high())

    def _card(self, index: int) -> QRectF:
        count = len(self._choices)
        gap = 10 if self._high() > 36 else 8
        wide = (self.width() - gap * (count - 1)) / count
        left = round(index * (wide + gap))
        return QRectF(left, 0, round(wide), self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.step_by(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index in range(len(self._choices)):
            if self._card(index).contains(event.position()):
                self._take(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for index, choice in enumerate(self._choices):
                self._paint_card(painter, self._card(index), choice, index == self._current)

    def _paint_card(self, painter: QPainter, box: QRectF, choice: Choice, now: bool) -> None:
        ground = "soft" if now else ("surface" if choice.enabled else "fill")
        draw_box(
            painter,
            box,
            fill=ground,
            edge="accent" if now else "line2",
            radius=Radius.CARD,
            width=2 if now else 1,
        )
        title = "accent" if now else ("ink" if choice.enabled else "ink3")
        if not choice.figure:
            self._paint_small(painter, box, choice, title)
            return
        inner = box.adjusted(14, 0, -12, 0)
        line = QRectF(inner.left(), box.top() + 10, inner.width(), 20)
        draw_text(painter, line, choice.title, title, weight=600)
        if now:
            tick = QRectF(line.right() - 16, line.top() + 2, 16, 16)
            draw_icon(painter, "check-circle-fill", tick, "accent")
        figure = QRectF(inner.left(), box.top() + 32, inner.width(), 28)
        token = "ink" if choice.enabled else "ink3"
        wide = draw_text(painter, figure, choice.figure, token, role="title")
        unit = figure.adjusted(text_width(" ", "title") + wide, 2, 0, 2)
        draw_text(painter, unit, choice.unit, "ink2")
        for index, text in enumerate(choice.lines):
            row = QRectF(inner.left(), box.top() + 64 + 18 * index, inner.width(), 18)
            draw_text(painter, row, text, "ink2", role="small")

    def _paint_small(self, painter: QPainter, box: QRectF, choice: Choice, token: str) -> None:
        x = box.left() + 12
        if choice.icon:
            icon = QRectF(x, box.center().y() - 8, 16, 16)
            draw_icon(painter, choice.icon, icon, token if token == "accent" else "ink2")
            x += 24
        room = QRectF(x, box.top(), box.right() - x - 6, box.height())
        draw_text(painter, room, choice.title, token, weight=600 if token == "accent" else 500)
