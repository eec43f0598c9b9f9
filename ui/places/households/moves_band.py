"""The right band for a change among the people of a household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from fieldapp.rules.people.heads import HEAD
from fieldapp.usecases.households.history import LEFT
from ui.places.households.form_bands import FormBand
from ui.places.households.form_state import Checked
from ui.places.households.inputs import LabeledCombo
from ui.places.households.moves_state import (
    JOIN,
    KINDS,
    LEAVE,
    OF_ONE,
    SEARCHING,
    SPLIT,
    WARD,
    Asked,
    MovesForm,
    what_happens,
)
from ui.say import Teller, relationships, short_name
from ui.widgets import Label, LabeledInput
from ui.widgets.date_field import NoSuchDay, parse_day

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import HouseholdPage, MemberRow

COLUMNS = 2
Choices = Sequence[tuple[str, str]]


class KinGrid(QWidget):
    """One choice a person, two beside each other; `chosen` goes out when a person chose."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.combos: dict[str, LabeledCombo] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)

    def show_people(self, people: Sequence[MemberRow], choices: Choices) -> None:
        """Ask about these people; the choices of those who were asked about before stay."""
        wanted = [one.person for one in people]
        if wanted == list(self.combos):
            return
        kept = self.codes()
        for combo in self.combos.values():
            self._grid.removeWidget(combo)
            combo.hide()
            combo.deleteLater()
        self.combos = {}
        for place, one in enumerate(people):
            combo = LabeledCombo(short_name(one.name), choices)
            combo.set_text(kept.get(one.person, ""))
            combo.edited.connect(lambda _: self.chosen.emit())
            self.combos[one.person] = combo
            self._grid.addWidget(combo, place // COLUMNS, place % COLUMNS)
        self.setVisible(bool(self.combos))

    def codes(self) -> dict[str, str]:
        """What is chosen, by person."""
        return {person: combo.text() for person, combo in self.combos.items()}

    def show_codes(self, codes: Mapping[str, str]) -> None:
        """Choose as the program."""
        for person, combo in self.combos.items():
            if combo.text() != codes.get(person, ""):
                combo.set_text(codes.get(person, ""))


class MovesBand(FormBand):
    """Who goes where, as what; who leads those who stay; what a year costs before and after."""

    searched = Signal(str)

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        super().__init__(teller, say("moves.title"), say("moves.save"))
        kin = relationships(teller.words.language)
        ask = ("", say("moves.ask"))
        self._kin: Choices = [ask, *((c, t) for c, t in kin.items() if c != HEAD)]
        self._going: Choices = [("", say("moves.stays")), *kin.items()]
        self._add_inputs([ask, *((one, say(f"moves.reason_{one}")) for one in LEFT)])
        self.going, self.kin = KinGrid(), KinGrid()
        self.going_title = self._heading("moves.who_goes")
        self.body.addWidget(self.going)
        self._add_address()
        self.head = LabeledCombo(say("moves.head"), [])
        self.add("head", head=self.head)
        self.body.addWidget(self.kin)
        self.prices_title = self._heading("moves.prices")
        self.prices = Label(role="small", token="ink2", wrap=True)
        self.body.addWidget(self.prices)
        self.going.chosen.connect(self.changed)
        self.kin.chosen.connect(self.changed)
        self.search.edited.connect(self.searched)

    def _add_inputs(self, reasons: Choices) -> None:
        say = self.teller.say
        self.kind = LabeledCombo(
            say("moves.kind"), [(one, say(f"moves.kind_{one}")) for one in KINDS]
        )
        self.person = LabeledCombo(say("moves.person"), [])
        self.reason = LabeledCombo(say("moves.reason"), reasons)
        self.to_ward = LabeledInput(say("moves.to_ward"), placeholder=say("moves.to_ward_hint"))
        self.moved_on = LabeledInput(say("moves.moved_on"), placeholder=say("moves.moved_on_hint"))
        self.search = LabeledInput(say("moves.search"), placeholder=say("moves.search_hint"))
        self.target = LabeledCombo(say("moves.target"), [])
        self.relationship = LabeledCombo(say("people.relationship"), self._kin)
        self.add("kind", kind=self.kind)
        self.add("person", person=self.person)
        self.add("reason", reason=self.reason)
        self.add("to_ward", "moved_on", to_ward=self.to_ward, moved_on=self.moved_on)
        self.means = Label(role="small", token="ink2", wrap=True)
        self.body.addWidget(self.means)
        self.add("search", search=self.search)
        self.add("target", target=self.target)
        self.add("relationship", relationship=self.relationship)

    def _add_address(self) -> None:
        say = self.teller.say
        self.house_number = LabeledInput(say("household.house_number"))
        self.street = LabeledInput(say("household.street"))
        made = {"house_number": self.house_number, "street": self.street}
        self.add("house_number", "street", **made)

    def _heading(self, key: str) -> Label:
        made = Label(self.teller.say(key), role="small", weight=600, token="ink3")
        self.body.addWidget(made)
        return made

    def form(self) -> MovesForm:
        """What stands in the form."""
        texts = self.texts()
        return MovesForm(
            kind=texts["kind"],
            person=texts["person"],
            reason=texts["reason"],
            to_ward=texts["to_ward"],
            moved_on=self._day(texts["moved_on"]),
            target=texts["target"],
            relationship=texts["relationship"],
            house_number=texts["house_number"],
            street=texts["street"],
            going=self.going.codes(),
            head=texts["head"],
            relations=self.kin.codes(),
        )

    def _day(self, typed: str) -> date | None:
        """The day that was typed: one without a year is the last one; None where it is none."""
        try:
            return parse_day(typed, self.teller.today, past=True)
        except NoSuchDay:
            return None

    def show_page(self, page: HouseholdPage, form: MovesForm) -> None:
        """Ask about the people of a household, from the beginning."""
        self.person.set_choices([(m.person, m.name) for m in page.members])
        self.target.set_choices([])
        self.going.show_people((), ())
        self.kin.show_people((), ())
        self.show_prices("")
        texts = {"kind": form.kind, "person": form.person, "reason": "", "search": ""}
        texts |= {"to_ward": "", "moved_on": f"{self.teller.today:%d/%m/%Y}"}
        address = {"house_number": page.house_number, "street": page.street}
        self.fill({**texts, **address, "relationship": ""})

    def show_targets(self, choices: Choices) -> None:
        """Who was found."""
        chosen = self.target.text()
        self.target.set_choices(choices)
        if chosen in [key for key, _ in choices]:
            self.target.set_text(chosen)

    def show_prices(self, text: str) -> None:
        """What a year costs before and after; nothing where nothing changes."""
        self.prices.setText(text)
        self.prices.setVisible(bool(text))
        self.prices_title.setVisible(bool(text))

    def show_asked(self, form: MovesForm, page: HouseholdPage, told: Asked) -> None:
        """Only what this kind of change asks for."""
        kind, say = form.kind, self.teller.say
        self.person.setVisible(kind in OF_ONE)
        self.reason.setVisible(kind == LEAVE)
        for ward_part in (self.to_ward, self.moved_on):
            ward_part.setVisible(kind == WARD)
        means = what_happens(form, page, self.teller)
        self.means.setText(means)
        self.means.setVisible(bool(means))
        for widget in (self.search, self.relationship):
            widget.setVisible(kind in SEARCHING)
        self.target.setVisible(kind in SEARCHING and self.target.combo.count() > 0)
        for part in (self.going_title, self.going, self.house_number, self.street):
            part.setVisible(kind == SPLIT)
        self.going.show_people(page.members if kind == SPLIT else (), self._going)
        self._show_heirs(told, say("moves.ask"))
        self.kin.show_people(told.kin, self._kin)
        self.kin.show_codes(told.relations)
        messages = {"head": (told.warning, "warning")} if told.warning else {}
        if kind == JOIN and told.warning == "":
            messages["search"] = (say("moves.join_hint"), "help")
        self.show_checked(Checked({}, messages, False, told.missing))

    def _show_heirs(self, told: Asked, ask: str) -> None:
        self.head.set_choices([("", ask), *((m.person, m.name) for m in told.heirs)])
        self.head.set_text(told.heir)
        self.head.setVisible(bool(told.heirs))
