"""A page over the whole window, turned to somebody across the table."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.current import colour


class OverWindow(QWidget):
    """Covers a window as long as it is shown, also when that grows; `close_over` takes it away and
    gives the focus back. Add to `column`, which is never wider than `widest`."""

    closed = Signal()

    def __init__(self, window: QWidget, name: str, *, ground: str = "paper", widest: int) -> None:
        super().__init__(window)
        self._before = window.focusWidget()
        self._ground = ground
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setGeometry(window.rect())
        inner = QWidget()
        inner.setMaximumWidth(widest)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(36, 28, 36, 28)
        whole.addStretch(1)
        whole.addWidget(inner, 1000)
        whole.addStretch(1)
        window.installEventFilter(self)

    def open_over(self) -> None:
        """Show it on top of everything, with the focus."""
        self.show()
        self.raise_()
        self.setFocus()

    def close_over(self) -> None:
        """Take it away."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour(self._ground))
