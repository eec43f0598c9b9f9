"""The right band of the agreements: what is known of one ward, and the form that records it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from fieldapp.rules.agreements import PARTIES, RECORDED
from fieldapp.usecases.agreements.standing import FIELDS, AgreementRow
from ui.places.agreements.form import SIGNATURE, WAITING, check, texts_of
from ui.places.agreements.state import (
    as_of_ward,
    ended_told,
    facts_of,
    flag_of,
    former_told,
    state_told,
    week_of,
)
from ui.places.households.form_bands import FormBand
from ui.places.households.form_state import Checked
from ui.places.households.inputs import LabeledCombo
from ui.say import Teller
from ui.widgets import Band, Button, Label, LabeledInput, NoteField, Notice, StateChip
from ui.widgets.facts import FactList


class AgreementBand(Band):
    """One ward. `edit_asked` from its button."""

    edit_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken", foot_ground="sunken")
        self._teller = teller
        say = teller.say
        self.title = Label(role="subheading", wrap=True)
        self.state = Label(weight=600)
        self.flag = Notice("", "", "ochre", icon="warning", text_role="small")
        self.facts = FactList()
        self.former = Label(role="small", token="ink2", wrap=True)
        self.ended = Label(role="small", token="ink2", wrap=True)
        self.note = Label(token="ink2", wrap=True)
        self.as_of = Label(role="small", token="ink3", wrap=True)
        self.chip = StateChip("on_device")
        self.edit = Button(say("agreements_place.edit"), kind="primary", key="E", height=44)
        self.edit.clicked.connect(self.edit_asked)
        self.desk_only = Label(
            say("agreements_place.desk_only"), role="small", token="ink3", wrap=True
        )
        about: list[QWidget] = [self.title, self.state, self.flag, self.facts, self.note]
        about += [self.former, self.ended, self.chip, self.as_of]
        for part in about:
            self.body.addWidget(part)
        self._shown_with_a_row = [*about, self.desk_only, self.edit]
        self.foot.addWidget(self.desk_only)
        self.foot.addWidget(self.edit)
        self.show_row(None)

    def show_row(self, row: AgreementRow | None) -> None:
        """Show another ward; None shows nothing."""
        for part in self._shown_with_a_row:
            part.setVisible(row is not None)
        if row is not None:
            self._show(row)

    def _show(self, row: AgreementRow) -> None:
        say, teller = self._teller.say, self._teller
        self.title.setText(row.name)
        told, token = state_told(row, teller)
        self.state.setText(", ".join(part for part in (told, week_of(row, teller)) if part))
        self.state.set_token(token)
        flag = flag_of(row, teller)
        self.flag.say("", flag)
        self.flag.setVisible(bool(flag))
        self.facts.show_facts(facts_of(row, teller))
        _tell(self.note, f"{say('agreements_place.note')}: {row.note}" if row.note else "")
        _tell(self.former, self._former(row))
        _tell(self.ended, ended_told(row, teller))
        self.chip.setVisible(row.word != "sent")
        if row.word != "sent":
            self._show_word(row.word)
        _tell(self.as_of, as_of_ward(row.current_at, teller))
        self.desk_only.setVisible(not row.may_edit)
        self.edit.setVisible(row.may_edit)

    def _show_word(self, word: str) -> None:
        fresh = StateChip(word)
        self.body.replaceWidget(self.chip, fresh)
        self.chip.hide()
        self.chip.deleteLater()
        self.chip = fresh

    def _former(self, row: AgreementRow) -> str:
        if not row.former:
            return ""
        lines = [former_told(one, self._teller) for one in row.former]
        title = self._teller.say("agreements_place.former_title")
        return "\n".join([title, *lines, self._teller.say("agreements_place.former_note")])


def _tell(label: Label, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


class AgreementForm(FormBand):
    """What was agreed in one ward: signed or not, whom one waits for, the paper, whom one calls.

    `hidden` goes out when the form leaves the screen by whatever way.
    """

    hidden = Signal()

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        super().__init__(teller, say("agreements_place.title"), say("agreements_place.save"))
        self.row: AgreementRow | None = None
        self._before: Mapping[str, str] = {}
        states = [(one, say(f"agreements_place.state_choice_{one}")) for one in RECORDED]
        parties = [("", say("agreements_place.waiting_choice"))]
        parties += [(one, say(f"agreements_place.fact_{one}")) for one in PARTIES]
        self.state = LabeledCombo(say("agreements_place.state"), states)
        self.add("state", state=self.state)
        waiting = LabeledCombo(say("agreements_place.waiting_for"), parties)
        self.add("waiting_for", "waiting_since", waiting_for=waiting, **self._days("waiting_since"))
        self.add("signed_on", "valid_until", **self._days("signed_on", "valid_until"))
        hint = say("agreements_place.document_hint")
        document = LabeledInput(say("agreements_place.document"), placeholder=hint, optional=True)
        self.add("document", document=document)
        for contact, phone in FIELDS.values():
            made = {n: LabeledInput(say(f"agreements_place.{n}")) for n in (contact, phone)}
            self.add(contact, phone, **made)
        self.add("note", note=NoteField(say("agreements_place.note"), lines=2))
        self.changed.connect(self.check)

    def _days(self, *names: str) -> dict[str, LabeledInput]:
        say, hint = self.teller.say, self.teller.say("agreements_place.day_hint")
        return {n: LabeledInput(say(f"agreements_place.{n}"), placeholder=hint) for n in names}

    def show_row(self, row: AgreementRow) -> None:
        """Ask about a ward."""
        self.row, self._before = row, texts_of(row)
        self.title.setText(row.name)
        self.fill(self._before)
        self.show_draft(False)
        self.check()

    def offer(self, texts: Mapping[str, str]) -> None:
        """Fill in what was typed before and not saved."""
        self.fill(texts)
        self.show_draft(True)
        self.check()

    def hideEvent(self, event: QHideEvent) -> None:
        self.hidden.emit()
        super().hideEvent(event)

    def settle(self) -> None:
        """What stands in it was saved: nothing of it is kept beside."""
        self.row = None

    def is_changed(self) -> bool:
        """Whether something stands in it that is not saved."""
        return self.row is not None and self.texts() != dict(self._before)

    def check(self) -> Checked:
        """What is missing, and what can't be read; the inputs that do not belong leave."""
        texts = self.texts()
        away = WAITING if texts["state"] == "signed" else SIGNATURE
        for name in (*WAITING, *SIGNATURE):
            self.inputs[name].setVisible(name not in away)
        checked = check(texts, self._before, self.teller)
        self.show_checked(checked)
        return checked
