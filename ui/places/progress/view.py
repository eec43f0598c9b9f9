"""Tiến độ as widgets: as of when, key figures, a table of wards, and one of who took how many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.clock import business_date
from fieldapp.rules.campaign_figures import FIGURES, Figure
from fieldapp.usecases.progress import CampaignProgress, CanvasserProgress, WardProgress
from fieldapp.words.format import clock_time, number
from ui.places.progress.agreements import AgreementsPanel
from ui.places.progress.cards import CardsBar
from ui.places.progress.state import (
    LATE,
    ProgressState,
    as_of,
    cards,
    caveats,
    context,
    help_text,
    share,
    story,
    time_left,
)
from ui.places.progress.strip import AsOfStrip
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import Button, Cell, Column, EmptyState, Label, Line, SectionTable, on_key
from ui.widgets.containers import Hairline, Panel

FIGURE_WIDTH = 122
NEEDS_BAND = 1140
"""Below this width of the place the table needs all of it."""
NARROW = {"vsi_renewal": 1}
"""The columns that leave where there is little room."""


class Canvassers(Panel):
    """Who took how many in one ward. Esc, or the button, leads back."""

    left = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller, say = teller, teller.say
        self.title = Label(weight=600)
        self.back = Button(say("progress_place.back"), key="Esc", icon="arrow-left", height=30)
        self.back.clicked.connect(self.left)
        head = QHBoxLayout()
        head.setContentsMargins(24, 8, 24, 8)
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        self.column.addLayout(head)
        name = Column("name", say("progress_place.column_canvasser"), 0, sorts=False)
        total = Column("total", say("progress_place.column_total"), 100, figures=True, sorts=False)
        self.table = SectionTable(
            say("progress_place.canvassers_table"),
            [name, *_figure_columns(teller, sorts=False), total],
        )
        self.nobody = EmptyState(
            "chart-line-up", say("progress_place.nobody_title"), say("progress_place.nobody_text")
        )
        self.below = QStackedWidget()
        self.below.addWidget(self.table)
        self.below.addWidget(self.nobody)
        self.column.addWidget(self.below, 1)
        on_key(self, "Escape", self.left.emit)

    def show_ward(self, ward: WardProgress, found: Sequence[CanvasserProgress]) -> None:
        """Show another ward's people."""
        self.title.setText(self._teller.say("progress_place.canvassers", ward=ward.name))
        self.table.set_lines([self._line(one) for one in found])
        if found and not self.table.current_key():
            self.table.select_key(found[0].username)
        self.below.setCurrentWidget(self.table if found else self.nobody)

    def focus_first(self) -> None:
        """Begin at the people, or at the way back."""
        first = self.table if self.below.currentWidget() is self.table else self.back
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, one: CanvasserProgress) -> Line:
        waiting = sum(figure.waiting for figure in one.figures)
        note = self._teller.say("progress_place.waiting", n=waiting) if waiting else ""
        total = number(sum(figure.done for figure in one.figures))
        cells = (
            Cell(one.name, note=note, note_token="ochre"),
            *(_figure_cell(figure) for figure in one.figures),
            Cell(total, weight=600),
        )
        return Line(one.username, cells, _spoken(one.name, one.figures, self._teller, note))


class ProgressView(QWidget):
    """Shows a state; the sorted column and the opened ward go out as signals."""

    head_changed = Signal()
    agreements_asked = Signal(str)

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
                *_figure_columns(teller),
                Column("gap", "", 20, sorts=False),
                Column("help", say("progress_place.column_help"), 224),
                Column("fresh", say("progress_place.column_fresh"), 112, leaves=2),
            ],
        )
        self.story = Label(role="small", token="ink2", wrap=True)
        self.canvassers = Canvassers(teller)
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
        self.below.addWidget(self.canvassers)
        self.below.addWidget(self.none)
        self.full = QWidget()
        column = QVBoxLayout(self.full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.cards)
        bands = QHBoxLayout()
        bands.setSpacing(0)
        bands.addWidget(self.below, 1)
        bands.addWidget(self.agreements)
        column.addLayout(bands, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.full)
        self.pages.addWidget(self.no_wards)
        self.agreements.opened.connect(self.agreements_asked)
        self.strip.agreements.clicked.connect(lambda: self.agreements_asked.emit(""))
        on_key(self, "A", lambda: self.agreements_asked.emit(""), means="keys.agreements")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)

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
            return
        self._show_figures(found)
        wards = state.shown()
        self.table.set_lines([self._line(ward, state) for ward in wards])
        self.table.set_sorted(state.sorting.column, upwards=state.sorting.upwards)
        if not self.table.current_key():
            self.table.select_key(wards[0].stream)
        self.show_story(state.ward_of(self.table.current_key()))
        into = state.ward_of(state.ward)
        if into is not None:
            self.canvassers.show_ward(into, state.canvassers)
        self.below.setCurrentWidget(self.wards if into is None else self.canvassers)

    def _show_figures(self, found: CampaignProgress) -> None:
        teller, made = self._teller, cards(found, self._teller)
        self.cards.show_cards(made)
        self.strip.show_sentence(
            as_of(found, teller),
            caveats(found, teller),
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
            *(_figure_cell(figure) for figure in ward.figures),
            Cell(""),
            Cell(text, token, 600 if token == "brick" else 400),
            Cell(fresh, old, 400),
        )
        return Line(ward.stream, cells, _spoken(ward.name, ward.figures, teller, note, text))

    def head(self) -> Head:
        """Title and campaign."""
        return Head(self._teller.say("progress_place.title"), self._context)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the band of agreements leaves; a button of the strip leads there."""
        super().resizeEvent(event)
        narrow = self.width() < NEEDS_BAND
        self.agreements.setVisible(not narrow)
        self.strip.agreements.setVisible(narrow)

    def focus_first(self) -> None:
        """Begin at the wards, or at the people of the one that is open."""
        shown = self.below.currentWidget()
        if shown is self.canvassers:
            self.canvassers.focus_first()
        elif shown is self.none:
            self.agreements.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def _figure_columns(teller: Teller, *, sorts: bool = True) -> list[Column]:
    keys = [f"{scheme}_{kind}" for scheme, kind in FIGURES]
    return [
        Column(
            key,
            teller.say(f"progress_place.column_{key}"),
            FIGURE_WIDTH,
            figures=True,
            sorts=sorts,
            leaves=NARROW.get(key, 0),
        )
        for key in keys
    ]


def _figure_cell(figure: Figure) -> Cell:
    part = share(figure)
    late = figure.pace.state in LATE
    return Cell(number(figure.done), bar=part, bar_token="brick" if late else "quiet")


def _spoken(name: str, figures: Sequence[Figure], teller: Teller, *more: str) -> str:
    """A row as one sentence: each figure with its column, its target and how it stands."""
    say, parts = teller.say, [name]
    for figure in figures:
        title = say(f"progress_place.column_{figure.scheme}_{figure.kind}")
        target = say("progress_place.of_target", target=number(figure.target or 0))
        late = figure.pace.state in LATE
        state = say(f"progress_place.state_{figure.pace.state}") if late else ""
        text = f"{title} {number(figure.done)}"
        parts.append(f"{text} {target} {state}".rstrip() if figure.target is not None else text)
    return ", ".join([*parts, *(text for text in more if text)])
