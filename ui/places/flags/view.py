"""Questions about work as widgets: all of them, and one at the right with what was said to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldapp.usecases.visiting.flags import FlagRow
from ui.places.flags.state import (
    FILTERS,
    STATES,
    FlagsState,
    cleared_told,
    evidence_told,
    key_of,
    replied_told,
    when,
)
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Band,
    BandPage,
    Button,
    Cell,
    Column,
    EmptyState,
    Filter,
    FilterBar,
    Label,
    Line,
    NoteField,
    Notice,
    Panel,
    Row,
    RowList,
    RowShape,
    SectionTable,
    if_shown,
    on_key,
)

SHAPE = RowShape(indent=8, lead=0, time=52, right=8)
MOST_SHOWN = 60
"""Lines of evidence; a hundred doors need not all be read to answer."""
LINES_SEEN = 4
PAUSE = 500
"""Milliseconds without typing, until what is typed is kept."""


class FlagBand(Band):
    """One question in words, its evidence, what was said; a box for the reply or the decision."""

    evidence_opened = Signal(str)
    reply_asked = Signal(str)
    clear_asked = Signal(str)
    reopen_asked = Signal()
    paused = Signal()
    """Nobody typed for a moment, or the page is left."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken", foot_ground="sunken")
        self._teller, say = teller, teller.say
        self.row: FlagRow | None = None
        self.title = Label(role="subheading", wrap=True)
        self.about = Label(role="small", token="ink2", wrap=True)
        self.reason = Label(weight=500, wrap=True)
        self.why = Label(role="small", token="ink2", wrap=True)
        self.evidence = RowList(say("flags_place.evidence"), shape=SHAPE)
        self.evidence.opened.connect(self.evidence_opened)
        self.more = Label(role="small", token="ink3", wrap=True)
        self.said = QWidget()
        self.cleared = Notice("", "", "jade", icon="check", text_role="small")
        self.boxes = {
            role: NoteField(say(f"flags_place.{role}_label"), lines=2, optional=False)
            for role in ("reply", "clear")
        }
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.paused)
        for box in self.boxes.values():
            box.submitted.connect(self._send)
            box.edited.connect(lambda _: self._pause.start())
            box.setMinimumHeight(box.sizeHint().height())
        self.hint = Label(role="small", token="ink3", wrap=True)
        self.send = Button(say("flags_place.reply"), kind="primary", key="Ctrl Enter", height=44)
        self.send.clicked.connect(self._send)
        self.reopen = Button(say("flags_place.reopen"), key="M", height=34)
        self.reopen.clicked.connect(self.reopen_asked)
        self._parts: list[QWidget] = [self.title, self.about, self.reason, self.why, self.evidence]
        self._parts += [self.more, self.said, self.cleared, self.hint]
        for part in self._parts:
            self.body.addWidget(part)
        self._parts += self.boxes.values()
        for part in (*self.boxes.values(), self.reopen):
            self.foot.addWidget(part)
        self.foot.addWidget(self.send)
        self.show_row(None)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.paused.emit()

    @property
    def box(self) -> NoteField:
        """The box for what the user may say to the question that is shown."""
        return self.boxes["reply" if self.row is not None and self.row.may_reply else "clear"]

    def _send(self) -> None:
        if not self.send.isVisibleTo(self) or self.row is None:
            return
        asked = self.reply_asked if self.row.may_reply else self.clear_asked
        asked.emit(self.box.text())

    def show_row(self, row: FlagRow | None) -> None:
        """Show another question; what was typed for the one before is the caller's to keep."""
        self.row = row
        for part in (*self._parts, self.send, self.reopen):
            part.setVisible(row is not None)
        if row is not None:
            self._show(row)

    def _show(self, row: FlagRow) -> None:
        teller, say = self._teller, self._teller.say
        self.title.setText(say(f"flags_place.kind_{row.kind}"))
        self.about.setText(
            ", ".join(part for part in (row.name, row.ward_name, when(row, teller)) if part)
        )
        self.reason.setText(f"{teller.reason(row.reason)}.")
        self.why.setText(say(f"flags_place.why_{row.kind}"))
        self._show_evidence(row)
        self._show_said(row)
        cleared = cleared_told(row, teller)
        self.cleared.say("", cleared)
        self.cleared.setVisible(bool(cleared))
        writes = row.may_reply or (row.may_clear and row.state != "cleared")
        role = "reply" if row.may_reply else "clear"
        for name, box in self.boxes.items():
            box.setVisible(writes and name == role)
        self.hint.setText(say(f"flags_place.{role}_hint") if writes else "")
        self.hint.setVisible(writes)
        self.send.setVisible(writes)
        self.send.setText(say(f"flags_place.{role}"))
        self.send.setAccessibleName(self.send.text())
        self.reopen.setVisible(row.may_clear and row.state == "cleared")

    def _show_evidence(self, row: FlagRow) -> None:
        rows = []
        for number, one in enumerate(row.evidence[:MOST_SHOWN]):
            at, text, outcome = evidence_told(one, self._teller)
            key = f"{row.ward}/{one.household}/{number}"
            rows.append(Row(key, text, time=at, fact=outcome))
        self.evidence.set_items(rows)
        high = max(1, self.evidence.sizeHintForRow(0))
        self.evidence.setFixedHeight(min(len(rows), LINES_SEEN) * high + 2)
        left = len(row.evidence) - len(rows)
        self.more.setText(self._teller.say("flags_place.more", n=left) if left else "")
        self.more.setVisible(bool(left))

    def _show_said(self, row: FlagRow) -> None:
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        told = replied_told(row, self._teller)
        if not told and row.may_clear:
            column.addWidget(
                Label(self._teller.say("flags_place.no_reply"), token="ink2", wrap=True)
            )
        for head, text in told:
            column.addWidget(Label(head, role="small", token="ink3", wrap=True))
            column.addWidget(Label(text, wrap=True))
        self.body.replaceWidget(self.said, fresh)
        self.said.hide()
        self.said.deleteLater()
        self._parts[self._parts.index(self.said)] = fresh
        self.said = fresh
        fresh.setVisible(column.count() > 0)


