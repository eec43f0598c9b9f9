"""Bugs of the server: its merge, its answers, its rights; and of money."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from fieldapp.errors import UserMends
from fieldapp.model import conflicts as model_conflicts
from fieldapp.model.changesets import Changeset
from fieldapp.model.derived import derived_id
from fieldapp.store import overlay, receipts, tables
from fieldapp.store.receipts import Mark
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling import enrol
from sync import merge, policies
from sync.protocol import Grant
from sync.server import service
from sync.server.receipts import standing as money
from sync.server.receipts.leases import Counter
from sync.server.wardlog import appending as wardlog
from sync.server.wardlog import greeting, intake, view
from sync.server.wardlog.intake import Intake
from sync.server.wardlog.register import Register
from tests.simulation import town
from tests.simulation.planted.registry import bites, both, bug, swap

DECIDING = ("grant_given", "decides", "decides", "opens_a_conflict", "syncs")

# --- the merge ---------------------------------------------------------------------------------


@bug(15)
def concurrency_by_value_only() -> Any:
    """Where the old value stands again nobody is asked (A to B and back to A)."""
    real = merge.unseen

    def unseen(changeset: Any, key: Any, name: str, view_: Any) -> Any:
        change = changeset.change_of(*key)
        pair = change.fields.get(name) if change else None
        if pair is not None and (view_.row(*key) or {}).get(name) == pair[0]:
            return []
        return real(changeset, key, name, view_)

    return swap(merge, "unseen", unseen)


@bug(16, "edits_a_household", "edits_a_person", "everybody_syncs")
def agreement_does_not_count() -> Any:
    """A change that agreed is not one to be seen."""

    def accepted(self: Any) -> bool:
        if self.how == "agreed":
            bites()
        return self.how in ("applied", "merged")

    return swap(merge.FieldResult, "accepted", property(accepted), sometimes=True)


@bug(22, "clock_jumps", "edits_a_household", "edits_a_person", "syncs")
def later_by_the_device_clock() -> Any:
    """The offset of the handshake is ignored."""

    def corrected_at(self: Changeset) -> Any:
        if self.offset_ms:
            bites()
        return self.made_at

    return swap(Changeset, "corrected_at", property(corrected_at), sometimes=True)


@bug(24, "moves_an_enrolment_on", "syncs")
def step_back_swallowed() -> Any:
    """The further state always stands."""

    def advance(meeting: Any) -> Any:
        order = {state: place for place, state in enumerate(meeting.merge.order)}
        further = order[meeting.new] > order[meeting.standing]
        return ("merged", meeting.new) if further else ("kept", meeting.standing)

    return swap(policies, "_advance", advance)


@bug(25)
def removal_kills_an_unseen_add() -> Any:
    """A tag that was added again is removed by somebody who saw the old one."""
    real = policies.merge_members

    def members(old: Any, new: Any, standing: Any, adds: Any) -> Any:
        return real(old, new, standing, set())

    return swap(policies, "merge_members", members)


@bug()
def last_note_wins() -> Any:
    """Of two notes the later one replaces the other."""
    return swap(policies, "_text", lambda meeting: meeting.new or "")


@bug()
def decide_fields_overwritten() -> Any:
    """The last writer wins."""
    real = merge.meet

    def meet(meeting: Any) -> Any:
        how, value = real(meeting)
        return ("applied", meeting.new) if how == "conflict" else (how, value)

    return swap(merge, "meet", meet)


@bug(26)
def withdrawn_over_unseen_work() -> Any:
    """A withdrawal does not look for what was done meanwhile."""
    return swap(merge, "unseen_work", lambda c, key, gone, v: [])


@bug()
def work_on_the_withdrawn_unasked() -> Any:
    """Work on what was withdrawn meanwhile opens no question."""
    return swap(merge._Acceptance, "meet_gone", lambda self, key, name="": None)


@bug(27)
def half_a_withdrawal_stands() -> Any:
    """Of a person and her membership only one is withdrawn."""
    return swap(merge._Acceptance, "withdraw_together", lambda self: None)


@bug(57, "merges_people", "merges_people", "grant_given", "role_changes", "syncs")
def ring_of_merges_unasked() -> Any:
    """Two merges that make a ring together both stand, and nobody is left to show."""
    real = merge.points_back

    def points_back(key: Any, target: Any, log_view: Any) -> None:
        if real(key, target, log_view) is not None:
            bites()

    return swap(merge, "points_back", points_back, sometimes=True)


@bug(31, "edits_a_household", "edits_a_person", "syncs")
def conflict_id_without_field() -> Any:
    """All conflicts of a record are one."""

    def identity(ward: str, record_type: str, record: str, field: str) -> str:
        return derived_id("conflict", ward, record_type, record)

    return _conflict_id(identity)


@bug(32)
def conflict_id_random() -> Any:
    """Each server makes its own id."""
    made = iter(range(10**9))

    def identity(ward: str, record_type: str, record: str, field: str) -> str:
        return derived_id("conflict", ward, record, field, str(next(made)))

    return _conflict_id(identity)


def _conflict_id(identity: Any) -> Any:
    places = (merge, view, overlay, model_conflicts)
    return both(*(swap(place, "conflict_id", identity) for place in places))


@bug(33, *DECIDING, "edits_a_household")
def keeping_is_no_change() -> Any:
    """A decision for the standing value leaves no trace in the history of the field."""
    real = view._past_rows

    def past_rows(changeset: Any, outcome: Any, revision: int) -> Any:
        kept = {
            (*change.key, name)
            for change in changeset.changes
            if change.kind == "decide"
            for name, (old, new) in change.fields.items()
            if old == new
        }
        if kept:
            bites()
        for row in real(changeset, outcome, revision):
            if (row["record_type"], row["record"], row["field"]) not in kept:
                yield row

    return swap(view, "_past_rows", past_rows, sometimes=True)


@bug(34, *DECIDING, "edits_a_household")
def second_decision_wins() -> Any:
    """A decision does not look for another one."""
    real = merge._Acceptance._decide

    def decide(self: Any, change: Any, name: str, pair: Any, row: Any) -> None:
        with swap(merge, "unseen", lambda *args: []):
            real(self, change, name, pair, row)

    return swap(merge._Acceptance, "_decide", decide)


@bug(0, "edits_a_household", "edits_a_household", "opens_a_conflict", "opens_a_conflict", "decides")
def decision_settles_every_side() -> Any:
    """Sides that came later are closed with those that were seen."""
    real = merge.decided

    def decided(conflict: Any, decision: Any, made: Any, value: Any) -> Any:
        every = tuple(side["changeset"] for side in conflict.sides)
        if any(side["open"] and side["changeset"] not in decision.sides for side in conflict.sides):
            bites()
        return real(conflict, replace(decision, sides=every), made, value)

    return swap(merge, "decided", decided, sometimes=True)


# --- the server --------------------------------------------------------------------------------


@bug()
def answers_committed_before_the_log() -> Any:
    """What was answered is committed first, then the entries."""
    real, write = Intake.take, wardlog.WardLog.write

    def take(self: Intake, *given: Any) -> Any:
        with swap(wardlog.WardLog, "write", lambda self: None):
            answers = real(self, *given)
        self._log._connection.connection.dbapi_connection.commit()
        self._log._connection.exec_driver_sql("BEGIN IMMEDIATE")
        write(self._log)
        return answers

    return swap(Intake, "take", take)


@bug()
def held_work_thrown_away() -> Any:
    """What can't enter the log is answered, and not kept."""
    real = Register.write

    def write(self: Register, at: Any) -> None:
        self._new_held.clear()
        real(self, at)

    return swap(Register, "write", write)


