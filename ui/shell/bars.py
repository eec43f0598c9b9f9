"""The header above a page and the status bar below everything."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fieldapp.words.format import number
from ui.shell.state import Head, SyncState
from ui.theme.current import colour, say
from ui.theme.fonts import text_width
from ui.theme.icons import STATES, draw_icon
from ui.theme.tokens import Size
from ui.widgets.button import Button, IconButton
from ui.widgets.chips import STATE_TOKENS
from ui.widgets.inputs import SearchField
from ui.widgets.labels import Label
from ui.widgets.painting import draw_text, hline, vline

_SEPARATOR = "·"


class HeaderBar(QWidget):
    """Title, one line of context, the search field. `back_asked` goes out from the arrow."""

    back_asked = Signal()
    search_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.HEADER)
        self.back = IconButton("caret-left", say("shell.back"))
        self.back.setFixedSize(24, 28)
        self.back.clicked.connect(self.back_asked)
        self.title = Label(role="title")
        self.context = Label(token="ink2")
        self.search = SearchField()
        self.search.asked.connect(self.search_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 20, 1)
        row.setSpacing(0)
        row.addWidget(self.back)
        row.addWidget(self.title)
        row.addSpacing(12)
        row.addWidget(self.context, 1)
        row.addSpacing(12)
        row.addWidget(self.search)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_head(Head(""))

    def show_head(self, head: Head) -> None:
        """Show another title, context and way back."""
        self.title.setText(head.title)
        self.context.setText(head.context)
        self.back.setVisible(head.back)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("surface"))
            hline(painter, 0, self.height() - 1, self.width())


class _StateCount(QWidget):
    """One of the four words with its count, as it stands in the status bar."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state
        self._count = 0
        self.setFixedHeight(Size.CHIP)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """Show another count; zero is grey throughout."""
        self._count = count
        word = say(f"shell.state_{self._state}")
        self._word, self._number = word, number(count)
        self.setAccessibleName(say("shell.state_with_count", state=word, count=self._number))
        self.setFixedWidth(self.sizeHint().width())
        self.update()

    def sizeHint(self) -> QSize:
        wide = 20 + text_width(self._word, "small") + 5 + text_width(self._number, "small", 600)
        return QSize(round(wide) + 2, Size.CHIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        icon = "ink3" if not self._count else STATE_TOKENS[self._state]
        if self._state == "sent":
            icon = "ink2" if self._count else "ink3"
        with QPainter(self) as painter:
            draw_icon(painter, STATES[self._state], QRectF(0, 3, 14, 14), icon)
            rest = box.adjusted(20, 0, 0, 0)
            token = "ink2" if self._count else "ink3"
            used = draw_text(painter, rest, self._word, token, role="small")
            digits = rest.adjusted(used + 5, 0, 2, 0)
            strong = "ink" if self._count else "ink3"
            draw_text(painter, digits, self._number, strong, role="small", weight=600)


class _Network(QWidget):
    """What happens now or next, and when the server last confirmed. The receipt is never cut
    before the sentence about the network."""

    def __init__(self) -> None:
        super().__init__()
        self._network, self._receipt, self._online = "", "", False
        self.setFixedHeight(Size.CHIP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_sync(self, state: SyncState) -> None:
        """Show other sentences."""
        self._network, self._receipt, self._online = state.network, state.receipt, state.online
        whole = ". ".join(part for part in (self._network, self._receipt) if part)
        self.setAccessibleName(whole)
        self.setToolTip(whole)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, Size.CHIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._network and not self._receipt:
            return
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            icon = "wifi-high" if self._online else "wifi-slash"
            draw_icon(painter, icon, QRectF(0, 3, 14, 14), "ink2")
            receipt = text_width(self._receipt, "small") + 24 if self._receipt else 0
            first = box.adjusted(20, 0, -receipt, 0)
            used = draw_text(painter, first, self._network, "ink2", role="small")
            if self._receipt:
                x = 20 + used
                dot = QRectF(x, 0, 22, box.height())
                if self._network:
                    draw_text(
                        painter,
                        dot,
                        _SEPARATOR,
                        "ink2",
                        role="small",
                        align=Qt.AlignmentFlag.AlignHCenter,
                    )
                    x += 22
                rest = QRectF(x, 0, box.width() - x, box.height())
                draw_text(painter, rest, self._receipt, "ink2", role="small")


class StatusBar(QWidget):
    """Four words with counts, network and last receipt, Sync. `opened` goes out when the four
    words are clicked; `sync_asked` from the button."""

    sync_asked = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.STATUS_BAR)
        self.setAccessibleName(say("shell.status"))
        self._counts = {state: _StateCount(state) for state in STATES}
        self._network = _Network()
        self.sync = Button(say("shell.sync"), key="F5", height=24)
        self.sync.setMinimumWidth(124)
        self.sync.clicked.connect(self.sync_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 20, 0)
        row.setSpacing(18)
        for count in self._counts.values():
            row.addWidget(count)
        self._line_after = list(self._counts.values())[-1]
        row.addSpacing(14)
        row.addWidget(self._network, 1)
        row.addWidget(self.sync)

    def show_sync(self, state: SyncState) -> None:
        """Show other counts and sentences. The button rests while a round runs."""
        for name, count in self._counts.items():
            count.set_count(getattr(state, name))
        self._network.show_sync(state)
        self.sync.setEnabled(not state.busy)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("paper"))
            hline(painter, 0, 0, self.width())
            x = self._line_after.geometry().right() + 16
            vline(painter, x, 9, 14, "line2")
