"""The forms of people and devices: give a ward, add somebody, hand households over; the code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent

from fieldapp.clock import business_date, from_iso
from fieldapp.words.format import clock_time
from sync.protocol import GiveWard, Invite, Invited, NewColleague
from ui.places.households.form_bands import FormBand
from ui.places.households.form_state import Checked
from ui.places.households.inputs import LabeledCombo
from ui.places.staff.state import roles_below
from ui.say import Teller
from ui.widgets import Band, Button, Label, LabeledInput
from ui.widgets.date_field import NoSuchDay, parse_day

Choices = Sequence[tuple[str, str]]
SEXES = ("", "female", "male")


class _Days(FormBand):
    """A form with a last day that may be left empty, and a first one."""

    def __init__(self, teller: Teller, title: str, save: str) -> None:
        super().__init__(teller, teller.say(title), teller.say(save))
        self.changed.connect(self.check)

    def _day_input(self, name: str, *, hint: bool) -> LabeledInput:
        say = self.teller.say
        placeholder = say("staff_place.until_hint") if hint else ""
        return LabeledInput(say(f"staff_place.{name}"), placeholder=placeholder)

    def day(self, name: str) -> date | None:
        """A day that was typed; None for none, or none that can be read."""
        try:
            return parse_day(self.inputs[name].text(), self.teller.today)
        except NoSuchDay:
            return None

    def iso_day(self, name: str) -> str | None:
        """The same as the server reads it."""
        day = self.day(name)
        return day.isoformat() if day else None

    def check(self) -> Checked:
        """What can't be read, and what is missing."""
        wrong = self.teller.say("staff_place.not_a_day")
        messages: dict[str, tuple[str, str]] = {
            name: (wrong, "error")
            for name in ("since", "until")
            if name in self.inputs and self.inputs[name].text().strip() and self.day(name) is None
        }
        missing = wrong if messages else self._missing()
        checked = Checked({}, messages, False, missing)
        self.show_checked(checked)
        return checked

    def _missing(self) -> str:
        return ""


class GiveForm(_Days):
    """Gives a ward for days."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(teller, "staff_place.give_title", "staff_place.give_save")
        self.ward = LabeledCombo(teller.say("staff_place.ward"), ())
        self.role = LabeledCombo(teller.say("staff_place.role"), ())
        self.add("ward", ward=self.ward)
        self.add("role", role=self.role)
        since, until = self._day_input("since", hint=False), self._day_input("until", hint=True)
        self.add("since", "until", since=since, until=until)
        self.username = ""

    def ask(self, username: str, name: str, wards: Choices, own: str) -> None:
        """Ask which ward of these `name` gets; `own` is the caller's role."""
        self.username = username
        self.title.setText(name)
        self.ward.set_choices(wards)
        self.role.set_choices(_roles(own, self.teller))
        today = f"{self.teller.today:%d/%m/%Y}"
        self.fill({"since": today, "until": ""})
        self.check()

    def request(self) -> GiveWard:
        """What is asked of the server."""
        since, until = self.iso_day("since"), self.iso_day("until")
        return GiveWard(self.username, self.ward.text(), self.role.text(), since, until)


