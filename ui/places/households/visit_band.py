"""The right band of a household: what came of this visit, and when to come again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.rules.visiting.outcomes import OUTCOMES
from ui.places.agreements.flag import AgreementFlag
from ui.places.households.folding import Folding
from ui.places.households.form_state import VisitForm
from ui.places.today.parts import read_time
from ui.say import Teller
from ui.theme import line_height
from ui.widgets import (
    Band,
    Button,
    DateField,
    KeyedItem,
    KeyedList,
    Label,
    LabeledInput,
    NoteField,
    TabularLabel,
)

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import Appointment
    from fieldapp.usecases.visiting.visits import Proposal

ENROL = "enrolled"
SHOWN_APPOINTMENTS = 3
LOW_ROW = 30


class VisitBand(Band):
    """Ghi lượt thăm. `saved` goes out with a `VisitForm`; `enrol_asked` for the enrolment;
    `day_changed` with the day whose other appointments are wanted; `paused` when a note rests."""

    saved = Signal(object)
    enrol_asked = Signal()
    day_changed = Signal(object)
    edited = Signal()

    def __init__(self, teller: Teller, clock_text: str) -> None:
        super().__init__(ground="sunken", foot_ground="sunken")
        self._teller = teller
        self._proposals: Mapping[str, Proposal] = {}
        say = teller.say
        self.choices = KeyedList(say("household.visit_choices"))
        self.when = QWidget()
        self.day = DateField(say("household.next_day"), teller.today, weekday=False)
        self.time = LabeledInput(say("household.next_time"))
        self.time.setFixedWidth(84)
        self.weekday = Label(role="small", token="ink3")
        self.note = NoteField(say("household.note"), lines=2)
        self.others = _Others(teller)
        self.flag = AgreementFlag(teller)
        self.hint = Label(role="small", token="ink3", align=Qt.AlignmentFlag.AlignHCenter)
        self.primary = Button(say("household.save_visit"), kind="primary", key="Enter")
        self._build(clock_text)
        self.choices.chosen.connect(self.choose)
        self.day.day_changed.connect(self._day_moved)
        self.note.submitted.connect(self.submit)
        self.note.edited.connect(lambda _: self.edited.emit())
        self.primary.clicked.connect(self.submit)
        self._folding = Folding(
            self.scroller,
            self._content,
            [self.others.set_folded, self._set_low, self.weekday.setHidden, self.flag.set_folded],
        )
        self._show_choice()

    def _build(self, clock_text: str) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(self._teller.say("household.visit_title"), role="heading"), 1)
        head.addWidget(self.flag.short)
        self.clock = TabularLabel(clock_text, role="small", token="ink2")
        head.addWidget(self.clock)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.flag)
        column.addWidget(self.choices)
        when = QVBoxLayout(self.when)
        when.setContentsMargins(0, 0, 0, 0)
        when.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.day, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        when.addLayout(line)
        when.addWidget(self.weekday)
        column.addWidget(self.when)
        column.addWidget(self.note)
        column.addWidget(self.others)
        self.body.addWidget(self._content)
        self.foot.addWidget(self.hint)
        self.foot.addWidget(self.primary)

    def set_proposals(self, proposals: Mapping[str, Proposal]) -> None:
        """What each outcome proposes today."""
        self._proposals = proposals
        self._show_items()

    def _show_items(self) -> None:
        now = self.choices.current_key()
        items = []
        for outcome in OUTCOMES:
            word = self._teller.outcome(outcome.code)
            note = self._note_of(outcome.code, chosen=outcome.code == now)
            strong = outcome.code == ENROL
            items.append(KeyedItem(outcome.code, str(outcome.key), word, note, strong))
        self.choices.set_items(items)

    def _note_of(self, code: str, *, chosen: bool) -> str:
        if chosen:
            return self._teller.say("household.chosen_now")
        proposed = self._proposals.get(code)
        if proposed is not None and code == "considering" and proposed.next_on:
            return self._teller.day(proposed.next_on)
        return self._teller.reason(proposed.hint) if proposed else ""

    def choose(self, code: str) -> None:
        """Choose an outcome: its proposal stands in the day and time."""
        self.choices.choose(code)
        proposed = self._proposals.get(code)
        self.day.set_day(proposed.next_on if proposed else None)
        self.time.set_text((proposed.next_time if proposed else None) or "")
        self.time.set_message("")
        self._show_choice()
        self._day_moved(self.day.day())
        self.edited.emit()

    def _show_choice(self) -> None:
        code = self.choices.current_key()
        plans = bool(code) and self.day.day() is not None
        self.when.setVisible(plans)
        self.note.setVisible(code != ENROL)
        say = self._teller.say
        self.primary.setText(
            say("household.open_enrolment" if code == ENROL else "household.save_visit")
        )
        self.primary.setAccessibleName(self.primary.text())
        self.primary.setEnabled(bool(code))
        self.hint.setText(say("household.undo_until_sent" if code else "household.choose_outcome"))
        self._show_items()
        self._folding.fit()

    def _set_low(self, low: bool) -> None:
        """Lower rows and a note of one line: nothing essential leaves a low window."""
        self.choices.ROW = LOW_ROW if low else KeyedList.ROW
        self.choices.updateGeometry()
        self.choices.update()
        self.note.edit.setFixedHeight((1 if low else 2) * line_height("body") + 20)

    def _day_moved(self, day: date | None) -> None:
        self.others.show_none()
        if day is not None:
            weekday = self._teller.say(f"shell.weekday_{day.isoweekday()}")
            proposed = self._proposals.get(self.choices.current_key())
            same = proposed is not None and proposed.next_on == day
            code = "household.weekday_proposed" if same else "household.weekday_only"
            self.weekday.setText(self._teller.say(code, weekday=weekday))
            self.day_changed.emit(day)

    def show_appointments(self, day: date, found: Sequence[Appointment]) -> None:
        """What is agreed for the chosen day already."""
        if day == self.day.day():
            self.others.show_appointments(day, found)
            self._folding.fit()

    def form(self) -> VisitForm:
        """What stands in the form."""
        code = self.choices.current_key()
        day = self.day.day() if self.when.isVisibleTo(self) else None
        time = read_time(self.time.text()) if day else ""
        return VisitForm(code, day, time or "", self.note.text())

    def show_form(self, form: VisitForm) -> None:
        """Write a form as the program."""
        if form.outcome:
            self.choose(form.outcome)
        else:
            self.choices.choose("")
            self.day.set_day(None)
        if form.next_on:
            self.day.set_day(form.next_on)
            self.time.set_text(form.next_time)
        if self.note.text() != form.note:
            self.note.set_text(form.note)
        self._show_choice()

    def is_worth_keeping(self) -> bool:
        """Whether a person wrote something that a proposal does not bring back."""
        form = self.form()
        proposed = self._proposals.get(form.outcome)
        day, time = (proposed.next_on, proposed.next_time or "") if proposed else (None, "")
        return bool(form.note) or (form.next_on, form.next_time) != (day, time)

    def say_draft(self) -> None:
        """Tell that a visit was filled in that was not saved last time."""
        self.hint.setText(self._teller.say("household.visit_draft"))

    def submit(self) -> None:
        """Send the visit on, or say what is wrong."""
        code = self.choices.current_key()
        if not code:
            return
        if code == ENROL:
            self.enrol_asked.emit()
            return
        self.day.read()
        if self.day.has_error():
            self.day.setFocus()
            return
        day = self.day.day()
        if day is not None and day < self._teller.today:
            self.day.set_message(self._teller.say("today.plan_day_past"), "error")
            self.day.setFocus()
        elif day is not None and read_time(self.time.text()) is None:
            self.time.set_message(self._teller.say("today.plan_time_wrong"), "error")
            self.time.setFocus()
        else:
            self.saved.emit(self.form())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        else:
            super().keyPressEvent(event)


class _Others(QWidget):
    """The other appointments of the chosen day."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self._some, self._folded = False, False
        self._title = Label(role="small", weight=600, token="ink2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._title)
        self._lines = []
        for _ in range(SHOWN_APPOINTMENTS):
            time = TabularLabel(token="ink2", align=Qt.AlignmentFlag.AlignLeft)
            time.setFixedWidth(48)
            text = Label(token="ink2")
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(time)
            row.addWidget(text, 1)
            column.addWidget(line)
            self._lines.append((line, time, text))
        self.hide()

    def show_none(self) -> None:
        """Nothing is known of the day yet."""
        self._some = False
        self.hide()

    def set_folded(self, folded: bool) -> None:
        """Leave when the band is low."""
        self._folded = folded
        self.setVisible(self._some and not folded)

    def show_appointments(self, day: date, found: Sequence[Appointment]) -> None:
        """Show those of a day."""
        self._some = bool(found)
        title = self._teller.say("household.other_appointments", day=self._teller.weekday(day))
        self._title.setText(title)
        for number, (line, time, text) in enumerate(self._lines):
            line.setVisible(number < len(found))
            if number < len(found):
                time.setText(found[number].time or "")
                text.setText(f"{found[number].head_name}, {found[number].address}")
        self.setVisible(self._some and not self._folded)
