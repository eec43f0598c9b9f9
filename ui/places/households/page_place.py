"""The household page at work: visits, people and the household itself, each with its draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError, UserMends
from fieldapp.rules.outcomes import OUTCOMES
from fieldapp.usecases import changes, household, people, visits
from fieldapp.words.format import clock_time
from ui.places.households.drafts import Drafts
from ui.places.households.form_bands import FormBand, PersonBand, card_in
from ui.places.households.form_state import (
    HouseForm,
    PersonForm,
    VisitForm,
    check_house_form,
    check_person_form,
    form_of,
    house_form_of,
    house_from_draft,
    person_from_draft,
    sentence,
    to_draft,
    visit_from_draft,
    visit_to_draft,
    with_card,
)
from ui.places.households.page_view import HouseholdView
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller, short_name

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.store.work import Basis
    from fieldapp.usecases.household import Appointment, HouseholdPage, MemberRow
    from fieldapp.usecases.visits import Proposal
    from fieldapp.words import Words

Made = tuple[str, str | None]
"""A sentence about what was done, and the changeset that undoes it."""


@dataclass
class _Open:
    """The form that is open: what it stands on and how it was."""

    band: FormBand
    subject: str
    basis: Basis
    before: PersonForm | HouseForm
    person: str = ""


class HouseholdPlace(QObject):
    """The page of one household. `open(ward=…, household=…)` reads it; `person=…` selects a
    member, `outcome=…` chooses an outcome of the visit."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        super().__init__()
        self._store, self._tasks, self._navigator = store, tasks, navigator
        self.teller = Teller(words, business_date(store.now()))
        self.view = HouseholdView(self.teller, clock_time(store.now()))
        self.widget: QWidget = self.view
        self.page: HouseholdPage | None = None
        self._target: dict[str, str] = {}
        self._pages, self._days = Asked(), Asked()
        self._drafts = Drafts(store, tasks, navigator)
        self._open: _Open | None = None
        self._visit_basis: Basis | None = None
        self._visit_offered = False
        self._connect()

    def _connect(self) -> None:
        view = self.view
        view.outcome_chosen.connect(self.choose_outcome)
        view.enrol_asked.connect(self._enrol)
        view.edit_person_asked.connect(self.edit_person)
        view.edit_household_asked.connect(self.edit_household)
        view.add_asked.connect(self.add_member)
        view.receipt_opened.connect(self._open_receipt)
        view.visit.saved.connect(self._save_visit)
        view.visit.day_changed.connect(self._read_appointments)
        view.visit.edited.connect(self._visit_began)
        view.hidden.connect(self._keep_all)
        for band in (view.person, view.adding, view.house):
            band.changed.connect(self._check)
            band.paused.connect(self._keep)
            band.left.connect(self.leave_form)
            band.saved.connect(self._save_form)
            band.scanned.connect(self._take_card)
            band.draft_dropped.connect(self._drop_draft)

    # reading

    def open(self, **target: object) -> None:
        """Opens a household."""
        self._target = {name: str(value) for name, value in target.items() if value}
        self._close_form()
        self._visit_basis, self._visit_offered = None, False
        self.view.visit.show_form(VisitForm())
        self.page = None
        self.view.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Reads the household again; the selection and open forms stay."""
        ward, home = self._target.get("ward", ""), self._target.get("household", "")
        if not home:
            return
        mine, store = self._pages.next(), self._store

        def job() -> tuple[HouseholdPage, dict[str, Proposal]]:
            page = household.household_page(store, ward, home)
            return page, {o.code: visits.proposal(store, o.code) for o in OUTCOMES}

        def then(answer: tuple[HouseholdPage, dict[str, Proposal]]) -> None:
            if self._pages.is_last(mine):
                self._take_page(*answer)

        self._tasks.read(job, then, self._failed)

    def _take_page(self, page: HouseholdPage, proposals: dict[str, Proposal]) -> None:
        self.page = page
        self.teller.today = page.today
        self.view.visit.set_proposals(proposals)
        self.view.show_page(page)
        if not self._visit_offered:
            self._visit_offered = True
            self._drafts.find(self._visit_subject(), self._offer_visit)
        if person := self._target.pop("person", ""):
            self.view.members.select_key(person)
        if outcome := self._target.pop("outcome", ""):
            self.choose_outcome(outcome)

    def _failed(self, error: FieldappError) -> None:
        told = self.teller.error(error)
        self.view.show_failure(told.title, told.text)

    def _read_appointments(self, day: date) -> None:
        mine, store = self._days.next(), self._store

        def then(found: tuple[Appointment, ...]) -> None:
            if self._days.is_last(mine):
                self.view.visit.show_appointments(day, found)

        self._tasks.read(lambda: household.appointments_on(store, day), then)

    # the visit

    def choose_outcome(self, outcome: str) -> None:
        """Chooses an outcome; an enrolment opens at once, an appointment asks for its day."""
        if outcome == "enrolled":
            self._enrol()
            return
        if self.view.form_is_open():
            self.leave_form()
        self.view.visit.choose(outcome)
        self.view.open_band()
        first = self.view.visit.day if outcome == "appointment" else self.view.visit.choices
        first.setFocus()

    def _visit_began(self) -> None:
        if self._visit_basis is None and self.page is not None:
            self._visit_basis = self.page.basis

    def _visit_subject(self) -> str:
        page = self.page
        return f"{page.ward}/{page.household}/visit" if page else ""

    def _offer_visit(self, content: object) -> None:
        """Fills in the visit that was not saved last time, unless one was begun meanwhile."""
        kept = visit_from_draft(content)
        if kept is not None and self.view.visit.form() == VisitForm():
            self.view.visit.show_form(kept)
            self._visit_began()

    def _keep_all(self) -> None:
        """The page is being left: nothing that was typed is lost."""
        self._keep()
        form = self.view.visit.form()
        if self.page is not None and form != VisitForm():
            self._drafts.keep(self._visit_subject(), visit_to_draft(form))

    def _save_visit(self, form: VisitForm) -> None:
        page, store = self.page, self._store
        if page is None:
            return
        basis = self._visit_basis or page.basis

        def job() -> Made:
            made = visits.record_visit(
                store,
                page.ward,
                page.household,
                form.outcome,
                next_on=form.next_on,
                next_time=form.next_time or None,
                note=form.note,
                basis=basis,
            )
            day = self.teller.day(form.next_on) if form.next_on else ""
            return self.teller.say(f"outcomes.recorded_{form.outcome}", day=day), made

        self._visit_basis = None
        self.view.visit.show_form(VisitForm())
        self.view.show_visit()
        subject = self._visit_subject()
        failed = partial(self._visit_failed, form)
        self._write(job, failed, lambda: self._drafts.forget(subject))

    def _visit_failed(self, form: VisitForm, error: FieldappError) -> None:
        """What was typed comes back."""
        self.view.visit.show_form(form)
        self._navigator.banner(error)

    def _enrol(self) -> None:
        if self.page is not None:
            self._navigator.go("enrol", ward=self.page.ward, household=self.page.household)

    def _open_receipt(self, receipt: str) -> None:
        if self.page is not None:
            self._navigator.go("receipts", ward=self.page.ward, receipt=receipt)

    # forms

    def edit_person(self, person: str) -> None:
        """Opens the form of a member."""
        member = self._member(person)
        if member is not None and self.page is not None:
            self.view.members.select_key(person)
            band, before = self.view.person, form_of(member)
            subject = f"{self.page.ward}/{person}"
            self._begin(_Open(band, subject, self.page.basis, before, person), "full_name")

    def add_member(self) -> None:
        """Opens the form of a new member."""
        if self.page is not None:
            subject = f"{self.page.ward}/{self.page.household}/new"
            before = PersonForm(relationship="08")
            self._begin(_Open(self.view.adding, subject, self.page.basis, before), "full_name")

    def edit_household(self) -> None:
        """Opens the form of the household."""
        if self.page is not None:
            subject = f"{self.page.ward}/{self.page.household}"
            before = house_form_of(self.page)
            self._begin(_Open(self.view.house, subject, self.page.basis, before), "phone")

    def _member(self, person: str) -> MemberRow | None:
        members = self.page.members if self.page else ()
        return next((member for member in members if member.person == person), None)

    def _begin(self, opened: _Open, first: str) -> None:
        if self._open is not None:
            self.leave_form()
        self._open = opened
        opened.band.show_draft(False)
        self._show(opened.before)
        self.view.show_form(opened.band, first)
        self._drafts.find(opened.subject, lambda content: self._offer(opened, content))

    def _offer(self, opened: _Open, content: object) -> None:
        """Fills in what was typed last time, unless something was typed meanwhile."""
        if self._open is not opened or self._form() != opened.before:
            return
        read = house_from_draft if isinstance(opened.before, HouseForm) else person_from_draft
        kept = read(content)
        if kept is not None and kept != opened.before:
            self._show(kept)
            opened.band.show_draft(True)

    def _form(self) -> PersonForm | HouseForm:
        band = self._open.band if self._open else None
        if isinstance(band, PersonBand):
            return band.form()
        return self.view.house.form()

    def _show(self, form: PersonForm | HouseForm) -> None:
        band = self._open.band if self._open else None
        if isinstance(band, PersonBand) and isinstance(form, PersonForm):
            band.show_form(form)
        elif isinstance(form, HouseForm):
            self.view.house.show_form(form)
        self._check()

    def _check(self) -> None:
        opened, form = self._open, self._form()
        if opened is None:
            return
        if isinstance(form, PersonForm) and isinstance(opened.before, PersonForm):
            opened.band.show_checked(check_person_form(form, opened.before, self.teller))
        elif isinstance(form, HouseForm) and isinstance(opened.before, HouseForm):
            opened.band.show_checked(check_house_form(form, opened.before, self.teller))

    def _keep(self) -> None:
        if self._open is not None and self._form() != self._open.before:
            self._drafts.keep(self._open.subject, to_draft(self._form()))

    def _drop_draft(self) -> None:
        if self._open is not None:
            self._drafts.forget(self._open.subject)
            self._open.band.show_draft(False)
            self._show(self._open.before)

    def leave_form(self) -> None:
        """Closes the form; what was typed is kept."""
        opened = self._open
        if opened is None:
            return
        if self._form() != opened.before:
            self._keep()
            name = self.page.head_name if self.page else ""
            member = self._member(opened.person)
            name = short_name(member.name if member else name)
            self._navigator.toast(self.teller.say("people.draft_kept", name=name))
        self._close_form()

    def _close_form(self) -> None:
        if self._open is not None:
            self._open.band.stop_pausing()
            self._open = None
            self.view.show_visit()

    def _take_card(self, text: str) -> None:
        form, card = self._form(), card_in(text)
        if card is None or not isinstance(form, PersonForm):
            self._navigator.toast(self.teller.say("people.scan_failed"))
            return
        self._show(with_card(form, card))
        self._keep()
        self._navigator.toast(self.teller.say("people.scanned"))

    # saving

    def _save_form(self) -> None:
        opened, page, form = self._open, self.page, self._form()
        if opened is None or page is None:
            return
        if isinstance(form, HouseForm):
            job = self._house_job(opened, page, form)
        elif opened.person:
            job = self._person_job(opened, page, form)
        else:
            job = self._member_job(opened, page, form)

        def then() -> None:
            self._drafts.forget(opened.subject)
            if self._open is opened:
                self._close_form()

        opened.band.stop_pausing()
        opened.band.save.setEnabled(False)
        self._write(job, lambda error: self._form_failed(opened, error), then)

    def _values(self, opened: _Open, form: PersonForm) -> Mapping[str, Any]:
        assert isinstance(opened.before, PersonForm)
        return check_person_form(form, opened.before, self.teller).values

    def _person_job(
        self, opened: _Open, page: HouseholdPage, form: PersonForm
    ) -> Callable[[], Made]:
        values, store = self._values(opened, form), self._store
        text = self.teller.say("people.saved", name=short_name(form.full_name))
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
        values, store = self._values(opened, form), self._store
        text = self.teller.say("people.added", name=short_name(form.full_name))

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
        values = check_house_form(form, opened.before, self.teller).values
        text = self.teller.say("household.saved", name=page.head_name)
        store = self._store
        return lambda: (
            text,
            people.edit_household(store, page.ward, page.household, values, basis=opened.basis),
        )

    def _form_failed(self, opened: _Open, error: FieldappError) -> None:
        """The form is as it was; the sentence stands where it belongs."""
        if self._open is opened:
            self._check()
            text = sentence(error, self.teller)
            if isinstance(error, UserMends) and opened.band.show_errors({error.field or "": text}):
                return
        self._navigator.banner(error)

    def _write(
        self,
        job: Callable[[], Made],
        failed: Callable[[FieldappError], None],
        then: Callable[[], None] | None = None,
    ) -> None:
        def done(made: Made) -> None:
            if then is not None:
                then()
            text, changeset = made
            undo = (lambda: self._undo(changeset)) if changeset else None
            self._navigator.toast(text, undo)
            self.refresh()

        self._tasks.write(job, done, failed)

    def _undo(self, changeset: str) -> None:
        store = self._store

        def then(_: str) -> None:
            self._navigator.toast(self.teller.say("people.undone_edit"))
            self.refresh()

        self._tasks.write(lambda: changes.undo(store, changeset), then, self._navigator.banner)
