"""The reports as widgets: what to choose, figures and preview, the files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from fieldapp.clock import VIETNAM
from fieldapp.reports.pasting import Value
from fieldapp.reports.texts import one_line
from fieldapp.reports.visit_row import VisitRow
from fieldapp.words import Words
from fieldapp.words.format import money, number
from ui.places.reports.choosing import ChoosingColumn
from ui.places.reports.exporting import ExportBand
from ui.say import Teller
from ui.shell.state import Head
from ui.theme import Size, text_width
from ui.widgets import Button, Cell, Column, EmptyState, Label, Line
from ui.widgets.containers import Panel
from ui.widgets.paged import PagedTable
from ui.widgets.painting import draw_text, hline, vline

LEFT, LEFT_NARROW = 256, 220
BAND, BAND_NARROW, BAND_WIDE = 340, 300, 480
BETWEEN = " · "
WORTH_TELLING = 20_000
"""Visits: fewer are looked at before one has read how many."""
FIGURES = ("rows", "households", "enrolments", "total")


class FiguresBar(QWidget):
    """Four figures in a line, and the outcomes in small below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._figures: tuple[tuple[str, str], ...] = ()
        self._outcomes = ""
        self.setFixedHeight(92)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figures(self, figures: Sequence[tuple[str, str]], outcomes: str) -> None:
        """Show other figures: label and value."""
        self._figures, self._outcomes = tuple(figures), outcomes
        spoken = ", ".join(f"{label} {value}" for label, value in self._figures)
        self.setAccessibleName(f"{self._name}: {spoken}")
        self.setAccessibleDescription(outcomes)
        self.setToolTip(outcomes)
        self._fit()
        self.update()

    def figures(self) -> dict[str, str]:
        """The figures by their label."""
        return dict(self._figures)

    def sizeHint(self) -> QSize:
        return QSize(400, 92)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(92 if len(self._lines()) < 2 else 110)

    def _lines(self) -> list[str]:
        """The outcomes, in two lines where one would be cut."""
        parts = self._outcomes.split(BETWEEN)
        room = self.width() - 48
        fitting = len(parts)
        while fitting > 1 and text_width(BETWEEN.join(parts[:fitting]), "small") > room:
            fitting -= 1
        return [BETWEEN.join(part) for part in (parts[:fitting], parts[fitting:]) if part]

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._figures:
            return
        with QPainter(self) as painter:
            x = 24.0
            room = self.width() - 48
            wide = room / (len(self._figures) + 0.7)
            for place, (label, value) in enumerate(self._figures):
                last = place == len(self._figures) - 1
                box = QRectF(round(x), 12, wide * 1.7 if last else wide, 52)
                if place:
                    vline(painter, box.left() - 12, 16, 42, "line2")
                title = QRectF(box.left(), box.top(), box.width() - 16, 18)
                draw_text(painter, title, label, "ink2", role="small")
                role = "title" if text_width(value, "title") < box.width() - 12 else "subheading"
                figure = QRectF(box.left(), box.top() + 18, box.width() - 12, 28)
                draw_text(painter, figure, value, "ink", role=role)
                x += wide
            for place, text in enumerate(self._lines()):
                line = QRectF(24, 66 + 18 * place, room, 18)
                draw_text(painter, line, text, "ink3", role="small")
            hline(painter, 0, self.height() - 1, self.width())


class OrderingStrip(QWidget):
    """How many visits were looked at while they are put in another order, and a way out."""

    cancelled = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.text = Label(role="small", token="ink2")
        self.cancel = Button(words.say("reports_place.keep_order"), kind="link", height=22)
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.text, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_looked(self, count: int | None) -> None:
        """Show how many; None, or so few that it will be over at once, hides it."""
        self.setVisible(count is not None and count > WORTH_TELLING)
        self.text.setText(self._words.say("reports_place.ordering", n=number(count or 0)))


