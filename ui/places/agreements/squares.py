"""All wards as small squares: the signed ones quiet, the others at the end, in a colour; those of
which nothing is known pale."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import colour

STEP, SIDE = 6, 5
MOST_ROWS = 12
TOKENS = {"signed": "door", "expired": "ochre", "not_here": "line2", "unsigned": "brick"}


class Squares(QWidget):
    """One square a ward. Few wards have larger ones; the numbers stand beside it in words."""

    def __init__(self) -> None:
        super().__init__()
        self._states: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_states(self, states: Sequence[str], spoken: str) -> None:
        """Show other wards."""
        order = {state: place for place, state in enumerate(TOKENS)}
        self._states = tuple(sorted(states, key=lambda state: order[state]))
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _step(self) -> int:
        """The distance of two squares: as large as two rows of them allow, at most 14."""
        wide = max(self.width(), STEP)
        fits = 2 * wide // max(1, len(self._states))
        return max(STEP, min(14, fits))

    def _rows(self) -> int:
        across = max(1, self.width() // self._step())
        return min(MOST_ROWS, -(-len(self._states) // across))

    def _fit(self) -> None:
        high = max(1, self._rows()) * self._step()
        if self.minimumHeight() != high:
            self.setFixedHeight(high)

    def sizeHint(self) -> QSize:
        return QSize(200, max(1, self._rows()) * self._step())

    def paintEvent(self, event: QPaintEvent) -> None:
        step = self._step()
        across = max(1, self.width() // step)
        side = step - (step - SIDE if step == STEP else 2)
        with QPainter(self) as painter:
            for number, state in enumerate(self._states):
                row, column = divmod(number, across)
                box = QRectF(column * step, row * step, side, side)
                painter.fillRect(box, colour(TOKENS[state]))
