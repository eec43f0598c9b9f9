"""How a row and a heading are painted. One delegate for all lists; the shape says the columns."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest
from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme.current import colour, say
from ui.theme.fonts import text_width
from ui.theme.icons import STATES, draw_icon
from ui.theme.tokens import Radius, Size, Weight
from ui.widgets.button import draw_key_cap, key_cap_width
from ui.widgets.chips import STATE_TOKENS
from ui.widgets.painting import Run, draw_box, draw_runs, draw_text, hline, runs_width
from ui.widgets.rows import FOLDED, ITEM, Group, Index, Mark, Row, RowShape

_WIDE = 1000
_EXTRA_SHARE = 0.38


def match_runs(row: Row, token: str, weight: Weight) -> list[Run]:
    """The title with its matched letters in accent 600."""
    runs, at = [], 0
    for start, end in row.match:
        runs.append(Run(row.title[at:start], token, weight, "row"))
        runs.append(Run(row.title[start:end], "accent", 600, "row"))
        at = end
    runs.append(Run(row.title[at:], token, weight, "row"))
    return [run for run in runs if run.text]


def right_marks(row: Row, shape: RowShape) -> list[Mark]:
    """What stands at the right: urgency or outcome, below it the state if it is not sent."""
    found = [row.mark] if row.mark else []
    if row.state and (row.state != "sent" or shape.show_sent):
        token = "ink3" if row.state == "sent" else STATE_TOKENS[row.state]
        found.append(Mark(say(f"shell.state_{row.state}"), token, STATES[row.state]))
    return found


_MEASURED = 12
_WIDEST_LEAD = 168


class RowDelegate(QStyledItemDelegate):
    """Paints rows and headings with the tokens in force."""

    def __init__(self, shape: RowShape, parent: QWidget) -> None:
        super().__init__(parent)
        self._shape = shape
        self._lead = shape.lead
        self._slack = 0
        self._first = True

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        item = index.data(ITEM)
        if isinstance(item, Group):
            return QSize(200, Size.GROUP)
        single = isinstance(item, Row) and not (item.fact or item.stake)
        return QSize(200, Size.ROW_TABLE if self._shape.floating and single else self._shape.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        box = QRectF(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        view = option.widget
        focused = view is not None and view.hasFocus()
        painter.save()
        if isinstance(item, Group):
            self._first = index.row() == 0
            self._paint_group(painter, box, item, bool(index.data(FOLDED)))
        elif isinstance(item, Row):
            self._slack = (
                view.width() - view.viewport().width() if isinstance(view, QListView) else 0
            )
            if chosen:
                self._paint_chosen(painter, box)
            self._paint_row(painter, box, item)
        if chosen and not self._shape.floating:
            bar = QRectF(box.left(), box.top(), 3, box.height())
            painter.fillRect(bar, colour("accent" if focused else "line2"))
        painter.restore()

    def fit_lead(self, leads: Iterable[str]) -> None:
        """Make the first column wide enough for what stands in it: a house number is never cut."""
        if not self._shape.lead or self._shape.time:
            return
        longest = nlargest(_MEASURED, set(leads), key=len)
        widest = max((text_width(lead, "row", 600) for lead in longest), default=0)
        self._lead = max(self._shape.lead, min(_WIDEST_LEAD, ceil(widest) + 14))

    def _paint_group(self, painter: QPainter, box: QRectF, group: Group, folded: bool) -> None:
        if not self._shape.floating:
            painter.fillRect(box, colour("sunken"))
            hline(painter, box.left(), box.bottom() - 1, box.width())
        elif not self._first:
            hline(painter, box.left() + 20, box.top(), box.width() - 40)
        left = self._shape.indent
        if group.folds:
            chevron = QRectF(box.left() + left - 20, box.center().y() - 6, 12, 12)
            draw_icon(painter, "caret-right" if folded else "caret-down", chevron, "ink2")
        runs = [
            Run(group.title, "ink2", 600, "small"),
            Run(group.note, "ink3", 400, "small"),
        ]
        line = box.adjusted(left, 0, -self._shape.right, -1)
        draw_runs(painter, line, runs, gap=11)
        if group.right:
            draw_text(
                painter, line, group.right, "ink3", role="small", align=Qt.AlignmentFlag.AlignRight
            )

    def _paint_chosen(self, painter: QPainter, box: QRectF) -> None:
        if self._shape.floating:
            draw_box(painter, box.adjusted(8, 0, -8, 0), fill="soft", radius=Radius.CONTROL)
        else:
            painter.fillRect(box, colour("select"))

    def _paint_row(self, painter: QPainter, box: QRectF, row: Row) -> None:
        shape = self._shape
        two = bool(row.fact or row.stake)
        pad = (shape.height - 44) / 2
        first = QRectF(box.left(), box.top() + 4 + pad, box.width(), 22) if two else box
        second = QRectF(box.left(), box.top() + 23 + pad, box.width(), 18)
        hair = shape.indent if shape.hairline is None else shape.hairline
        if hair >= 0:
            hline(painter, box.left() + hair, box.bottom() - 1, box.width() - hair)
        x = self._paint_columns(painter, first, row, box.left() + shape.indent)
        edge = box.right() - max(8, shape.right - self._slack)
        if row.extra and box.width() >= _WIDE:
            start = edge - box.width() * _EXTRA_SHARE
            cell = QRectF(start, box.top(), box.width() * _EXTRA_SHARE - 130, box.height() - 1)
            draw_text(painter, cell, row.extra, "ink2", role="small")
            self._paint_right(painter, QRectF(x, first.top(), edge - x, 22), second, row, two)
            ends = (start - 12, start - 12)
        else:
            ends = self._paint_right(
                painter, QRectF(x, first.top(), edge - x, first.height()), second, row, two
            )
        self._paint_texts(painter, row, (x, first, second, *ends))

    def _paint_columns(self, painter: QPainter, first: QRectF, row: Row, x: float) -> float:
        shape, tone = self._shape, "ink3" if row.done else "ink"
        if shape.lead:
            cell = QRectF(x, first.top(), self._lead - 6, first.height())
            if shape.time:
                draw_text(painter, cell, row.lead, "ink3", tabular=True)
            else:
                draw_text(painter, cell, row.lead, tone, role="row", weight=600)
            x += self._lead
        if shape.time:
            cell = QRectF(x, first.top(), shape.time, first.height())
            numeric = row.time[:1].isdigit()
            draw_text(painter, cell, row.time, "ink2", tabular=numeric)
            x += shape.time
        if shape.icon:
            if row.icon:
                draw_icon(
                    painter, row.icon, QRectF(x, first.center().y() - 8, 16, 16), row.icon_token
                )
            x += shape.icon
        return x

    def _paint_texts(
        self, painter: QPainter, row: Row, where: tuple[float, QRectF, QRectF, float, float]
    ) -> None:
        x, first, second, end1, end2 = where
        tone = "ink3" if row.done else "ink"
        floating = self._shape.floating
        weight: Weight = 400 if floating else 600 if self._shape.title_strong else 500
        small = self._shape.title_strong or self._shape.show_sent or (floating and not row.fact)
        role = "body" if small else "row"
        title = match_runs(row, tone, 400) if row.match else [Run(row.title, tone, weight, role)]
        if self._shape.show_sent and not self._shape.title_strong:
            title = [Run(row.title, tone, 500, role)]
        line = QRectF(x, first.top(), end1 - x, first.height())
        used = draw_runs(painter, line, title)
        if row.note:
            note = line.adjusted(used + 8, 0, 0, 0)
            if row.match:
                note = line.adjusted(used, 0, 0, 0)
            if note.width() > 24:
                role, token = ("row", "ink2") if row.match else ("small", "ink3")
                draw_text(painter, note, row.note, token, role=role, weight=400)
        if row.fact or row.stake:
            fact = "ink3" if row.done else ("ink" if row.fact_strong else "ink2")
            runs = [
                Run(row.fact, fact, 600 if row.fact_strong else 400, "small"),
                Run(row.stake, "ink3", 400, "small"),
            ]
            draw_runs(painter, QRectF(x, second.top(), end2 - x, 18), runs, gap=8)

    def _paint_right(
        self, painter: QPainter, first: QRectF, second: QRectF, row: Row, two: bool
    ) -> tuple[float, float]:
        """Paint the marks; returns where the first and the second line of text must end."""
        edge = first.right()
        ends = [edge, edge]
        if row.cap:
            wide = key_cap_width(row.cap)
            draw_key_cap(painter, QRectF(edge - wide, first.top(), wide, first.height()), row.cap)
            ends[0] = edge - wide - 12
            edge = ends[0]
        marks = right_marks(row, self._shape)
        if not two:
            for mark in reversed(marks):
                edge = self._paint_mark(painter, first, mark, edge) - 16
            ends[0] = edge
            return ends[0], ends[1]
        lines = (first, QRectF(first.left(), second.top(), first.width(), 18))
        for number, (line, mark) in enumerate(zip(lines, marks, strict=False)):
            ends[number] = self._paint_mark(painter, line, mark, edge) - 16
        return ends[0], ends[1]

    @staticmethod
    def _paint_mark(painter: QPainter, line: QRectF, mark: Mark, edge: float) -> float:
        run = Run(mark.text, mark.token, 600 if mark.strong else 500, "small")
        if mark.token == "ink3" and not mark.strong:
            run = Run(mark.text, mark.token, 400, "small")
        left = edge - runs_width([run])
        draw_runs(painter, QRectF(left, line.top(), edge - left + 2, line.height()), [run])
        if mark.icon:
            left -= 20
            icon = QRectF(left, line.center().y() - 7, 14, 14)
            draw_icon(painter, mark.icon, icon, mark.token)
        return left


def title_width(row: Row) -> float:
    """Width that a row's title needs, to test that it is never cut."""
    return text_width(row.title, "row", 500)
