"""The form for changes among the people of a household at work: asks, shows the price, saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from fieldapp.errors import FieldappError
from fieldapp.usecases.households import moves, search, year_prices
from fieldapp.usecases.households.household import HouseholdPage
from fieldapp.usecases.households.moves import Heir
from ui.places.households import moves_state as state
from ui.places.households.form_bands import FormBand
from ui.places.households.form_state import sentence
from ui.places.households.moves_band import MovesBand
from ui.places.households.page_port import FormsPage
from ui.places.ports import Asked

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.usecases.households.search import Hit, Results
    from fieldapp.usecases.households.year_prices import YearPrice

ASK_AFTER_MS = 120


class MovesDesk(QObject):
    """Opens the form on what the page shows, and saves it on that."""

    def __init__(self, on: FormsPage) -> None:
        super().__init__()
        self._on = on
        self._opened: HouseholdPage | None = None
        self._hits: dict[str, Hit] = {}
        self._priced: tuple[str, ...] = ()
        self._searches, self._prices = Asked(), Asked()
        self._pause = QTimer(on.view)  # ends with what it asks about
        self._pause.setSingleShot(True)
        self._pause.setInterval(ASK_AFTER_MS)
        self._pause.timeout.connect(self._search)
        on.view.form_made.connect(self._connect)

    def _connect(self, band: FormBand) -> None:
        if isinstance(band, MovesBand):
            band.changed.connect(self._check)
            band.searched.connect(lambda _: self._pause.start())
            band.left.connect(self.close)
            band.saved.connect(self._save)

    def open(self, kind: str = state.LEAVE) -> None:
        """Asks about the selected member, or about the household."""
        page, on = self._on.page, self._on
        if page is None:
            return
        on.forms.leave()
        self._opened, self._hits, self._priced = page, {}, ()
        band = on.view.moves
        wanted = kind if kind in state.KINDS else state.LEAVE
        band.show_page(page, state.MovesForm(wanted, on.view.members.current_key()))
        self._check()
        on.view.show_form(band, "kind")

    def close(self) -> None:
        """Closes the form; what is asked anew next time is not kept."""
        if self._opened is not None:
            self._opened = None
            self._pause.stop()
            self._on.view.moves.stop_pausing()
            self._on.view.show_visit()

    # asking

    def _check(self) -> None:
        page, band = self._opened, self._on.view.moves
        if page is None:
            return
        form = band.form()
        if form.kind not in state.SEARCHING:
            self._hits = {}
        told = state.asked(form, page, self._on.teller)
        band.show_asked(form, page, told)
        self._ask_prices(form, page)

    def _search(self) -> None:
        self._pause.stop()
        page, band, store = self._opened, self._on.view.moves, self._on.store
        if page is None:
            return
        form, text, mine = band.form(), band.search.text().strip(), self._searches.next()

        def then(found: Results) -> None:
            if self._opened is page and self._searches.is_last(mine):
                self._hits = state.found_targets(form.kind, found.hits, page)
                teller = self._on.teller
                shown = [(key, state.target_text(hit, teller)) for key, hit in self._hits.items()]
                band.show_targets(shown)
                self._check()

        self._on.tasks.read(lambda: search.find(store, text), then)

    def _ask_prices(self, form: state.MovesForm, page: HouseholdPage) -> None:
        asked = (form.kind, form.target, *state.leaving_of(form))
        if asked == self._priced:
            return
        self._priced, mine, store = asked, self._prices.next(), self._on.store
        self._on.view.moves.show_prices("")
        hit = self._hits.get(form.target)
        unknown = form.kind == state.JOIN and hit is None
        nobody = not (form.target or state.leaving_of(form))
        if form.kind == state.NEW_HEAD or nobody or unknown:
            return

        def then(found: tuple[YearPrice, ...]) -> None:
            if self._opened is page and self._prices.is_last(mine):
                text = state.price_lines(found, self._on.teller)
                self._on.view.moves.show_prices(text)

        home, going, to, founds = self._moves(form, page)
        self._on.tasks.read(
            lambda: year_prices.year_prices(store, page.ward, home, going, to=to, founds=founds),
            then,
        )

    def _moves(
        self, form: state.MovesForm, page: HouseholdPage
    ) -> tuple[str | None, tuple[str, ...], str | None, bool]:
        """Which household is left by whom, and for which one; None: she lives in none."""
        hit = self._hits.get(form.target)
        if form.kind == state.JOIN and hit is not None:
            return hit.household, (hit.person,), page.household, False
        to = form.target if form.kind == state.MOVE and form.target else None
        return page.household, state.leaving_of(form), to, form.kind == state.SPLIT

    # saving

    def _save(self) -> None:
        page, band, on = self._opened, self._on.view.moves, self._on
        if page is None:
            return
        form = band.form()
        told = state.asked(form, page, on.teller)
        if told.missing:
            return
        names = {m.person: m.name for m in page.members}
        names |= {hit.person: hit.name for hit in self._hits.values()}
        text = state.done_text(form, names, on.teller)
        band.save.setEnabled(False)
        on.write(lambda: (text, _saved(on.store, page, form, told)), self._failed, self.close)

    def _failed(self, error: FieldappError) -> None:
        """The form is as it was; the sentence stands below what it is about."""
        self._check()
        text = sentence(error, self._on.teller)
        if self._on.view.moves.show_errors({getattr(error, "field", None) or "": text}):
            return
        self._on.navigator.banner(error)


def _saved(
    store: Store, page: HouseholdPage, form: state.MovesForm, told: state.Asked
) -> str | None:
    """Does what the form says; the changeset that undoes it."""
    ward, home, basis = page.ward, page.household, page.basis
    heir = Heir(told.heir, told.relations) if told.heir else None
    match form.kind:
        case state.LEAVE:
            return moves.leave_household(
                store, ward, home, form.person, form.reason, heir=heir, basis=basis
            )
        case state.WARD:
            return moves.move_to_ward(
                *(store, ward, home, form.person, form.to_ward),
                form.moved_on or page.today,
                heir=heir,
                basis=basis,
            )
        case state.MOVE:
            return moves.move_person(
                *(store, ward, form.person, form.target, form.relationship), heir=heir, basis=basis
            )
        case state.JOIN:
            return moves.move_person(store, ward, form.target, home, form.relationship, basis=basis)
        case state.SPLIT:
            going = {person: code for person, code in form.going.items() if code}
            fields = {"house_number": form.house_number, "street": form.street}
            return moves.split_household(
                *(store, ward, home, going, fields), heir=heir, basis=basis
            ).changeset
        case _:
            return moves.change_head(
                store, ward, home, Heir(form.head, told.relations), basis=basis
            )
