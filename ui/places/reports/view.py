"""The reports as widgets: what to choose, figures and preview, the files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from fieldapp.words import Words
from ui.places.reports.choosing import ChoosingColumn
from ui.places.reports.exporting import ExportBand
from ui.shell.state import Head
from ui.theme import Size, text_width
from ui.widgets import Cell, Column, EmptyState, Label, Line, SectionTable
from ui.widgets.containers import Panel
from ui.widgets.painting import draw_text, hline, vline

LEFT, LEFT_NARROW = 256, 220
BAND, BAND_NARROW, BAND_WIDE = 340, 300, 480
BETWEEN = " · "
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
        self.table = SectionTable(
            say("reports_place.preview"),
            [
                Column("at", say("reports_place.column_at"), 118, sorts=False),
                Column("head", say("reports_place.column_head"), 0, sorts=False),
                Column("outcome", say("reports_place.column_outcome"), 112, sorts=False),
                Column("amount", say("reports_place.column_amount"), 116, True, sorts=False),
            ],
        )
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

    def show_lines(self, lines: Sequence[Line], note: str) -> None:
        """Show the preview."""
        self.table.set_lines(lines)
        self._note.setText(note)
        self.below.setCurrentWidget(self.table if lines else self.empty)

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


def preview_line(number: int, texts: tuple[str, str, str, str], amount: str) -> Line:
    """A row of the preview: moment, head, address, outcome, amount."""
    at, head, address, outcome = texts
    return Line(
        str(number),
        (
            Cell(at, "ink2"),
            Cell(head, note=address),
            Cell(outcome, "ink2"),
            Cell(amount, "ink" if amount else "ink3"),
        ),
    )
