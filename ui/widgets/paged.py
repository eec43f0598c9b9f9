"""A table of many thousands of lines: a page is asked for when one looks at it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.table import Cell, Column, Line, SectionModel, SectionTable

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
        self._blank = Line("", tuple(Cell("") for _ in self.columns))

    def begin(self, count: int) -> None:
        """Other lines: how many; none of them is here yet."""
        self.beginResetModel()
        self._count = count
        self._pages.clear()
        self._asked.clear()
        self.endResetModel()

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
        return found[place] if place < len(found) else self._blank

    def row_of(self, key: str) -> int | None:
        """Where a line stands, among those that are here."""
        for page, lines in self._pages.items():
            for place, line in enumerate(lines):
                if line.key == key:
                    return page * PAGE_LINES + place
        return None

    def _want(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            # not from within a paint event: whoever answers may answer at once
            QTimer.singleShot(0, self, lambda: self.page_wanted.emit(page))


class PagedTable(SectionTable):
    """A `SectionTable` over pages: `begin(count)`, then `bring(page, lines)` for each
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

    def bring(self, page: int, lines: Sequence[Line]) -> None:
        """Show the lines of a page."""
        self._paged.bring(page, lines)
        if self.currentIndex().row() // PAGE_LINES == page:
            self.current_changed.emit(self.current_key())
