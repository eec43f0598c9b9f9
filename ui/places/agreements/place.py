"""The controller of the agreements: reads all wards, filters and sorts them, records one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from fieldapp.agreement_rows import FarAgreement
from fieldapp.errors import FieldappError, UserMends
from fieldapp.store.store import Store
from fieldapp.store.work import Basis
from fieldapp.usecases import changes
from fieldapp.usecases.agreements.recording import record_agreement
from fieldapp.usecases.agreements.standing import (
    AgreementPage,
    Agreements,
    agreement_page,
    agreements,
)
from fieldapp.words import Words
from ui.places.agreements.state import FILTERS, AgreementsState
from ui.places.agreements.view import AgreementsView
from ui.places.households.drafts import Drafts
from ui.places.households.form_state import sentence
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller


class AsksAgreements(Protocol):
    """Whoever asks the server how agreements stand (`sync.client.agreements`)."""

    def ask(self, wards: Sequence[str]) -> Mapping[str, FarAgreement]:
        """How these wards stand. Raises FieldappError where nobody answers."""
        ...


class AgreementsPlace:
    """Thỏa thuận ba bên. `open(ward=…)` selects a ward, `open(only=…)` chooses a filter. `asks`
    asks the server about wards that are not on this laptop."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: Tasks,
        navigator: Navigator,
        asks: AsksAgreements | None = None,
    ) -> None:
        self._store, self._tasks, self._go, self._asks = store, tasks, navigator, asks
        self._far: Mapping[str, FarAgreement] = {}
        self._to_ask = False
        self._teller = Teller(words, store.today())
        self.state = AgreementsState()
        self.widget = AgreementsView(self._teller)
        self._asked, self._wanted = Asked(), ""
        self._basis: Basis | None = None
        self._drafts = Drafts(store, tasks, navigator)
        view = self.widget
        view.filter_chosen.connect(self.filter)
        view.table.sort_asked.connect(self.sort)
        view.row_changed.connect(lambda: view.show_selected(self.state))
        view.edit_asked.connect(self.edit)
        view.form.left.connect(self.leave_form)
        view.form.saved.connect(self.save)
        view.form.paused.connect(self._keep)
        view.form.draft_dropped.connect(self._drop_draft)
        view.form.hidden.connect(self._keep)

    # reading

    def open(self, *, ward: str = "", only: str = "", **_: Any) -> None:
        """Show the place as it is now."""
        self._wanted, self._to_ask = ward, True
        if only in FILTERS:
            self.state = replace(self.state, only=only)
        self.refresh()

    def refresh(self) -> None:
        """Read again; selection, filter, order and an open form stay."""
        mine, store, far = self._asked.next(), self._store, self._far

        def then(found: Agreements) -> None:
            if not self._asked.is_last(mine):
                return
            self._teller.today = found.today
            first, self.state = self.state.found is None, replace(self.state, found=found)
            self.widget.show_state(self.state)
            if self._wanted:
                self.widget.table.select_key(self._wanted)
                self._wanted = ""
            if first:
                self.widget.focus_first()
            self._ask_for(found.elsewhere)

        self._tasks.read(lambda: agreements(store, far=far), then, self._go.banner)

    def _ask_for(self, wards: Sequence[str]) -> None:
        """Ask the server, once each time that the place is opened."""
        asks, wanted, self._to_ask = self._asks, self._to_ask and bool(wards), False
        if asks is not None and wanted:
            self._tasks.read(lambda: asks.ask(wards), self._take_far, _leave_as_known)

    def _take_far(self, told: Mapping[str, FarAgreement]) -> None:
        self._far = told
        self.refresh()

    def filter(self, only: str) -> None:
        """Show the wards under another filter."""
        self.state = replace(self.state, only=only)
        self.widget.show_state(self.state)

    def sort(self, column: str) -> None:
        """Sort by a column, or turn its direction."""
        self.state = replace(self.state, sorting=self.state.sorting.clicked(column))
        self.widget.show_state(self.state)

    # recording

    def edit(self) -> None:
        """Open the form of the selected ward, where the user may record it."""
        ward, store = self.widget.table.current_key(), self._store
        row = self.state.row(ward)
        if row is None or not row.may_edit or self.widget.form_is_open():
            return

        def then(page: AgreementPage) -> None:
            if self.widget.table.current_key() == ward:
                self._basis = page.basis
                self.widget.show_form(page.row)
                self._drafts.find(_subject(ward), lambda content: self._offer(ward, content))

        self._tasks.read(lambda: agreement_page(store, ward), then, self._go.banner)

    def _offer(self, ward: str, content: object) -> None:
        """Fill in what was typed and not saved last time, unless something was typed meanwhile."""
        form = self.widget.form
        asked = self.widget.form_is_open() and form.row is not None and form.row.ward == ward
        if asked and isinstance(content, dict) and not form.is_changed():
            form.offer({name: str(text) for name, text in content.items()})

    def leave_form(self) -> None:
        """Close the form; what was typed is there when it is opened again."""
        self._keep()
        self.widget.close_form()

    def _keep(self) -> None:
        form = self.widget.form
        if self.widget.form_is_open() and form.row is not None and form.is_changed():
            self._drafts.keep(_subject(form.row.ward), form.texts())

    def _drop_draft(self) -> None:
        """Begin anew from what is recorded."""
        row = self.widget.form.row
        if row is not None:
            self._drafts.forget(_subject(row.ward))
            self.widget.form.show_row(row)

    def save(self) -> None:
        """Record what stands in the form."""
        form, store, basis = self.widget.form, self._store, self._basis
        row, checked = form.row, form.check()
        if row is None or not checked.may_save:
            return
        signed = checked.values.get("state") == "signed"
        key = "agreements_place.saved_signed" if signed else "agreements_place.saved"
        text = self._teller.say(key, ward=row.name)

        def then(changeset: str | None) -> None:
            form.settle()
            self.widget.close_form()
            self._drafts.forget(_subject(row.ward))
            undo = (lambda: self._undo(changeset)) if changeset else None
            self._go.toast(text, undo)
            self.refresh()

        form.save.setEnabled(False)
        self._tasks.write(
            lambda: record_agreement(store, row.ward, checked.values, basis=basis),
            then,
            self._failed,
        )

    def _failed(self, error: FieldappError) -> None:
        """The form is as it was; the sentence stands where it belongs."""
        form = self.widget.form
        form.check()
        text = sentence(error, self._teller)
        if isinstance(error, UserMends) and form.show_errors({error.field or "": text}):
            return
        self._go.banner(error)

    def _undo(self, changeset: str) -> None:
        store = self._store
        self._tasks.write(
            lambda: changes.undo(store, changeset), lambda _: self.refresh(), self._go.banner
        )


def _subject(ward: str) -> str:
    """Under what the half-filled form of a ward is kept."""
    return f"{ward}/agreement"


def _leave_as_known(error: FieldappError) -> None:
    """Without a network the page says of these wards that nothing is known."""
