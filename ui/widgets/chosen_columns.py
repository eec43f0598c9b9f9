"""Tables whose columns a person chooses, and whose selected rows can be copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QWidget

from ui.widgets.table import Column, Line, SectionModel, SectionTable

NARROWEST, AS_SCROLLED = 120, 220
"""Of the column that takes the slack: where it would be narrower, the table scrolls."""


class ChosenColumns(SectionTable):
    """`columns_changed` goes out with the keys that a person wants to see, `copy_asked` with the
    first and last row of each run of selected ones. At least one column stays; those without a
    title are gaps and stay, too."""

    columns_changed = Signal(tuple)
    copy_asked = Signal(tuple)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        inset: int = 24,
        model: type[SectionModel] = SectionModel,
    ) -> None:
        super().__init__(name, columns, parent, inset=inset, model=model)
        self._shown = tuple(column.key for column in columns if column.title)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        header = self.horizontalHeader()
        for number, column in enumerate(self.columns):
            if not column.width:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda at: self.ask_columns(header.mapToGlobal(at))
        )

    def shown(self) -> tuple[str, ...]:
        """The keys of the columns that are seen, in their order."""
        return self._shown

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these columns; keys that there are not are passed over."""
        kept = tuple(column.key for column in self._titled() if column.key in keys)
        if not kept:
            return
        self._shown = kept
        self._share(self.viewport().width())

    def menu(self) -> QMenu:
        """The columns to tick."""
        menu = QMenu(self)
        for column in self._titled():
            action = QAction(column.title, menu, checkable=True)
            action.setChecked(column.key in self._shown)
            action.setEnabled(self._shown != (column.key,))
            action.triggered.connect(lambda _=False, key=column.key: self._toggle(key))
            menu.addAction(action)
        return menu

    def ask_columns(self, at: QPoint) -> None:
        """Let a person tick columns."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _titled(self) -> list[Column]:
        return [column for column in self.columns if column.title]

    def _toggle(self, key: str) -> None:
        wanted = set(self._shown) ^ {key}
        self.show_columns([column.key for column in self.columns if column.key in wanted])
        self.columns_changed.emit(self._shown)

    def _let_leave(self, width: int) -> None:
        self._share(width)

    def _share(self, width: int) -> None:
        """The column without a width takes what the others leave; those leave first that may."""
        seen = [c for c in self.columns if c.key in self._shown or not c.title]
        for column in sorted((c for c in seen if c.leaves), key=lambda c: c.leaves):
            if width - sum(c.width for c in seen) < AS_SCROLLED:
                seen.remove(column)
        slack = width - sum(column.width for column in seen)
        if slack < NARROWEST:
            slack = AS_SCROLLED
        for number, column in enumerate(self.columns):
            self.setColumnHidden(number, column not in seen)
            if not column.width:
                self.setColumnWidth(number, slack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share(self.viewport().width())

    def selected_runs(self) -> tuple[tuple[int, int], ...]:
        """First and last row of each run of selected rows, from the top down."""
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(place) for place in range(chosen.size())]
        return tuple(sorted({(one.top(), one.bottom()) for one in ranges}))

    def lines_of(self, runs: Sequence[tuple[int, int]]) -> list[Line]:
        """What stands in these rows."""
        return [self._lines.line(row) for first, last in runs for row in range(first, last + 1)]

    def texts(self, lines: Sequence[Line]) -> tuple[list[str], list[list[str]]]:
        """The titles of the columns that are seen, and what lines have there."""
        seen = [n for n, column in enumerate(self.columns) if column.key in self._shown]
        rows = [[line.cells[number].text for number in seen] for line in lines]
        return [self.columns[number].title for number in seen], rows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit(self.selected_runs())
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
            return
        if event.key() == Qt.Key.Key_Menu:
            header = self.horizontalHeader()
            self.ask_columns(header.mapToGlobal(header.rect().bottomLeft()))
            return
        super().keyPressEvent(event)
