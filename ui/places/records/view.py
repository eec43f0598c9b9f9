"""The enrolments as widgets: filters and a table that sorts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.usecases.enrolling.dossiers import EnrolmentRow
from fieldapp.words.format import long_date, money, number
from ui.places.records.state import FILTERS, RecordsState
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Button,
    Cell,
    Column,
    EmptyState,
    Filter,
    FilterBar,
    Hairline,
    IconView,
    Label,
    Line,
    on_key,
    state_word,
)
from ui.widgets.chips import STATE_TOKENS
from ui.widgets.chosen_columns import ChosenColumns
from ui.widgets.containers import Panel
from ui.widgets.signature import SignatureView

KIND_TOKENS = {"rejoin": "ochre"}


STEP_ICONS = {
    "paid": ("receipt", "ink2"),
    "listed": ("files", "ink2"),
    "sent": ("paper-plane-tilt", "ink2"),
    "accepted": ("check-circle", "jade"),
    "returned": ("arrow-u-up-left", "ochre"),
    "mended": ("wrench", "ink2"),
}


class ListStory(Panel):
    """Below the table: which list the selected enrolment is on, and what the agency said."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller = teller
        self._icon = IconView("files", "ink2", 18)
        self._text = Label(token="ink2", wrap=True)
        self._reason = Label(weight=600, wrap=True)
        row = QHBoxLayout()
        row.setContentsMargins(24, 9, 24, 9)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._text)
        texts.addWidget(self._reason)
        row.addLayout(texts, 1)
        self.signature = SignatureView(self._teller.say("enrol.signature"))
        row.addWidget(self.signature)
        self.column.addWidget(Hairline())
        self.column.addLayout(row)

    def show_row(self, row: EnrolmentRow | None) -> None:
        """Tell another enrolment; None takes the line away."""
        self.setVisible(row is not None)
        if row is None:
            return
        icon, token = STEP_ICONS[row.step]
        self._icon.set_icon(icon, token)
        text = self._told(row)
        self._text.setText(text)
        self.signature.show_strokes(row.signature)
        returned = row.step == "returned"
        self._reason.setText(row.reason if returned else "")
        self._reason.setVisible(returned)
        self.setAccessibleName(f"{text}. {row.reason}" if returned else text)

    def _told(self, row: EnrolmentRow) -> str:
        say, day = self._teller.say, self._teller.day
        if not row.list_number:
            return say("receipts_place.list_none")
        named = {"form": say(f"returned.form_{row.list_form}"), "number": row.list_number}
        listed = {**named, "day": day(row.listed_on) if row.listed_on else ""}
        answered = day(row.answered_on) if row.answered_on else ""
        match row.step:
            case "accepted":
                return say("receipts_place.list_accepted", **listed, answered=answered)
            case "returned":
                return say("receipts_place.list_returned", **named, answered=answered)
            case "mended":
                note = row.mended_note
                return say("receipts_place.list_mended", **named, answered=answered, note=note)
            case "sent":
                sent = day(row.sent_on) if row.sent_on else ""
                return say("receipts_place.list_sent", **listed, sent=sent)
            case _:
                return say("receipts_place.list_drawn", **listed)


