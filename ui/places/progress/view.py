"""Tiến độ as widgets: as of when, key figures, their charts, and tables that lead further in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.clock import business_date
from fieldapp.usecases.progress import CampaignProgress, WardProgress
from fieldapp.words.format import clock_time
from ui.places.progress.agreements import AgreementsPanel
from ui.places.progress.cards import CardsBar
from ui.places.progress.chart_state import chart
from ui.places.progress.charts import HEIGHT, Charts
from ui.places.progress.figures_table import figure_cell, figure_columns, spoken_row
from ui.places.progress.people import Canvassers, Inner, Numbers, Visits
from ui.places.progress.state import (
    ProgressState,
    as_of,
    cards,
    caveats,
    context,
    devices,
    figure_key,
    help_text,
    story,
    time_left,
)
from ui.places.progress.strip import AsOfStrip
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import Button, Cell, Column, EmptyState, Label, Line, SectionTable, on_key
from ui.widgets.containers import Hairline, Panel

NEEDS_BAND = 1140
"""Below this width of the place the table needs all of it."""
NEEDS_BOTH = 600
"""Below this height of the place the charts and the table take turns."""


class ProgressView(QWidget):
    """Shows a state; the sorted column and what is opened go out as signals of their tables.

    1 to 4 choose the figure of the charts, B shows the numbers behind them, C changes between
    charts and table where there is no room for both.
    """

    head_changed = Signal()
    agreements_asked = Signal(str)
    numbers_asked = Signal()
    flags_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller, self._context = teller, ""
        say = teller.say
        self.strip = AsOfStrip(teller.words)
        self.cards = CardsBar(say("progress_place.title"))
        self.table = SectionTable(
            say("progress_place.table"),
            [
                Column("ward", say("progress_place.column_ward")),
                *figure_columns(teller),
                Column("gap", "", 20, sorts=False),
                Column("help", say("progress_place.column_help"), 224),
                Column("fresh", say("progress_place.column_fresh"), 112, leaves=2),
            ],
        )
        self.story = Label(role="small", token="ink2", wrap=True)
        self.charts = Charts(teller)
        self.canvassers = Canvassers(teller)
        self.visits = Visits(teller)
        self.numbers = Numbers(teller)
        self._turned = False
        self.agreements = AgreementsPanel(teller)
        self.none = EmptyState(
            "chart-line-up", say("progress_place.empty_title"), say("progress_place.empty_text")
        )
        self.no_wards = EmptyState(
            "chart-line-up",
            say("progress_place.no_wards_title"),
            say("progress_place.no_wards_text"),
        )
        self._build()

    def _build(self) -> None:
        self.wards = Panel()
        self.wards.column.addWidget(self.table, 1)
        foot = Panel(ground="sunken", margins=(0, 0, 0, 0))
        foot.column.addWidget(Hairline())
        line = QHBoxLayout()
        line.setContentsMargins(24, 9, 24, 9)
        line.addWidget(self.story)
        foot.column.addLayout(line)
        self.wards.column.addWidget(foot)
        self.below = QStackedWidget()
        self.below.addWidget(self.wards)
        for inner in (self.canvassers, self.visits, self.numbers):
            self.below.addWidget(inner)
        self.below.addWidget(self.none)
        self.full = QWidget()
        column = QVBoxLayout(self.full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.cards)
        bands = QHBoxLayout()
        bands.setSpacing(0)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.charts, 1)
        middle.addWidget(self._buttons())
        middle.addWidget(self.below, 1)
        bands.addLayout(middle, 1)
        bands.addWidget(self.agreements)
        column.addLayout(bands, 1)
        self._connect()

    def _connect(self) -> None:
        self.pages = QStackedWidget()
        self.pages.addWidget(self.full)
        self.pages.addWidget(self.no_wards)
        self.agreements.opened.connect(self.agreements_asked)
        self.strip.agreements.clicked.connect(lambda: self.agreements_asked.emit(""))
        on_key(self, "A", lambda: self.agreements_asked.emit(""), means="keys.agreements")
        for place in range(4):
            choose = partial(self.cards.choose, place)
            on_key(self, str(place + 1), choose, means="keys.chart_figure")
        on_key(self, "B", self.numbers_asked.emit)
        on_key(self, "Q", self.flags_asked.emit)
        on_key(self, "C", self.turn)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)

    def _buttons(self) -> QWidget:
        """What one can do with the charts."""
        say = self._teller.say
        self.ask_numbers = Button(say("progress_place.show_numbers"), key="B", height=28)
        self.ask_numbers.clicked.connect(self.numbers_asked)
        self.ask_turn = Button(say("progress_place.show_charts"), key="C", height=28)
        self.ask_turn.clicked.connect(self.turn)
        self.flags = Button(say("flags_place.title"), key="Q", icon="question", height=28)
        self.flags.clicked.connect(self.flags_asked)
        self.print = Button(say("progress_place.print"), key="Ctrl P", icon="printer", height=28)
        panel = Panel(ground="sunken")
        line = QHBoxLayout()
        line.setContentsMargins(24, 5, 24, 5)
        line.setSpacing(8)
        for button in (self.ask_numbers, self.ask_turn, self.print):
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.flags)
        panel.column.addLayout(line)
        self.tools = panel
        return panel

    def show_flags(self, n: int) -> None:
        """How many questions about work wait, on the button that leads to them."""
        text = self._teller.say("flags_place.waiting", n=n)
        self.flags.setText(text)
        self.flags.setAccessibleName(text)

    def turn(self) -> None:
        """Change between charts and table, where there is room for one of them only."""
        self._turned = not self._turned
        self._share_room()

    def _share_room(self) -> None:
        """The charts above the table, or one of the two."""
        both = self.height() >= NEEDS_BOTH
        in_use = self.below.currentWidget() is not self.none
        charts = in_use and (both or self._turned)
        self.charts.setVisible(charts)
        self.charts.setMaximumHeight(HEIGHT if both else 16_777_215)
        self.charts.setMinimumHeight(HEIGHT if both else 0)
        self.below.setVisible(both or not charts)
        self.tools.setVisible(in_use)
        self.ask_turn.setVisible(not both)
        key = "show_table" if self._turned else "show_charts"
        self.ask_turn.setText(self._teller.say(f"progress_place.{key}"))
        self.ask_turn.setAccessibleName(self.ask_turn.text())

    def show_state(self, state: ProgressState) -> None:
        """Show figures and wards; the selected ward stays."""
        found = state.found
        if found is None:
            return
        self._show_context(context(found, self._teller))
        agreed = state.agreements
        if agreed is None or not agreed.rows or (found.campaign and not found.wards):
            self.pages.setCurrentWidget(self.no_wards)
            return
        self.pages.setCurrentWidget(self.full)
        self.agreements.show_found(agreed)
        self.strip.show_agreements(agreed.unsigned)
        self.strip.show_figures(shown=found.campaign is not None)
        self.cards.setVisible(found.campaign is not None)
        if found.campaign is None:
            self.below.setCurrentWidget(self.none)
            self._share_room()
            return
        self._show_figures(found, state)
        wards = state.shown()
        self.table.set_lines([self._line(ward, state) for ward in wards])
        self.table.set_sorted(state.sorting.column, upwards=state.sorting.upwards)
        if not self.table.current_key():
            self.table.select_key(wards[0].stream)
        self.show_story(state.ward_of(self.table.current_key()))
        self._show_inner(state)
        self._share_room()

    def _show_inner(self, state: ProgressState) -> None:
        """What is looked into: a ward, a person in it, or the numbers of a chart."""
        into, shown = state.ward_of(state.ward), self.charts.chart
        page: QWidget = self.wards
        if into is not None:
            self.canvassers.show_ward(into.name, state.canvassers)
            page = self.canvassers
            if state.canvasser and state.visits is not None:
                self.visits.show_visits(into.name, state.visits)
                page = self.visits
        if state.numbers and shown is not None:
            self.numbers.show_chart(shown)
            page = self.numbers
        self.below.setCurrentWidget(page)

    def _show_figures(self, found: CampaignProgress, state: ProgressState) -> None:
        teller, made, charted = self._teller, cards(state.figures(), self._teller), state.charted()
        self.cards.show_cards(made, figure_key(charted) if charted else "")
        if charted is not None:
            self.charts.show_chart(chart(charted, found, state.scope(), teller))
        into = state.ward_of(state.ward)
        whose = into or found
        self.strip.show_sentence(
            as_of(whose.current_at, teller),
            devices(whose.heard, teller),
            caveats(state, teller),
            time_left(found, teller),
            due=any(card.due is not None for card in made),
        )

    def _show_context(self, text: str) -> None:
        if text != self._context:
            self._context = text
            self.head_changed.emit()

    def show_story(self, ward: WardProgress | None) -> None:
        """Tell all of the selected ward's figures."""
        self.story.setText(story(ward, self._teller) if ward else "")

    def _note(self, ward: WardProgress, state: ProgressState) -> tuple[str, str]:
        """What stands beside a ward's name, and its colour: merged away, or not signed."""
        if ward.ended_on:
            return self._teller.say("progress_place.ward_gone"), "ink3"
        agreed = state.agreement_of(ward.stream)
        if agreed == "signed":
            return "", "ink3"
        return self._teller.say(f"agreements_place.ward_{agreed}"), "brick"

    def _line(self, ward: WardProgress, state: ProgressState) -> Line:
        say, teller = self._teller.say, self._teller
        note, note_token = self._note(ward, state)
        text, token = help_text(ward.figures, teller)
        fresh, old = say("progress_place.fresh_never"), "ochre"
        if ward.current_at is not None:
            today = business_date(ward.current_at) == teller.today
            at = ward.current_at
            fresh = clock_time(at) if today else teller.day(business_date(at))
            old = "ochre" if ward.behind else "ink2"
        cells = (
            Cell(ward.name, note=note, note_token=note_token),
            *(figure_cell(figure) for figure in ward.figures),
            Cell(""),
            Cell(text, token, 600 if token == "brick" else 400),
            Cell(fresh, old, 400),
        )
        return Line(ward.stream, cells, spoken_row(ward.name, ward.figures, teller, note, text))

    def head(self) -> Head:
        """Title and campaign."""
        return Head(self._teller.say("progress_place.title"), self._context)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the band of agreements leaves; a button of the strip leads there."""
        super().resizeEvent(event)
        narrow = self.width() < NEEDS_BAND
        self.agreements.setVisible(not narrow)
        self.strip.agreements.setVisible(narrow)
        self._share_room()

    def focus_first(self) -> None:
        """Begin at the wards, or at what is looked into."""
        shown = self.below.currentWidget()
        if isinstance(shown, Inner):
            shown.focus_first()
        elif shown is self.none:
            self.agreements.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
