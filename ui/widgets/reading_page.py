"""A page that stays as wide as one reads, however wide the window is."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

WIDEST = 860
EDGE = 28


class ReadingPage(QWidget):
    """Its layout keeps to the left, `widest` wide at most; what is over stays free at the right,
    at least `edge`.

    A margin and no maximum width: with that, a layout would give broken lines the height that they
    need in the width of the window.
    """

    def __init__(self, *, widest: int = WIDEST, edge: int = EDGE) -> None:
        super().__init__()
        self._widest, self._edge = widest, edge

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None:
            margins = layout.contentsMargins()
            free = event.size().width() - margins.left() - self._widest
            margins.setRight(max(self._edge, free))
            layout.setContentsMargins(margins)

    def minimumSizeHint(self) -> QSize:
        """What is free at the right is no part of it: it gives way first."""
        asked, layout = super().minimumSizeHint(), self.layout()
        if layout is not None:
            asked.setWidth(asked.width() - layout.contentsMargins().right() + self._edge)
        return asked