class RecordsView(QWidget):
    """Shows a state; sorting, filters and the opened row go out as signals."""

    head_changed = Signal()
    filter_chosen = Signal(str)
    lists_asked = Signal()
    people_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self._context = ""
        say = teller.say
        self.lists = Button(say("lists_place.button"), icon="paper-plane-tilt", height=30)
        self.lists.clicked.connect(self.lists_asked)
        self.lists.hide()
        self.people = Button(say("people_table.open"), icon="users", height=30)
        self.people.clicked.connect(self.people_asked)
        self.filters = FilterBar(
            say("receipts_place.records_filters"),
            [Filter(key, say(f"receipts_place.records_{key}")) for key in FILTERS],
        )
        self.filters.chosen.connect(self.filter_chosen)
        self.table = ChosenColumns(
            say("receipts_place.records_table"),
            [
                self._column("person", 0),
                self._column("scheme", 88),
                self._column("kind", 78, leaves=3),
                self._column("state", 148),
                self._column("list", 118),
                self._column("receipt", 92, figures=True, leaves=1),
                self._column("months", 76, figures=True),
                self._column("paid", 100, figures=True, leaves=2),
                self._column("until", 100, figures=True),
                self._column("amount", 112, figures=True),
            ],
        )
        self.empty = EmptyState(
            "files",
            say("receipts_place.records_empty_title"),
            say("receipts_place.records_empty_text"),
            action=say("receipts_place.empty_action"),
        )
        self.story = ListStory(teller)
        self.below = QStackedWidget()
        self.below.addWidget(self.table)
        self.below.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 20, 0)
        top.addWidget(self.filters, 1)
        top.addWidget(self.people)
        top.addWidget(self.lists)
        column.addLayout(top)
        column.addWidget(self.below, 1)
        column.addWidget(self.story)
        on_key(self, "F", self.filters.setFocus, means="keys.filter")

    def _column(self, key: str, width: int, *, figures: bool = False, leaves: int = 0) -> Column:
        title = self._teller.say(f"receipts_place.column_{key}")
        return Column(key, title, width, figures, leaves=leaves)

    def offer_lists(self, offered: bool) -> None:
        """Whether official lists are drawn up here: at a desk."""
        self.lists.setVisible(offered)

    def show_state(self, state: RecordsState) -> None:
        """Show rows and counts; the selected row stays."""
        say, counts = self._teller.say, state.counts()
        self.filters.set_filters(
            [Filter(key, say(f"receipts_place.records_{key}"), counts[key]) for key in FILTERS]
        )
        self.filters.choose(state.only)
        rows = state.shown()
        self.table.set_lines([self._line(row) for row in rows])
        self.table.set_sorted(state.sorting.column, upwards=state.sorting.upwards)
        if rows and not self.table.current_key():
            self.table.select_key(rows[0].enrolment)
        self.story.show_row(state.row(self.table.current_key()) if rows else None)
        self.below.setCurrentWidget(self.table if state.rows else self.empty)
        count = say("receipts_place.records_count", n=len(rows))
        total = money(state.total_dong())
        context = say("receipts_place.context", count=count, total_dong=total) if rows else ""
        if context != self._context:
            self._context = context
            self.head_changed.emit()

    def _line(self, row: EnrolmentRow) -> Line:
        say = self._teller.say
        tone = KIND_TOKENS.get(row.kind, "ink2")
        state, token = state_word(row.state), STATE_TOKENS[row.state]
        if row.state == "needs_fixing" and row.step == "returned":
            state = say("receipts_place.step_returned_mend")
        if row.state == "sent":
            key = f"receipts_place.step_{row.step}"
            state = say(key) if self._teller.words.knows(key) else row.step
            token = "ink3"
        return Line(
            row.enrolment,
            (
                Cell(row.person_name, note=row.address),
                Cell(say(f"receipts_place.scheme_{row.scheme}"), "ink2", 400),
                Cell(say(f"receipts_place.kind_{row.kind}"), tone, 400),
                Cell(state, token),
                Cell(row.list_number, "ink2"),
                Cell(row.receipt, "ink2"),
                Cell(number(row.months), "ink2"),
                Cell(long_date(row.paid_on), "ink2"),
                Cell(long_date(row.valid_to) if row.valid_to else ""),
                Cell(number(row.participant_dong), weight=600),
            ),
        )

    def head(self) -> Head:
        """Title, how many and how much."""
        return Head(self._teller.say("receipts_place.records_title"), self._context)

    def focus_first(self) -> None:
        """Begin at the table."""
        if self.below.currentWidget() is self.table:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.filters.setFocus()
