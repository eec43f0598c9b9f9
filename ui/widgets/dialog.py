"""The question: only for what cannot be undone. The safe answer is at the left, with Esc."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.theme.current import colour, say
from ui.theme.focus import wants_ring
from ui.theme.tokens import Radius, Size, Space
from ui.widgets.button import Button
from ui.widgets.labels import Label
from ui.widgets.painting import draw_box, draw_shadow

_MARGIN = 32


class Scrim(QWidget):
    """Dims a window below a pop-up; `pressed` goes out when it is clicked."""

    pressed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setGeometry(window.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("shadow", 80))


class Question(QDialog):
    """A question with the object's name, its consequence in one sentence, two buttons.

    `reason` (a placeholder) asks for a reason, without which the deed stays disabled. `exec()`
    answers 1 for the deed, 0 for leaving things as they are; `asked_reason()` is what was typed.
    The deed is never preselected: the focus is on the safe button, or in the reason.
    """

    def __init__(
        self,
        title: str,
        consequence: str,
        deed: str,
        parent: QWidget | None = None,
        *,
        safe: str = "",
        reason: str = "",
        destructive: bool = True,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(consequence)
        self.safe = Button(safe or say("shell.keep"), key="Esc")
        self.deed = Button(deed, kind="destructive" if destructive else "primary", height=34)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(reason)
        self.reason.setAccessibleName(reason)
        self.reason.setFixedHeight(Size.INPUT)
        self.reason.setVisible(bool(reason))
        wants_ring(self.reason)
        self.reason.textChanged.connect(self._weigh)
        self.safe.clicked.connect(self.reject)
        self.deed.clicked.connect(self.accept)
        self._build(title, consequence)
        self._needs_reason = bool(reason)
        self._weigh()
        (self.reason if reason else self.safe).setFocus()

    def _build(self, title: str, consequence: str) -> None:
        column = QVBoxLayout(self)
        inset = _MARGIN + 18
        column.setContentsMargins(inset, inset - 12, inset, inset + 4)
        column.setSpacing(Space.S)
        column.addWidget(Label(title, role="subheading", wrap=True))
        text = Label(consequence, token="ink2", wrap=True)
        text.setFixedWidth(300)
        column.addWidget(text)
        column.addSpacing(Space.XS)
        column.addWidget(self.reason)
        column.addSpacing(Space.XS)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(self.safe)
        row.addWidget(self.deed)
        column.addLayout(row)

    def asked_reason(self) -> str:
        """What was typed as the reason, without spaces around it."""
        return self.reason.text().strip()

    def _weigh(self) -> None:
        self.deed.setEnabled(not self._needs_reason or bool(self.asked_reason()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            middle = parent.window().mapToGlobal(parent.window().rect().center())
            self.move(middle - QPoint(self.width() // 2, self.height() // 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter:
            return  # only a button that has the focus takes Enter
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN - 8, -_MARGIN, -_MARGIN - 8)
        with QPainter(self) as painter:
            draw_shadow(painter, box, Radius.DIALOG)
            draw_box(painter, box, fill="surface", edge="line2", radius=10)
