"""A page of the inbox that stays as wide as one reads, however wide the window is."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

WIDEST = 860
EDGE = 28


class ReadingPage(QWidget):
    """Its layout keeps to the left; what is over stays free at the right."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None:
            margins = layout.contentsMargins()
            margins.setRight(max(EDGE, event.size().width() - EDGE - WIDEST))
            layout.setContentsMargins(margins)
