"""The inbox as widgets: the list at the left, one thing at the right, or nothing to do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.usecases.official_lists.lists import ListPage
from ui.places.inbox.detail import DetailView, HeldView
from ui.places.inbox.duplicates import APART_KEY, MERGE_KEYS, PART_KEY, DuplicateView
from ui.places.inbox.pairs import PairShown
from ui.places.inbox.pointing import PointingView
from ui.places.inbox.returned import ReturnedShown, ReturnedView, TwiceView
from ui.places.inbox.state import FILTERS, KEYS, Item, Story
from ui.say import Teller
from ui.shell.state import Head
from ui.theme import Size
from ui.widgets import (
    INBOX,
    EmptyState,
    Filter,
    FilterBar,
    Mark,
    Row,
    RowList,
    Scroll,
    on_key,
)
from ui.widgets.containers import Panel
from ui.widgets.painting import vline

LIST, LIST_NARROW, LIST_WIDE = 356, 320, 400
ICONS = {
    "conflict": ("git-fork", "plum"),
    "held": ("wrench", "ochre"),
    "returned": ("arrow-u-up-left", "ochre"),
    "twice": ("copy", "ochre"),
    "duplicate": ("users", "ochre"),
    "left_over": ("file-text", "ochre"),
    "silent": ("laptop", "ochre"),
}


class _Left(Panel):
    """The list with its line at the right."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            vline(painter, self.width() - 1, 0, self.height())


