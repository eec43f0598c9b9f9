"""The page of people and devices: as of when, filters, everybody, one of them at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from fieldapp.words.format import number
from ui.places.households.form_bands import FormBand
from ui.places.staff.band import KEYS, PersonBand
from ui.places.staff.forms import CodeBand, GiveForm, HandForm, NewForm
from ui.places.staff.state import (
    FILTERS,
    Person,
    StaffState,
    as_of,
    last_seen,
    looks_told,
    role_told,
)
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    BandPage,
    Button,
    Cell,
    Column,
    EmptyState,
    Filter,
    FilterBar,
    Hairline,
    Label,
    Line,
    Panel,
    SectionTable,
    if_shown,
    on_key,
)

ENDS = ("end", "revoke")
"""What is done to a selected ward or device: by its key only where that is in sight of the hand."""


class StaffView(BandPage):
    """Shows a state; what a person does goes out as signals."""

    head_changed = Signal()
    filter_chosen = Signal(str)
    row_changed = Signal()
    asked = Signal(str)

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        say = teller.say
        self.as_of = Label(role="small", token="ink2", wrap=True)
        self.add = Button(say("staff_place.add"), icon="user-plus", key="N", height=30)
        self.filters = FilterBar(say("staff_place.filters"))
        self.table = SectionTable(
            say("staff_place.table"),
            [
                self._column("name", 0),
                self._column("role", 132),
                self._column("wards", 150, leaves=1),
                self._column("devices", 84, figures=True, leaves=2),
                Column("gap", "", 16, sorts=False),
                self._column("seen", 118),
                self._column("look", 200),
            ],
        )
        self.none = EmptyState(
            "funnel", say("staff_place.none_title"), say("staff_place.none_text")
        )
        self.not_told = EmptyState("users-three", say("staff_place.not_told"))
        self.stack = QStackedWidget()
        for widget in (self.table, self.none, self.not_told):
            self.stack.addWidget(widget)
        self.person = PersonBand(teller)
        self.give, self.new, self.hand = GiveForm(teller), NewForm(teller), HandForm(teller)
        self.code = CodeBand(teller)
        self.bands = QStackedWidget()
        for band in (self.person, self.give, self.new, self.hand, self.code):
            self.bands.addWidget(band)
        super().__init__(self._middle(), self.bands)
        self._connect()

    def _middle(self) -> Panel:
        middle = Panel()
        head = QHBoxLayout()
        head.setContentsMargins(24, 10, 20, 10)
        head.setSpacing(12)
        head.addWidget(self.as_of, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.add)
        middle.column.addLayout(head)
        middle.column.addWidget(Hairline())
        middle.column.addWidget(self.filters)
        middle.column.addWidget(self.stack, 1)
        return middle

    def _connect(self) -> None:
        self.filters.chosen.connect(self.filter_chosen)
        self.table.current_changed.connect(lambda _: self.row_changed.emit())
        self.table.opened.connect(lambda _: self.open_person())
        self.person.asked.connect(self.asked)
        self.add.clicked.connect(lambda: self.asked.emit("add"))
        for deed, key in KEYS.items():
            act = if_shown(self.person.buttons[deed])
            on_key(self.person, key, act)
            if deed not in ENDS:
                on_key(self.table, key, act)
        on_key(self.middle, "N", self.add.click)
        on_key(self.middle, "F", self.filters.setFocus, means="keys.filter")
        on_key(self.person, "Escape", self._back)
        for key in ("Down", "Return", "Escape"):
            on_key(self.filters, key, self.table.setFocus)

    def _column(self, key: str, width: int, *, figures: bool = False, leaves: int = 0) -> Column:
        title = self._teller.say(f"staff_place.column_{key}")
        return Column(key, title, width, figures, sorts=False, leaves=leaves)

    def _back(self) -> None:
        if self.is_single():
            self.close_band()
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_person(self) -> None:
        """Go to the wards and devices of the selected person."""
        self.open_band()
        self.person.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_as_of(self, state: StaffState) -> None:
        """Say as of when it is, and whether the server is being asked."""
        text, old = as_of(state, self._teller)
        self.as_of.setText(text)
        self.as_of.set_token("ochre" if old else "ink2")

    def show_state(self, state: StaffState) -> None:
        """Show people; the selected one stays."""
        say, today = self._teller.say, self._teller.today
        self.show_as_of(state)
        counts = state.counts(today)
        self.filters.set_filters(
            [Filter(f, say(f"staff_place.filter_{f}"), counts[f]) for f in FILTERS]
        )
        self.filters.choose(state.only)
        people = state.shown(today)
        self.table.set_lines([self._line(person, state) for person in people])
        if people and not self.table.current_key():
            self.table.select_key(people[0].who.username)
        empty = self.not_told if state.told is None else self.none
        self.stack.setCurrentWidget(self.table if people else empty)
        self.add.setVisible(state.told is not None)
        self.show_selected(state)

    def show_selected(self, state: StaffState) -> None:
        """Show the selected person at the right."""
        self.person.show_person(state.person(self.table.current_key()), state)

    def _line(self, person: Person, state: StaffState) -> Line:
        who, teller = person.who, self._teller
        wards = list(dict.fromkeys(state.ward(g.ward) for g in person.grants_on(teller.today)))
        looks = looks_told(person, state.at, teller)
        role = role_told(person, teller.today, teller)
        seen = last_seen(person, teller)
        note = teller.say("staff_place.you") if who.username == state.me else ""
        token = "ink" if wards else "ink3"
        cells = (
            Cell(who.full_name, token, weight=500, note=note),
            Cell(role, "ink2", 400),
            Cell(", ".join(wards), "ink2", 400),
            Cell(number(len(person.living)), "ink2", 400),
            Cell(""),
            Cell(seen, "ink2", 400),
            Cell(looks, "ochre", 400),
        )
        spoken = ", ".join(part for part in (who.full_name, role, *wards, seen, looks) if part)
        return Line(who.username, cells, spoken)

    # the band

    def show_form(self, form: FormBand, first: str) -> None:
        """Ask at the right, with the cursor at the first question."""
        self.bands.setCurrentWidget(form)
        self.open_band()
        form.begin(first)

    def show_code(self) -> None:
        """Show the code that was just given."""
        self.bands.setCurrentWidget(self.code)
        self.open_band()
        self.code.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_form(self) -> None:
        """Back to the person and to the list."""
        self.code.forget()
        self.bands.setCurrentWidget(self.person)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # what the window asks

    def head(self) -> Head:
        """The title, with the way back."""
        say = self._teller.say
        return Head(say("staff_place.title"), say("staff_place.context"), back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin at the people."""
        first = self.table if self.stack.currentWidget() is self.table else self.filters
        first.setFocus(Qt.FocusReason.OtherFocusReason)
