"""The help as widgets: the pages at the left, the page in the middle, its keys at the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.places.help.state import KeyUse, Page
from ui.theme import colour
from ui.widgets import (
    Button,
    Hairline,
    KeyCap,
    KeyedItem,
    KeyedList,
    Label,
    LabeledInput,
    on_key,
)
from ui.widgets.containers import Panel, Scroll

PICTURES = Path(__file__).parent / "pictures"
LEFT, RIGHT, ROW = 240, 284, 30
MANY = 4
"""From so many keys with one meaning on, the first and the last stand for all."""


def picture_path(language: str, screen: str) -> Path:
    """Where the picture of a screen lies, as `make help-pictures` made it."""
    return PICTURES / language / f"{screen}.webp"


class Picture(QWidget):
    """A picture as wide as there is room, with an edge; nothing where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_file(self, path: Path, spoken: str) -> None:
        """Show another picture."""
        self._pixmap = QPixmap(str(path))
        self.setAccessibleName(spoken)
        self.setHidden(self._pixmap.isNull())
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._pixmap.isNull():
            return 0
        wide = min(width, self._pixmap.width())
        return round(wide * self._pixmap.height() / self._pixmap.width())

    def sizeHint(self) -> QSize:
        return QSize(self._pixmap.width(), self.heightForWidth(self._pixmap.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixmap.isNull():
            return
        wide = min(self.width(), self._pixmap.width())
        box = QRectF(0, 0, wide, self.heightForWidth(wide))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, self._pixmap, QRectF(self._pixmap.rect()))
            painter.setPen(colour("line2"))
            painter.drawRect(box.adjusted(0, 0, -1, -1))


class KeyTable(QWidget):
    """Keys with what they do, below a title."""

    def __init__(self, title: str, uses: Sequence[KeyUse]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label(title, weight=600))
        for use in uses:
            row = QHBoxLayout()
            row.setSpacing(4)
            caps = use.caps if len(use.caps) < MANY else (use.caps[0], "…", use.caps[-1])
            for cap in caps:
                part = Label(cap, token="ink3") if cap == "…" else KeyCap(cap)
                row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
            row.addSpacing(4)
            row.addWidget(Label(use.means, role="small", wrap=True), 1)
            column.addLayout(row)


class HelpView(QWidget):
    """Shows pages; `chosen` and `typed` go out when a person goes to one or searches."""

    chosen = Signal(str)
    typed = Signal(str)
    head_changed = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.search = LabeledInput(say("guide.search"))
        self.search.edited.connect(self.typed)
        self.list = KeyedList(say("guide.pages"))
        self.list.ROW = ROW
        self.list.chosen.connect(self.chosen)
        self.none = Label(say("guide.nothing"), role="small", token="ink2", wrap=True)
        self.none.hide()
        self.body = Panel(margins=(24, 16, 24, 24))
        self.picture = Picture()
        self.links: list[Button] = []
        self._codes: list[str] = []
        self.band = Panel(ground="sunken", margins=(20, 16, 20, 16), spacing=18)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        self.reading = Scroll(self.body)
        row.addWidget(self.reading, 1)
        right = Scroll(self.band)
        right.setFixedWidth(RIGHT)
        row.addWidget(right)
        on_key(self, "F", self.search.edit.setFocus, means="guide.search")
        on_key(self.search, "Down", self.list.setFocus)
        on_key(self, "PgDown", lambda: self._turn(1))
        on_key(self, "PgUp", lambda: self._turn(-1))
        self.search.edit.returnPressed.connect(self._take_first)

    def _left(self) -> QWidget:
        left = Panel(ground="sunken", margins=(12, 12, 12, 12), spacing=10)
        left.column.addWidget(self.search)
        left.column.addWidget(self.none)
        left.column.addWidget(self.list)
        left.column.addStretch(1)
        scroll = Scroll(left)
        scroll.setFixedWidth(LEFT)
        return scroll

    def focus_first(self) -> None:
        """The list: arrows go through the pages."""
        self.list.setFocus()

    def _turn(self, pages: int) -> None:
        """Scrolls the page that is shown."""
        bar = self.reading.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def _take_first(self) -> None:
        if self._codes:
            self.chosen.emit(self._codes[0])
            self.list.setFocus()

    def show_pages(self, pages: Sequence[Page], current: str) -> None:
        """Which pages are found."""
        self._codes = [page.guide.code for page in pages]
        self.list.set_items([KeyedItem(p.guide.code, "", p.title) for p in pages])
        self.list.choose(current)
        self.none.setVisible(not pages)

    def show_page(self, page: Page, linked: Sequence[Page]) -> None:
        """Show another page."""
        say, column = self._words.say, self.body.column
        self.reading.verticalScrollBar().setValue(0)
        _empty(column)
        column.addWidget(Label(page.lead, role="row", wrap=True))
        column.addSpacing(12)
        self.picture = Picture()
        column.addWidget(self.picture)  # first: what is shown without a parent is a window
        path = picture_path(self._words.language, page.guide.screen)
        self.picture.show_file(path, say("guide.picture", title=page.title))
        column.addSpacing(14)
        for number, step in enumerate(page.steps, start=1):
            line = QHBoxLayout()
            line.setSpacing(10)
            sign = Label(str(number), weight=600, token="accent")
            sign.setFixedWidth(14)
            line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(step, wrap=True), 1)
            column.addLayout(line)
            column.addSpacing(6)
        self._show_links(linked)
        column.addStretch(1)

    def _show_links(self, linked: Sequence[Page]) -> None:
        column = self.body.column
        column.addSpacing(8)
        column.addWidget(Hairline())
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(Label(self._words.say("guide.see_also"), role="small", token="ink2"))
        self.links = []
        for page in linked:
            link = Button(page.title, kind="link", height=28)
            link.clicked.connect(lambda _=False, code=page.guide.code: self.chosen.emit(code))
            self.links.append(link)
            row.addWidget(link)
        row.addStretch(1)
        column.addLayout(row)

    def show_keys(self, here: Sequence[KeyUse], everywhere: Sequence[KeyUse]) -> None:
        """The keys of the page, and of the whole window."""
        say, column = self._words.say, self.band.column
        _empty(column)
        if here:
            column.addWidget(KeyTable(say("guide.keys_here"), here))
        else:
            column.addWidget(Label(say("guide.no_keys"), token="ink2", wrap=True))
        column.addWidget(KeyTable(say("guide.keys_everywhere"), everywhere))
        column.addStretch(1)


def _empty(column: QVBoxLayout) -> None:
    """Takes everything out of a column, lines with their widgets too."""
    while (item := column.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            while (part := inner.takeAt(0)) is not None:
                if (child := part.widget()) is not None:
                    child.hide()
                    child.deleteLater()
            inner.deleteLater()