@bug()
def refused_work_applies() -> Any:
    """What a clerk refused is let in."""
    return swap(intake, "refuse", lambda made, log_view, by: merge.accept(made, log_view))


@bug(60)
def held_money_not_counted() -> Any:
    """Receipts in held work are missing in the sums."""
    return swap(money, "pending_receipts", lambda connection: iter(()))


@bug()
def waiting_work_never_wakes() -> Any:
    """What waits for another changeset stays held when that has come."""
    return swap(Register, "woken_by", lambda self, changeset: [])


@bug(53)
def scope_filter_missing() -> Any:
    """Everybody gets every ward."""
    real = service.grants_of

    def grants_of(connection: Any, username: str, day: Any) -> Any:
        given = real(connection, username, day)
        more = set(town.WARDS) - {grant.ward for grant in given}
        return (*given, *(Grant(ward, "canvasser") for ward in sorted(more)))

    places = (service, greeting)
    return both(*(swap(place, "grants_of", grants_of) for place in places))


@bug(45)
def numbers_leased_twice() -> Any:
    """A range that was given stays in the book."""
    return swap(Counter, "_take_out", lambda self, book, last: None)


# --- money -------------------------------------------------------------------------------------


@bug(0, "laptop:full", "laptop:io_error", "enrols", "enrols")
def number_lost_with_a_refused_save() -> Any:
    """The mark outside the file is what counts, and it is not set back."""

    @contextmanager
    def no_way_back(self: Store, former: Any) -> Iterator[None]:
        yield

    def take_number(connection: Any, incarnation: str, mark: Mark | None) -> Mark:
        book = receipts.book_in_use(connection, incarnation)
        if book is None:
            raise UserMends("receipts.book_used_up")
        known = mark is not None and mark.book == book.book
        number = mark.number + 1 if known and mark else book.next_number
        if number != book.next_number:
            bites()
        lease = tables.lease
        here = (lease.c.book == book.book) & (lease.c.next == book.next_number)
        connection.execute(update(lease).where(here).values(next=number + 1))
        return Mark(incarnation, book.book, number)

    return both(
        swap(Store, "_mark_set_back", no_way_back),
        swap(receipts, "take_number", take_number, sometimes=True),
    )


@bug(44, "file_put_back", "enrols", "enrols")
def mark_outside_the_file_not_asked() -> Any:
    """An old copy of a file goes on with the numbers that it knows to be free."""
    real = receipts.take_number

    def take_number(connection: Any, incarnation: str, mark: Mark | None) -> Mark:
        book = receipts.book_in_use(connection, incarnation)
        if book is None:
            return real(connection, incarnation, mark)
        standing = Mark(incarnation, book.book, book.next_number - 1)
        if mark != standing:
            bites()
        return real(connection, incarnation, standing)

    return swap(receipts, "take_number", take_number, sometimes=True)


@bug(59)
def money_rounded_for_the_eye() -> Any:
    """The receipt says the total in whole thousands."""
    real = enrol.quote

    def quote(store: Store, page: Any, choice: Any) -> Any:
        quoted = real(store, page, choice)
        return replace(quoted, total_dong=int(round(quoted.total_dong, -3)))

    return swap(enrol, "quote", quote)
