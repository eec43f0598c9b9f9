"""The members of a household over one time axis: name, cover, what each should do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import Size, colour, draw_icon, text_width
from ui.theme.tokens import Weight
from ui.widgets import DateScale, Segment, paint_coverage
from ui.widgets.coverage import paint_axis, paint_today, quarters, spoken
from ui.widgets.painting import draw_text, hline, vline

Index = QModelIndex | QPersistentModelIndex
MEMBER = Qt.ItemDataRole.UserRole + 1
ADVICE: dict[str, tuple[str, Weight]] = {"late": ("brick", 600), "soon": ("ochre", 600)}
PLAIN_ADVICE: tuple[str, Weight] = ("ink2", 400)
INSET, GAP, WIDE = 24, 16, 800
NAME_LEAST, NAME_MOST = 186, 250
ADVICE_WIDTH, ADVICE_NARROW, ADVICE_MOST = 132, 178, 200


@dataclass(frozen=True)
class MemberLine:
    """One member as it is shown."""

    key: str
    name: str
    who: str
    segments: tuple[Segment, ...]
    advice: str
    more: str
    level: str


@dataclass(frozen=True)
class Columns:
    """Where things begin and end across the width, in logical px."""

    bar: int
    bar_end: int
    advice: int

    @classmethod
    def of(cls, width: int, lines: Sequence[MemberLine]) -> Columns:
        """Names are never cut while there is room, then advice; bars take the rest."""
        names = max((text_width(ln.name, "row", 500) for ln in lines), default=0)
        bar = round(min(max(NAME_LEAST, INSET + names + GAP), NAME_MOST))
        advices = [text_width(ln.advice, "small", 600) for ln in lines]
        advices += [text_width(ln.more, "small") for ln in lines]
        most = ADVICE_MOST if width >= WIDE else ADVICE_NARROW
        advice = round(min(max([ADVICE_WIDTH, *(a + 14 for a in advices)]), most))
        return cls(bar, width - advice - GAP, width - advice)


class _Model(QAbstractListModel):
    """The members."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[MemberLine, ...] = ()
        self.today: date | None = None

    def set_lines(self, lines: Sequence[MemberLine], today: date) -> None:
        """Replace all."""
        self.beginResetModel()
        self.lines, self.today = tuple(lines), today
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == MEMBER:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cover = spoken(line.segments, self.today) if self.today else ""
            parts = (line.name, line.who, cover, line.advice, line.more)
            return ", ".join(part for part in parts if part)
        return None


