"""The household page at work: visits, people and the household itself, each with its draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.rules.people.cards import Card, CitizenCard, HealthCard
from fieldapp.rules.visiting.outcomes import OUTCOMES
from fieldapp.usecases import changes
from fieldapp.usecases.agreements.standing import Unsigned, unsigned_wards
from fieldapp.usecases.households import household, papers
from fieldapp.usecases.households.held_on_person import may_see_all
from fieldapp.usecases.visiting import visits
from fieldapp.words.format import clock_time
from ui.places.households.change_band import ChangeDesk
from ui.places.households.cover_end import CoverEndDesk
from ui.places.households.drafts import Drafts
from ui.places.households.form_desk import FormDesk
from ui.places.households.form_state import (
    VisitForm,
    visit_from_draft,
    visit_to_draft,
)
from ui.places.households.moves_desk import MovesDesk
from ui.places.households.older_desk import HistoryPort, OlderDesk
from ui.places.households.page_port import Made
from ui.places.households.page_view import HouseholdView
from ui.places.households.papers_desk import PapersDesk, PapersPort
from ui.places.ports import Asked, LongTasks, Navigator
from ui.say import Teller

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.store.work import Basis
    from fieldapp.usecases.households.household import Appointment, HouseholdPage
    from fieldapp.usecases.households.papers import PaperRow
    from fieldapp.usecases.visiting.visits import Proposal
    from fieldapp.words import Words

    Read = tuple[HouseholdPage, dict[str, Proposal], tuple[Unsigned, ...], tuple[PaperRow, ...]]


class ServerPort(HistoryPort, PapersPort, Protocol):
    """What the page needs of the sync."""


class HouseholdPlace(QObject):
    """The page of one household. `open(ward=…, household=…)` reads it; `person=…` selects a
    member, `outcome=…` chooses an outcome of the visit, `card=…` is compared with the member's
    record, or begins a new one, `edit=…` opens the form of the member (or of the household) with
    the cursor in that field, `moves=…` that of a change among its people."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: LongTasks,
        navigator: Navigator,
        server: ServerPort | None = None,
    ) -> None:
        super().__init__()
        self.store, self.tasks, self.navigator = store, tasks, navigator
        self.teller = Teller(words, business_date(store.now()))
        self.view = HouseholdView(self.teller, clock_time(store.now()))
        self.widget: QWidget = self.view
        self.page: HouseholdPage | None = None
        self._as_read: HouseholdPage | None = None
        self._target: dict[str, str] = {}
        self._card: Card | None = None
        self._pages, self._days = Asked(), Asked()
        self.drafts = Drafts(store, tasks, navigator)
        self.forms = FormDesk(self)
        self.cover_ends = CoverEndDesk(self)
        self.moves = MovesDesk(self)
        self.changes = ChangeDesk(self)
        self.older = OlderDesk(self, server)
        self.papers = PapersDesk(self, server)
        self._visit_basis: Basis | None = None
        self._visit_offered = False
        self._connect()

    def _connect(self) -> None:
        view = self.view
        view.outcome_chosen.connect(self.choose_outcome)
        view.enrol_asked.connect(self._enrol)
        view.edit_person_asked.connect(lambda person: self.forms.edit_person(person))
        view.cover_end_asked.connect(self.cover_ends.open)
        view.held_asked.connect(self._ask_held)
        view.edit_household_asked.connect(lambda: self.forms.edit_household())
        view.add_asked.connect(lambda: self.forms.add_member())
        view.moves_asked.connect(lambda: self.moves.open())
        view.receipt_opened.connect(self._open_receipt)
        view.change_opened.connect(self.changes.open)
        view.older_asked.connect(self.older.ask)
        view.add_paper_asked.connect(self.papers.choose)
        view.paste_asked.connect(self.papers.paste)
        view.dropped.connect(self.papers.take)
        view.paper_opened.connect(self._open_paper)
        view.visit.saved.connect(self._save_visit)
        view.visit.day_changed.connect(self._read_appointments)
        view.visit.edited.connect(self._visit_began)
        view.hidden.connect(self._keep_all)

    def _ask_held(self, person: str) -> None:
        """Go to what is held on a member, where the user may ask that."""
        if self.page is not None and may_see_all(self.store, self.page.ward):
            self.navigator.go("held", ward=self.page.ward, person=person)

    # reading

    def open(self, **target: object) -> None:
        """Opens a household."""
        card = target.pop("card", None)
        self._card = card if isinstance(card, CitizenCard | HealthCard) else None
        self._target = {name: str(value) for name, value in target.items() if value}
        self.forms.close()
        self._close_bands()
        self.older.close()
        self._visit_basis, self._visit_offered = None, False
        self.view.visit.show_form(VisitForm())
        self.page = self._as_read = None
        self.view.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Reads the household again; the selection and open forms stay."""
        ward, home = self._target.get("ward", ""), self._target.get("household", "")
        if not home:
            return
        mine, store = self._pages.next(), self.store

        def job() -> Read:
            page = household.household_page(store, ward, home)
            proposals = {o.code: visits.proposal(store, o.code) for o in OUTCOMES}
            unsigned = tuple(unsigned_wards(store, [ward]).values())
            return page, proposals, unsigned, papers.household_papers(store, ward, home)

        def then(answer: Read) -> None:
            if self._pages.is_last(mine):
                self._take_page(*answer)

        self.tasks.read(job, then, self._failed)

    def show_older(self) -> None:
        """Shows what was read, with what the server has told below it."""
        if self._as_read is not None:
            self.page = self.older.joined(self._as_read)
            self.view.show_page(self.page)
            self.view.show_older(self.older.state)

    def _take_page(
        self,
        page: HouseholdPage,
        proposals: dict[str, Proposal],
        unsigned: tuple[Unsigned, ...],
        found: tuple[PaperRow, ...],
    ) -> None:
        self._as_read, self.view.papers = page, found
        self.view.visit.flag.show_wards(unsigned)
        self.teller.today = page.today
        self.view.visit.clock.setText(clock_time(self.store.now()))
        self.view.visit.set_proposals(proposals)
        self.show_older()
        self.view.tabs.offer_held(may_see_all(self.store, page.ward))
        if not self._visit_offered:
            self._visit_offered = True
            self.drafts.find(self._visit_subject(), self._offer_visit)
        person, card, self._card = self._target.pop("person", ""), self._card, None
        if person:
            self.view.members.select_key(person)
        edit = self._target.pop("edit", "")
        if card is not None and person:
            self.forms.offer_card(person, card)
        elif card is not None:
            self.forms.add_member(card)
        elif person and edit:
            self.forms.edit_field(person, edit)
        if moves := self._target.pop("moves", ""):
            self.moves.open(moves)
        if outcome := self._target.pop("outcome", ""):
            self.choose_outcome(outcome)

    def _failed(self, error: FieldappError) -> None:
        told = self.teller.error(error)
        self.view.show_failure(told.title, told.text)

    def _read_appointments(self, day: date) -> None:
        mine, store = self._days.next(), self.store

        def then(found: tuple[Appointment, ...]) -> None:
            if self._days.is_last(mine):
                self.view.visit.show_appointments(day, found)

        self.tasks.read(lambda: household.appointments_on(store, day), then)

    # the visit

    def choose_outcome(self, outcome: str) -> None:
        """Chooses an outcome; an enrolment opens at once, an appointment asks for its day."""
        if outcome == "enrolled":
            self._enrol()
            return
        if self.view.form_is_open():
            self.forms.leave()
            self._close_bands()
        self.view.visit.choose(outcome)
        self.view.open_band()
        first = self.view.visit.day if outcome == "appointment" else self.view.visit.choices
        first.setFocus()

    def _close_bands(self) -> None:
        self.cover_ends.close()
        self.moves.close()
        self.changes.close()
        self.papers.close()

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
            self.view.visit.say_draft()
            self._visit_began()

    def _keep_all(self) -> None:
        """The page is being left: nothing that was typed is lost."""
        self.forms.keep()
        visit = self.view.visit
        if self.page is not None and visit.is_worth_keeping():
            self.drafts.keep(self._visit_subject(), visit_to_draft(visit.form()))

    def _save_visit(self, form: VisitForm) -> None:
        page, store = self.page, self.store
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
        self.write(job, failed, lambda: self.drafts.forget(subject))

    def _visit_failed(self, form: VisitForm, error: FieldappError) -> None:
        """What was typed comes back."""
        self.view.visit.show_form(form)
        self.navigator.banner(error)

    def _enrol(self) -> None:
        if self.page is not None:
            self.navigator.go("enrol", ward=self.page.ward, household=self.page.household)

    def _open_paper(self, paper: str) -> None:
        row = next((one for one in self.view.papers if one.paper == paper), None)
        if row is not None:
            self.papers.open(row)

    def _open_receipt(self, receipt: str) -> None:
        if self.page is not None:
            self.navigator.go("receipts", ward=self.page.ward, receipt=receipt)

    def write(
        self,
        job: Callable[[], Made],
        failed: Callable[[FieldappError], None],
        then: Callable[[], None] | None = None,
    ) -> None:
        """Runs a job, tells what it made with a way back, and reads the page again."""

        def done(made: Made) -> None:
            if then is not None:
                then()
            text, changeset = made
            undo = (lambda: self._undo(changeset)) if changeset else None
            self.navigator.toast(text, undo)
            self.refresh()

        self.tasks.write(job, done, failed)

    def _undo(self, changeset: str) -> None:
        store = self.store

        def then(_: str) -> None:
            self.navigator.toast(self.teller.say("people.undone_edit"))
            self.refresh()

        self.tasks.write(lambda: changes.undo(store, changeset), then, self.navigator.banner)
