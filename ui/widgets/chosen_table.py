"""A paged table whose columns a person chooses, and whose selected rows can be copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QWidget

from ui.widgets.paged import PagedTable
from ui.widgets.table import Column

NARROWEST = 220
"""Of the column that takes the slack."""


class ChosenTable(PagedTable):
    """`columns_changed` goes out with the keys that a person wants to see, `copy_asked` with the
    first and last row of each run of selected ones. At least one column stays."""

    columns_changed = Signal(tuple)
    copy_asked = Signal(tuple)

    def __init__(self, name: str, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(name, columns, parent)
        self._shown = tuple(column.key for column in columns)
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
        kept = tuple(column.key for column in self.columns if column.key in keys)
        if not kept:
            return
        self._shown = kept
        for number, column in enumerate(self.columns):
            self.setColumnHidden(number, column.key not in kept)
        self._share(self.viewport().width())

    def menu(self) -> QMenu:
        """The columns to tick."""
        menu = QMenu(self)
        for column in self.columns:
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

    def _toggle(self, key: str) -> None:
        wanted = set(self._shown) ^ {key}
        self.show_columns([column.key for column in self.columns if column.key in wanted])
        self.columns_changed.emit(self._shown)

    def _let_leave(self, width: int) -> None:
        self._share(width)

    def _share(self, width: int) -> None:
        """The column without a width takes what the others leave."""
        seen = [column for column in self.columns if column.key in self._shown]
        slack = width - sum(column.width for column in seen)
        for number, column in enumerate(self.columns):
            if not column.width:
                self.setColumnWidth(number, max(slack, NARROWEST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share(self.viewport().width())

    def selected_runs(self) -> tuple[tuple[int, int], ...]:
        """First and last row of each run of selected rows, from the top down."""
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(place) for place in range(chosen.size())]
        return tuple(sorted({(one.top(), one.bottom()) for one in ranges}))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit(self.selected_runs())
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
            return
        super().keyPressEvent(event)
