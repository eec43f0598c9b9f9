"""What a page says beside its work: nothing here, a reason, what failed, what is loading."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.current import say
from ui.theme.icons import draw_icon
from ui.theme.tokens import Radius, Size, Space
from ui.widgets.button import Button
from ui.widgets.labels import Label
from ui.widgets.painting import draw_box

_GROUNDS = {
    "brick": ("brick_soft", "brick"),
    "ochre": ("ochre_soft", "ochre"),
    "jade": ("jade_soft", "jade"),
    "accent": ("soft", "accent"),
    "neutral": ("sunken", "ink2"),
}


class IconView(QWidget):
    """An icon alone, without meaning of its own."""

    def __init__(
        self, icon: str, token: str = "ink2", size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._token = icon, token
        self.setFixedSize(size, max(size, 20))

    def set_icon(self, icon: str, token: str) -> None:
        """Show another icon."""
        self._icon, self._token = icon, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            draw_icon(painter, self._icon, QRectF(self.rect()), self._token)


class Notice(QWidget):
    """A box on a soft ground: a title and a sentence.

    Tones: brick, ochre, jade, accent, neutral."""

    def __init__(
        self,
        title: str,
        text: str = "",
        tone: str = "neutral",
        parent: QWidget | None = None,
        *,
        icon: str = "",
        title_token: str = "",
        text_role: str = "body",
    ) -> None:
        super().__init__(parent)
        self._ground, tint = _GROUNDS[tone]
        self.title = Label(title, weight=600, token=title_token or tint, wrap=True)
        token = "ink" if text_role == "body" else "ink2"
        self.text = Label(text, role=text_role, token=token, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 7, Space.M, 9)
        row.setSpacing(Space.M)
        if icon:
            row.addWidget(IconView(icon, tint), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.text)
        row.addLayout(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.say(title, text)

    def say(self, title: str, text: str = "") -> None:
        """Show another title and sentence; empty ones leave whole."""
        self.title.setText(title)
        self.text.setText(text)
        self.title.setVisible(bool(title))
        self.text.setVisible(bool(text))
        self.setAccessibleName(title or text)
        self.setAccessibleDescription(text if title else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            draw_box(painter, QRectF(self.rect()), fill=self._ground, radius=Radius.CONTROL)


class ErrorBanner(Notice):
    """What failed, what is kept, what to do. Stays until it is solved: the screen hides it then.
    `action` adds one plain button; `acted` goes out when it is pressed."""

    acted = Signal()

    def __init__(
        self, title: str = "", text: str = "", parent: QWidget | None = None, *, action: str = ""
    ) -> None:
        super().__init__(
            title,
            text,
            "brick",
            parent,
            icon="warning-circle",
            title_token="ink",
            text_role="small",
        )
        self.action = Button(action)
        self.action.clicked.connect(self.acted)
        self.action.setVisible(bool(action))
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.addWidget(self.action)

    def set_action(self, text: str) -> None:
        """Give the banner a button, or take it away with an empty text."""
        self.action.setText(text)
        self.action.setAccessibleName(text)
        self.action.setVisible(bool(text))


class EmptyState(QWidget):
    """An icon, one line of what it means, one of what will happen, at most one plain button."""

    acted = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        parent: QWidget | None = None,
        *,
        action: str = "",
        key: str = "",
        token: str = "ink3",
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XXL, Space.XXL, Space.XXL, Space.XXL)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(IconView(icon, token, 32), 0, middle)
        column.addSpacing(Space.M)
        column.addWidget(_centred(Label(title, role="subheading", align=middle, wrap=True)))
        column.addWidget(_centred(Label(text, token="ink2", align=middle, wrap=True)))
        if action:
            button = Button(action, key=key)
            button.clicked.connect(self.acted)
            column.addSpacing(Space.M)
            column.addWidget(button, 0, middle)
        column.addStretch(1)


def _centred(label: Label) -> QWidget:
    """The label in the middle of whatever width there is: a text runs no wider than 720."""
    label.setMaximumWidth(Size.TEXT_MAX)
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(label, 100)
    row.addStretch(1)
    return line


class Skeleton(QWidget):
    """Blocks of real row height while rows are fetched; shows itself only after 150 ms."""

    WAIT_MS = 150

    def __init__(
        self, parent: QWidget | None = None, *, rows: int = 8, row_height: int = Size.ROW
    ) -> None:
        super().__init__(parent)
        self._rows, self._height = rows, row_height
        self._shown = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._appear)
        self.setAccessibleName(say("shell.loading"))

    def start(self) -> None:
        """Begin to wait; call `stop` when the rows are there."""
        self._shown = False
        self.show()
        self._timer.start(self.WAIT_MS)

    def stop(self) -> None:
        """The rows are there."""
        self._timer.stop()
        self._shown = False
        self.hide()

    def is_drawn(self) -> bool:
        """Whether the blocks are seen already."""
        return self._shown

    def _appear(self) -> None:
        self._shown = True
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self._rows * self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._shown:
            return
        with QPainter(self) as painter:
            for row in range(min(self._rows, self.height() // self._height)):
                top = row * self._height
                wide = self.width() * (0.30 if row % 2 else 0.36)
                draw_box(painter, QRectF(40, top + 9, 60, 12), fill="fill", radius=4)
                draw_box(painter, QRectF(124, top + 9, wide, 12), fill="fill", radius=4)
                draw_box(painter, QRectF(124, top + 27, wide * 1.3, 9), fill="fill", radius=4)


class ProgressPanel(QWidget):
    """Long work: what is being done, how far, and a way out. `cancelled` goes out once."""

    cancelled = Signal()

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self.title = Label(title, role="subheading")
        self.text = Label(token="ink2", role="small", wrap=True)
        self.cancel = Button(say("shell.cancel"), key="Esc")
        self.cancel.clicked.connect(self._cancel)
        self._bar = _Bar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.title)
        column.addWidget(self._bar)
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        row.addWidget(self.cancel)
        column.addLayout(row)

    def set_progress(self, done: int, total: int, text: str = "") -> None:
        """How far it is; a total of 0 means that nobody knows."""
        self._bar.set_share(done / total if total else None)
        self.text.setText(text)

    def share(self) -> float | None:
        """How far it is, 0 to 1, or None."""
        return self._bar.share

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.cancelled.emit()


class _Bar(QWidget):
    """A bar that fills, without animation."""

    def __init__(self) -> None:
        super().__init__()
        self.share: float | None = None
        self.setFixedHeight(6)

    def set_share(self, share: float | None) -> None:
        """Fill to a share."""
        self.share = None if share is None else min(1.0, max(0.0, share))
        if self.share is not None:
            self.setAccessibleName(say("shell.percent_done", n=int(self.share * 100)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            whole = QRectF(self.rect())
            draw_box(painter, whole, fill="fill", radius=3)
            part = QRectF(0, 0, whole.width() * (self.share or 0), 6)
            if self.share is None:
                part = QRectF(whole.width() * 0.4, 0, whole.width() * 0.2, 6)
            if part.width() > 0:
                draw_box(painter, part, fill="button", radius=3)
