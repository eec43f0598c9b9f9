"""Who took how many in one ward, the visits of one of them, and the numbers behind the charts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from fieldapp.clock import business_date
from fieldapp.usecases.progress import CanvasserProgress
from fieldapp.usecases.progress_visits import CanvasserVisits, VisitSeen
from fieldapp.words.format import clock_time, number
from ui.places.progress.chart_state import Chart
from ui.places.progress.figures_table import figure_cell, figure_columns, spoken_row
from ui.say import Teller
from ui.widgets import Button, Cell, Column, EmptyState, Label, Line, SectionTable, on_key
from ui.widgets.containers import Panel


class Inner(Panel):
    """A table one step further in: a title, a way back (Esc or the button), a sentence for none."""

    left = Signal()
    opened = Signal(str)

    def __init__(self, teller: Teller, back: str, table: SectionTable, none: EmptyState) -> None:
        super().__init__()
        self._teller, self.table, self.nobody = teller, table, none
        self.title = Label(weight=600)
        self.back = Button(back, key="Esc", icon="arrow-left", height=30)
        self.back.clicked.connect(self.left)
        self.table.opened.connect(self.opened)
        head = QHBoxLayout()
        head.setContentsMargins(24, 8, 24, 8)
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        self.column.addLayout(head)
        self.below = QStackedWidget()
        self.below.addWidget(self.table)
        self.below.addWidget(self.nobody)
        self.column.addWidget(self.below, 1)
        on_key(self, "Escape", self.left.emit)

    def show_lines(self, title: str, lines: Sequence[Line]) -> None:
        """Show other lines; the selected one stays."""
        self.title.setText(title)
        self.table.set_lines(lines)
        if lines and not self.table.current_key():
            self.table.select_key(lines[0].key)
        self.below.setCurrentWidget(self.table if lines else self.nobody)

    def focus_first(self) -> None:
        """Begin at the lines, or at the way back."""
        first = self.table if self.below.currentWidget() is self.table else self.back
        first.setFocus(Qt.FocusReason.OtherFocusReason)


class Canvassers(Inner):
    """Who took how many in one ward. Enter shows the visits of one."""

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        name = Column("name", say("progress_place.column_canvasser"), 0, sorts=False)
        total = Column("total", say("progress_place.column_total"), 100, figures=True, sorts=False)
        columns = [name, *figure_columns(teller, sorts=False), total]
        table = SectionTable(say("progress_place.canvassers_table"), columns)
        none = EmptyState(
            "chart-line-up", say("progress_place.nobody_title"), say("progress_place.nobody_text")
        )
        super().__init__(teller, say("progress_place.back"), table, none)

    def show_ward(self, ward: str, found: Sequence[CanvasserProgress]) -> None:
        """Show another ward's people."""
        title = self._teller.say("progress_place.canvassers", ward=ward)
        self.show_lines(title, [self._line(one) for one in found])

    def _line(self, one: CanvasserProgress) -> Line:
        waiting = sum(figure.waiting for figure in one.figures)
        note = self._teller.say("progress_place.waiting", n=waiting) if waiting else ""
        total = number(sum(figure.done for figure in one.figures))
        cells = (
            Cell(one.name, note=note, note_token="ochre"),
            *(figure_cell(figure) for figure in one.figures),
            Cell(total, weight=600),
        )
        return Line(one.username, cells, spoken_row(one.name, one.figures, self._teller, note))


class Visits(Inner):
    """The visits of one person in one ward, newest first. Enter opens the household."""

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        columns = [
            Column("household", say("progress_place.column_household"), 0, sorts=False),
            Column("address", say("progress_place.column_address"), 250, sorts=False, leaves=2),
            Column("at", say("progress_place.column_visited"), 110, sorts=False),
            Column("outcome", say("progress_place.column_outcome"), 150, sorts=False),
            Column("people", say("progress_place.column_people"), 90, figures=True, sorts=False),
        ]
        table = SectionTable(say("progress_place.visits_table"), columns)
        none = EmptyState(
            "chart-line-up",
            say("progress_place.no_visit_title"),
            say("progress_place.no_visit_text"),
        )
        super().__init__(teller, say("progress_place.back_people"), table, none)

    def show_visits(self, ward: str, found: CanvasserVisits) -> None:
        """Show other visits."""
        say, told = self._teller.say, {"ward": ward, "name": found.name}
        title = say("progress_place.visits", n=found.count, **told)
        if found.count > len(found.visits):
            title = say("progress_place.visits_newest", n=len(found.visits), title=title)
        self.show_lines(title, [self._line(one) for one in found.visits])

    def _line(self, one: VisitSeen) -> Line:
        teller = self._teller
        day = business_date(one.visited_at)
        at = f"{teller.day(day)} {clock_time(one.visited_at)}"
        texts = (one.head, one.address, at, teller.outcome_done(one.outcome))
        cells = (*map(Cell, texts), Cell(number(one.people) if one.people else ""))
        people = teller.people(one.people) if one.people else ""
        spoken = ", ".join(part for part in (*texts, people) if part)
        return Line(f"{one.ward}/{one.household}/{one.visit}", cells, spoken)


class Numbers(Inner):
    """The numbers behind the charts: each day with its people, their sum, and what was due."""

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        columns = [
            Column("day", say("progress_place.column_day"), 0, sorts=False),
            *(
                Column(key, say(f"progress_place.column_{key}"), 140, figures=True, sorts=False)
                for key in ("people", "late", "sum", "due")
            ),
        ]
        table = SectionTable(say("progress_place.numbers_table"), columns)
        none = EmptyState("chart-line-up", say("progress_place.chart_empty"), "")
        super().__init__(teller, say("progress_place.back_charts"), table, none)

    def show_chart(self, chart: Chart) -> None:
        """Show another figure's days, newest first."""
        title = self._teller.say("progress_place.numbers", figure=chart.name)
        self.show_lines(title, number_lines(chart, self._teller))


def number_lines(chart: Chart, teller: Teller) -> list[Line]:
    """The days of a chart, newest first, as they stand in the table and on paper."""
    lines = []
    for day in reversed(chart.course.days):
        late = number(day.late) if day.late else ""
        due = "" if day.due is None else number(day.due)
        texts = (teller.weekday(day.on), number(day.people), late, number(day.total), due)
        lines.append(Line(day.on.isoformat(), tuple(map(Cell, texts))))
    return lines
