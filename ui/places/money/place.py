"""The controller of the desk's money: reads it, takes cash, confirms, drops, writes files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.store.receipt_choice import ReceiptChoice, ReceiptSums
from fieldapp.store.store import Store
from fieldapp.usecases.me import WardName, desk_wards
from fieldapp.usecases.receipts import remittances
from fieldapp.usecases.receipts.desk import MoneyDesk, money_desk
from fieldapp.usecases.receipts.desk_files import write_desk_table
from fieldapp.usecases.receipts.receipt_books import write_reconciliation
from fieldapp.usecases.receipts.receipt_pages import PageRow, page_of, receipt_choice, sums_of
from fieldapp.words import Words
from fieldapp.words.format import money
from ui.file_dialogs import ask_where_to_save
from ui.places.kept_columns import KeptColumns
from ui.places.money.state import MoneyState, receipt_line
from ui.places.money.view import MoneyView
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.receipts.paper import documents
from ui.say import Teller
from ui.widgets import Question
from ui.widgets.paged import PAGE_LINES
from ui.widgets.table import Line

FOLDER = "money_folder"
"""The setting that remembers where the last file was saved."""


@dataclass(frozen=True)
class _Read:
    """What one reading found."""

    desk: MoneyDesk
    wards: tuple[WardName, ...]
    chosen: ReceiptChoice
    sums: ReceiptSums
    folder: str


class MoneyPlace:
    """Sổ tiền. `open(tab=…)` shows a part; `export` (Ctrl+E) writes the table that is seen."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._teller = Teller(words, store.today())
        self.state = MoneyState()
        self.widget = MoneyView(self._teller)
        self._asked = Asked()
        self._chosen: ReceiptChoice | None = None
        self._rows: dict[str, PageRow] = {}
        self._busy = False
        self._folder = documents()
        self.ask_path: Callable[[Path], Path | None] = self._ask_by_dialog
        self.ask_reason: Callable[[str, str], str | None] = self._ask_by_question
        self.columns = KeptColumns(
            *(store, words, tasks, navigator), self.widget.paged, "money_receipts", self._fetch
        )
        self._connect()

    def _connect(self) -> None:
        view, band = self.widget, self.widget.money_band
        view.tab_chosen.connect(self.choose_tab)
        view.ward_chosen.connect(lambda ward: self._choose(ward=ward))
        view.days_changed.connect(self.choose_days)
        view.all_asked.connect(lambda: self._choose(by="", only=""))
        view.paged.page_wanted.connect(self._bring)
        view.paged.sort_asked.connect(self.sort)
        view.row_changed.connect(lambda _: self._show_one())
        view.row_opened.connect(lambda _: self.open_row())
        band.take_asked.connect(self.take)
        band.confirm_asked.connect(self.confirm)
        band.reverse_asked.connect(self.reverse)
        band.receipts_asked.connect(self.open_row)
        band.household_asked.connect(self.open_row)
        band.c17_asked.connect(self.save_c17)
        band.export_asked.connect(self.export)

    # reading

    def open(self, *, tab: str = "", **_: Any) -> None:
        """Show the place as it is now."""
        if tab:
            self.state = replace(self.state, tab=tab)
        self.refresh()

    def refresh(self) -> None:
        """Read everything again; what was chosen stays."""
        mine, store, state = self._asked.next(), self._store, self.state

        def job() -> _Read:
            span: dict[str, Any] = {"since": state.since, "until": state.until, "ward": state.ward}
            chosen = receipt_choice(
                store,
                **span,
                by=state.by,
                only=state.only,
                sort=state.sorting.column,
                upwards=state.sorting.upwards,
            )
            desk, sums = money_desk(store, **span), sums_of(store, chosen)
            folder = str(store.setting(FOLDER, ""))
            return _Read(desk, desk_wards(store), chosen, sums, folder)

        def then(found: _Read) -> None:
            if self._asked.is_last(mine):
                self._take_in(found)

        self._tasks.read(job, then, self._say_error)

    def _take_in(self, found: _Read) -> None:
        first = self.state.desk is None
        tab = self.state.tab or ("faults" if found.desk.faults else "cash")
        self.state = replace(self.state, tab=tab, desk=found.desk, sums=found.sums)
        self._chosen, self._teller.today = found.chosen, found.desk.today
        if found.folder and Path(found.folder).is_dir():
            self._folder = Path(found.folder)
        every = ("", self._words.say("money_place.all_wards"))
        wards = [(one.stream, one.name) for one in found.wards]
        self.widget.set_wards([every, *wards], self.state.ward)
        self._rows.clear()
        self.widget.paged.begin(found.sums.count)
        self.widget.show_state(self.state)
        self._show_one()
        if first:
            self.widget.focus_first()

    def _bring(self, page: int) -> None:
        """Read a page of receipts that somebody looks at."""
        chosen, store = self._chosen, self._store
        if chosen is None:
            return

        def then(rows: tuple[PageRow, ...]) -> None:
            if self._chosen is not chosen:
                return
            self._rows |= {f"{row.ward}/{row.receipt}": row for row in rows}
            lines = [receipt_line(row, self._teller) for row in rows]
            self.widget.paged.bring(page, lines)

        self._tasks.read(
            lambda: page_of(store, chosen, page * PAGE_LINES, PAGE_LINES), then, self._say_error
        )

    def _fetch(self, first: int, most: int) -> list[Line]:
        """Receipts to be copied, from a row on. Thread: any."""
        chosen = self._chosen
        rows = page_of(self._store, chosen, first, most) if chosen else ()
        return [receipt_line(row, self._teller) for row in rows]

    # choosing

    def choose_tab(self, tab: str) -> None:
        """Show another table."""
        self.state = replace(self.state, tab=tab)
        self.widget.show_state(self.state)
        self._show_one()

    def choose_days(self, since: date | None, until: date | None) -> None:
        """Show other days; while one is not understood nothing changes."""
        if since is not None and until is not None:
            self._choose(since=since, until=until)

    def sort(self, column: str) -> None:
        """Sort the receipts by a column, or turn its direction."""
        self._choose(sorting=self.state.sorting.clicked(column))

    def _choose(self, **changed: Any) -> None:
        self.state = replace(self.state, **changed)
        self.refresh()

    def _show_one(self) -> None:
        band, tab, state = self.widget.money_band, self.state.tab, self.state
        key = self.widget.current_key(tab)
        if tab == "faults" and (fault := state.fault(key)):
            band.show_fault(fault)
        elif tab == "cash" and (holder := state.holder(key)):
            band.show_holder(holder)
        elif tab == "remittances" and (handed := state.remittance(key)):
            band.show_remittance(handed)
        elif tab == "books" and (book := state.book(key)):
            band.show_book(book)
        elif tab == "receipts" and (row := self._rows.get(key)):
            band.show_receipt(row)
        else:
            band.show_nothing()

    def open_row(self) -> None:
        """Enter: the household of a receipt; of anything else the receipts that it is about."""
        tab, state = self.state.tab, self.state
        key = self.widget.current_key(tab)
        if tab == "receipts":
            row = self._rows.get(key)
            if row is not None:
                self._go.go("household", ward=row.ward, household=row.household)
            return
        number = replace(state.sorting, column="number", upwards=True)
        narrowed: dict[str, Any] = {"by": "", "only": ""}
        if tab == "cash" and (holder := state.holder(key)):
            narrowed |= {"by": holder.username, "only": "in_hand"}
        elif tab == "faults" and (fault := state.fault(key)):
            taker = fault.fault.papers[0].issued_by if fault.fault.papers else ""
            narrowed |= {"by": taker, "sorting": number}
        elif tab == "books" and (book := state.book(key)):
            narrowed |= {"by": book.machine.username if book.machine else "", "sorting": number}
        elif tab == "remittances" and (handed := state.remittance(key)):
            narrowed |= {"by": handed.handed_by}
        self._choose(tab="receipts", **narrowed)

    # doing

    def take(self, counted: int, note: str) -> None:
        """Take the selected person's cash."""
        holder, store = self.state.holder(self.widget.current_key("cash")), self._store
        if holder is None:
            return
        said = self._words.say("money_place.taken", dong=money(counted), name=holder.name)
        self._write(
            lambda: remittances.take_cash(store, holder.ward, holder.username, counted, note=note),
            said,
        )

    def confirm(self, counted: int, note: str) -> None:
        """Say that the selected remittance is here."""
        row, store = self.state.remittance(self.widget.current_key("remittances")), self._store
        if row is None:
            return
        differs = row.state == "differs"
        act = remittances.settle_count if differs else remittances.confirm_remittance
        key = "money_place.settled" if differs else "money_place.confirmed"
        said = self._words.say(key, dong=money(counted), name=row.name)
        self._write(lambda: act(store, row.ward, row.remittance, counted, note), said)

    def reverse(self) -> None:
        """Drop the selected remittance, after a person said why."""
        row, store = self.state.remittance(self.widget.current_key("remittances")), self._store
        reason = self.ask_reason(money(row.amount_dong), row.name) if row is not None else None
        if row is None or not reason:
            return
        said = self._words.say("money_place.reversed", name=row.name)
        self._write(
            lambda: remittances.reverse_remittance(store, row.ward, row.remittance, reason), said
        )

    def _write(self, job: Callable[[], object], said: str) -> None:
        if self._busy:
            return
        self._busy = True

        def then(_: object) -> None:
            self._busy = False
            self._go.toast(said)
            self.refresh()

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._say_error(error)

        self._tasks.write(job, then, failed)

    # files

    def export(self) -> None:
        """Write the table that is seen, with what was chosen."""
        state = self.state
        tab = self._words.say(f"money_place.tab_{state.tab or 'cash'}")
        path = self._path("file_seen", tab=tab)
        if path is None:
            return
        store, words = self._store, self._words

        def job() -> object:
            return write_desk_table(
                store,
                path,
                words,
                state.tab or "cash",
                since=state.since,
                until=state.until,
                ward=state.ward,
                by=state.by,
                only=state.only,
                sort=state.sorting.column,
                upwards=state.sorting.upwards,
            )

        self._write_file(job, path)

    def save_c17(self) -> None:
        """Write the numbers of the chosen days against the money."""
        path, desk, store, words = self._path("file_c17"), self.state.desk, self._store, self._words
        if path is None or desk is None:
            return
        wards = [one.stream for one in desk.wards]

        def job() -> object:
            span: dict[str, Any] = {"since": desk.since, "until": desk.until, "wards": wards}
            return write_reconciliation(store, path, words, **span)

        self._write_file(job, path)

    def _path(self, name: str, **values: str) -> Path | None:
        desk = self.state.desk
        if desk is None or self._busy:
            return None
        span = {"first": desk.since.isoformat(), "last": desk.until.isoformat()}
        stem = self._words.say(f"money_place.{name}", **values, **span)
        path = self.ask_path(self._folder / f"{stem}.xlsx")
        if path is not None:
            self._folder = path.parent
        return path

    def _write_file(self, job: Callable[[], object], path: Path) -> None:
        store = self._store

        def whole() -> None:
            store.remember(**{FOLDER: str(path.parent)})
            job()

        self._write(whole, self._words.say("money_place.saved", file=path.name))

    def _say_error(self, error: FieldappError) -> None:
        told = self._teller.error(error)
        self.widget.money_band.say_error(told.title, told.text)

    def _ask_by_dialog(self, proposed: Path) -> Path | None:
        title = self._words.say("money_place.save_seen")
        return ask_where_to_save(self.widget, title, proposed, "xlsx (*.xlsx)")

    def _ask_by_question(self, dong: str, name: str) -> str | None:
        say = self._words.say
        question = Question(
            say("money_place.reverse_ask", dong=dong, name=name),
            say("money_place.reverse_means"),
            say("money_place.reverse"),
            self.widget,
            reason=say("money_place.reverse_why"),
        )
        return question.asked_reason() if question.exec() else None
