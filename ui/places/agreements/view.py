"""The page of agreements: as of when, filters, all wards, and one of them at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from fieldapp.usecases.agreements.standing import AgreementRow, Agreements
from fieldapp.words.format import long_date, number
from ui.places.agreements.band import AgreementBand, AgreementForm
from ui.places.agreements.squares import Squares
from ui.places.agreements.state import (
    FILTERS,
    AgreementsState,
    as_of_all,
    planned_told,
    share_told,
    squares_told,
    state_told,
    waits_whole,
    was_signed,
    week_told,
)
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    BandPage,
    Cell,
    Column,
    EmptyState,
    Filter,
    FilterBar,
    Hairline,
    Label,
    Line,
    Notice,
    Panel,
    Run,
    SectionTable,
    if_shown,
    on_key,
)


class Summary(Panel):
    """Share, squares, what changed since last week, as of when; a warning where one is due."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(margins=(24, 12, 20, 10), spacing=8)
        self._teller = teller
        self.share = Label(weight=600)
        self.week = Label(role="small")
        self.as_of = Label(role="small", token="ink3", align=Qt.AlignmentFlag.AlignRight)
        self.squares = Squares()
        self.planned = Notice("", "", "ochre", icon="warning", text_role="small")
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.share)
        line.addWidget(self.week, 1)
        line.addWidget(self.as_of)
        self.column.addLayout(line)
        self.column.addWidget(self.squares)
        self.column.addWidget(self.planned)

    def show_found(self, found: Agreements) -> None:
        """Show other numbers, in place."""
        teller = self._teller
        self.share.setText(share_told(found, teller))
        week = week_told(found, teller)
        self.week.set_runs([Run(f"{text}   ", token, 500, "small") for text, token in week])
        self.week.setAccessibleName(", ".join(text for text, _ in week))
        self.as_of.setText(as_of_all(found, teller))
        self.squares.show_states([row.state for row in found.rows], squares_told(found, teller))
        planned = planned_told(found, teller)
        self.planned.say("", planned)
        self.planned.setVisible(bool(planned))


class AgreementsView(BandPage):
    """Shows a state; what a person does goes out as signals."""

    head_changed = Signal()
    filter_chosen = Signal(str)
    row_changed = Signal()
    edit_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        say = teller.say
        self.summary = Summary(teller)
        self.filters = FilterBar(say("agreements_place.filters"))
        self.table = SectionTable(
            say("agreements_place.table"),
            [
                self._column("ward", 0),
                self._column("state", 136),
                self._column("waits", 148),
                self._column("planned", 84, figures=True, leaves=1),
                self._column("signed_on", 90, figures=True, leaves=2),
                self._column("valid_until", 102, figures=True),
            ],
        )
        self.none = EmptyState(
            "funnel", say("agreements_place.none_title"), say("agreements_place.none_text")
        )
        self.no_wards = EmptyState(
            "handshake",
            say("agreements_place.no_wards_title"),
            say("agreements_place.no_wards_text"),
        )
        self.stack = QStackedWidget()
        for widget in (self.table, self.none, self.no_wards):
            self.stack.addWidget(widget)
        self.detail, self.form = AgreementBand(teller), AgreementForm(teller)
        self.bands = QStackedWidget()
        self.bands.addWidget(self.detail)
        self.bands.addWidget(self.form)
        super().__init__(self._middle(), self.bands)
        self._connect()

    def _middle(self) -> Panel:
        middle = Panel()
        for part in (self.summary, Hairline(), self.filters):
            middle.column.addWidget(part)
        middle.column.addWidget(self.stack, 1)
        return middle

    def _connect(self) -> None:
        self.filters.chosen.connect(self.filter_chosen)
        self.table.current_changed.connect(lambda _: self.row_changed.emit())
        self.table.opened.connect(lambda _: self._enter())
        self.detail.edit_asked.connect(self.edit_asked)
        on_key(self.table, "E", if_shown(self.detail.edit))
        on_key(self.detail, "E", if_shown(self.detail.edit))
        on_key(self.middle, "F", self.filters.setFocus, means="keys.filter")
        for key in ("Down", "Return", "Escape"):
            on_key(self.filters, key, self.table.setFocus)

    def _enter(self) -> None:
        """Enter records, where one may; on a narrow window it shows the ward first."""
        if self.is_single() and not self.band_is_open():
            self.open_band()
        else:
            self.edit_asked.emit()

    def _column(self, key: str, width: int, *, figures: bool = False, leaves: int = 0) -> Column:
        title = self._teller.say(f"agreements_place.column_{key}")
        return Column(key, title, width, figures, leaves=leaves)

    def show_state(self, state: AgreementsState) -> None:
        """Show wards and counts; the selected ward stays."""
        found = state.found
        if found is None:
            return
        say, counts = self._teller.say, state.counts()
        self.summary.show_found(found)
        self.summary.setVisible(bool(found.rows))
        self.filters.set_filters(
            [Filter(f, say(f"agreements_place.filter_{f}"), counts[f]) for f in FILTERS]
        )
        self.filters.choose(state.only)
        rows = state.shown()
        self.table.set_lines([self._line(row) for row in rows])
        self.table.set_sorted(state.sorting.column, upwards=state.sorting.upwards)
        if rows and not self.table.current_key():
            self.table.select_key(rows[0].ward)
        empty = self.none if found.rows else self.no_wards
        self.stack.setCurrentWidget(self.table if rows else empty)
        self.show_selected(state)

    def show_selected(self, state: AgreementsState) -> None:
        """Show the selected ward at the right."""
        self.detail.show_row(state.row(self.table.current_key()))

    def _line(self, row: AgreementRow) -> Line:
        say, teller = self._teller.say, self._teller
        told, token = state_told(row, teller)
        waits, waits_token = waits_whole(row, teller)
        signed = was_signed(row)
        note = say("progress_place.ward_gone") if row.ended_on else ""
        new = row.changed and token == "ink2"
        planned = number(row.planned) if row.planned else ""
        cells = (
            Cell(row.name, weight=500, note=note),
            Cell(told, "jade" if new else token, 600 if token == "brick" else 400),
            Cell(waits, waits_token, 400),
            Cell(planned, "ochre" if row.lacks else "ink2", 400),
            Cell(long_date(row.signed_on) if signed and row.signed_on else "", "ink2", 400),
            Cell(long_date(row.valid_until) if signed and row.valid_until else "", "ink2", 400),
        )
        spoken = ", ".join(part for part in (row.name, note, told, waits) if part)
        return Line(row.ward, cells, spoken)

    # the band

    def show_form(self, row: AgreementRow) -> None:
        """Ask about a ward, with the cursor at the first question."""
        self.form.show_row(row)
        self.bands.setCurrentWidget(self.form)
        self.open_band()
        self.form.begin("state")

    def close_form(self) -> None:
        """Back to what is known of the ward, and to the wards."""
        self.form.stop_pausing()
        self.bands.setCurrentWidget(self.detail)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def form_is_open(self) -> bool:
        """Whether a ward is asked about."""
        return self.bands.currentWidget() is self.form

    # what the window asks

    def head(self) -> Head:
        """The title, with the way back."""
        say = self._teller.say
        return Head(say("agreements_place.title"), say("agreements_place.context"), back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin at the wards."""
        shown = self.stack.currentWidget()
        first = self.table if shown is self.table else self.filters
        first.setFocus(Qt.FocusReason.OtherFocusReason)
