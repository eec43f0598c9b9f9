"""The forms of a household's page: opened on what the screen shows, checked while one types, kept
when they are left, saved on what they stood on when they were opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fieldapp.errors import FieldappError, UserMends
from fieldapp.rules.people.cards import Card
from fieldapp.usecases import changes
from fieldapp.usecases.households import people
from ui.places.households.form_bands import FormBand, HouseBand, PersonBand, card_in, told_card
from ui.places.households.form_state import (
    HouseForm,
    PersonForm,
    check_house_form,
    check_person_form,
    differing,
    fields_to_compare,
    filled_by,
    form_of,
    house_form_of,
    house_from_draft,
    is_of_another,
    person_from_draft,
    sentence,
    to_draft,
    told_differences,
    with_card,
)
from ui.places.households.hints import DuplicateWatch
from ui.places.households.page_port import FormsPage, Made
from ui.say import short_name

if TYPE_CHECKING:
    from fieldapp.store.work import Basis
    from fieldapp.usecases.households.household import HouseholdPage, MemberRow


@dataclass
class _Open:
    """The form that is open: what it stands on and how it was."""

    band: FormBand
    subject: str
    basis: Basis
    before: PersonForm | HouseForm
    person: str = ""
    same_number: bool = False


class FormDesk(QObject):
    """Opens, checks, keeps and saves the forms of a page; one at a time is open."""

    def __init__(self, on: FormsPage) -> None:
        super().__init__()
        self._on = on
        self.opened: _Open | None = None
        on.view.form_made.connect(self._connect)
        self._card: Card | None = None

    def _connect(self, band: FormBand) -> None:
        if not isinstance(band, PersonBand | HouseBand):
            return
        band.changed.connect(self._check)
        band.paused.connect(self.keep)
        band.left.connect(self.leave)
        band.saved.connect(self._save)
        band.scanned.connect(self._take_scan)
        band.draft_dropped.connect(self._drop_draft)
        band.card.accepted.connect(self._take_differences)
        band.card.declined.connect(band.card.hide)

    @cached_property
    def watch(self) -> DuplicateWatch:
        """Looks, while a new member is typed in, for who she may be already."""
        on, adding = self._on, self._on.view.adding
        made = DuplicateWatch(
            on.store, on.tasks, on.navigator, on.teller, adding.same, self._typed_fields
        )
        adding.changed.connect(made.typed)
        made.changed.connect(self._check)
        on.view.hidden.connect(made.pause)
        return made

    def edit_field(self, person: str, field: str) -> None:
        """Opens the form that holds a field, of the member or of the household, at that field."""
        if field in self._on.view.person.inputs:
            self.edit_person(person, field)
        elif field in self._on.view.house.inputs:
            self.edit_household(field)
        else:
            self.edit_person(person)

    def edit_person(self, person: str, field: str = "full_name") -> None:
        """Opens the form of a member, with the cursor in a field."""
        member = self._member(person)
        if member is not None and self._on.page is not None:
            self._on.view.members.select_key(person)
            band, before = self._on.view.person, form_of(member, self._on.teller)
            subject = f"{self._on.page.ward}/{person}"
            self._begin(_Open(band, subject, self._on.page.basis, before, person), field)

    def offer_card(self, person: str, card: Card) -> None:
        """Compares a card with the record of its person: what is missing is filled in a form, what
        differs is only offered there. Where all agrees it is said."""
        member = self._member(person)
        if member is None:
            return
        form = form_of(member, self._on.teller)
        if filled_by(form, card) == form and not differing(form, card):
            name = short_name(member.name)
            self._on.navigator.toast(self._on.teller.say("people.card_agrees", name=name))
            return
        self.edit_person(person)
        self._take_card(card)

    def add_member(self, card: Card | None = None) -> None:
        """Opens the form of a new member, with a card filled in: then the cursor stands on what no
        card tells."""
        if self._on.page is not None:
            subject = f"{self._on.page.ward}/{self._on.page.household}/new"
            before = PersonForm(relationship="08")
            self.watch.begin()
            first = "full_name" if card is None else "relationship"
            self._begin(_Open(self._on.view.adding, subject, self._on.page.basis, before), first)
            if card is not None:
                self._take_card(card)

    def edit_household(self, field: str = "phone") -> None:
        """Opens the form of the household, with the cursor in a field."""
        if self._on.page is not None:
            subject = f"{self._on.page.ward}/{self._on.page.household}"
            before = house_form_of(self._on.page)
            self._begin(_Open(self._on.view.house, subject, self._on.page.basis, before), field)

    def _member(self, person: str) -> MemberRow | None:
        members = self._on.page.members if self._on.page else ()
        return next((member for member in members if member.person == person), None)

    def _begin(self, opened: _Open, first: str) -> None:
        if self.opened is not None:
            self.leave()
        self.opened = opened
        opened.band.show_draft(False)
        opened.band.card.hide()
        self._show(opened.before)
        self._on.view.show_form(opened.band, first)
        self._on.drafts.find(opened.subject, lambda content: self._offer(opened, content))

    def _offer(self, opened: _Open, content: object) -> None:
        """Fills in what was typed last time, unless something was typed meanwhile."""
        if self.opened is not opened or self._form() != opened.before:
            return
        read = house_from_draft if isinstance(opened.before, HouseForm) else person_from_draft
        kept = read(content)
        if kept is not None and kept != opened.before:
            self._show(kept)
            opened.band.show_draft(True)

    def _form(self) -> PersonForm | HouseForm:
        band = self.opened.band if self.opened else None
        if isinstance(band, PersonBand):
            return band.form()
        return self._on.view.house.form()

    def _show(self, form: PersonForm | HouseForm) -> None:
        band = self.opened.band if self.opened else None
        if isinstance(band, PersonBand) and isinstance(form, PersonForm):
            band.show_form(form)
        elif isinstance(form, HouseForm):
            self._on.view.house.show_form(form)
        self._check()

    def _check(self) -> None:
        opened = self.opened
        if opened is None:
            return  # and no form of the household is made to be asked
        form = self._form()
        if isinstance(form, PersonForm) and isinstance(opened.before, PersonForm):
            same = opened.same_number or (not opened.person and self.watch.same_number)
            opened.band.show_checked(
                check_person_form(form, opened.before, self._on.teller, same_number=same)
            )
        elif isinstance(form, HouseForm) and isinstance(opened.before, HouseForm):
            opened.band.show_checked(check_house_form(form, opened.before, self._on.teller))

    def keep(self) -> None:
        """Keeps what is typed in the open form."""
        if self.opened is not None and self._form() != self.opened.before:
            self._on.drafts.keep(self.opened.subject, to_draft(self._form()))

    def _drop_draft(self) -> None:
        if self.opened is not None:
            self._on.drafts.forget(self.opened.subject)
            self.opened.band.show_draft(False)
            self._show(self.opened.before)

    def leave(self) -> None:
        """Closes the form; what was typed is kept."""
        opened = self.opened
        if opened is None:
            return
        if self._form() != opened.before:
            self.keep()
            name = self._on.page.head_name if self._on.page else ""
            member = self._member(opened.person)
            name = short_name(member.name if member else name)
            self._on.navigator.toast(self._on.teller.say("people.draft_kept", name=name))
        self.close()

    def close(self) -> None:
        """Closes the form as it is."""
        if (opened := self.opened) is not None:
            opened.band.stop_pausing()
            self.opened = self._card = None
            if isinstance(opened.before, PersonForm) and not opened.person:
                self.watch.stop()
            self._on.view.show_visit()

    def _take_scan(self, text: str) -> None:
        card = card_in(text, self._on.teller)
        if card is None or not isinstance(self._form(), PersonForm):
            self._on.navigator.toast(self._on.teller.say("people.scan_failed"))
            return
        self._take_card(card)

    def _take_card(self, card: Card) -> None:
        """A card fills the form of somebody new; of somebody recorded it fills what is empty, and
        offers what differs."""
        form, opened, say = self._form(), self.opened, self._on.teller.say
        if opened is None or not isinstance(form, PersonForm):
            return
        if not opened.person:
            self._show(with_card(form, card))
            self.watch.ask()
        elif is_of_another(form, card):
            self._on.navigator.toast(say("people.card_of_another", name=short_name(card.name)))
            return
        elif self._offer_differences(opened, form, card):
            return
        self.keep()
        self._on.navigator.toast(told_card(card, self._on.teller))

    def _offer_differences(self, opened: _Open, form: PersonForm, card: Card) -> bool:
        """Fills what is empty; whether something differs and stands to be answered."""
        self._card = card
        self._show(filled_by(form, card))
        wrong = differing(form, card)
        if wrong:
            opened.band.card.say(
                self._on.teller.say("people.card_differs"),
                told_differences(wrong, self._on.teller),
            )
            self.keep()
        return bool(wrong)

    def _take_differences(self) -> None:
        """The card is right: the form takes what it says. Nothing is saved yet."""
        form = self._form()
        if self.opened is not None and self._card is not None and isinstance(form, PersonForm):
            self.opened.band.card.hide()
            self._show(with_card(form, self._card))
            self.keep()

    def _typed_fields(self) -> Mapping[str, Any]:
        form, page = self._form(), self._on.page
        if not isinstance(form, PersonForm) or page is None:
            return {}
        return fields_to_compare(form, house_form_of(page))

    # saving

    def _save(self) -> None:
        opened, page, form = self.opened, self._on.page, self._form()
        if opened is None or page is None:
            return
        if isinstance(form, HouseForm):
            job = self._house_job(opened, page, form)
        elif opened.person:
            job = self._person_job(opened, page, form)
        else:
            job = self._member_job(opened, page, form)

        def then() -> None:
            self._on.drafts.forget(opened.subject)
            if self.opened is opened:
                self.close()

        opened.band.stop_pausing()
        opened.band.save.setEnabled(False)
        self._on.write(job, lambda error: self._failed(opened, error), then)

    def _values(self, opened: _Open, form: PersonForm) -> Mapping[str, Any]:
        assert isinstance(opened.before, PersonForm)
        return check_person_form(form, opened.before, self._on.teller).values

    def _person_job(
        self, opened: _Open, page: HouseholdPage, form: PersonForm
    ) -> Callable[[], Made]:
        values, store = self._values(opened, form), self._on.store
        text = self._on.teller.say("people.saved", name=short_name(form.full_name))
        return lambda: (
            text,
            people.edit_person(
                store,
                page.ward,
                opened.person,
                values,
                basis=opened.basis,
                evidence={"kind": form.evidence},
                id_reason=form.id_reason or None,
            ),
        )

    def _member_job(
        self, opened: _Open, page: HouseholdPage, form: PersonForm
    ) -> Callable[[], Made]:
        values, store = self._values(opened, form), self._on.store
        text = self._on.teller.say("people.added", name=short_name(form.full_name))

        def job() -> Made:
            people.add_member(
                store,
                page.ward,
                page.household,
                values,
                form.relationship,
                evidence={"kind": form.evidence},
                id_reason=form.id_reason or None,
            )
            last = next(iter(changes.pending(store)), None)
            return text, last.changeset if last else None

        return job

    def _house_job(self, opened: _Open, page: HouseholdPage, form: HouseForm) -> Callable[[], Made]:
        assert isinstance(opened.before, HouseForm)
        values = check_house_form(form, opened.before, self._on.teller).values
        text = self._on.teller.say("household.saved", name=page.head_name)
        store = self._on.store
        return lambda: (
            text,
            people.edit_household(store, page.ward, page.household, values, basis=opened.basis),
        )

    def _failed(self, opened: _Open, error: FieldappError) -> None:
        """The form is as it was; the sentence stands where it belongs."""
        if self.opened is opened:
            opened.same_number = error.code == "entry.same_number"
            self._check()
            text = sentence(error, self._on.teller)
            if isinstance(error, UserMends) and opened.band.show_errors({error.field or "": text}):
                return
        self._on.navigator.banner(error)
