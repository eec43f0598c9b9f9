"""Inputs: a label above, the mark "optional" at its right, help, warning or error below."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme.current import say
from ui.theme.focus import wants_ring
from ui.theme.fonts import line_height
from ui.theme.icons import draw_icon
from ui.theme.tokens import Radius, Size
from ui.widgets.button import KeyCap
from ui.widgets.labels import Label
from ui.widgets.painting import draw_box

Tone = Literal["help", "warning", "error"]
_TOKENS: dict[Tone, str] = {"help": "ink3", "warning": "ochre", "error": "brick"}


class _Framed(QWidget):
    """Label, editor, message. Subclasses give the editor."""

    edited = Signal(str)

    def __init__(
        self, label: str, editor: QWidget, parent: QWidget | None = None, *, optional: bool = False
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._label = label
        self._tone: Tone = "help"
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(Label(label, role="small", weight=600, token="ink2"), 1)
        if optional:
            head.addWidget(Label(say("shell.optional"), role="small", token="ink3"))
        column.addLayout(head)
        column.addWidget(editor)
        self._message = Label(role="small", token="ink3", wrap=True)
        self._message.hide()
        column.addWidget(self._message)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(editor)
        editor.setAccessibleName(label)
        wants_ring(editor, Radius.CONTROL)

    def set_message(self, text: str, tone: Tone = "help") -> None:
        """Help, a warning with the key that overrides it, or an error with its remedy. An empty
        text takes the message away."""
        self._tone = tone
        self._message.set_token(_TOKENS[tone])
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self._editor.setAccessibleDescription(text)
        self._editor.setProperty("state", tone if text and tone != "help" else "")
        self._editor.style().unpolish(self._editor)
        self._editor.style().polish(self._editor)

    def message(self) -> str:
        """The sentence below the editor, empty if there is none."""
        return self._message.text() if self._message.isVisibleTo(self) else ""

    def has_error(self) -> bool:
        """Whether an error stands below the editor."""
        return self._tone == "error" and bool(self.message())


class LabeledInput(_Framed):
    """One line of text. `edited` goes out at each change by a person, `committed` at Enter or when
    the focus leaves."""

    committed = Signal(str)

    def __init__(
        self,
        label: str,
        parent: QWidget | None = None,
        *,
        text: str = "",
        placeholder: str = "",
        optional: bool = False,
    ) -> None:
        self.edit = QLineEdit(text)
        super().__init__(label, self.edit, parent, optional=optional)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setFixedHeight(Size.INPUT)
        self.edit.textEdited.connect(self.edited)
        self.edit.editingFinished.connect(lambda: self.committed.emit(self.text()))

    def text(self) -> str:
        """What is written, without spaces around it."""
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        """Write as the program."""
        self.edit.setText(text)


class _Plain(QPlainTextEdit):
    """A text field whose Tab leaves it."""

    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)


class NoteField(_Framed):
    """Several lines of text; Tab leaves it, Ctrl+Enter sends `submitted`."""

    submitted = Signal()

    def __init__(
        self, label: str, parent: QWidget | None = None, *, lines: int = 2, optional: bool = True
    ) -> None:
        self.edit = _Plain()
        super().__init__(label, self.edit, parent, optional=optional)
        self.edit.setFixedHeight(lines * line_height("body") + 20)
        self.edit.textChanged.connect(lambda: self.edited.emit(self.text()))
        self.edit.submitted.connect(self.submitted)

    def text(self) -> str:
        """What is written, without spaces around it."""
        return self.edit.toPlainText().strip()

    def set_text(self, text: str) -> None:
        """Write as the program."""
        self.edit.setPlainText(text)


class SearchField(QWidget):
    """The search of the header: 288 wide, with its key printed inside.

    One that searches in place gives way to the buttons beside it where the window is narrow.

    `asked` goes out when a person clicks or types into it, with what was typed: the palette opens
    and takes over. `typed` carries the text of a field that searches in place (`in_place=True`).
    """

    asked = Signal(str)
    typed = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        placeholder: str = "",
        key: str = "Ctrl K",
        in_place: bool = False,
        width: int = Size.SEARCH,
    ) -> None:
        super().__init__(parent)
        self.setFixedHeight(32)
        self.setMaximumWidth(width)
        self.setMinimumWidth(Size.SEARCH_MIN if in_place else width)
        self._in_place = in_place
        self.edit = QLineEdit()
        self.edit.setProperty("bare", True)
        self.edit.setPlaceholderText(placeholder or say("shell.search"))
        self.edit.setAccessibleName(self.edit.placeholderText())
        self.edit.setAccessibleDescription(key)
        self.edit.setProperty("ringProxy", self)
        self.edit.setReadOnly(not in_place)
        self.setProperty("ring", Radius.CONTROL)
        wants_ring(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(33, 1, 8, 1)
        row.setSpacing(8)
        row.addWidget(self.edit, 1)
        if key:
            row.addWidget(KeyCap(key))
        self.setFocusProxy(self.edit)
        self.edit.textEdited.connect(self.typed)
        self.edit.installEventFilter(self)

    def sizeHint(self) -> QSize:
        """As wide as it may become."""
        return QSize(self.maximumWidth(), self.maximumHeight())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._in_place or watched is not self.edit:
            return False
        if event.type() == event.Type.MouseButtonPress:
            self.asked.emit("")
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            typed = event.text() if event.text().isprintable() else ""
            if typed or event.key() == Qt.Key.Key_Return:
                self.asked.emit(typed)
                return True
        return False

    def text(self) -> str:
        """What is written."""
        return self.edit.text().strip()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            draw_box(painter, box, fill="surface", edge="edge", radius=Radius.CONTROL)
            draw_icon(painter, "magnifying-glass", QRectF(10, 8, 16, 16), "ink2")
