"""Buttons with their key printed on them, key caps, check boxes."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ui.theme.focus import wants_ring
from ui.theme.fonts import text_width
from ui.theme.icons import draw_icon
from ui.theme.tokens import Radius, Size, Space, Weight
from ui.widgets.labels import Label
from ui.widgets.painting import draw_box, draw_text

Kind = Literal["plain", "primary", "destructive", "link"]
ARROWS = {"←": "arrow-left", "→": "arrow-right", "↑": "arrow-up", "↓": "arrow-down"}
"""The text font has no arrows: on a key cap they are icons."""


def key_cap_width(key: str) -> int:
    """Width of a key cap in logical pixels; at least as wide as high."""
    wide = sum(12 if c in ARROWS else text_width(c, "tiny") for c in key) + 10
    return max(Size.KEY_CAP, round(wide))


def draw_key_cap(
    painter: QPainter,
    rect: QRectF,
    key: str,
    *,
    token: str = "ink2",
    edge: str = "line2",
    fill: str | None = "surface",
) -> None:
    """A key cap, 18 high, at the left of `rect` and vertically centred in it."""
    width = key_cap_width(key)
    top = round(rect.center().y() - Size.KEY_CAP / 2)
    box = QRectF(round(rect.left()), top, width, Size.KEY_CAP)
    draw_box(painter, box, fill=fill, edge=edge, radius=Radius.TAG)
    if not any(c in ARROWS for c in key):
        draw_text(painter, box, key, token, role="tiny", align=Qt.AlignmentFlag.AlignHCenter)
        return
    x = box.left() + (width - 12 * len(key)) / 2
    for character in key:
        cell = QRectF(x, box.top() + 3, 12, 12)
        if character in ARROWS:
            draw_icon(painter, ARROWS[character], cell, token)
        else:
            draw_text(painter, cell, character, token, role="tiny")
        x += 12


class KeyCap(QWidget):
    """A key, printed where its action is."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setFixedSize(key_cap_width(key), Size.KEY_CAP)
        self.setAccessibleName(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            draw_key_cap(painter, QRectF(self.rect()), self._key)


class Button(QAbstractButton):
    """A verb with its object. `key` is printed right of the text (`key_first` puts it left, for a
    grid of outcomes); the key itself is bound by the screen. `link` has no edge.

    The click goes out as `clicked`; Enter and Space press it while it has the focus.
    """

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        kind: Kind = "plain",
        key: str = "",
        icon: str = "",
        key_first: bool = False,
        height: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind, self._key, self._icon, self._key_first = kind, key, icon, key_first
        self._height = height or (Size.PRIMARY if kind == "primary" else Size.BUTTON)
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        wants_ring(self, Radius.CONTROL)

    def set_kind(self, kind: Kind) -> None:
        """Change how it looks; the primary of a conflict moves with the suggestion."""
        self._kind = kind
        self.updateGeometry()
        self.update()

    @property
    def cap(self) -> str:
        """The key that is printed on it, empty where there is none."""
        return self._key

    @property
    def kind(self) -> Kind:
        """How it looks."""
        return self._kind

    def _weight(self) -> Weight:
        return 600 if self._kind in ("primary", "link") else 500

    def _content_width(self) -> int:
        wide = text_width(self.text(), "body", self._weight())
        wide += key_cap_width(self._key) + 10 if self._key else 0
        wide += 16 + Space.S if self._icon else 0
        return round(wide)

    def sizeHint(self) -> QSize:
        pad = 0 if self._kind == "link" else (8 + Space.S if self._key_first else 2 * 18)
        return QSize(self._content_width() + pad, self._height)

    def minimumSizeHint(self) -> QSize:
        pad = 0 if self._kind == "link" else Space.L
        return QSize(self._content_width() + pad, self._height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def _colours(self) -> tuple[str | None, str | None, str]:
        """Ground, edge, text."""
        if not self.isEnabled():
            return (None, None, "ink3") if self._kind == "link" else ("fill", None, "ink3")
        if self._kind == "primary":
            return "button", None, "on_button"
        if self._kind == "link":
            return None, None, "accent"
        ground = "fill" if self.isDown() else ("sunken" if self.underMouse() else "surface")
        return ground, "line2", "brick" if self._kind == "destructive" else "ink"

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, edge, token = self._colours()
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            if fill:
                draw_box(painter, box, fill=fill, edge=edge, radius=Radius.CONTROL)
            if self._key_first:
                self._paint_key_first(painter, box, token)
            else:
                self._paint_centred(painter, box, token)

    def _paint_cap(self, painter: QPainter, rect: QRectF, token: str) -> None:
        solid = self._kind == "primary" and self.isEnabled()
        draw_key_cap(
            painter,
            rect,
            self._key,
            token=token if solid or not self.isEnabled() else "ink2",
            edge="button_line" if solid else "line2",
            fill=None if solid or not self.isEnabled() else "surface",
        )

    def _paint_key_first(self, painter: QPainter, box: QRectF, token: str) -> None:
        self._paint_cap(painter, box.adjusted(8, 0, 0, 0), token)
        left = 8 + key_cap_width(self._key) + 8
        draw_text(painter, box.adjusted(left, 0, -6, 0), self.text(), token, weight=500)

    def _paint_centred(self, painter: QPainter, box: QRectF, token: str) -> None:
        left_aligned = self._kind == "link"
        x = 0.0 if left_aligned else max(6.0, (box.width() - self._content_width()) / 2)
        x = round(box.left() + x)
        if self._icon:
            draw_icon(painter, self._icon, QRectF(x, box.center().y() - 8, 16, 16), token)
            x += 16 + Space.S
        room = box.right() - x - (key_cap_width(self._key) + 10 if self._key else 0)
        where = QRectF(x, box.top(), room, box.height())
        x += draw_text(painter, where, self.text(), token, weight=self._weight()) + 10
        if self._key:
            self._paint_cap(painter, QRectF(x, box.top(), 10, box.height()), token)


class ReasonedButton(QWidget):
    """A button with room for the sentence that says what is missing while it is disabled."""

    def __init__(self, button: Button, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = button
        self._reason = Label(role="small", token="ink3", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(button)
        row.addWidget(self._reason, 1)
        self.set_reason("")

    def set_reason(self, sentence: str) -> None:
        """An empty sentence enables the button; any other disables it and stands beside it."""
        self._reason.setText(sentence)
        self._reason.setVisible(bool(sentence))
        self.button.setEnabled(not sentence)
        self.button.setAccessibleDescription(sentence)


class IconButton(QAbstractButton):
    """An icon alone, with its meaning as tooltip and accessible name. 28 x 28."""

    def __init__(
        self, icon: str, meaning: str, parent: QWidget | None = None, *, token: str = "ink2"
    ) -> None:
        super().__init__(parent)
        self._icon, self._token = icon, token
        self.setAccessibleName(meaning)
        self.setToolTip(meaning)
        self.setFixedSize(28, 28)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        wants_ring(self, Radius.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            if self.underMouse():
                draw_box(painter, box, fill="fill", radius=Radius.CONTROL)
            draw_icon(painter, self._icon, box.adjusted(5, 5, -5, -5), self._token)


class CheckBox(QAbstractButton):
    """A box of 18 px with a text, a second line and a key; disabled, `note` says why."""

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        note: str = "",
        key: str = "",
        note_token: str = "ink2",
    ) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setText(text)
        self._note, self._key, self._note_token = note, key, note_token
        self.setAccessibleName(f"{text}, {note}" if note else text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        wants_ring(self, Radius.TAG)

    def set_note(self, note: str, token: str = "ink2") -> None:
        """Change the second line."""
        self._note, self._note_token = note, token
        self.setAccessibleName(f"{self.text()}, {note}" if note else self.text())
        self.update()

    def sizeHint(self) -> QSize:
        wide = max(text_width(self.text(), "body", 500), text_width(self._note, "small"))
        wide += 30 + (key_cap_width(self._key) + Space.M if self._key else 0)
        return QSize(round(wide) + 1, 40 if self._note else 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        able = self.isEnabled()
        first = QRectF(box.left(), box.top() + (0 if self._note else 2), box.width(), 20)
        with QPainter(self) as painter:
            tick = QRectF(0, first.center().y() - 9, 18, 18)
            if self.isChecked():
                draw_box(painter, tick, fill="button" if able else "quiet", radius=Radius.TAG)
                draw_icon(painter, "check-bold", tick.adjusted(3, 3, -3, -3), "on_button")
            else:
                ground = "surface" if able else "fill"
                draw_box(painter, tick, fill=ground, edge="edge" if able else "line2", radius=4)
            right = box.right()
            if self._key:
                right -= key_cap_width(self._key)
                draw_key_cap(painter, QRectF(right, first.top(), 10, 20), self._key)
                right -= Space.S
            text = QRectF(30, first.top(), right - 30, first.height())
            draw_text(painter, text, self.text(), "ink" if able else "ink3", weight=500)
            if self._note:
                line = QRectF(30, first.bottom() - 1, right - 30, 18)
                token = self._note_token if able else "ink3"
                draw_text(painter, line, self._note, token, role="small")
