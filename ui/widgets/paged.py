"""A table of many thousands of lines: a page is asked for when one looks at it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.chosen_columns import ChosenColumns
from ui.widgets.table import Cell, Column, Line, SectionModel

PAGE_LINES = 100
KEPT = 30
"""So many pages stay; the one that was looked at longest ago leaves first."""


class PagedModel(SectionModel):
    """Knows how many lines there are, and those that were brought. `page_wanted` goes out once for
    each page that is looked at and not here; until it comes its lines are empty."""

    page_wanted = Signal(int)

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(columns, parent)
        self._count = 0
        self._pages: OrderedDict[int, tuple[Line, ...]] = OrderedDict()
        self._asked: set[int] = set()
        self._soon: set[int] = set()
        self._short: set[int] = set()
        """Pages that may have been brought when fewer of their lines were known."""
        self._blank = Line("", tuple(Cell("") for _ in self.columns))

    def begin(self, count: int) -> None:
        """Other lines: how many; none of them is here yet."""
        self.beginResetModel()
        self._count = count
        self._pages.clear()
        self._asked.clear()
        self._soon.clear()
        self._short.clear()
        self.endResetModel()

    def grow(self, count: int) -> None:
        """More lines behind those that there are, which stay."""
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._short.add(self._count // PAGE_LINES)
            self._count = count
            self.endInsertRows()

    def bring(self, page: int, lines: Sequence[Line]) -> None:
        """The lines of a page."""
        self._asked.discard(page)
        self._pages[page] = tuple(lines)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        first = page * PAGE_LINES
        last = min(first + PAGE_LINES, self._count) - 1
        if last >= first:
            edge = len(self.columns) - 1
            self.dataChanged.emit(self.index(first, 0), self.index(last, edge))

    def count(self) -> int:
        return self._count

    def line(self, row: int) -> Line:
        page, place = divmod(row, PAGE_LINES)
        found = self._pages.get(page)
        if found is None:
            self._want(page)
            return self._blank
        self._pages.move_to_end(page)
        if place < len(found):
            return found[place]
        if page in self._short:
            self._short.discard(page)
            self._want(page)
        return self._blank

    def row_of(self, key: str) -> int | None:
        """Where a line stands, among those that are here."""
        for page, lines in self._pages.items():
            for place, line in enumerate(lines):
                if line.key == key:
                    return page * PAGE_LINES + place
        return None

    def want(self, page: int) -> None:
        """Ask for a page now, before anybody looks."""
        if page * PAGE_LINES < self._count and page not in self._pages:
            self._asked.add(page)
            self._soon.discard(page)
            self.page_wanted.emit(page)

    def _want(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            self._soon.add(page)
            # not from within a paint event: whoever answers may answer at once
            QTimer.singleShot(0, self, lambda: self._want_soon(page))

    def _want_soon(self, page: int) -> None:
        if page in self._soon:
            self._soon.discard(page)
            self.page_wanted.emit(page)


class PagedTable(ChosenColumns):
    """A table with `ChosenColumns` over pages: `begin(count)`, then `bring(page, lines)` for each
    `page_wanted`. The selected row and the scroll stay where they are."""

    page_wanted = Signal(int)

    def __init__(self, name: str, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(name, columns, parent, model=PagedModel)
        assert isinstance(self._lines, PagedModel)
        self._paged = self._lines
        self._paged.page_wanted.connect(self.page_wanted)

    def begin(self, count: int) -> None:
        """Show so many other lines."""
        row, scroll = max(self.currentIndex().row(), 0), self.verticalScrollBar().value()
        self._paged.begin(count)
        if count:
            self.selectRow(min(row, count - 1))
        self.verticalScrollBar().setValue(scroll)

    def grow(self, count: int) -> None:
        """Show that there are more lines behind those that are seen."""
        self._paged.grow(count)

    def want_seen(self) -> None:
        """Ask for the page that is in sight now, so that it comes before what is asked for next."""
        self._paged.want(max(self.rowAt(0), 0) // PAGE_LINES)

    def last_seen(self) -> int:
        """The last row that is selected or in sight."""
        low = self.rowAt(self.viewport().height() - 1)
        return max(self.currentIndex().row(), low if low >= 0 else self._paged.count() - 1)

    def bring(self, page: int, lines: Sequence[Line]) -> None:
        """Show the lines of a page."""
        self._paged.bring(page, lines)
        if self.currentIndex().row() // PAGE_LINES == page:
            self.current_changed.emit(self.current_key())
