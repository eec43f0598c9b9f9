"""Rows under headings as a list's model: plain values, folded groups, long lists piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QWidget

from ui.theme.current import say

Index = QModelIndex | QPersistentModelIndex
ITEM = Qt.ItemDataRole.UserRole + 1
FOLDED = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True)
class Mark:
    """A word at the right of a row: its colour token and an icon."""

    text: str
    token: str = "ink3"
    icon: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Row:
    """One row. `key` is what the screen knows it by; all else is text to show.

    `state` is one of the four words and shown only if it is not `sent` (unless `show_sent` of the
    shape). `spoken` is the whole sentence for a screen reader; without it the texts are joined.
    """

    key: str
    title: str
    lead: str = ""
    time: str = ""
    icon: str = ""
    icon_token: str = "ink2"
    note: str = ""
    fact: str = ""
    fact_strong: bool = False
    stake: str = ""
    extra: str = ""
    mark: Mark | None = None
    state: str = ""
    done: bool = False
    match: tuple[tuple[int, int], ...] = ()
    cap: str = ""
    spoken: str = ""


@dataclass(frozen=True)
class Group:
    """A heading; the rows after it belong to it until the next heading."""

    key: str
    title: str
    note: str = ""
    folds: bool = True
    right: str = ""


@dataclass(frozen=True)
class Later:
    """A row of which the rest is made when it is looked at: a list of 25,000 is there at once."""

    key: str
    lead: str
    make: Callable[[], Row]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A row that is brought when it is looked at: until then its key and its first column."""

    key: str
    lead: str
    row: Row | None = None
    """What stands there meanwhile; None: the first column alone."""


Item = Row | Group | Later | Awaited
PAGE_ROWS = 100
"""Rows that are awaited together."""
BROUGHT = 300
"""Rows that a list lays out at a time: more come when one gets to the last of them."""


def said(row: Row) -> str:
    """A row as one sentence for a screen reader."""
    if row.spoken:
        return row.spoken
    parts = [row.lead, row.time, row.title, row.note, row.fact, row.stake, row.extra]
    if row.mark:
        parts.append(row.mark.text)
    if row.state:
        parts.append(say(f"shell.state_{row.state}"))
    return ", ".join(part for part in parts if part)


class RowModel(QAbstractListModel):
    """Rows and headings; folded groups leave the model. Of a long list the first rows are there,
    and more are brought by `fetchMore` or `bring`. `page_wanted` goes out once for each page of
    awaited rows that is looked at."""

    page_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._all: tuple[Item, ...] = ()
        self._shown: list[Item] = []
        self._brought = BROUGHT
        self._folded: set[str] = set()
        self._asked: set[int] = set()

    def set_items(self, items: Sequence[Item]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._all = tuple(items)
        self._asked.clear()
        self._filter()
        self.endResetModel()

    def _filter(self) -> None:
        self._shown = []
        hidden = False
        for item in self._all:
            if isinstance(item, Group):
                hidden = item.key in self._folded
                self._shown.append(item)
            elif not hidden:
                self._shown.append(item)

    def fold(self, key: str, folded: bool) -> None:
        """Fold or open a group."""
        self.beginResetModel()
        (self._folded.add if folded else self._folded.discard)(key)
        self._filter()
        self.endResetModel()

    def is_folded(self, key: str) -> bool:
        """Whether a group is folded."""
        return key in self._folded

    def item(self, row: int) -> Row | Group | None:
        """What stands at a visible line."""
        if not 0 <= row < len(self._shown):
            return None
        found = self._shown[row]
        if isinstance(found, Later):
            found = self._shown[row] = found.make()
        if isinstance(found, Awaited):
            self._want(row // PAGE_ROWS)
            return found.row or Row(found.key, "", found.lead)
        return found

    def _want(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            # not from within a paint event: whoever answers may answer at once
            QTimer.singleShot(0, self, lambda: self.page_wanted.emit(page))

    def put(self, page: int, rows: Sequence[Row]) -> None:
        """Awaited rows, as they are; those of which nothing is known any more stay as they were."""
        known = {row.key: row for row in rows}
        first = page * PAGE_ROWS
        last = min(first + PAGE_ROWS, len(self._shown)) - 1
        for line in range(first, last + 1):
            item = self._shown[line]
            if isinstance(item, Awaited) and item.key in known:
                self._shown[line] = known[item.key]
        if first < self.rowCount():
            self.dataChanged.emit(self.index(first), self.index(min(last, self.rowCount() - 1)))

    def is_group(self, line: int) -> bool:
        """Whether a heading stands at a visible line."""
        return 0 <= line < len(self._shown) and isinstance(self._shown[line], Group)

    def count(self) -> int:
        """How many visible lines there are, brought or not."""
        return len(self._shown)

    def keys(self) -> list[str]:
        """The keys of all visible rows, in order."""
        return [item.key for item in self._shown if not isinstance(item, Group)]

    def line_of(self, key: str, *, group: bool = False) -> int:
        """The visible line of a row or group, -1 if it is not there."""
        for line, item in enumerate(self._shown):
            if item.key == key and isinstance(item, Group) == group:
                return line
        return -1

    def bring(self, line: int) -> None:
        """Brings the rows up to a visible line, and those behind it."""
        wanted = min(len(self._shown), line + BROUGHT)
        if wanted > self.rowCount():
            self.beginInsertRows(QModelIndex(), self.rowCount(), wanted - 1)
            self._brought = wanted
            self.endInsertRows()

    def canFetchMore(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        return not parent.isValid() and self._brought < len(self._shown)

    def fetchMore(self, parent: Index = QModelIndex()) -> None:  # noqa: B008
        self.bring(self.rowCount())

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else min(self._brought, len(self._shown))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.item(index.row())
        if item is None:
            return None
        if role == ITEM:
            return item
        if role == FOLDED:
            return isinstance(item, Group) and item.key in self._folded
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(item)
        return None

    def _spoken(self, item: Row | Group) -> str:
        if isinstance(item, Row):
            return said(item)
        fold = say("shell.group_folded" if item.key in self._folded else "shell.group_open")
        return ", ".join(part for part in (item.title, item.note, fold) if part)
