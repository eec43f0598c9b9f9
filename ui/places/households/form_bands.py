"""The right band as a form: a person, a household, a new household with its head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from fieldapp.rules.people.cards import Card, recognise
from fieldapp.rules.people.keyed_text import looks_scanned
from ui.palette.scanner import READS_SCANS
from ui.places.households.form_inputs import house_inputs, person_inputs
from ui.places.households.form_state import Checked, HouseForm, PersonForm
from ui.places.households.hints import Hint
from ui.places.households.inputs import Input, LabeledCombo
from ui.say import Teller
from ui.widgets import Band, Button, Label, LabeledInput, NoteField, Notice

USUAL, WIDER = 3, 4
"""Shares of a line: a card number has fifteen characters, what stands beside it ten."""
KEEP_AFTER_MS = 700
"""A pause in typing after which a half-filled form is kept."""


class FormBand(Band):
    """A column of inputs, a sentence about what is missing, one primary button.

    `changed` goes out at each change by a person, `paused` when the typing rests, `saved` from the
    button or Ctrl+Enter, `left` from Esc, `scanned` with the text of a card that was scanned into
    any input, `draft_dropped` when the half-filled form is not wanted.
    """

    changed = Signal()
    paused = Signal()
    saved = Signal()
    left = Signal()
    scanned = Signal(str)
    draft_dropped = Signal()

    def __init__(self, teller: Teller, title: str, save: str) -> None:
        super().__init__(ground="sunken", foot_ground="sunken")
        self.teller = teller
        self.title = Label(title, role="heading")
        self.draft = Notice(
            teller.say("people.draft_found"), teller.say("people.draft_text"), "accent"
        )
        self.draft.hide()
        self.drop = Button(teller.say("people.draft_drop"), height=28)
        self.drop.hide()
        self.drop.clicked.connect(self.draft_dropped)
        self.same = Hint(teller.say("people.open_that_one"), teller.say("people.is_another"))
        self.card = Hint(teller.say("people.take_card"), teller.say("people.keep_as_is"))
        self.inputs: dict[str, Input] = {}
        self._settled: dict[str, str] = {}
        self.missing = Label(role="small", token="ink3", wrap=True)
        self.save = Button(save, kind="primary", key="Ctrl Enter")
        self.save.clicked.connect(self.saved)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_AFTER_MS)
        self._pause.timeout.connect(self.paused)
        self.body.setSpacing(10)
        close = teller.say("household.close_form")
        self.close_button = Button(close, kind="link", key="Esc", height=22)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.close_button.clicked.connect(self.left)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        self.body.addLayout(head)
        for widget in (self.draft, self.drop, self.same, self.card):
            self.body.addWidget(widget)
        self.foot.addWidget(self.missing)
        self.foot.addWidget(self.save)

    # building

    def add(self, name: str, *others: str, **made: Input) -> None:
        """Put inputs in a line of the column."""
        line = QHBoxLayout()
        line.setSpacing(8)
        for one in (name, *others):
            widget = made[one]
            self.inputs[one] = widget
            widget.edited.connect(lambda _, n=one: self._edited(n))
            editor = getattr(widget, "edit", None)
            if isinstance(editor, QWidget):
                editor.installEventFilter(self)
                editor.setProperty(READS_SCANS, True)
            room = WIDER if one.endswith("card_number") else USUAL
            line.addWidget(widget, room, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(line)

    # texts

    def texts(self) -> dict[str, str]:
        """What stands in the inputs; text of a card that is being scanned is left out."""
        return {
            name: self._settled.get(name, "") if looks_scanned(widget.text()) else widget.text()
            for name, widget in self.inputs.items()
        }

    def fill(self, texts: Mapping[str, str]) -> None:
        """Write as the program."""
        for name, widget in self.inputs.items():
            if name in texts and widget.text() != texts[name]:
                widget.set_text(texts[name])
            self._settled[name] = texts.get(name, widget.text())

    def show_checked(self, checked: Checked) -> None:
        """Messages below the inputs, and what is missing."""
        for name, widget in self.inputs.items():
            text, tone = checked.messages.get(name, ("", "help"))
            widget.set_message(text, tone)  # type: ignore[arg-type]  # a level is a tone
        self.missing.setText(checked.missing)
        self.missing.setVisible(bool(checked.missing))
        self.save.setEnabled(checked.may_save)
        self.save.setAccessibleDescription(checked.missing)

    def show_draft(self, shown: bool) -> None:
        """Say that a half-filled form was filled in again."""
        self.draft.setVisible(shown)
        self.drop.setVisible(shown)

    def show_errors(self, messages: Mapping[str, str]) -> bool:
        """Errors that came back from saving; False if none belongs to an input."""
        shown = False
        for name, text in messages.items():
            widget = self.inputs.get(name)
            if isinstance(widget, LabeledInput | NoteField):
                widget.set_message(text, "error")
                widget.setFocus()
                shown = True
        return shown

    def begin(self, first: str) -> None:
        """Put the focus into an input."""
        widget = self.inputs[first]
        widget.setFocus()
        if isinstance(widget, LabeledInput):
            widget.edit.selectAll()

    # keys

    def _edited(self, name: str) -> None:
        text = self.inputs[name].text()
        if looks_scanned(text):
            return
        self._settled[name] = text
        self.changed.emit()
        self._pause.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._submit()
            return True
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._accept_hint()
            return True
        if self._take_scan():
            return True
        if isinstance(watched, QLineEdit):
            self.focusNextChild()
            return True
        return False

    def _accept_hint(self) -> None:
        """Alt+Enter takes what the hint at the top offers."""
        shown = next((hint for hint in (self.card, self.same) if hint.isVisible()), None)
        if shown is not None:
            shown.accepted.emit()

    def _take_scan(self) -> bool:
        """A scanner ends with Enter: its text leaves the input again and goes out as a card."""
        for name, widget in self.inputs.items():
            text = widget.text()
            if looks_scanned(text):
                settled = self._settled.get(name, "")
                widget.set_text(settled)
                self.scanned.emit(text.removeprefix(settled))
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        if self.save.isEnabled():
            self.saved.emit()

    def stop_pausing(self) -> None:
        """The form is being closed: nothing more is kept by the clock."""
        self._pause.stop()


def card_in(text: str, teller: Teller) -> Card | None:
    """The card in a scanned text."""
    return recognise(text, today=teller.today)


def told_card(card: Card, teller: Teller) -> str:
    """That the form was filled, or what is to be looked at on the card first."""
    return next((teller.finding(f) for f in card.findings), "") or teller.say("people.scanned")


class PersonBand(FormBand):
    """The form of a person; `adding` asks for the relationship too."""

    def __init__(self, teller: Teller, *, adding: bool) -> None:
        title = teller.say("people.form_add" if adding else "people.form_edit")
        super().__init__(teller, title, teller.say("people.save_new" if adding else "people.save"))
        self._form = PersonForm()
        self.reason = LabeledInput(
            teller.say("people.id_reason"), placeholder=teller.say("people.id_reason_hint")
        )
        self._add_inputs(adding)
        self.body.addWidget(_scan_help(teller))

    def _add_inputs(self, adding: bool) -> None:
        made = person_inputs(self.teller)
        self.add("full_name", **made)
        if adding:
            self.add("relationship", **made)
        self.add("born_on", "sex", **made)
        self.add("id_number", **made)
        self.add("id_reason", id_reason=self.reason)
        self.reason.hide()
        self.add("si_number", "card_number", **made)
        self.add("phone", "old_id_number", **made)
        self.add("group", **made)
        self.add("other_groups", **made)
        self.add("note", **made)
        self.add("facility", "evidence", **made)

    def form(self) -> PersonForm:
        """What stands in the form."""
        return replace(self._form, **self.texts())

    def show_form(self, form: PersonForm) -> None:
        """Write a form as the program."""
        self._form = form
        self.fill({one.name: getattr(form, one.name) for one in fields(form)})

    def show_checked(self, checked: Checked) -> None:
        """Messages, what is missing, and whether a reason is asked for."""
        self.reason.setVisible(checked.needs_reason)
        super().show_checked(checked)


class HouseBand(FormBand):
    """The form of a household that exists."""

    def __init__(self, teller: Teller) -> None:
        title = teller.say("household.form_title")
        super().__init__(teller, title, teller.say("household.save"))
        self._form = HouseForm()
        made = house_inputs(teller, ())
        self.add("phone", "call_hint", **made)
        self.add("note", **made)
        self.add("house_number", "neighbourhood", **made)
        self.add("street", **made)

    def form(self) -> HouseForm:
        """What stands in the form."""
        return replace(self._form, **self.texts())

    def show_form(self, form: HouseForm) -> None:
        """Write a form as the program."""
        self._form = form
        self.fill({one.name: getattr(form, one.name) for one in fields(form)})


class NewHouseBand(FormBand):
    """The form of a new household: its address and its head."""

    HEAD_PREFIX = "head_"

    def __init__(self, teller: Teller, wards: Sequence[tuple[str, str]]) -> None:
        title = teller.say("household.new_title")
        super().__init__(teller, title, teller.say("household.register"))
        made = house_inputs(teller, wards)
        self.add("ward", **made)
        self.inputs["ward"].setVisible(len(wards) > 1)
        self.add("house_number", "neighbourhood", **made)
        self.add("street", **made)
        self.add("phone", "call_hint", **made)
        self.body.addWidget(
            Label(teller.say("household.head"), role="small", weight=600, token="ink3")
        )
        head = {f"{self.HEAD_PREFIX}{n}": w for n, w in person_inputs(teller).items()}
        self.add("head_full_name", **head)
        self.add("head_born_on", "head_sex", **head)
        self.add("head_id_number", **head)
        self.reason = LabeledInput(
            teller.say("people.id_reason"), placeholder=teller.say("people.id_reason_hint")
        )
        self.add("head_id_reason", head_id_reason=self.reason)
        self.reason.hide()
        self.add("head_si_number", "head_card_number", **head)
        self.add("head_evidence", **head)
        self.body.addWidget(_scan_help(teller))

    def set_wards(self, wards: Sequence[tuple[str, str]]) -> None:
        """Offer other wards; a single one is not asked for."""
        ward = self.inputs["ward"]
        if isinstance(ward, LabeledCombo):
            now = ward.text()
            ward.set_choices(wards)
            if now in [key for key, _ in wards]:
                ward.set_text(now)
        ward.setVisible(len(wards) > 1)

    def forms(self) -> tuple[HouseForm, PersonForm]:
        """What stands in the form: the household, and its head."""
        texts = self.texts()
        head = {
            name.removeprefix(self.HEAD_PREFIX): text
            for name, text in texts.items()
            if name.startswith(self.HEAD_PREFIX)
        }
        house = {n: t for n, t in texts.items() if not n.startswith(self.HEAD_PREFIX)}
        return HouseForm(**house), PersonForm(relationship="00", **head)

    def show_forms(self, house: HouseForm, head: PersonForm) -> None:
        """Write both as the program."""
        texts = {one.name: getattr(house, one.name) for one in fields(house)}
        texts |= {f"{self.HEAD_PREFIX}{one.name}": getattr(head, one.name) for one in fields(head)}
        self.fill({name: text for name, text in texts.items() if name in self.inputs})

    def show_both_checked(self, house: Checked, head: Checked) -> None:
        """Messages of both parts; what is missing first."""
        messages = dict(house.messages)
        told = dict(head.messages)
        if "group" in told:  # the form has no input for it: what to ask stands at the birth
            told.setdefault("born_on", told.pop("group"))
        messages |= {f"{self.HEAD_PREFIX}{n}": m for n, m in told.items()}
        self.reason.setVisible(head.needs_reason)
        missing = house.missing or head.missing
        self.show_checked(Checked({}, messages, False, missing))


def _scan_help(teller: Teller) -> Label:
    return Label(teller.say("people.scan_help"), role="small", token="ink3", wrap=True)
