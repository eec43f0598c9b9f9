"""The small form for the day on which somebody else's cover of a member ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldapp.errors import FieldappError, UserMends
from fieldapp.usecases.households import cover_ends
from ui.places.households.form_bands import FormBand
from ui.places.households.form_state import Checked, sentence
from ui.places.households.inputs import LabeledCombo
from ui.places.households.page_port import FormsPage, Made
from ui.say import Teller, short_name
from ui.widgets import Label, LabeledInput
from ui.widgets.date_field import NoSuchDay, parse_day

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import HouseholdPage, MemberRow


class CoverEndBand(FormBand):
    """Who paid, until when, and what that is known from."""

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        super().__init__(teller, say("household.cover_end_title"), say("household.cover_end_save"))
        self.who = Label(role="small", token="ink2", wrap=True)
        self.body.addWidget(self.who)
        self.payer = LabeledCombo(say("household.cover_payer"), [])
        self.ended_on = LabeledInput(
            say("household.cover_ended_on"), placeholder=say("household.cover_ended_hint")
        )
        self.evidence = LabeledCombo(
            say("people.evidence"),
            [(kind, say(f"people.evidence_{kind}")) for kind in cover_ends.EVIDENCE],
        )
        self.add("payer", payer=self.payer)
        self.add("ended_on", "evidence", ended_on=self.ended_on, evidence=self.evidence)

    def show_member(self, member: MemberRow) -> None:
        """Ask about a member whom somebody else insures."""
        say = self.teller.say
        self.who.setText(say("household.cover_end_who", name=short_name(member.name)))
        self.payer.set_choices([(one, self.teller.payer(one)) for one in member.open_payers])
        self.payer.setVisible(len(member.open_payers) > 1)
        self.fill({"ended_on": "", "evidence": cover_ends.EVIDENCE[0]})
        self.check()

    def day(self) -> date | None:
        """The day that was typed: one without a year is the last one; None where it is none."""
        try:
            return parse_day(self.ended_on.text(), self.teller.today, past=True)
        except NoSuchDay:
            return None

    def check(self) -> None:
        """What is missing, and what can't be read."""
        say, typed, day = self.teller.say, self.ended_on.text().strip(), self.day()
        wrong = bool(typed) and day is None
        messages = {"ended_on": (say("household.cover_end_no_day"), "error")} if wrong else {}
        missing = say("household.cover_end_missing") if day is None else ""
        self.show_checked(Checked({}, messages, False, missing))


@dataclass(frozen=True)
class _Asked:
    """Whom the form asks about, and the page that it was opened on."""

    member: MemberRow
    page: HouseholdPage


class CoverEndDesk(QObject):
    """Opens the form for the selected member, saves it, and closes it."""

    def __init__(self, on: FormsPage) -> None:
        super().__init__()
        self._on = on
        self._asked: _Asked | None = None
        on.view.form_made.connect(self._connect)

    def _connect(self, band: FormBand) -> None:
        if isinstance(band, CoverEndBand):
            band.changed.connect(band.check)
            band.left.connect(self.close)
            band.saved.connect(self._save)

    def open(self, person: str) -> None:
        """Asks when somebody else's cover of a member ended, if there is any."""
        page, on = self._on.page, self._on
        member = next((m for m in page.members if m.person == person), None) if page else None
        if page is None or member is None:
            return
        if not member.open_payers:
            name = short_name(member.name)
            on.navigator.toast(on.teller.say("household.cover_end_none", name=name))
            return
        on.forms.leave()
        self._asked = _Asked(member, page)
        on.view.cover_end.show_member(member)
        on.view.show_form(on.view.cover_end, "ended_on")

    def close(self) -> None:
        """Closes the form; three short inputs are not kept."""
        if self._asked is not None:
            self._asked = None
            self._on.view.cover_end.stop_pausing()
            self._on.view.show_visit()

    def _save(self) -> None:
        asked, band, on = self._asked, self._on.view.cover_end, self._on
        day = band.day()
        if asked is None or day is None:
            return
        page, member, payer = asked.page, asked.member, band.payer.text()
        evidence = {"kind": band.evidence.text()}
        name = short_name(member.name)
        text = on.teller.say("household.cover_end_saved", name=name, day=on.teller.day(day))
        person = (page.ward, member.person)

        def job() -> Made:
            made = cover_ends.end_cover(
                on.store, *person, payer, day, evidence=evidence, basis=page.basis
            )
            return text, made

        band.save.setEnabled(False)
        on.write(job, self._failed, self.close)

    def _failed(self, error: FieldappError) -> None:
        """The form is as it was; the sentence stands where it belongs."""
        band = self._on.view.cover_end
        band.check()
        text = sentence(error, self._on.teller)
        if isinstance(error, UserMends) and band.show_errors({error.field or "": text}):
            return
        self._on.navigator.banner(error)
