"""The explained premium: who pays what, by which rule, with supports as negative lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.places.enrol.state import PayLine
from ui.theme import colour, draw_icon, tabular_width, text_width
from ui.widgets.painting import draw_box, draw_text, hline

INSET, TEXT = 24, 68
_RIGHT = Qt.AlignmentFlag.AlignRight
_AMOUNT, _SHARE = 150, 90
SUPPORT, REMARK = 37, 24
NARROW_BELOW = 520
"""In a narrow column, and beside a long rule, the share moves up beside the name, and the amount
too where that is not enough: the article is never cut."""


def high_of(line: PayLine, width: int, *, short: bool) -> int:
    """The height that a line needs in a column of this width: a remark without an amount that
    fits in one line is low."""
    if not line.support:
        return 43 if short else 49
    fits = text_width(line.title) <= width - TEXT - INSET - 12
    return REMARK if fits and not line.amount else SUPPORT


class PayLineView(QWidget):
    """One line: rank, name with the rule below, share, amount. A support line is jade."""

    def __init__(self, line: PayLine, words: Words, *, short: bool) -> None:
        super().__init__()
        self.line = line
        self.setFixedHeight(high_of(line, 0, short=short))
        self.setAccessibleName(
            words.say(
                "enrol.pay_line_spoken",
                title=line.title,
                share=line.share,
                amount=line.amount,
                detail=line.detail,
            ).strip(" .,")
        )

    def sizeHint(self) -> QSize:
        return QSize(420, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self.line.support:
                self._paint_support(painter)
            else:
                self._paint_line(painter)

    def _paint_support(self, painter: QPainter) -> None:
        line, box = self.line, QRectF(self.rect())
        right = box.adjusted(0, 0, -INSET, 0)
        used = tabular_width(line.amount, "body", 600) if line.amount else 0
        text = QRectF(TEXT, 0, right.right() - TEXT - used - 12, box.height())
        if text_width(line.title) <= text.width():
            draw_text(painter, text, line.title, "jade")
        else:
            self._paint_in_two(painter, right.adjusted(TEXT, 0, 0, 0))
            right = right.adjusted(0, 17, 0, 0)
        draw_text(painter, right, line.amount, "jade", weight=600, tabular=True, align=_RIGHT)

    def _paint_in_two(self, painter: QPainter, box: QRectF) -> None:
        """Too long for a line: what does not fit moves below, for the article is never cut."""
        first, rest = broken(self.line.title, box.width())
        for number, text in enumerate((first, rest)):
            cell = QRectF(box.left(), box.top() + 1 + 17 * number, box.width(), 18)
            draw_text(painter, cell, text, "jade", role="small")

    def _paint_line(self, painter: QPainter) -> None:
        line, box = self.line, QRectF(self.rect())
        top = round((box.height() - 38) / 2)
        right = box.adjusted(0, 0, -INSET, 0)
        self._paint_mark(painter, QRectF(INSET, box.center().y() - 12, 24, 24))
        amount = max(tabular_width(line.amount, "row", 600), 86)
        long = text_width(line.detail, "small")
        beside_both = right.right() - amount - 24 - text_width(line.share) - 12 - TEXT
        narrow = box.width() < NARROW_BELOW or long > beside_both
        end = right.right() - amount - (12 if narrow else 24)
        above = narrow and long > end - TEXT
        beside = QRectF(end - _SHARE, top if narrow else 0, _SHARE, 20 if narrow else box.height())
        share = "" if narrow and line.mark == "vsi" else line.share  # the line below says it too
        draw_text(painter, beside, share, "ink2", align=_RIGHT)
        self._paint_amount(
            painter, QRectF(right.left(), top, right.width(), 20) if above else right
        )
        wide = end - text_width(share) - 12 - TEXT
        name = QRectF(TEXT, top, wide, 20)
        draw_text(painter, name, line.title, "ink", weight=500)
        room = right.right() - TEXT if above else end - TEXT if narrow else wide
        draw_text(painter, QRectF(TEXT, top + 19, room, 18), line.detail, "ink2", role="small")

    def _paint_amount(self, painter: QPainter, box: QRectF) -> None:
        draw_text(
            painter,
            box,
            self.line.amount,
            "ink",
            role="row",
            weight=600,
            tabular=True,
            align=_RIGHT,
        )

    def _paint_mark(self, painter: QPainter, circle: QRectF) -> None:
        if self.line.mark == "vsi":
            draw_icon(painter, "umbrella", circle.adjusted(3, 3, -3, -3), "teal")
            return
        draw_box(painter, circle, fill="soft", radius=12)
        middle = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, circle, self.line.mark, "accent", role="small", weight=600, align=middle)


def broken(text: str, width: float) -> tuple[str, str]:
    """Two lines of a sentence, broken behind a comma or before a dot: as much as fits above."""
    ends = [found.start() for found in _BREAK.finditer(text)]
    fitting = [end for end in ends if text_width(text[:end], "small") <= width]
    at = max(fitting, default=ends[0] if ends else len(text))
    return text[:at], text[at:].lstrip(", \u00b7")


_BREAK = re.compile(r", | · ")


class _Head(QWidget):
    """The sunken table head."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._titles = [
            words.say(f"enrol.column_{name}") for name in ("rank", "payer", "share", "amount")
        ]
        self.setFixedHeight(26)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        rank, payer, share, amount = self._titles
        right = box.right() - INSET
        with QPainter(self) as painter:
            painter.fillRect(box, colour("sunken"))
            hline(painter, 0, 0, box.width())
            hline(painter, 0, box.height() - 1, box.width())
            places = (
                (rank, QRectF(INSET, 0, 44, box.height()), Qt.AlignmentFlag.AlignLeft),
                (payer, QRectF(TEXT, 0, 160, box.height()), Qt.AlignmentFlag.AlignLeft),
                (share, QRectF(right - 110 - _SHARE, 0, _SHARE, box.height()), _RIGHT),
                (amount, QRectF(right - _AMOUNT, 0, _AMOUNT, box.height()), _RIGHT),
            )
            for title, cell, align in places:
                draw_text(painter, cell, title, "ink2", role="small", weight=600, align=align)