class ReportsView(QWidget):
    """Three columns. Signals go out of the columns; the page is fed by the controller."""

    def __init__(self, words: Words, today: date) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.choosing = ChoosingColumn(words, today)
        self.band = ExportBand(words)
        self.figures = FiguresBar(say("reports_place.figures"))
        self._note = Label(role="small", token="ink2")
        self.table = PagedTable(say("reports_place.preview"), table_columns(words))
        self.ordering = OrderingStrip(words)
        self.columns = Button(say("reports_place.columns"), kind="link", height=22)
        self.columns.clicked.connect(self._ask_columns)
        self.empty = EmptyState(
            "table", say("reports_place.empty_title"), say("reports_place.empty_text")
        )
        self._build()

    def _build(self) -> None:
        middle = Panel()
        middle.column.addWidget(self.figures)
        head = QHBoxLayout()
        head.setContentsMargins(24, 10, 20, 8)
        head.setSpacing(10)
        head.addWidget(Label(self._words.say("reports_place.preview"), weight=600))
        head.addWidget(self._note, 1)
        head.addWidget(self.ordering, 1)
        head.addWidget(self.columns)
        middle.column.addLayout(head)
        self.below = QStackedWidget()
        self.below.addWidget(self.table)
        self.below.addWidget(self.empty)
        middle.column.addWidget(self.below, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.choosing)
        row.addWidget(middle, 1)
        row.addWidget(self.band)
        self._middle = middle

    def show_note(self, note: str, *, empty: bool) -> None:
        """Say what stands in the table."""
        self._note.setText(note)
        self._note.setToolTip(note)
        self.below.setCurrentWidget(self.empty if empty else self.table)

    def show_looked(self, count: int | None) -> None:
        """Show how many visits were looked at for another order; None: it stands."""
        self.ordering.show_looked(count)
        self._note.setVisible(self.ordering.isHidden())

    def _ask_columns(self) -> None:
        self.table.ask_columns(self.columns.mapToGlobal(self.columns.rect().bottomLeft()))

    def head(self) -> Head:
        """The title."""
        say = self._words.say
        return Head(say("reports_place.title"), say("reports_place.context"))

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self._middle

    def focus_first(self) -> None:
        """Begin at the first day."""
        self.choosing.since.edit.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        window = self.window().width()
        narrow = window < Size.FOLD_RAIL_BELOW
        self.choosing.setFixedWidth(LEFT_NARROW if narrow else LEFT)
        band = BAND_NARROW if narrow else (BAND_WIDE if window >= 1800 else BAND)
        self.band.setFixedWidth(band)


SHOWN = ("visited_at", "head", "outcome", "amount_dong")
"""The columns that are seen until somebody chooses others."""
_WIDTHS = {
    "visited_at": 118,
    "head": 0,
    "street": 200,
    "ward_name": 160,
    "canvasser": 150,
    "outcome": 112,
    "next_on": 92,
    "receipts": 92,
    "amount_dong": 116,
    "note": 240,
}
_UNSORTED = frozenset({"ward_name", "receipts", "note"})


def table_columns(words: Words) -> list[Column]:
    """The columns of the visits, those that are not seen at first too."""
    at = {"visited_at": "reports_place.column_at", "street": "reports.paper_address"}
    return [
        Column(
            key,
            words.say(at.get(key, f"reports.column_{key}")),
            width,
            key == "amount_dong",
            sorts=key not in _UNSORTED,
        )
        for key, width in _WIDTHS.items()
    ]


def visit_line(row: VisitRow, teller: Teller) -> Line:
    """A visit in the table."""
    at = row.visited_at.astimezone(VIETNAM)
    paid = money(row.amount_dong) if row.amount_dong else ""
    cells = {
        "visited_at": Cell(f"{teller.day(row.visited_on)} {at:%H:%M}", "ink2"),
        # the number alone: with the street it would be cut, and a cut number is a wrong one
        "head": Cell(row.head, note=row.house_number),
        "street": Cell(f"{row.house_number} {row.street}".strip(), "ink2"),
        "ward_name": Cell(row.ward_name, "ink2"),
        "canvasser": Cell(row.canvasser, "ink2"),
        "outcome": Cell(teller.outcome(row.outcome), "ink2"),
        "next_on": Cell(teller.day(row.next_on) if row.next_on else "", "ink2"),
        "receipts": Cell(", ".join(row.receipts), "ink2"),
        "amount_dong": Cell(paid, "ink" if paid else "ink3"),
        "note": Cell(one_line(row.note), "ink2"),
    }
    return Line(row.visit, tuple(cells[key] for key in _WIDTHS))


def visit_values(row: VisitRow, teller: Teller) -> dict[str, Value]:
    """What a spreadsheet gets of a visit."""
    return {
        "visited_at": row.visited_at,
        "head": row.head,
        "street": f"{row.house_number} {row.street}".strip(),
        "ward_name": row.ward_name,
        "canvasser": row.canvasser,
        "outcome": teller.outcome(row.outcome),
        "next_on": row.next_on,
        "receipts": ", ".join(row.receipts),
        "amount_dong": row.amount_dong,
        "note": row.note,
    }
