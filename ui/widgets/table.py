"""Tables of figures: sunken header, figures in columns, a small bar at their right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.theme.current import colour, say
from ui.theme.fonts import text_width
from ui.theme.icons import draw_icon
from ui.theme.tokens import Size, Weight
from ui.widgets.painting import Run, draw_box, draw_runs, draw_text, hline
from ui.widgets.rows import Index

CELL = Qt.ItemDataRole.UserRole + 1
BAR_WIDTH = 60
GUTTER, END = 8, 20
"""Free room at the right of a cell, and of the last one, which stands at the page's edge."""


ROOM_FOR_NAMES = 250
"""What the column with the slack needs for a long name, its inset included."""


@dataclass(frozen=True)
class Column:
    """A column: its key and header, its width (0: takes the slack), whether it holds figures, and
    whether a person may sort by it. Those with `leaves` leave whole where the slack is too narrow,
    1 first: a name in the first column is never cut."""

    key: str
    title: str
    width: int = 0
    figures: bool = False
    sorts: bool = True
    leaves: int = 0


@dataclass(frozen=True)
class Cell:
    """One cell. `bar` (0 to 1) draws a bar at the right of the figure; `note` stands after the
    text in its own colour."""

    text: str
    token: str = "ink"
    weight: Weight | None = None
    note: str = ""
    note_token: str = "ink3"
    bar: float | None = None
    bar_token: str = "quiet"


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    key: str
    cells: tuple[Cell, ...]
    spoken: str = ""