class _Lines(QWidget):
    """The lines with hairlines between people."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("surface"))
            for number in range(1, self.column.count()):
                item = self.column.itemAt(number)
                view = item.widget() if item else None
                if isinstance(view, PayLineView) and not view.line.support:
                    hline(painter, TEXT, view.y() - 1, self.width() - TEXT)


class _Sum(QWidget):
    """The sum below the lines, never scrolled away."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._title, self._amount = words.say("enrol.sum"), ""
        self.setFixedHeight(40)

    def set_amount(self, amount: str) -> None:
        """Show another sum."""
        self._amount = amount
        self.setAccessibleName(f"{self._title} {amount}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.fillRect(box, colour("surface"))
            hline(painter, 0, 0, box.width(), "line2")
            hline(painter, 0, box.height() - 1, box.width())
            inner = box.adjusted(INSET, 1, -INSET, -1)
            draw_text(painter, inner, self._title, "ink", weight=600)
            draw_text(
                painter,
                inner,
                self._amount,
                "ink",
                role="subheading",
                weight=600,
                tabular=True,
                align=_RIGHT,
            )


class _Area(QScrollArea):
    """As high as its lines if there is room; scrolls else."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self._inner = inner
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setWidget(inner)

    def sizeHint(self) -> QSize:
        return QSize(400, self._inner.minimumHeight())


class PremiumTable(QWidget):
    """Head, lines (which scroll when there are many), sum."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: tuple[tuple[PayLine, ...], bool] = ((), False)
        self.lines = _Lines()
        self.area = _Area(self.lines)
        self.sum = _Sum(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_Head(words))
        column.addWidget(self.area)
        column.addWidget(self.sum)

    def set_lines(self, lines: Sequence[PayLine], total: str, *, short: bool = False) -> None:
        """Show other lines and another sum."""
        self.sum.set_amount(total)
        if (tuple(lines), short) == self._shown:
            return
        self._shown = (tuple(lines), short)
        while self.lines.column.count():
            item = self.lines.column.takeAt(0)
            view = item.widget() if item else None
            if view is not None:
                view.hide()
                view.deleteLater()
        for line in lines:
            self.lines.column.addWidget(PayLineView(line, self._words, short=short))
        self._fit()

    def _fit(self) -> None:
        high = 0
        for place in range(self.lines.column.count()):
            item = self.lines.column.itemAt(place)
            view = item.widget() if item else None
            if isinstance(view, PayLineView):
                needed = high_of(view.line, self.width(), short=self._shown[1])
                view.setFixedHeight(needed)
                high += needed
        self.lines.setFixedHeight(high)
        self.area.setMaximumHeight(high)
        self.area.setMinimumHeight(min(high, 96))
        self.area.updateGeometry()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()
