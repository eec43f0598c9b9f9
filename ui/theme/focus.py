"""The focus ring: 2 px with a 1 px gap, outside the control, on an overlay.

A thicker border would change the control's size and let the layout jump, so the ring is a widget of
its own above the window's content, and never takes a click.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ui.theme.current import colour
from ui.theme.tokens import Radius

GAP, WIDTH = 1, 2
_MARGIN = GAP + WIDTH
_FOLLOWED = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ZOrderChange,
    QEvent.Type.ParentChange,
}


class _Ring(QWidget):
    """The painted ring; a child of the window that holds the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.radius = float(Radius.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        half = WIDTH / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour("focus"), WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(self.rect()).adjusted(half, half, -half, -half)
            radius = self.radius + GAP + half
            painter.drawRoundedRect(box, radius, radius)


class FocusRing(QObject):
    """Follows the focus of the application. A widget that wants the ring sets the property
    `ring` to its corner radius in px (see `wants_ring`); all others have none."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: _Ring | None = None
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        # A turn later: the focus also changes inside the destructor of a window, where its widgets
        # must not be touched.
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._follow)
        app.focusChanged.connect(self._turn.start)

    def _follow(self) -> None:
        self._release()
        new = QApplication.focusWidget()
        if new is None or new.property("ring") is None:
            return
        proxy = new.property("ringProxy")
        self._target = proxy if isinstance(proxy, QWidget) else new
        walk: QWidget | None = self._target
        while walk is not None:
            walk.installEventFilter(self)
            self._watched.append(walk)
            if walk.isWindow():
                break
            walk = walk.parentWidget()
        self._target.destroyed.connect(self._forget)
        self._place()

    def _release(self) -> None:
        for widget in self._watched:
            try:
                widget.removeEventFilter(self)
            except RuntimeError:  # the widget is gone already, and its filter with it
                continue
        self._watched.clear()
        self._target = None
        if self._ring is not None and isValid(self._ring):  # else its window took it along
            self._ring.hide()

    def _forget(self) -> None:
        self._release()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED and self._target is not None and watched is not self._ring:
            self._place()
        return False

    def _place(self) -> None:
        target = self._target
        if target is None:
            return
        window = target.window()
        if self._ring is None or not isValid(self._ring):
            self._ring = _Ring(window)
        elif self._ring.parentWidget() is not window:
            self._ring.setParent(window)
        if not target.isVisible() or target.visibleRegion().isEmpty():
            self._ring.hide()
            return
        corner = target.mapTo(window, QPoint(0, 0))
        self._ring.radius = float(target.property("ring") or Radius.CONTROL)
        self._ring.setGeometry(
            QRect(corner, target.size()).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        )
        self._ring.raise_()
        self._ring.show()
        self._ring.update()


def wants_ring(widget: QWidget, radius: int = Radius.CONTROL) -> None:
    """Let the widget have the focus ring, with its own corner radius in logical pixels."""
    widget.setProperty("ring", radius)
