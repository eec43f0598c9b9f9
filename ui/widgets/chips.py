"""The four words of the state of anything, urgency, tags."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldapp.words.format import number
from ui.theme.current import say
from ui.theme.fonts import text_width
from ui.theme.icons import STATES, draw_icon
from ui.theme.tokens import Radius, Size, Weight
from ui.widgets.painting import draw_box, draw_text

STATE_TOKENS = {
    "on_device": "ink2",
    "sent": "jade",
    "needs_fixing": "ochre",
    "conflict": "plum",
}
STATE_GROUNDS = {
    "on_device": "fill",
    "sent": None,
    "needs_fixing": "ochre_soft",
    "conflict": "plum_soft",
}


def state_word(state: str) -> str:
    """One of the four words, in the language in force. KeyError for anything else."""
    return say(f"shell.state_{state}")


def urgency_token(days_left: int | None, *, at_stake: bool = False) -> str:
    """The colour of a deadline: brick to 14 days or at stake, ochre to 30 days, else ink3."""
    if at_stake or (days_left is not None and days_left <= 14):
        return "brick"
    if days_left is not None and days_left <= 30:
        return "ochre"
    return "ink3"


class _Chip(QWidget):
    """Icon and text on a ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = ""
        self._text = ""
        self._token = "ink2"
        self._ground: str | None = None
        self._weight: Weight = 500
        self._radius: float = Size.CHIP / 2
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _show(self, text: str, *, icon: str, token: str, ground: str | None) -> None:
        self._text, self._icon, self._token, self._ground = text, icon, token, ground
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _pad(self) -> int:
        return 7 if self._ground else 0

    def sizeHint(self) -> QSize:
        wide = text_width(self._text, "small", self._weight) + 2 * self._pad()
        wide += 14 + 4 if self._icon else 0
        return QSize(round(wide) + 1, Size.CHIP)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        x = float(self._pad())
        with QPainter(self) as painter:
            if self._ground:
                draw_box(painter, box, fill=self._ground, radius=self._radius)
            if self._icon:
                draw_icon(painter, self._icon, QRectF(x, box.center().y() - 7, 14, 14), self._token)
                x += 18
            rest = QRectF(x, 0, box.width() - x, box.height())
            draw_text(painter, rest, self._text, self._token, role="small", weight=self._weight)


class StateChip(_Chip):
    """One of the four words with its count: on_device, sent, needs_fixing, conflict."""

    def __init__(
        self,
        state: str,
        count: int | None = None,
        parent: QWidget | None = None,
        *,
        ground: bool = True,
    ) -> None:
        super().__init__(parent)
        self._state, self._grounded = state, ground
        self.set_count(count)

    def set_count(self, count: int | None) -> None:
        """Show another count; None shows the word alone."""
        word = state_word(self._state)
        text = word if count is None else f"{word} {number(count)}"
        ground = STATE_GROUNDS[self._state] if self._grounded else None
        self._show(text, icon=STATES[self._state], token=STATE_TOKENS[self._state], ground=ground)


class Tag(_Chip):
    """A word on a soft ground of a tone: jade, ochre, brick, plum, teal, or neutral."""

    def __init__(
        self, text: str, tone: str = "neutral", parent: QWidget | None = None, *, icon: str = ""
    ) -> None:
        super().__init__(parent)
        self._radius = Radius.TAG
        self._weight = 600
        self.set_text(text, tone, icon=icon)

    def set_text(self, text: str, tone: str = "neutral", *, icon: str = "") -> None:
        """Show another word in another tone."""
        token, ground = ("ink2", "fill") if tone == "neutral" else (tone, f"{tone}_soft")
        self._show(text, icon=icon, token=token, ground=ground)


class UrgencyText(_Chip):
    """One word of urgency: what is left until a deadline, or the time of an appointment."""

    def __init__(
        self,
        text: str,
        days_left: int | None = None,
        parent: QWidget | None = None,
        *,
        at_stake: bool = False,
        appointment: bool = False,
    ) -> None:
        super().__init__(parent)
        token = "accent" if appointment else urgency_token(days_left, at_stake=at_stake)
        self._weight = 400 if token == "ink3" else 600
        self._show(text, icon="clock" if appointment else "", token=token, ground=None)