class NewForm(_Days):
    """Somebody who is to work here."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(teller, "staff_place.new_title", "staff_place.new_save")
        say = teller.say
        name = LabeledInput(say("staff_place.full_name"))
        hint = say("staff_place.username_hint")
        username = LabeledInput(say("staff_place.username"), placeholder=hint)
        sexes = [
            (one, say(f"people.sex_choice_{one}" if one else "people.sex_unknown")) for one in SEXES
        ]
        self.ward = LabeledCombo(say("staff_place.ward"), ())
        self.role = LabeledCombo(say("staff_place.role"), ())
        self.add("full_name", full_name=name)
        self.add("username", "sex", username=username, sex=LabeledCombo(say("people.sex"), sexes))
        self.add("ward", ward=self.ward)
        self.add("role", "until", role=self.role, until=self._day_input("until", hint=True))

    def ask(self, wards: Choices, own: str) -> None:
        """Ask who it is."""
        self.ward.set_choices(wards)
        self.role.set_choices(_roles(own, self.teller))
        self.fill({"full_name": "", "username": "", "sex": "", "until": ""})
        self.check()

    def _missing(self) -> str:
        named = self.inputs["full_name"].text() and self.inputs["username"].text()
        return "" if named else self.teller.say("staff_place.missing_name")

    def request(self) -> Invite:
        """What is asked of the server."""
        texts = self.texts()
        new = NewColleague(
            texts["full_name"],
            self.role.text(),
            (self.ward.text(),),
            texts["sex"] or None,
            self.iso_day("until"),
        )
        return Invite(texts["username"], new)


class HandForm(_Days):
    """Who gets the households of somebody who leaves."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(teller, "staff_place.hand_over", "staff_place.hand_save")
        self.heir = LabeledCombo(teller.say("staff_place.hand_to"), ())
        self.count = Label(role="small", token="ink2", wrap=True)
        self.body.addWidget(self.count)
        self.add("heir", heir=self.heir)
        self.add("until", until=self._day_input("until", hint=False))
        self.username, self._households = "", 0

    def ask(self, username: str, name: str, households: int, others: Choices, until: date) -> None:
        """Ask who gets them."""
        self.username, self._households = username, households
        self.title.setText(self.teller.say("staff_place.hand_title", name=name))
        self.count.setText(self.teller.say("staff_place.hands", n=households))
        self.heir.set_choices(others)
        self.fill({"until": f"{until:%d/%m/%Y}"})
        self.check()

    def _missing(self) -> str:
        say = self.teller.say
        if not self._households:
            return say("staff_place.hands", n=0)
        if not self.heir.text():
            return say("staff_place.nobody")
        return "" if self.day("until") else say("staff_place.not_a_day")


class CodeBand(Band):
    """A one-time code, shown once: `left` when it was passed on. Nothing of it is kept."""

    left = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken", foot_ground="sunken")
        self._teller = teller
        say = teller.say
        self.title = Label(role="subheading", wrap=True)
        self.once = Label(token="ink2", wrap=True)
        self.code = Label(role="row", weight=600, wrap=True)
        self.password = Label(role="row", weight=600, wrap=True)
        self._password_title = Label(say("staff_place.password"), role="small", token="ink2")
        for label in (self.code, self.password):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = Button(say("staff_place.code_copy"), icon="copy", key="C")
        self.close_button = Button(
            say("staff_place.code_close"), kind="primary", key="Enter", height=44
        )
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.left)
        code_title = Label(say("staff_place.code"), role="small", token="ink2")
        for part in (self.title, code_title, self.code, self._password_title, self.password):
            self.body.addWidget(part)
        self.body.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.once)
        self.foot.addWidget(self.close_button)

    def show_code(self, name: str, told: Invited) -> None:
        """Show a code until it was passed on."""
        say, ends = self._teller.say, from_iso(told.expires_at)
        self.title.setText(say("staff_place.code_title", name=name))
        self.code.setText(told.code)
        self.password.setText(told.password)
        for part in (self._password_title, self.password):
            part.setVisible(bool(told.password))
        self.copy.setText(say("staff_place.code_copy"))
        day = self._teller.day(business_date(ends))
        self.once.setText(say("staff_place.code_once", time=clock_time(ends), day=day))
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Nothing of it stays."""
        self.code.setText("")
        self.password.setText("")

    def _copy(self) -> None:
        lines = [text for text in (self.code.text(), self.password.text()) if text]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.copy.setText(self._teller.say("staff_place.code_copied"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.left.emit()
        elif event.key() == Qt.Key.Key_C:
            self._copy()
        else:
            super().keyPressEvent(event)


def _roles(own: str, teller: Teller) -> Choices:
    return [(role, teller.say(f"settings.role_{role}")) for role in roles_below(own)]
