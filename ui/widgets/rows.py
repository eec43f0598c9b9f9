"""The list of the product: rows under headings that fold, painted, in one delegate.

A screen gives plain `Row` and `Group` values; the list keeps the selected row and the scroll when
it gets new ones. The thing that one looks for first is leftmost and strongest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ui.theme.tokens import Size
from ui.widgets.row_model import (
    FOLDED,
    ITEM,
    PAGE_ROWS,
    Awaited,
    Group,
    Index,
    Item,
    Later,
    Mark,
    Row,
    RowModel,
    said,
)

__all__ = [
    "FOLDED",
    "HISTORY",
    "INBOX",
    "ITEM",
    "JOURNAL",
    "PAGE_ROWS",
    "PLAIN",
    "RESULTS",
    "WORKLIST",
    "Awaited",
    "Group",
    "Index",
    "Item",
    "Later",
    "Mark",
    "Row",
    "RowList",
    "RowModel",
    "RowShape",
    "said",
]


@dataclass(frozen=True)
class RowShape:
    """The geometry of a kind of list in logical pixels: `indent` is where text and hairlines
    begin; `lead`, `time`, `icon` are widths of columns, 0 for none; `floating` is the list of a
    pop-up (flat headings, a round selection, one-line rows of 36)."""

    height: int = Size.ROW
    indent: int = 40
    lead: int = 84
    time: int = 0
    icon: int = 0
    right: int = 20
    hairline: int | None = None
    show_sent: bool = False
    title_strong: bool = False
    floating: bool = False


WORKLIST = RowShape()
INBOX = RowShape(
    height=Size.ROW_INBOX, indent=20, lead=0, icon=26, right=17, hairline=46, title_strong=True
)
JOURNAL = RowShape(
    height=Size.ROW_ONE_LINE,
    indent=24,
    lead=40,
    time=64,
    icon=28,
    show_sent=True,
    title_strong=True,
)
HISTORY = RowShape(height=36, indent=24, lead=0, time=69, icon=27, hairline=120, show_sent=True)
RESULTS = RowShape(height=46, indent=20, lead=0, icon=30, right=20, hairline=-1, floating=True)
PLAIN = RowShape(height=Size.ROW, indent=24, lead=0)


class RowList(QListView):
    """Rows under headings. ↑ ↓ Home End PgUp PgDn move, Alt+↑ ↓ go to the next group, ← → fold,
    Enter opens. Digits and letters never search: bind them with `ui.widgets.keys.on_key`."""

    current_changed = Signal(str)
    """The key of the row that is selected now; empty for a heading or nothing."""
    opened = Signal(str)
    """The key of the row on which Enter was pressed or that was clicked twice."""
    page_wanted = Signal(int)
    """So many times `PAGE_ROWS` awaited rows before are to be brought (`put`)."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, shape: RowShape = WORKLIST
    ) -> None:
        super().__init__(parent)
        from ui.widgets.row_delegate import RowDelegate

        self._rows = RowModel(self)
        self._last = ""
        self.shape = shape
        self.setModel(self._rows)
        self._delegate = RowDelegate(shape, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.selectionModel().currentChanged.connect(self._tell)
        self._rows.page_wanted.connect(self.page_wanted)

    def set_items(self, items: Sequence[Item]) -> None:
        """Show rows and headings; the selected row (by its key) and the scroll stay."""
        key, scroll = self.current_key(), self.verticalScrollBar().value()
        line = max(0, self.currentIndex().row())
        self._delegate.fit_lead(item.lead for item in items if not isinstance(item, Group))
        self._rows.set_items(items)
        self._restore(key, line)
        self.verticalScrollBar().setValue(scroll)

    def put(self, page: int, rows: Sequence[Row]) -> None:
        """Show awaited rows."""
        self._rows.put(page, rows)

    def page_seen(self) -> int:
        """The page of awaited rows in which the first line stands that is seen."""
        return max(self.indexAt(QPoint(0, 0)).row(), 0) // PAGE_ROWS

    def _restore(self, key: str, line: int) -> None:
        found = self._rows.line_of(key) if key else -1
        if found < 0:
            found = self._near(line)
        if found >= 0:
            self._go(found)
        else:
            self._tell()

    def _near(self, line: int) -> int:
        """The row at a line, or the next, or the one before; -1 without rows."""
        count = self._rows.count()
        order = chain(range(line, count), range(min(line, count) - 1, -1, -1))
        return next((n for n in order if not self._rows.is_group(n)), -1)

    def _go(self, line: int) -> None:
        if line >= self._rows.rowCount():
            self._rows.bring(line)
        index = self._rows.index(line)
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def current_key(self) -> str:
        """The key of the selected row, empty if none is."""
        item = self._rows.item(self.currentIndex().row())
        return item.key if isinstance(item, Row) else ""

    def select_key(self, key: str) -> bool:
        """Select a row by its key; False if it is not there."""
        line = self._rows.line_of(key)
        if line >= 0:
            self._go(line)
        return line >= 0

    def keys(self) -> list[str]:
        """The keys of all visible rows, in order."""
        return self._rows.keys()

    def set_folded(self, key: str, folded: bool) -> None:
        """Fold or open a group by its key; the heading becomes the current line."""
        self._rows.fold(key, folded)
        line = self._rows.line_of(key, group=True)
        if line >= 0:
            self._go(line)
            self._tell()

    def is_folded(self, key: str) -> bool:
        """Whether a group is folded."""
        return self._rows.is_folded(key)

    def _tell(self, *_: object) -> None:
        key = self.current_key()
        if key != self._last:
            self._last = key
            self.current_changed.emit(key)

    def keyboardSearch(self, search: str) -> None:
        """A typed digit is an outcome or a command here, never a search."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, alt = event.key(), event.modifiers() & Qt.KeyboardModifier.AltModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_or_fold()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._fold_by_key(folded=key == Qt.Key.Key_Left)
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._to_group(-1 if key == Qt.Key.Key_Up else 1)
        elif event.text().isprintable() and event.text() and not event.modifiers():
            event.ignore()
        else:
            if key == Qt.Key.Key_End:
                self._rows.bring(self._rows.count())
            super().keyPressEvent(event)

    def _open_or_fold(self) -> None:
        item = self._rows.item(self.currentIndex().row())
        if isinstance(item, Group) and item.folds:
            self.set_folded(item.key, not self.is_folded(item.key))
        elif isinstance(item, Row):
            self.opened.emit(item.key)

    def _fold_by_key(self, *, folded: bool) -> None:
        line = self.currentIndex().row()
        while line >= 0 and not self._rows.is_group(line):
            line -= 1
        group = self._rows.item(line)
        if isinstance(group, Group) and group.folds and self.is_folded(group.key) != folded:
            self.set_folded(group.key, folded)

    def _to_group(self, step: int) -> None:
        line = self.currentIndex().row() + step
        while 0 <= line < self._rows.count():
            if self._rows.is_group(line):
                self._go(line)
                return
            line += step

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self._rows.item(self.indexAt(event.position().toPoint()).row())
        if isinstance(item, Group):
            if item.folds:
                self.set_folded(item.key, not self.is_folded(item.key))
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        item = self._rows.item(self.indexAt(event.position().toPoint()).row())
        if isinstance(item, Row):
            self.opened.emit(item.key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            line = self._near(0)
            if line >= 0:
                self._go(line)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