class InboxView(QWidget):
    """Shows rows and a story. `taken` carries the number of a side (-1 the base)."""

    head_changed = Signal()
    filter_chosen = Signal(str)
    row_changed = Signal(str)
    done_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        words = self._words = teller.words
        self._context = ""
        say = words.say
        self.returned = ReturnedView(teller)
        self.twice = TwiceView(teller)
        self.pointing = PointingView(teller)
        self.duplicate = DuplicateView(teller)
        self._duplicate_page = Scroll(self.duplicate)
        self.detail = DetailView(words)
        self.held = HeldView(words)
        self.filters = FilterBar(
            say("conflicts.filters"),
            [Filter(key, say(f"conflicts.filter_{key}"), None) for key in FILTERS],
            inset=20,
        )
        self.filters.chosen.connect(self.filter_chosen)
        self.list = RowList(say("conflicts.list"), shape=INBOX)
        self.list.current_changed.connect(self.row_changed)
        self.list.opened.connect(lambda _: self._open())
        self.empty = EmptyState(
            "check-circle",
            say("conflicts.empty_title"),
            say("conflicts.empty_text"),
            action=say("conflicts.empty_action"),
            token="jade",
        )
        self.empty.acted.connect(self.done_asked)
        self.empty_closed = EmptyState(
            "tray", say("conflicts.empty_closed_title"), say("conflicts.empty_closed_text")
        )
        self.empty_filter = EmptyState("tray", say("conflicts.empty_filter_title"))
        self.empty_duplicate = EmptyState(
            "check-circle",
            say("duplicates.empty_title"),
            say("duplicates.empty_text"),
            token="jade",
        )
        self.waiting = Panel()
        self._build()
        self._bind_keys()

    def _build(self) -> None:
        self.left = _Left(margins=(0, 4, 1, 0))
        self.left.column.addWidget(self.filters)
        self.left.column.addWidget(self.list, 1)
        self.right = QStackedWidget()
        for page in (
            self.waiting,
            self.detail,
            self.held,
            self.returned,
            self.twice,
            self.pointing,
            self._duplicate_page,
            self.empty_duplicate,
            self.empty,
            self.empty_closed,
            self.empty_filter,
        ):
            self.right.addWidget(page)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.left)
        column = QVBoxLayout()
        column.addWidget(self.right)
        row.addLayout(column, 1)

    def _bind_keys(self) -> None:
        meanings = dict.fromkeys(KEYS, "keys.side") | dict.fromkeys(MERGE_KEYS, "keys.merge")
        meanings |= {"0": "keys.base", APART_KEY: "keys.apart", PART_KEY: "keys.part"}
        for key, means in meanings.items():
            on_key(self, key, partial(self._press_key, key), means=means)
        on_key(self, "3", self.detail.open_other, means="keys.other_value")
        on_key(self, "M", self._press_take_back, means="keys.take_back")
        on_key(self, "A", self._press_alike, means="keys.alike")
        on_key(self, "E", self._press_primary, means="keys.primary")
        on_key(self, "F", self.filters.setFocus, means="keys.filter")
        on_key(self.returned, "Escape", self.list.setFocus)
        on_key(self.duplicate, "Escape", self.list.setFocus)
        on_key(self.detail, "Escape", self._leave_detail)

    def _open(self) -> None:
        """Enter on a line: to its answer."""
        if self.right.currentWidget() is self.detail:
            self.detail.focus_suggested()
        elif self.right.currentWidget() is self.returned:
            self.returned.open.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.right.currentWidget() is self.twice:
            self.twice.withdraw.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.right.currentWidget() is self.pointing:
            self.pointing.go.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.right.currentWidget() is self._duplicate_page:
            self.duplicate.opens[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _press_key(self, key: str) -> None:
        """A key acts on what is shown, never on what stands behind it."""
        shown = self.right.currentWidget()
        if shown is self.detail:
            self.detail.take_by_key(key)
        elif shown is self._duplicate_page:
            self.duplicate.act_by_key(key)

    def _press_primary(self) -> None:
        shown = self.right.currentWidget()
        if shown is self.returned:
            self.returned.open.click()
        elif shown is self.twice and not self.twice.withdraw.isHidden():
            self.twice.withdraw.click()
        elif shown is self.pointing:
            self.pointing.go.click()

    def _press_take_back(self) -> None:
        if self.right.currentWidget() is self.detail and not self.detail.decided.isHidden():
            self.detail.decided.back.click()

    def _press_alike(self) -> None:
        if self.right.currentWidget() is self.detail and self.detail.decided.alike.isVisible():
            self.detail.decided.alike.click()

    def _leave_detail(self) -> None:
        self.detail.close_other(refocus=False)
        self.list.setFocus()

    def show_items(self, items: Sequence[Item], counts: dict[str, int], only: str) -> None:
        """Show the list; the selected line stays."""
        say = self._words.say
        self.filters.set_filters(
            [
                Filter(key, say(f"conflicts.filter_{key}"), counts.get(key) or None)
                for key in FILTERS
            ]
        )
        self.filters.choose(only)
        self.list.set_items([self._row(item) for item in items])
        if not items:
            self._show_empty(only)

    def _show_empty(self, only: str) -> None:
        pages = {
            "all": self.empty,
            "closed": self.empty_closed,
            "duplicate": self.empty_duplicate,
        }
        self.right.setCurrentWidget(pages.get(only, self.empty_filter))

    @staticmethod
    def _row(item: Item) -> Row:
        icon, token = ICONS[item.kind]
        if item.done:
            icon, token = "check", "ink3"
        return Row(
            key=item.key,
            title=item.title,
            icon=icon,
            icon_token=token,
            fact=item.detail,
            mark=Mark(item.time),
            done=item.done,
        )

    def show_story(self, story: Story) -> None:
        """Tell a conflict at the right."""
        self.detail.show_story(story, self._place())
        self.right.setCurrentWidget(self.detail)

    def _place(self) -> str:
        keys = self.list.keys()
        now = self.list.current_key()
        if now not in keys:
            return ""
        return self._words.say("conflicts.place_of", n=keys.index(now) + 1, total=len(keys))

    def show_held(self, heading: str, subject: str, reason: str, *, can_open: bool) -> None:
        """Show work that the server holds at the right."""
        self.held.show_held(heading, subject, reason, can_open=can_open)
        self.right.setCurrentWidget(self.held)

    def show_returned(self, line: str, shown: ReturnedShown) -> None:
        """Show a line that the agency returned."""
        self.returned.show_returned(line, shown, self._place())
        self.right.setCurrentWidget(self.returned)

    def show_twice(self, page: ListPage) -> None:
        """Show a list that was drawn up twice."""
        self.twice.show_twice(page)
        self.right.setCurrentWidget(self.twice)

    def show_pointing(self, item: Item) -> None:
        """Show what is mended on a page of its own."""
        self.pointing.show_item(item)
        self.right.setCurrentWidget(self.pointing)

    def show_pair(self, shown: PairShown) -> None:
        """Show two records that seem to be one person."""
        self.duplicate.show_pair(shown, self._place())
        self.right.setCurrentWidget(self._duplicate_page)

    def show_waiting(self) -> None:
        """Nothing at the right while something is looked for."""
        self.list.set_items([])
        self.right.setCurrentWidget(self.waiting)

    def set_context(self, context: str) -> None:
        """The line of context beside the title."""
        if context != self._context:
            self._context = context
            self.head_changed.emit()

    def head(self) -> Head:
        """Title, how many, how old."""
        return Head(self._words.say("conflicts.title"), self._context)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.right

    def focus_first(self) -> None:
        """Begin at the list."""
        self.list.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        window = self.window().width()
        narrow = window < Size.FOLD_RAIL_BELOW
        self.left.setFixedWidth(LIST_NARROW if narrow else (LIST_WIDE if window >= 1800 else LIST))
