"""What leaves when a band is low: things go whole, in a fixed order, and come back with room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QScrollArea, QWidget

MARGINS_ACROSS, MARGINS_DOWN, SCROLL_BAR = 39, 32, 10
"""The margins of a band's body (`ui.widgets.containers.Band`), and room for its scroll bar."""


class Folding(QObject):
    """Folds `content`, a widget inside a scroll area, so that all fits without scrolling.

    `steps` are called in order with True (leave) until the column fits; each is called with False
    first, so that everything comes back when there is room.
    """

    def __init__(
        self, scroll: QScrollArea, content: QWidget, steps: Sequence[Callable[[bool], None]]
    ) -> None:
        super().__init__(scroll)
        self._scroll, self._content, self._steps = scroll, content, tuple(steps)
        self._busy = False
        scroll.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self._busy:
            self.fit()
        return False

    def fit(self) -> None:
        """Fold as much as needed now; call it after the content changed."""
        self._busy = True
        for step in self._steps:
            step(False)
        for step in self._steps:
            if self._fits():
                break
            step(True)
        self._busy = False

    def _fits(self) -> bool:
        """Whether the content needs no more than the room of the area, margins taken off."""
        self._content.updateGeometry()
        room = self._scroll.size()  # not the viewport's: its scroll bar comes and goes with this
        layout = self._content.layout()
        if layout is None:
            return True
        width = room.width() - MARGINS_ACROSS - SCROLL_BAR
        if layout.hasHeightForWidth():
            return layout.totalHeightForWidth(width) <= room.height() - MARGINS_DOWN
        return layout.totalSizeHint().height() <= room.height() - MARGINS_DOWN
