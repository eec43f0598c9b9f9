"""The bands of a page: a middle for what is there, a right band for what one does with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.current import colour
from ui.theme.tokens import Radius, Size, Space
from ui.widgets.keys import focus_first_in
from ui.widgets.painting import draw_box, hline, vline


class Panel(QWidget):
    """A ground of a token with a column inside; `card=True` gives it an edge and round corners."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        ground: str = "surface",
        edge: str = "",
        radius: int = 0,
        margins: tuple[int, int, int, int] = (0, 0, 0, 0),
        spacing: int = 0,
    ) -> None:
        super().__init__(parent)
        self._ground, self._edge, self._radius = ground, edge, radius
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*margins)
        self.column.setSpacing(spacing)

    def set_ground(self, ground: str, edge: str = "") -> None:
        """Change the ground and the edge."""
        self._ground, self._edge = ground, edge
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._edge or self._radius:
                box = QRectF(self.rect())
                draw_box(
                    painter, box, fill=self._ground, edge=self._edge or None, radius=self._radius
                )
            else:
                painter.fillRect(self.rect(), colour(self._ground))


class Card(Panel):
    """A thing that stands alone (a receipt, a form): edge `line2`, radius 8."""

    def __init__(self, parent: QWidget | None = None, *, ground: str = "surface") -> None:
        super().__init__(
            parent,
            ground=ground,
            edge="line2",
            radius=Radius.CARD,
            margins=(Space.L, Space.M, Space.L, Space.M),
            spacing=Space.S,
        )


class Hairline(QWidget):
    """A line of one logical pixel between two parts."""

    def __init__(self, parent: QWidget | None = None, *, token: str = "line") -> None:
        super().__init__(parent)
        self._token = token
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            hline(painter, 0, 0, self.width(), self._token)


class Scroll(QScrollArea):
    """Scrolls what stands inside by the wheel and by the focus; arrow keys are the page's.

    What stands inside gets the height that its broken lines need in the width they have: by itself
    a scroll area squeezes them.
    """

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self._inner = inner
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)
        inner.installEventFilter(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt also calls it while the area is taken down: Python's part of it may be gone already
        if watched is getattr(self, "_inner", None) and event.type() == QEvent.Type.LayoutRequest:
            self._ask_height()
        return super().eventFilter(watched, event)

    def _ask_height(self) -> None:
        layout = self._inner.layout()
        if layout is None:
            return
        broken = layout.hasHeightForWidth()
        high = layout.totalHeightForWidth(self.viewport().width()) if broken else 0
        self._inner.setMinimumHeight(high)  # 0: what the layout needs, not what it needed before


class Band(QWidget):
    """The right band: `body` scrolls when there is no room, `foot` stays at the bottom and ends
    with the one primary button. Add to `band.body` and `band.foot` (both are QVBoxLayout)."""

    def __init__(
        self, parent: QWidget | None = None, *, ground: str = "surface", foot_ground: str = "sunken"
    ) -> None:
        super().__init__(parent)
        self._ground, self._foot_ground = ground, foot_ground
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        inner = Panel(ground=ground)
        self.scroller = Scroll(inner)
        self.body = QVBoxLayout()
        inner.column.addLayout(self.body)
        inner.column.addStretch(1)
        self.body.setContentsMargins(19, Space.L, Space.XL, Space.L)
        self.body.setSpacing(Space.M)
        self._foot = Panel(ground=foot_ground)
        self._foot_line = Hairline()
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.foot = self._foot.column
        self.foot.setContentsMargins(19, Space.M, Space.XL, 22)
        self.foot.setSpacing(Space.S)
        column.addWidget(self.scroller, 1)
        column.addWidget(self._foot_line)
        column.addWidget(self._foot)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour(self._ground))
            vline(painter, 0, 0, self.height())


class BandPage(QWidget):
    """Middle and right band of a page. Below 1000 logical px of the window the band becomes a page
    of its own: Enter (or `open_band`) opens it, Esc closes it. The band never grows beyond the
    widths of the grid: `band_width` at 1366, 316 below 1200, 480 from 1800 on."""

    band_closed = Signal()

    def __init__(
        self,
        middle: QWidget,
        band: QWidget,
        parent: QWidget | None = None,
        *,
        band_width: int = 372,
        narrow_width: int = 316,
        wide_width: int = 480,
    ) -> None:
        super().__init__(parent)
        self.middle, self.band = middle, band
        self._widths = (narrow_width, band_width, wide_width)
        self._open = False
        middle.setParent(self)
        band.setParent(self)

    def is_single(self) -> bool:
        """Whether the band is a page of its own now."""
        return self.window().width() < Size.FOLD_BAND_BELOW

    def band_is_open(self) -> bool:
        """Whether the band is seen: always beside the middle, or opened as a page."""
        return self._open or not self.is_single()

    def open_band(self) -> None:
        """Show the band as a page if it is one, and put the focus into it."""
        self._open = True
        self._arrange()
        if self.is_single():
            focus_first_in(self.band)

    def close_band(self) -> None:
        """Go back to the middle."""
        self._open = False
        self._arrange()
        focus_first_in(self.middle)
        self.band_closed.emit()

    def _band_width(self) -> int:
        wide = self.window().width()
        narrow, usual, large = self._widths
        if wide < Size.FOLD_RAIL_BELOW:
            return narrow
        return large if wide >= 1800 else usual

    def _arrange(self) -> None:
        box = self.rect()
        if self.is_single():
            self.middle.setVisible(not self._open)
            self.band.setVisible(self._open)
            self.middle.setGeometry(box)
            self.band.setGeometry(box)
            return
        wide = self._band_width()
        self.middle.setVisible(True)
        self.band.setVisible(True)
        self.middle.setGeometry(0, 0, box.width() - wide, box.height())
        self.band.setGeometry(box.width() - wide, 0, wide, box.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_single() and self._open:
            self.close_band()
            return
        super().keyPressEvent(event)
