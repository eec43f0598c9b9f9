"""The controller of the inbox: reads what needs a person, writes down what a person decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.changes import NOTHING, Told
from fieldapp.usecases.households.people import check_person
from fieldapp.usecases.importing.left_over import forget_left_over
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.conflicts import ConflictPage
from fieldapp.usecases.inbox.inbox import InboxRow, inbox
from fieldapp.usecases.me import Me, desk_wards, me
from fieldapp.usecases.official_lists import lists as official_lists
from fieldapp.usecases.official_lists import returned
from fieldapp.words import Words
from ui.places.inbox.alike_desk import AlikeDesk
from ui.places.inbox.duplicate_desk import DuplicateDesk
from ui.places.inbox.older_desk import told_of
from ui.places.inbox.opened import Opened, opened_row
from ui.places.inbox.pointing import WAYS
from ui.places.inbox.returned import returned_shown
from ui.places.inbox.state import InboxState, InboxTeller, key_of
from ui.places.inbox.values import NotThis, shown, typed
from ui.places.inbox.view import InboxView
from ui.places.ports import Asked, LongTasks, Navigator
from ui.say import Teller

if TYPE_CHECKING:
    from ui.places.households.older_desk import HistoryPort

BASE = -1


@dataclass(frozen=True)
class _Read:
    """The list as it was read."""

    user: Me
    may_decide: bool
    """By the grants, as the use cases judge it; not by what the user is called."""
    rows: tuple[InboxRow, ...]


class InboxPlace:
    """Cần xử lý. `open(ward=..., id=...)` selects a thing; `refresh` reads again."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: LongTasks,
        navigator: Navigator,
        history: HistoryPort | None = None,
    ) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._history = history
        self._teller = Teller(words, business_date(store.now()))
        self._inbox_teller = InboxTeller(self._teller, username="", may_decide=False)
        self.state = InboxState()
        self.widget = InboxView(self._teller)
        self._lists, self._details = Asked(), Asked()
        self.pairs = DuplicateDesk(store, tasks, navigator, self._take_pairs, self._decided)
        self.alike = AlikeDesk(store, words, tasks, navigator, self._settle, self._unsettle)
        self._opened: Opened | None = None
        self._wanted = ""
        self._busy = False
        self._connect()

    def _connect(self) -> None:
        view = self.widget
        view.filter_chosen.connect(self.filter)
        view.row_changed.connect(self._row_changed)
        view.done_asked.connect(lambda: self.filter("closed"))
        view.detail.taken.connect(self.take)
        view.detail.typed.connect(self.take_typed)
        view.detail.take_back_asked.connect(self.take_back)
        view.detail.alike_asked.connect(self.decide_alike)
        view.held.household_asked.connect(self._open_household)
        view.duplicate.open_asked.connect(self._open_record)
        view.duplicate.merge_asked.connect(self._merge)
        view.duplicate.apart_asked.connect(self._tell_apart)
        view.duplicate.part_asked.connect(self._part)
        view.returned.open_asked.connect(self._open_returned)
        view.returned.mended.connect(self.mend)
        view.twice.withdraw_asked.connect(self.withdraw_list)
        view.pointing.went.connect(self._go_there)
        view.pointing.done.connect(self._forget)

    # the list

    def open(self, *, ward: str = "", id: str = "", **_: Any) -> None:
        """Show the list, with one thing selected if it is named."""
        self._wanted = f"{ward}/{id}" if id else ""
        if self.state.only != "all":
            self.state = InboxState()
        self.refresh()

    def filter(self, only: str) -> None:
        """Show other things: all, conflicts, held work, or what is done."""
        if (only == "closed") != (self.state.only == "closed"):
            self.state = InboxState(only=only)
            self.refresh()
        else:
            self.state = replace(self.state, only=only)
            if only == "duplicate":
                self.pairs.read()
            self._show_list()

    def refresh(self) -> None:
        """Read the list again; selection and scroll stay."""
        mine, store, closed = self._lists.next(), self._store, self.state.only == "closed"

        def job() -> _Read:
            rows = inbox(store, closed=closed)
            may = bool(desk_wards(store))
            return _Read(me(store), may, tuple(r for r in rows if not closed or not r.open))

        def then(found: _Read) -> None:
            if self._lists.is_last(mine):
                self._take_list(found)

        self._tasks.read(job, then, self._go.banner)
        if self.state.only == "duplicate":
            self.pairs.read()

    def _take_list(self, found: _Read) -> None:
        self._teller = Teller(self._words, business_date(self._store.now()))
        self._inbox_teller = InboxTeller(
            self._teller,
            username=found.user.username,
            may_decide=found.may_decide,
        )
        self.state = self.state.with_rows(found.rows)
        self._show_list()
        self._read_detail(self.widget.list.current_key())

    def _show_list(self) -> None:
        teller, settled, only = self._inbox_teller, self.state.settled, self.state.only
        items = [teller.item(row, key_of(row) in settled) for row in self.state.shown_rows()]
        if only == "duplicate":
            items = self.pairs.items(self._teller)
        counts = self.state.counts() | {"duplicate": self.pairs.count}
        self.widget.show_items(items, counts, only)
        if only == "duplicate" and not self.pairs.is_read:
            self.widget.show_waiting()
        if self._wanted:
            self.widget.list.select_key(self._wanted)
            self._wanted = ""
        elif items and not self.widget.list.current_key():
            self.widget.list.select_key(items[0].key)
        self.widget.set_context(teller.context(self.state))

    # one thing

    def _row_changed(self, key: str) -> None:
        if self._opened is None or key != key_of(self._opened.row):
            self.widget.detail.say_error("")
            self._read_detail(key)

    def _read_detail(self, key: str) -> None:
        mine, store, row = self._details.next(), self._store, self.state.row(key)
        if row is None:
            self._opened = None
            may = self._inbox_teller.may_decide
            pair = self.pairs.shown(key, self._teller, may_decide=may)
            if pair is not None:
                self.widget.show_pair(pair)
            return

        def then(opened: Opened) -> None:
            if self._details.is_last(mine):
                self._show_detail(opened)

        self._tasks.read(lambda: opened_row(store, row), then, self._not_opened)

    def _not_opened(self, error: FieldappError) -> None:
        self._go.banner(error)

    def _show_detail(self, opened: Opened) -> None:
        self._opened = opened
        if opened.page is not None:
            told = opened.row, opened.page, opened.names or {}, opened.alike
            self.widget.show_story(self._inbox_teller.story(*told))
            return
        if opened.line is not None:
            shown = returned_shown(opened.line, self._teller)
            self.widget.show_returned(opened.line.line, shown)
            return
        if opened.twice is not None:
            self.widget.show_twice(opened.twice)
            return
        if opened.row.kind in WAYS:
            self.widget.show_pointing(self._inbox_teller.item(opened.row, settled=False))
            return
        heading, subject, reason = self._inbox_teller.held(opened.row, opened.own)
        can_open = opened.own is not None and opened.own.household is not None
        self.widget.show_held(heading, subject, reason, can_open=can_open)

    def _open_household(self) -> None:
        own = self._opened.own if self._opened else None
        if own is not None and own.household is not None:
            self._go.go("household", ward=own.ward, household=own.household)

    def _go_there(self) -> None:
        row = self._opened.row if self._opened else None
        if row is not None and row.kind in WAYS:
            name, given = WAYS[row.kind]
            self._go.go(name, **given)

    def _forget(self) -> None:
        row = self._opened.row if self._opened else None
        if row is not None and row.kind == "left_over":
            store = self._store
            self._tasks.write(
                lambda: forget_left_over(store, row.id), lambda _: self.refresh(), self._go.banner
            )

    def _take_pairs(self) -> None:
        self._show_list()
        if self.state.only == "duplicate":
            self._read_detail(self.widget.list.current_key())

    def _open_record(self, number: int) -> None:
        self.pairs.open(self.widget.list.current_key(), number)

    def _merge(self, kept: int) -> None:
        self.pairs.merge(self.widget.list.current_key(), kept, self._teller)

    def _tell_apart(self) -> None:
        self.pairs.tell_apart(self.widget.list.current_key(), self._teller)

    def _part(self) -> None:
        self.pairs.part(self.widget.list.current_key(), self._teller)

    def _decided(self, said: str, changeset: str) -> None:
        self._go.toast(said, lambda: self._undo(changeset))
        self.widget.focus_first()

    # what the agency returned, and lists drawn up twice

    def _open_returned(self) -> None:
        line = self._opened.line if self._opened else None
        if line is not None:
            self._go.go(
                "household",
                ward=line.ward,
                household=line.household,
                person=line.person,
                edit=line.field or "full_name",
            )

    def mend(self, note: str) -> None:
        """Write down that the shown line is mended; without a note nothing is written."""
        line = self._opened.line if self._opened else None
        if line is None or self._busy:
            return
        self._busy = True
        store, ward = self._store, line.ward

        def then(changeset: str) -> None:
            self._busy = False
            said = self._words.say("returned.mended_toast", name=line.person_name)
            self._go.toast(said, lambda: self._undo(changeset))
            self.widget.focus_first()
            self.refresh()

        self._tasks.write(
            lambda: returned.mend_returned(store, ward, line.line, note), then, self._not_mended
        )

    def _not_mended(self, error: FieldappError) -> None:
        self._busy = False
        told = self._teller.error(error)
        if error.field == "note":
            self.widget.returned.say_wrong(f"{told.title}. {told.text}".rstrip(". "))
        else:
            self.widget.returned.say_error(told.title, told.text)
            self.refresh()

    def _undo(self, changeset: str) -> None:
        store = self._store
        self._tasks.write(
            lambda: changes.undo(store, changeset), lambda _: self.refresh(), self._go.banner
        )

    def withdraw_list(self) -> None:
        """Take the shown list back: what is on no other list waits for the next one."""
        page = self._opened.twice if self._opened else None
        if page is None or self._busy:
            return
        self._busy = True
        store, row = self._store, page.row

        def then(_: str | None) -> None:
            self._busy = False
            self._go.toast(self._words.say("returned.twice_withdrawn", number=row.number))
            self.widget.focus_first()
            self.refresh()

        def failed(error: FieldappError) -> None:
            self._busy = False
            told = self._teller.error(error)
            self.widget.twice.say_error(told.title, told.text)
            self.refresh()

        self._tasks.write(
            lambda: official_lists.withdraw_list(store, row.ward, row.submission), then, failed
        )

    # deciding

    def take(self, number: int) -> None:
        """Decide for a side by its number, -1 for what was there before."""
        page = self._opened.page if self._opened else None
        if page is not None:
            value = page.base_value if number == BASE else page.sides[number].value
            self._decide(page, value, number)

    def take_typed(self, text: str) -> None:
        """Decide for a third value; what cannot be the field's value is said below the field."""
        page = self._opened.page if self._opened else None
        if page is None:
            return
        try:
            value = typed(page.field, text, self._teller.today)
        except NotThis as wrong:
            self.widget.detail.other_value.say_wrong(self._words.say(wrong.key))
            return
        problem = self._problem(page, value)
        if problem:
            self.widget.detail.other_value.say_wrong(problem)
            return
        self._decide(page, value, None)

    def _problem(self, page: ConflictPage, value: object) -> str:
        if page.record_type != "person":
            return ""
        found = check_person({page.field: value}, self._teller.today)
        errors = [finding for finding in found if finding.level == "error"]
        return self._teller.finding(errors[0]) if errors else ""

    def _decide(self, page: ConflictPage, value: Any, number: int | None) -> None:
        if self._busy:
            return
        self._busy = True
        store = self._store

        def then(_: str) -> None:
            self._busy = False
            self.state = self.state.with_settled((f"{page.ward}/{page.id}",))
            names = (self._opened.names if self._opened else None) or {}
            text = shown(page.field, value, self._teller, names)
            said = self._inbox_teller.chosen(page, number, text)
            self._go.toast(said, lambda: self._take_back(page.ward, page.id))
            self.widget.detail.say_error("")
            self.widget.focus_first()
            self.refresh()

        self._tasks.write(lambda: conflicts.decide(store, page, value), then, self._not_decided)

    def _not_decided(self, error: FieldappError) -> None:
        self._busy = False
        row = self._opened.row if self._opened else None
        if row is not None and error.code == "story.decided_already":
            self.state = self.state.with_settled((key_of(row),))
        told = self._teller.error(error)
        self.widget.detail.say_error(told.title, told.text)
        self.refresh()

    def decide_alike(self) -> None:
        """Decide the others that are like the shown one as this one was."""
        page = self._opened.page if self._opened else None
        if page is not None and not self._busy:
            self.alike.decide(page)

    def _settle(self, keys: tuple[str, ...]) -> None:
        self.state = self.state.with_settled(keys)
        self.widget.focus_first()
        self.refresh()

    def _unsettle(self, keys: tuple[str, ...]) -> None:
        self.state = self.state.without_settled(keys)
        self.refresh()

    def take_back(self) -> None:
        """Open the shown conflict again: its sides wait for a decision."""
        page = self._opened.page if self._opened else None
        if page is not None and page.decided is not None:
            self._take_back(page.ward, page.id)

    def _take_back(self, ward: str, conflict: str, told: Told = NOTHING) -> None:
        if self._busy:
            return
        self._busy = True
        store, key = self._store, f"{ward}/{conflict}"

        def job() -> str:
            return conflicts.take_back(store, conflicts.conflict_page(store, ward, conflict), told)

        def then(_: str) -> None:
            self._busy = False
            self.state = self.state.without_settled((key,))
            self._go.toast(self._words.say("conflicts.taken_back"))
            self._wanted = key
            self.refresh()

        def failed(error: FieldappError) -> None:
            if error.code == "history.before_the_log" and told is NOTHING and self._history:
                self._busy = False
                self._ask_older(self._history, ward, conflict)
            else:
                self._not_decided(error)

        self._tasks.write(job, then, failed)

    def _ask_older(self, history: HistoryPort, ward: str, conflict: str) -> None:
        """The decision has left this laptop: the server tells of it, then it is taken back."""
        store, decided = self._store, self.widget.detail.decided
        decided.set_asking(True)

        def then(told: Told) -> None:
            decided.set_asking(False)
            self._take_back(ward, conflict, told)

        def failed(error: FieldappError) -> None:
            decided.set_asking(False)
            self._not_decided(error)

        self._tasks.long(lambda *_: told_of(store, history, ward, conflict), then, failed)
