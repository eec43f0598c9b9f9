"""The toast: what was just done, and Undo. One at a time; the next replaces it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from ui.theme.current import say
from ui.theme.focus import wants_ring
from ui.theme.fonts import text_width
from ui.theme.tokens import Radius, Space
from ui.widgets.button import draw_key_cap, key_cap_width
from ui.widgets.labels import Label
from ui.widgets.notices import IconView
from ui.widgets.painting import draw_box, draw_shadow, draw_text

SHOWN_MS = 8000
_MARGIN = 24


class _Undo(QAbstractButton):
    """The word Undo and its key, in the colours of the toast."""

    def __init__(self, text: str, key: str) -> None:
        super().__init__()
        self._key = key
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        wide = text_width(text, "body", 600) + 18 + key_cap_width(key)
        self.setFixedSize(round(wide) + 4, 30)
        wants_ring(self, Radius.TAG)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            used = draw_text(painter, box, self.text(), "toast_action", weight=600)
            cap = box.adjusted(used + 18, 0, 0, 0)
            draw_key_cap(painter, cap, self._key, token="on_toast", edge="toast_action", fill=None)


class Toast(QWidget):
    """A dark bar of 42 px at the bottom centre of `over`. `say_done` shows a sentence for 8 s; it
    stays while hovered or while its button has the focus. `undo_asked` goes out on a click; the
    window binds Ctrl+Z."""

    undo_asked = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._area: Callable[[], QRect] = over.rect
        self._icon = IconView("check-circle", "toast_jade")
        self._text = Label(token="on_toast")
        self._undo = _Undo(say("shell.undo"), "Ctrl Z")
        self._undo.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN + 14, _MARGIN - 8, _MARGIN + 14, _MARGIN + 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._text)
        row.addSpacing(Space.M)
        row.addWidget(self._undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        over.installEventFilter(self)
        self._undo.installEventFilter(self)
        self.hide()

    def say_done(self, sentence: str, *, undo: bool = True, icon: str = "check-circle") -> None:
        """Show a sentence, in place of the one before."""
        self._text.setText(sentence)
        self._icon.set_icon(icon, "toast_jade")
        self._undo.setVisible(undo)
        self.setAccessibleName(sentence)
        self.layout().activate()  # type: ignore[union-attr]  # set in __init__
        self._place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS)

    def set_area(self, area: Callable[[], QRect]) -> None:
        """Say where in `over` the middle band lies, at the bottom centre of which it stands."""
        self._area = area

    def text(self) -> str:
        """The sentence that is shown, empty when none is."""
        return self._text.text() if self.isVisibleTo(self._over) else ""

    def can_undo(self) -> bool:
        """Whether Undo is offered now."""
        return bool(self.text()) and self._undo.isVisibleTo(self)

    def dismiss(self) -> None:
        """Take it away."""
        self._timer.stop()
        self.hide()

    def _ask(self) -> None:
        self.dismiss()
        self.undo_asked.emit()

    def _expire(self) -> None:
        if self.underMouse() or self._undo.hasFocus():
            self._timer.start(SHOWN_MS)
            return
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self.isVisible() and not self._undo.hasFocus():
            self._timer.start(SHOWN_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self._undo and event.type() == QEvent.Type.FocusIn:
            self._timer.stop()
        if watched is self._undo and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._timer.start(SHOWN_MS)
        return False

    def _place(self) -> None:
        area = self._area()
        wanted = max(self.sizeHint().width(), 306 + 2 * _MARGIN)
        wide = min(wanted, area.width() + 2 * _MARGIN - 2 * Space.S)
        high = 42 + 2 * _MARGIN
        x = area.center().x() - wide // 2
        self.setGeometry(x, area.bottom() + 1 - high + _MARGIN + 8 - 10, wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN - 8, -_MARGIN, -_MARGIN - 8)
        with QPainter(self) as painter:
            draw_shadow(painter, box, Radius.CARD)
            draw_box(painter, box, fill="toast", radius=Radius.CARD)
