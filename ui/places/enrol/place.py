"""The controller of the enrolment page: asks the use cases, keeps the draft, feeds the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.rules.people.identity import normalise_name
from fieldapp.rules.people.signature import Stroke
from fieldapp.rules.vsi.income import IncomeRange, income_range
from fieldapp.rules.vsi.methods import PERIODIC, YEARS_AHEAD
from fieldapp.store.receipts import LeasedBook
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling import enrol as cases
from fieldapp.usecases.enrolling.booking import WORDING, Signed
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.words import Words
from fieldapp.words.format import long_date, money
from ui.places.enrol.form import EnrolForm, from_draft, to_draft
from ui.places.enrol.state import EnrolTeller, can_hhi, can_vsi, first_form, missing
from ui.places.enrol.view import EnrolView
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.receipts.paper import PaperDesk
from ui.places.receipts.transfer import TransferDesk
from ui.say import Teller

PLACE = "enrol"


@dataclass(frozen=True)
class _Opened:
    """What is read when the page opens."""

    page: HouseholdPage
    book: LeasedBook | None
    incomes: IncomeRange
    draft: Any


@dataclass(frozen=True)
class _Saving:
    """What is being saved, as it was when it was asked for."""

    number: int
    household: str
    form: EnrolForm
    quote: cases.EnrolQuote | None


class EnrolPlace:
    """Ghi danh. `open(ward=..., household=...)` begins; `widget` is the page."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self.widget = EnrolView(words, WORDING)
        self.papers = PaperDesk(store, words, tasks, navigator, over=self.widget)
        self.transfers = TransferDesk(store, words, tasks, navigator, over=self.widget)
        self._at: _Opened | None = None
        self._form = EnrolForm()
        self._first = EnrolForm()
        self._quote: cases.EnrolQuote | None = None
        self._asked = 0
        self._opens, self._saves = Asked(), Asked()
        self._under_way: dict[str, object] = {}
        """By household the draft that is being written; None where it is being dropped."""
        self._busy = False
        self._wrong_income = False
        self._enrolled: cases.Enrolled | None = None
        self._just_opened = self._used = False
        self._connect()

    def _connect(self) -> None:
        left, middle, band = self.widget.left, self.widget.middle, self.widget.band
        left.hhi_wanted.connect(self._toggle_hhi)
        left.vsi_wanted.connect(self._toggle_vsi)
        left.income_changed.connect(self._set_income)
        left.income_wrong.connect(self._income_is_wrong)
        left.months_changed.connect(self._set_vsi_months)
        left.missing_changed.connect(self._set_missing)
        left.member_asked.connect(self._add_member)
        left.consent_chosen.connect(lambda kind: self._change(consent=kind, signature=()))
        left.sign_asked.connect(self._ask_signature)
        self.widget.signed.connect(self._take_signature)
        middle.months_chosen.connect(lambda months: self._change(months=months))
        band.method_chosen.connect(lambda method: self._change(method=method))
        band.payer_edited.connect(lambda text: self._change(payer=text))
        band.save_asked.connect(self.save)
        middle.draft_dropped.connect(self.drop_draft)
        self.widget.leaflet_asked.connect(self.print_leaflet)
        done = self.widget.done
        done.today_asked.connect(lambda: self._go.go("today"))
        done.transfer_asked.connect(self._show_transfer)
        done.household_asked.connect(self._open_household)
        done.pdf_asked.connect(self.print_paper)

    # opening

    def open(self, *, ward: str, household: str, **_: Any) -> None:
        """Begin with a household: read it, its book and a draft that was left. Until it is here no
        key reaches the one before."""
        (self.widget.show_waiting if self._used else self.widget.show_form)()
        self._enrolled = self._at = self._quote = None
        self._asked += 1  # a price that is under way is another family's
        self._saves.next()
        self._busy = self._wrong_income = False
        self.widget.forget()
        self.transfers.forget()
        known = dict(self._under_way)  # what is read may be older: a sync may hold the file

        def begin(opened: _Opened) -> None:
            self._begin(replace(opened, draft=known.get(household, opened.draft)))

        self._read_for(self._opens.next(), ward, household, begin, self._not_opened)

    def _read_for(
        self,
        opening: int,
        ward: str,
        household: str,
        then: Callable[[_Opened], None],
        failed: Callable[[FieldappError], None] | None = None,
    ) -> None:
        """Read for one opening of the page; what comes after the next one is dropped."""

        def read(opened: _Opened) -> None:
            if self._opens.is_last(opening):
                then(opened)

        self._tasks.read(lambda: self._read(ward, household), read, failed)

    def refresh(self) -> None:
        """Read the household again; what is filled in stays."""
        if self._at is not None and self._enrolled is None and not self._busy:
            page, mine = self._at.page, self._opens.current()
            self._read_for(mine, page.ward, page.household, self._again)

    def _read(self, ward: str, household: str) -> _Opened:
        page = household_page(self._store, ward, household)
        draft = self._store.draft(PLACE, household)
        return _Opened(page, cases.book(self._store), income_range(page.today), draft)

    def _begin(self, opened: _Opened) -> None:
        self._at = opened
        self._first = first_form(opened.page)
        kept = from_draft(opened.draft)
        self._form = self._fitting(kept or self._first)
        self.widget.middle.say_draft(kept is not None)
        self._just_opened = self._used = True
        self._price()

    def _again(self, opened: _Opened) -> None:
        self._at = opened
        self._form = self._fitting(self._form)
        self._price()

    def _fitting(self, form: EnrolForm) -> EnrolForm:
        assert self._at is not None
        return form.limited_to(can_hhi(self._at.page), can_vsi(self._at.page))

    def _not_opened(self, error: FieldappError) -> None:
        self._go.banner(error)

    # filling in

    def _toggle_hhi(self, person: str) -> None:
        if self._at is not None:
            self._take(self._form.toggled_hhi(person, can_hhi(self._at.page)))

    def _toggle_vsi(self, person: str) -> None:
        if self._at is not None:
            self._take(self._form.toggled_vsi(person, self._at.incomes.floor))

    def _set_income(self, person: str, income_dong: int) -> None:
        pick = self._form.pick_of(person)
        if pick is not None:
            self._wrong_income = False
            self._take(self._form.with_vsi(replace(pick, income_dong=income_dong)))
            self._show()

    def _set_vsi_months(self, person: str, months: int) -> None:
        pick = self._form.pick_of(person)
        if pick is not None:
            self._take(self._form.with_vsi(replace(pick, months=months)))

    def _set_missing(self, person: str, months: int) -> None:
        pick = self._form.pick_of(person)
        if pick is not None:
            self._take(self._form.with_vsi(replace(pick, missing=months)))

    def _change(self, **fields: Any) -> None:
        self._take(replace(self._form, **fields))

    def _ask_signature(self) -> None:
        if self._at is not None:
            self.widget.show_signing(self._form.payer.strip())

    def _take_signature(self, strokes: tuple[Stroke, ...]) -> None:
        """Signed on the screen; without strokes, on paper."""
        self._change(consent="signed" if strokes else "paper", signature=strokes)

    def _income_is_wrong(self) -> None:
        self._wrong_income = True
        self._show()

    def _take(self, form: EnrolForm) -> None:
        if self._at is None or self._busy or form == self._form:
            return
        priced = (form.hhi, form.vsi, form.months) != (
            self._form.hhi,
            self._form.vsi,
            self._form.months,
        )
        self._form, self._wrong_income = form, False
        self._keep_draft()
        if priced:
            self._price()
        else:
            self._show()

    def _keep_draft(self) -> None:
        assert self._at is not None
        self._write_draft(self._at.page.household, to_draft(self._form))

    def _write_draft(self, household: str, content: dict[str, Any] | None) -> None:
        """Keeps the draft of a household, or drops it."""
        store, self._under_way[household] = self._store, content

        def job() -> None:
            if content is None:
                store.drop_draft(PLACE, household)
            else:
                store.keep_draft(PLACE, household, content)

        def ended() -> None:
            if self._under_way.get(household) is content:
                self._under_way.pop(household, None)

        def failed(error: FieldappError) -> None:
            ended()
            self._no_draft(error)

        self._tasks.write(job, lambda _: ended(), failed)

    def _no_draft(self, error: FieldappError) -> None:
        """The form is on the screen still; the error is said there."""
        self._say_error(error)

    def drop_draft(self) -> None:
        """Begin anew."""
        if self._at is None or self._busy:
            return
        household = self._at.page.household
        self._form, self._wrong_income = self._fitting(self._first), False
        self.widget.left.forget()
        self._write_draft(household, None)
        self.widget.middle.say_draft(False)
        self._price()
        self.widget.focus_first()

    def _add_member(self) -> None:
        if self._at is not None:
            page = self._at.page
            self._go.go("add_member", ward=page.ward, household=page.household)

    # prices

    def _price(self, because: FieldappError | None = None) -> None:
        """Ask for the quote; an answer to an older form is dropped. `because` is said beside it."""
        assert self._at is not None
        self._asked += 1
        asked, page = self._asked, self._at.page
        choice = self._choice()
        if self._form.is_empty():
            self._quote = None
            self._show()
            return
        self._tasks.read(
            lambda: cases.quote(self._store, page, choice),
            lambda quote: self._priced(asked, quote, because),
            lambda error: self._not_priced(asked, error),
        )

    def _choice(self) -> cases.Choice:
        picks = tuple(
            cases.VsiChoice(
                pick.person,
                pick.income_dong,
                pick.months,
                method=YEARS_AHEAD if pick.ahead else PERIODIC,
                missing=pick.missing,
            )
            for pick in self._form.vsi
        )
        return cases.Choice(hhi=self._form.hhi, months=self._form.months, vsi=picks)

    def _priced(self, asked: int, quote: cases.EnrolQuote, because: FieldappError | None) -> None:
        if asked != self._asked:
            return
        self._quote = quote
        self.widget.middle.say_error("")
        if because is not None:
            self._say_error(because)
        self._show()

    def _not_priced(self, asked: int, error: FieldappError) -> None:
        if asked != self._asked:
            return
        self._quote = None
        self._say_error(error)
        self._show()

    def _show(self) -> None:
        if self._at is None:
            return
        teller = EnrolTeller(Teller(self._words, self._at.page.today))
        shown = teller.shown(self._at.page, self._form, quote=self._quote, book=self._at.book)
        if self._wrong_income:
            shown = replace(shown, missing="income")
        self.widget.show_state(shown, self._form, self._at.page, self._at.incomes)
        if self._just_opened:
            self._just_opened = False
            self.widget.show_form()
            self.widget.focus_first()

    # saving

    def save(self) -> None:
        """Take the money and save: one changeset with enrolments, visit, receipt and consent."""
        if self._at is None or self._busy or self._hindered():
            return
        page, form, choice = self._at.page, self._form, self._choice()
        shown_dong = self._quote.total_dong if self._quote else None
        saving = _Saving(self._saves.next(), page.household, form, self._quote)
        self._busy = True
        self.widget.band.set_busy(True)
        self._tasks.write(
            lambda: cases.enrol(
                self._store,
                page,
                choice,
                method=form.method,
                payer=form.payer.strip(),
                consent=form.consent,
                signed=_signed(form, page),
                shown_dong=shown_dong,
            ),
            partial(self._saved, saving),
            partial(self._not_saved, saving),
        )

    def _is_shown(self, household: str) -> bool:
        return self._at is not None and self._at.page.household == household

    def _hindered(self) -> bool:
        book = self._at.book if self._at else None
        return self._wrong_income or bool(missing(self._form, self._quote, book))

    def _end_saving(self, saving: _Saving) -> None:
        if self._saves.is_last(saving.number):
            self._busy = False
            self.widget.band.set_busy(False)

    def _saved(self, saving: _Saving, enrolled: cases.Enrolled) -> None:
        household, form = saving.household, saving.form
        self._end_saving(saving)
        self._write_draft(household, None)
        if not self._is_shown(household) or not self.widget.isVisible():  # left meanwhile
            told = {"number": enrolled.number, "book": enrolled.book}
            self._go.toast(self._words.say("enrol.done_receipt", **told))
        if not self._is_shown(household):  # another one was opened
            return
        self._enrolled = enrolled
        self.widget.middle.say_error("")
        self.widget.done.show_done(
            amount=money(enrolled.amount_dong),
            number=enrolled.number,
            book=enrolled.book,
            payer=form.payer.strip(),
            people=self._people(saving.quote),
        )
        self.widget.done.offer_transfer(form.method == "transfer")
        self.widget.show_done()

    def _people(self, quote: cases.EnrolQuote | None) -> list[tuple[str, str]]:
        if quote is None:
            return []
        found = [
            (card.name, self._words.say("enrol.done_card", day=long_date(card.valid_to)))
            for card in quote.after
            if card.valid_to
        ]
        for person, vsi in quote.vsi:
            text = self._words.say("enrol.done_vsi", n=vsi.months)
            found.append((quote.names.get(person, ""), text))
        return found

    def _not_saved(self, saving: _Saving, error: FieldappError) -> None:
        """Nothing was written; the form stays as it is."""
        self._end_saving(saving)
        if not self._is_shown(saving.household) or not self.widget.isVisible():
            self._go.banner(error)
            return
        if error.code == "enrolment.price_changed":
            self._price(because=error)
            return
        self._say_error(error)
        self._show()

    def _today(self) -> date:
        return self._at.page.today if self._at else date.min

    def _say_error(self, error: FieldappError) -> None:
        told = Teller(self._words, self._today()).error(error)
        self.widget.middle.say_error(told.title, told.text)

    # papers

    def print_paper(self) -> None:
        """Save what is to be printed where a person says (Ctrl+P of the window): the leaflet as
        long as nothing is paid, then the receipt."""
        if self._at is None:
            return
        if self._enrolled is None:
            self.print_leaflet()
            return
        self.papers.save(
            self._at.page.ward,
            self._enrolled.receipt,
            self._enrolled.number,
            told=self.widget.done.say_saved,
        )

    def _show_transfer(self) -> None:
        if self._enrolled is not None and self._at is not None:
            self.transfers.show(self._at.page.ward, self._enrolled.receipt)

    def print_leaflet(self) -> None:
        """Save the sheet with the prices of those who are ticked."""
        if self._at is None:
            return
        page, choice = self._at.page, self._choice()
        if self._form.is_empty():
            self._go.toast(self._words.say("leaflet.nothing"))
            return
        name = self._words.say("leaflet.file_name", name=page.head_name)
        self.papers.save_leaflet(page, choice, name)

    def _open_household(self) -> None:
        if self._at is not None:
            page = self._at.page
            self._go.go("household", ward=page.ward, household=page.household)


def _signed(form: EnrolForm, page: HouseholdPage) -> Signed:
    """What was signed, by the member whose name the payer has; by nobody of them without one."""
    if not form.signature:
        return Signed()
    name = normalise_name(form.payer)
    payers = [member.person for member in page.members if member.name == name]
    return Signed(form.signature, payers[0] if len(payers) == 1 else None)
