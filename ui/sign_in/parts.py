"""Parts of the first window: the mark, a password with an eye, the card in the middle."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import Radius, colour, say
from ui.widgets import IconButton, LabeledInput
from ui.widgets.painting import draw_box, draw_text

CARD_WIDTH = 400


class AppMark(QWidget):
    """The mark of the program and its name."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(40)
        self.setAccessibleName(say("shell.app"))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            draw_box(painter, QRectF(0, 4, 32, 32), fill="button", radius=Radius.CARD)
            draw_box(painter, QRectF(8, 12, 8, 16), fill="on_button", radius=1)
            draw_box(painter, QRectF(18, 17, 7, 11), fill="button_line", radius=1)
            text = QRectF(44, 4, self.width() - 44, 32)
            draw_text(painter, text, say("shell.app"), "ink", role="heading")


class PasswordInput(LabeledInput):
    """A password that can be looked at while the eye is on."""

    def __init__(self, label: str, show: str) -> None:
        super().__init__(label)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.edit.setTextMargins(0, 0, 32, 0)
        self._eye = IconButton("eye", show)
        self._eye.setParent(self.edit)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show)
        self.edit.installEventFilter(self)

    def text(self) -> str:
        """The password as it was typed, spaces included."""
        return self.edit.text()

    def _show(self, shown: bool) -> None:
        echo = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(echo)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            x = self.edit.width() - self._eye.width() - 4
            self._eye.move(QPoint(x, (self.edit.height() - self._eye.height()) // 2))
        return False


class CenteredCard(QWidget):
    """A card of 400 px in the middle of the paper; `column` takes what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.setFixedWidth(CARD_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(28, 24, 28, 28)
        self.column.setSpacing(12)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            draw_box(painter, box, fill="surface", edge="line2", radius=Radius.DIALOG)


class Paper(QWidget):
    """The ground of the first window."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("paper"))