class _Delegate(QStyledItemDelegate):
    """Paints one member."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(400, Size.ROW_MEMBER)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, line = option.widget, index.data(MEMBER)
        box = QRectF(option.rect)
        if not isinstance(view, MemberList) or not isinstance(line, MemberLine):
            return
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colour("select"))
            bar = QRectF(box.left(), box.top(), 3, box.height())
            painter.fillRect(bar, colour("accent" if view.hasFocus() else "line2"))
        hline(painter, box.left() + INSET, box.bottom() - 1, box.width() - INSET)
        self._paint_texts(painter, box, line, view.columns())
        view.paint_bar(painter, box, line)
        painter.restore()

    @staticmethod
    def _paint_texts(painter: QPainter, box: QRectF, line: MemberLine, at: Columns) -> None:
        first = QRectF(box.left() + INSET, box.top() + 8, at.bar - INSET - 12, 22)
        second = QRectF(first.left(), box.top() + 29, first.width(), 18)
        draw_text(painter, first, line.name, "ink", role="row")
        draw_text(painter, second, line.who, "ink2", role="small")
        token, weight = ADVICE.get(line.level, PLAIN_ADVICE)
        wide = box.width() - at.advice - 8
        where = QRectF(box.left() + at.advice, box.top() + 10, wide, 18)
        draw_text(painter, where, line.advice, token, role="small", weight=weight)
        below = QRectF(where.left(), box.top() + 29, wide, 18)
        draw_text(painter, below, line.more, "ink2", role="small")


class MemberList(QListView):
    """↑ ↓ move, Enter sends `opened`; `current_changed` goes out with the member's key."""

    current_changed = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members = _Model(self)
        self._scale: DateScale | None = None
        self.setModel(self._members)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._tell)

    def show_members(self, lines: Sequence[MemberLine], scale: DateScale, today: date) -> None:
        """Show other members; the selected one stays if she is still there."""
        key = self.current_key()
        self._scale = scale
        self._members.set_lines(lines, today)
        if not self.select_key(key) and lines:
            self.select_key(lines[0].key)
        self.updateGeometry()

    def columns(self) -> Columns:
        """Where things stand across the width."""
        return Columns.of(self.viewport().width(), self._members.lines)

    def paint_bar(self, painter: QPainter, box: QRectF, line: MemberLine) -> None:
        """The grid, the cover of a member and today, in her row."""
        if self._scale is None or self._members.today is None:
            return
        at, today = self.columns(), self._members.today
        left, width = box.left() + at.bar, at.bar_end - at.bar
        for day in quarters(self._scale):
            vline(painter, self._scale.x(day, left, width), box.top(), box.height() - 1)
        where = QRectF(left, box.top(), width, box.height() - 1)
        paint_coverage(painter, where, line.segments, self._scale, size="page", today=today)
        paint_today(painter, self._scale.x(today, left, width), box.top(), box.height())

    def current_key(self) -> str:
        """The key of the selected member, empty if none is."""
        row = self.currentIndex().row()
        lines = self._members.lines
        return lines[row].key if 0 <= row < len(lines) else ""

    def select_key(self, key: str) -> bool:
        """Select a member by her key; False if she is not there."""
        for row, line in enumerate(self._members.lines):
            if line.key == key:
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.selectionModel().setCurrentIndex(self._members.index(row), flag)
                return True
        return False

    def natural_height(self) -> int:
        """The height at which nothing scrolls."""
        return Size.ROW_MEMBER * len(self._members.lines)

    def _tell(self, *_: object) -> None:
        self.current_changed.emit(self.current_key())

    def keyboardSearch(self, search: str) -> None:
        """A typed letter is a command here, never a search."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.current_key():
                self.opened.emit(self.current_key())
        elif event.text().isprintable() and event.text() and not event.modifiers():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.indexAt(event.position().toPoint()).isValid():
            self.opened.emit(self.current_key())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class MemberHeader(QWidget):
    """The heading over the members: words at the ends, the time axis between."""

    def __init__(self, members: MemberList, left: str, right: str) -> None:
        super().__init__()
        self._members, self._left, self._right = members, left, right
        self._scale: DateScale | None = None
        self._today: date | None = None
        self.setFixedHeight(Size.GROUP)

    def show_axis(self, scale: DateScale, today: date) -> None:
        """Show other days."""
        self._scale, self._today = scale, today
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        at = self._members.columns()
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            painter.fillRect(box, colour("sunken"))
            hline(painter, 0, 0, box.width())
            hline(painter, 0, box.bottom() - 1, box.width())
            head = box.adjusted(INSET, 0, 0, 0)
            draw_text(painter, head, self._left, "ink2", role="small", weight=600)
            right = box.adjusted(at.advice, 0, -8, 0)
            draw_text(painter, right, self._right, "ink2", role="small", weight=600)
            if self._scale is not None and self._today is not None:
                axis = QRectF(at.bar, 0, at.bar_end - at.bar, box.height())
                paint_axis(painter, axis, self._scale, self._today)


class Fact(QWidget):
    """An icon, a strong word and a weak one, in one line: 5 người  3 người đóng. One that gives
    way is elided where there is no room; all of it is its tooltip."""

    def __init__(self, icon: str, *, gives_way: bool = False) -> None:
        super().__init__()
        self._icon, self._strong, self._weak = icon, "", ""
        self._gives_way = gives_way
        self.setFixedHeight(24)

    def show_texts(self, strong: str, weak: str = "") -> None:
        """Show other words; without any it leaves."""
        self._strong, self._weak = strong, weak
        self.setVisible(bool(strong or weak))
        self.setAccessibleName(f"{strong} {weak}".strip())
        if self._gives_way:
            self.setMinimumWidth(60)
            self.setToolTip(self.accessibleName())
        else:
            self.setFixedWidth(self.sizeHint().width())
        self.update()

    def sizeHint(self) -> QSize:
        wide = text_width(self._strong, "body", 600) + text_width(self._weak, "small")
        return QSize(round(wide) + 22 + (6 if self._strong and self._weak else 0) + 2, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            draw_icon(painter, self._icon, QRectF(0, 5, 14, 14), "ink2")
            line = box.adjusted(22, 0, 0, 0)
            used = 0.0
            if self._strong:
                used = draw_text(painter, line, self._strong, "ink", weight=600) + 6
            rest = line.adjusted(used, 0, 0, 0)
            draw_text(painter, rest, self._weak, "ink2", role="small")
