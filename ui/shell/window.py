"""The frame of the window: rail, header, page, status bar, palette, toast, and the keys of all.

It is fed with plain values (`ShellState`, `SyncState`, `Head`) and answers with signals; it asks
nobody. Pages are widgets, or functions that make them when their place is first opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.shell.bars import HeaderBar, StatusBar
from ui.shell.rail import Rail
from ui.shell.state import Head, Place, ShellState, SyncState
from ui.theme.current import colour, is_training, say
from ui.theme.tokens import Size
from ui.widgets.containers import BandPage
from ui.widgets.keys import focus_first_in, on_key
from ui.widgets.painting import draw_hatched
from ui.widgets.palette import Palette
from ui.widgets.toast import Toast

Page = QWidget | Callable[[], QWidget]
NUMBERS_AFTER_MS = 600


class ShellWindow(QWidget):
    """The window. A page may have `head() -> Head`, `focus_first()`, `toast_area() -> QWidget`;
    each is used if it is there."""

    place_chosen = Signal(str)
    """A place was chosen by a person, and is shown already."""
    back_requested = Signal()
    """Esc or the arrow of the header on a page above a place; `close_page` goes back."""
    search_requested = Signal()
    """Ctrl+K, `/` or the search field; the palette is open already."""
    sync_requested = Signal()
    sync_opened = Signal()
    """The four words of the status bar were clicked."""
    undo_requested = Signal()
    redo_requested = Signal()
    new_requested = Signal()
    export_requested = Signal()
    print_requested = Signal()
    help_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("shell.app"))
        self.setMinimumSize(720, 480)
        self.may_close: Callable[[], bool] = lambda: True
        """Asked when a person closes the window; False keeps it open."""
        self._state = ShellState()
        self._pages: dict[str, Page] = {}
        self._words: dict[str, str] = {}
        self._above: list[tuple[QWidget, Head]] = []
        self.keeps: set[QWidget] = set()
        """Pages that are not thrown away when they are closed: whoever opened one has it."""
        self.rail, self.header, self.status = Rail(), HeaderBar(), StatusBar()
        self.stack = QStackedWidget()
        self._build()
        self.palette_box = Palette(self)
        self.toast = Toast(self.stack)
        self.toast.set_area(self._toast_area)
        self._ctrl = QTimer(self)
        self._ctrl.setSingleShot(True)
        self._ctrl.setInterval(NUMBERS_AFTER_MS)
        self._ctrl.timeout.connect(lambda: self.rail.show_digits(True))
        self._connect()
        self._bind_keys()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4 if is_training() else 0, 0, 0)
        column.setSpacing(0)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.stack, 1)
        upper.addLayout(right, 1)
        column.addLayout(upper, 1)
        column.addWidget(self.status)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A person closes the window, not the program: something may be to be told first."""
        if event.spontaneous() and not self.may_close():
            event.ignore()
            return
        super().closeEvent(event)

    def put_on_top(self, widget: QWidget) -> None:
        """Show something above everything, as wide as the window."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, widget)

    def _connect(self) -> None:
        self.rail.chosen.connect(self._choose)
        self.header.search_asked.connect(self.open_search)
        self.header.back_asked.connect(self.back_requested)
        self.status.sync_asked.connect(self.sync_requested)
        self.status.opened.connect(self.sync_opened)
        self.toast.undo_asked.connect(self.undo_requested)

    def _bind_keys(self) -> None:
        for digit in range(1, 9):
            act = partial(self._choose_nth, digit)
            on_key(self, f"Ctrl+{digit}", act, anywhere=True, means="keys.place")
        for key, deed, means in (
            ("Ctrl+K", self.open_search, "search"),
            ("F5", self.sync_requested.emit, "sync"),
            ("Ctrl+Z", self._undo, "undo"),
            ("Ctrl+Shift+Z", self.redo_requested.emit, ""),
            ("Ctrl+N", self.new_requested.emit, "new"),
            ("Ctrl+E", self.export_requested.emit, "export"),
            ("Ctrl+P", self.print_requested.emit, "print"),
            ("F1", self.help_requested.emit, "help"),
        ):
            on_key(self, key, deed, anywhere=True, means=f"keys.{means}" if means else "")

    # places and pages

    def add_place(self, place: Place, page: Page) -> None:
        """Register a place with its page, or with a function that makes it when first opened."""
        self._pages[place.code] = page
        self._words[place.code] = place.word_key
        self.rail.add_place(place)
        if isinstance(page, QWidget):
            self.stack.addWidget(page)

    def set_state(self, state: ShellState) -> None:
        """Which places there are, the current one, counts, the user."""
        moved = state.current != self._state.current or self.stack.currentWidget() is None
        self._state = state
        self.rail.show_state(state)
        if moved:
            self._drop_above()
            self._show_current()

    def set_sync(self, state: SyncState) -> None:
        """The status bar."""
        self.status.show_sync(state)

    def current_place(self) -> str:
        """The code of the current place."""
        return self._state.current

    def show_place(self, code: str) -> None:
        """Go to a place as the program; pages above the former one are closed."""
        self._drop_above()
        self._state = replace(self._state, current=code)
        self.rail.show_state(self._state)
        self._show_current()

    def set_head(self, head: Head) -> None:
        """Title and context of what is shown now."""
        if self._above:
            page, _ = self._above[-1]
            self._above[-1] = (page, head)
        self.header.show_head(head)

    def open_page(self, page: QWidget, head: Head) -> None:
        """Show a page above the current place (a household, an enrolment)."""
        self._above.append((page, head))
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.header.show_head(head)
        self._focus_first(page)

    def close_page(self) -> None:
        """Close the uppermost page and show what lies below."""
        if not self._above:
            return
        page, _ = self._above.pop()
        self._put_away(page)
        if self._above:
            below, head = self._above[-1]
            self.stack.setCurrentWidget(below)
            self.header.show_head(head)
            self._focus_first(below)
        else:
            self._show_current()

    def page(self) -> QWidget | None:
        """The page that is shown."""
        return self.stack.currentWidget()

    def _drop_above(self) -> None:
        for page, _ in self._above:
            self._put_away(page)
        self._above.clear()

    def _put_away(self, page: QWidget) -> None:
        self.stack.removeWidget(page)
        page.hide()
        if page not in self.keeps:
            page.deleteLater()

    def _show_current(self) -> None:
        page = self._pages.get(self._state.current)
        if page is None:
            return
        if not isinstance(page, QWidget):
            page = page()
            self._pages[self._state.current] = page
            self.stack.addWidget(page)
        if self.stack.currentWidget() is not page:
            self.stack.setCurrentWidget(page)
        self._show_head_of(page)
        self._focus_first(page)

    def _show_head_of(self, page: QWidget) -> None:
        maker = getattr(page, "head", None)
        if callable(maker):
            self.header.show_head(maker())
            return
        self.header.show_head(Head(say(self._words[self._state.current])))

    @staticmethod
    def _focus_first(page: QWidget) -> None:
        first = getattr(page, "focus_first", None)
        if callable(first):
            first()
        else:
            focus_first_in(page)

    # what a person does

    def _choose(self, code: str) -> None:
        if code != self._state.current or self._above:
            self.show_place(code)
            self.place_chosen.emit(code)
        else:
            self.rail.show_state(self._state)

    def _choose_nth(self, digit: int) -> None:
        if digit <= len(self._state.places):
            self._choose(self._state.places[digit - 1])
        self._hide_digits()

    def open_search(self, text: str = "") -> None:
        """Open the palette."""
        self.palette_box.open(text)
        self.search_requested.emit()

    def say_done(self, sentence: str, *, undo: bool = True) -> None:
        """Tell in a toast what was just done."""
        self.toast.say_done(sentence, undo=undo)

    def _undo(self) -> None:
        self.toast.dismiss()
        self.undo_requested.emit()

    def _toast_area(self) -> QRect:
        page = self.page()
        if page is None:
            return self.stack.rect()
        area = getattr(page, "toast_area", None)
        target = area() if callable(area) else page
        bands = page if isinstance(page, BandPage) else page.findChild(BandPage)
        if target is page and isinstance(bands, BandPage) and bands.middle.isVisible():
            target = bands.middle
        corner = target.mapTo(self.stack, target.rect().topLeft())
        return QRect(corner, target.size())

    def _hide_digits(self) -> None:
        self._ctrl.stop()
        self.rail.show_digits(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        page = self.page()
        if page is not None and not event.spontaneous():
            self._focus_first(page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Control:
            self._ctrl.start()
        elif key == Qt.Key.Key_Escape and self._above:
            self.back_requested.emit()
        elif event.text() == "/":
            self.open_search()
        elif event.text() in (">", "#"):
            self.open_search(event.text())
        elif event.text() == "?":
            self.help_requested.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Control:
            self._hide_digits()
        super().keyReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.rail.set_folded(self.width() < Size.FOLD_RAIL_BELOW)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("surface"))
            if is_training():
                draw_hatched(painter, QRect(0, 0, self.width(), 4).toRectF(), radius=0)