class SectionModel(QAbstractTableModel):
    """Columns and lines, in the order in which the screen gives them."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.lines: tuple[Line, ...] = ()

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Replace all lines."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def line(self, row: int) -> Line:
        """The line in a row."""
        return self.lines[row]

    def row_of(self, key: str) -> int | None:
        """Where a line stands; None if it is not there."""
        return next((row for row, line in enumerate(self.lines) if line.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self.count()

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        cell = line.cells[index.column()]
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if line.spoken and index.column() == 0:
                return line.spoken
            title = self.columns[index.column()].title
            return ", ".join(part for part in (title, cell.text, cell.note) if part)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a cell; figures stand in equal cells."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, Size.ROW_TABLE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        cell = index.data(CELL)
        box = QRectF(option.rect)
        if not isinstance(view, SectionTable) or not isinstance(cell, Cell):
            return
        column = view.columns[index.column()]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colour("select"))
            if index.column() == 0:
                bar = QRectF(box.left(), box.top(), 3, box.height())
                painter.fillRect(bar, colour("accent" if view.hasFocus() else "line2"))
        left = view.inset if index.column() == 0 else 0
        hline(painter, box.left() + left, box.bottom() - 1, box.width() - left)
        last = index.column() == len(view.columns) - 1
        right = END if last else GUTTER
        self._paint_cell(painter, box.adjusted(left, 0, -right, -1), cell, column.figures)
        painter.restore()

    @staticmethod
    def _paint_cell(painter: QPainter, box: QRectF, cell: Cell, figures: bool) -> None:
        weight: Weight = cell.weight or 500
        if figures:
            right = box.right() - (BAR_WIDTH + 12 if cell.bar is not None else 0)
            where = QRectF(box.left(), box.top(), right - box.left(), box.height())
            draw_text(
                painter,
                where,
                cell.text,
                cell.token,
                weight=cell.weight,
                tabular=True,
                align=Qt.AlignmentFlag.AlignRight,
            )
            if cell.bar is not None:
                track = QRectF(box.right() - BAR_WIDTH, round(box.center().y()) - 3, BAR_WIDTH, 6)
                draw_box(painter, track, fill="fill", radius=3)
                if cell.bar > 0:  # nothing is nothing, however small the least bar
                    track.setWidth(max(4.0, BAR_WIDTH * min(1.0, cell.bar)))
                    draw_box(painter, track, fill=cell.bar_token, radius=3)
            return
        note = Run(cell.note, cell.note_token, 500, "small")
        draw_runs(painter, box, [Run(cell.text, cell.token, weight), note], gap=9)


class _Header(QHeaderView):
    """30 px, sunken, small 600; an arrow beside the sorted header only."""

    def __init__(self, table: SectionTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setFixedHeight(Size.GROUP)
        self.setMinimumSectionSize(GUTTER)  # a gap is narrower than the kit thinks a column may be
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            box = QRectF(self.viewport().rect())
            painter.fillRect(box, colour("sunken"))
            hline(painter, 0, 0, box.width())
            hline(painter, 0, box.bottom() - 1, box.width())
            for number, column in enumerate(self._table.columns):
                if not self.isSectionHidden(number):
                    self._paint_one(painter, number, column)

    def _paint_one(self, painter: QPainter, number: int, column: Column) -> None:
        left = self.sectionViewportPosition(number) + (self._table.inset if number == 0 else 0)
        last = number == len(self._table.columns) - 1
        right = self.sectionViewportPosition(number) + self.sectionSize(number)
        right -= END if last else GUTTER
        box = QRectF(left, 0, right - left, self.height())
        align = Qt.AlignmentFlag.AlignRight if column.figures else Qt.AlignmentFlag.AlignLeft
        sorted_by, upwards = self._table.sorted_by()
        now = column.key == sorted_by
        if now and column.figures:
            box.adjust(0, 0, -20, 0)
        used = draw_text(painter, box, column.title, "ink2", role="small", weight=600, align=align)
        if now:
            x = box.right() + 6 if column.figures else box.left() + used + 8
            arrow = "arrow-up" if upwards else "arrow-down"
            draw_icon(painter, arrow, QRectF(x, box.center().y() - 6, 12, 12), "ink2")


class SectionTable(QTableView):
    """A table of the product. The screen sorts: `sort_asked` goes out with a column's key, and the
    screen answers with `set_lines` and `set_sorted`. Enter sends `opened` with the line's key;
    Home and End go to the first and the last line."""

    sort_asked = Signal(str)
    current_changed = Signal(str)
    opened = Signal(str)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        inset: int = 24,
        model: type[SectionModel] = SectionModel,
    ) -> None:
        super().__init__(parent)
        self.inset = inset
        self.columns = tuple(columns)
        self._sorted, self._upwards = "", False
        self._lines = model(columns, self)
        self.setModel(self._lines)
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalHeader(_Header(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(Size.ROW_TABLE)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.sectionClicked.connect(self._ask_sort)
        for number, column in enumerate(self.columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._tell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._let_leave(event.size().width())
        super().resizeEvent(event)

    def _let_leave(self, width: int) -> None:
        """Hide as many columns as it takes until the first has room."""
        left = width - sum(column.width for column in self.columns)
        order = sorted((c for c in self.columns if c.leaves), key=lambda c: c.leaves)
        for column in order:
            gone = left < ROOM_FOR_NAMES
            self.setColumnHidden(self.columns.index(column), gone)
            left += column.width if gone else 0

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines; the selected one (by its key) and the scroll stay."""
        key, scroll = self.current_key(), self.verticalScrollBar().value()
        self._lines.set_lines(lines)
        self.select_key(key)
        self.verticalScrollBar().setValue(scroll)

    def set_sorted(self, key: str, *, upwards: bool) -> None:
        """Say which column the lines are sorted by."""
        self._sorted, self._upwards = key, upwards
        word = say("shell.sorted_up" if upwards else "shell.sorted_down")
        titles = [column.title for column in self.columns if column.key == key]
        self.setAccessibleDescription(", ".join([*titles, word]))
        self.horizontalHeader().viewport().update()

    def sorted_by(self) -> tuple[str, bool]:
        """The key of the sorted column and whether it goes upwards."""
        return self._sorted, self._upwards

    def current_key(self) -> str:
        """The key of the selected line, empty if none is."""
        row = self.currentIndex().row()
        return self._lines.line(row).key if 0 <= row < self._lines.count() else ""

    def select_key(self, key: str) -> bool:
        """Select a line by its key; False if it is not there."""
        row = self._lines.row_of(key)
        if row is not None:
            self.selectRow(row)
        return row is not None

    def _ask_sort(self, number: int) -> None:
        if self.columns[number].sorts:
            self.sort_asked.emit(self.columns[number].key)

    def _tell(self, *_: object) -> None:
        self.current_changed.emit(self.current_key())

    def keyboardSearch(self, search: str) -> None:
        """A typed letter is a command here, never a search."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.current_key():
                self.opened.emit(self.current_key())
            return
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._lines.count() - 1}
        end = ends.get(Qt.Key(event.key()))
        if end is not None:  # of the rows: a table would go to the end of the row
            self.selectRow(end)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.current_key() and self._lines.count():
            self.selectRow(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def column_fits(column: Column) -> bool:
    """Whether a header has room for its title, to test widths in both languages."""
    return not column.width or text_width(column.title, "small", 600) + 28 <= column.width