class FlagsView(BandPage):
    """Shows a state; what a person does goes out as signals."""

    filter_chosen = Signal(str)
    row_changed = Signal(str)

    def __init__(self, teller: Teller) -> None:
        self._teller, say = teller, teller.say
        self.fair = Label(say("flags_place.fair"), role="small", token="ink2", wrap=True)
        self.filters = FilterBar(say("flags_place.filters"))
        self.table = SectionTable(
            say("flags_place.title"),
            [
                Column("what", say("flags_place.column_what"), 0, sorts=False),
                Column("who", say("flags_place.column_who"), 190, sorts=False),
                Column("day", say("flags_place.column_day"), 84, sorts=False),
                Column("ward", say("flags_place.column_ward"), 170, sorts=False, leaves=1),
                Column("state", say("flags_place.column_state"), 150, sorts=False),
            ],
        )
        self.none = EmptyState(
            "check-circle", say("flags_place.none_title"), say("flags_place.none_text")
        )
        self.detail = FlagBand(teller)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.none)
        middle = Panel()
        top = Panel(margins=(24, 10, 20, 10))
        top.column.addWidget(self.fair)
        for part in (top, self.filters):
            middle.column.addWidget(part)
        middle.column.addWidget(self.stack, 1)
        super().__init__(middle, self.detail)
        self._connect()

    def _connect(self) -> None:
        self.filters.chosen.connect(self.filter_chosen)
        self.table.current_changed.connect(self.row_changed)
        self.table.opened.connect(lambda _: self._enter())
        on_key(self.middle, "F", self.filters.setFocus, means="keys.filter")
        for key in ("Down", "Return", "Escape"):
            on_key(self.filters, key, self.table.setFocus)
        for where in (self.table, self.detail):
            on_key(where, "M", if_shown(self.detail.reopen))
        on_key(self.table, "Ctrl+Return", if_shown(self.detail.send))

    def _enter(self) -> None:
        """Enter goes to the box, or to the evidence where there is none."""
        self.open_band()
        box = self.detail.box
        first: QWidget = box.edit if box.isVisible() else self.detail.evidence
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, state: FlagsState) -> None:
        """Show questions and counts; the selected one stays."""
        if state.found is None:
            return
        say, counts, rows = self._teller.say, state.counts(), state.shown()
        self.filters.set_filters(
            [Filter(only, say(f"flags_place.filter_{only}"), counts[only]) for only in FILTERS]
        )
        self.filters.choose(state.only)
        self.table.set_lines([self._line(row) for row in rows])
        if rows and not self.table.current_key():
            self.table.select_key(key_of(rows[0]))
        self.stack.setCurrentWidget(self.table if rows else self.none)
        self.show_selected(state)

    def show_selected(self, state: FlagsState) -> None:
        """Show the selected question at the right."""
        self.detail.show_row(state.row(self.table.current_key()))

    def _line(self, row: FlagRow) -> Line:
        teller, say = self._teller, self._teller.say
        _, token = STATES[row.state]
        state = say(f"flags_place.state_{row.state}")
        texts = (say(f"flags_place.kind_{row.kind}"), row.name, when(row, teller), row.ward_name)
        cells = (
            Cell(texts[0], weight=500),
            *(Cell(text, "ink2", 400) for text in texts[1:]),
            Cell(state, token, 600 if row.state == "open" else 400),
        )
        spoken = ", ".join(part for part in (*texts, state, teller.reason(row.reason)) if part)
        return Line(key_of(row), cells, spoken)

    # what the window asks

    def head(self) -> Head:
        """The title, with the way back."""
        say = self._teller.say
        return Head(say("flags_place.title"), say("flags_place.context"), back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin at the questions."""
        shown = self.stack.currentWidget()
        first = self.table if shown is self.table else self.filters
        first.setFocus(Qt.FocusReason.OtherFocusReason)
