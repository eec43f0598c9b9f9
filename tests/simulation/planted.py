"""The proof of the proof: bugs planted one at a time, each to be caught by the simulation.

A bug is a small patch of the product's code, on only while it is played. It is caught when a
history breaks an invariant; the seeds are those of `make simulate`, from 0 on.

Not here yet, because what they break is not there yet:

    needs epochs: late acknowledgement of an old epoch counts; stored answer sent with its old
        epoch; shortcut without epoch; epoch is a counter; position kept at a new epoch; entries
        come back without `was`; entries of others are not offered; seal unchecked; older entry
        replaces newer value
    needs the ledger: lease counter inside the database only; revocation lost; erasure lost
    needs incarnations: numbers of a dead lease leased again; mark outside the file not written;
        push starts after the server's last number; new changeset ids at a new incarnation
    needs row sums: sum not updated on merge; sum over ids and revisions only; repair towards the
        server; tombstones of a ward taken away
    needs `durable_through`: the newest backup counts as durable; the log pruned before it
    needs voids, duplicates and held money on screen: two voids; ring of merges; held receipt
        missing in sums
    needs two writers at once: a sequence instead of the row lock (`tests/server/test_many_writers`)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert, select, update

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import conflicts as model_conflicts
from fieldapp.model import entries
from fieldapp.model.changesets import Changeset, decode, encode
from fieldapp.model.derived import derived_id
from fieldapp.store import log, overlay, queries_sync, receipts, search, sums, tables, work
from fieldapp.store.receipts import Mark
from fieldapp.store.store import Store
from fieldapp.usecases import enrol
from sync import merge, policies
from sync.client import machine, runner, status, transport
from sync.protocol import Grant
from sync.server import service, view, wardlog
from sync.server.intake import Intake
from sync.server.leases import Counter
from sync.server.register import Register
from sync.server.tables import log_entry as server_log_entry
from tests.simulation import town
from tests.simulation.play import play
from tests.simulation.script import draw

MOST = 1_000
"""Histories within which a bug must be caught."""


@dataclass(frozen=True)
class Bug:
    """A planted bug. `number`: in the list of histories that broke earlier drafts, 0 for others."""

    name: str
    number: int
    plant: Callable[[], AbstractContextManager[Any]]


BUGS: list[Bug] = []


def bug(number: int = 0) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Registers a function that makes a patch as a bug."""

    def register(plant: Callable[[], Any]) -> Callable[[], Any]:
        BUGS.append(Bug(plant.__name__, number, plant))
        return plant

    return register


@contextmanager
def both(*patches: Any) -> Iterator[None]:
    """Several patches as one."""
    with ExitStack() as stack:
        for one in patches:
            stack.enter_context(one)
        yield


# --- pages -------------------------------------------------------------------------------------


@bug(2)
def position_saved_before_rows() -> Any:
    """The position is committed, then the rows."""
    real = Store.take_run

    def take_run(store: Store, run: log.Run) -> Any:
        with store._write() as connection:
            log._must_continue(connection, run)
            row_sum = sums.stored_sum(connection, run.ward)
            log._advance(connection, run, run.entries[-1].chain, row_sum)
        with patch.object(log, "_must_continue", lambda c, r: None):
            return real(store, run)

    return patch.object(Store, "take_run", take_run)


@bug(3)
def rows_saved_before_position() -> Any:
    """The rows are committed, then the position."""
    real = Store.take_run

    def take_run(store: Store, run: log.Run) -> Any:
        kept: list[Any] = []
        with patch.object(log, "_advance", lambda *args: kept.append(args[1:])):
            touched = real(store, run)
        with store._write() as connection:
            log._advance(connection, *kept[0])
        return touched

    return patch.object(Store, "take_run", take_run)


@bug(4)
def page_ignores_where_it_begins() -> Any:
    """Whatever page comes is taken, and the position is set to its end."""

    def pull(self: Any, ward: str, after: int) -> Any:
        page = self._transport.pull(runner.Pull(ward, str(self._store.setting("epoch")), after))
        self._store.take_run(runner._run(page))
        return runner.PageTaken(ward, page.head, self._standing())

    def or_replace(table: Any) -> Any:
        return insert(table).prefix_with("OR REPLACE")

    return both(
        patch.object(runner._Sync, "_pull", pull),
        patch.object(log, "_must_continue", lambda c, r: None),
        patch.object(log, "insert", or_replace),
    )


@bug()
def laptop_applies_what_was_written_not_what_came_of_it() -> Any:
    """Outcomes are ignored: the author's values are applied."""

    def rows(changeset: Changeset, outcome: Any) -> Any:
        fields = {c.key: c.fields for c in changeset.changes}
        return {key: {n: new for n, (_, new) in pairs.items()} for key, pairs in fields.items()}

    return patch.object(entries, "_rows", rows)


@bug()
def outcome_without_rows() -> Any:
    """A merged outcome goes out without the values that it came to."""
    real = wardlog.outcome_bytes

    def outcome_bytes(outcome: Any, salt: str) -> bytes:
        return real(replace(outcome, status="applied"), salt)

    return patch.object(wardlog, "outcome_bytes", outcome_bytes)


@bug(50)
def row_sum_not_kept_up() -> Any:
    """A page's rows are not counted into the sum."""
    return patch.object(sums, "log_hashes", lambda connection, ward, keys: {})


@bug()
def search_not_kept_up() -> Any:
    """What a page brings is not found by name."""
    return patch.object(search, "index_touched", lambda c, w, keys: None)


@bug()
def digest_unchecked() -> Any:
    """An answer's digest is not compared."""

    class Equal(str):
        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = str.__hash__

    return patch.object(transport, "digest", lambda body: Equal())


# --- answers -----------------------------------------------------------------------------------


def _mark_sent(store: Store, ward: str) -> None:
    with store._write() as connection:
        journal = tables.journal
        waiting = (journal.c.ward == ward) & (journal.c.state == "unsent")
        values = {"state": "acknowledged", "epoch": store.setting("epoch")}
        connection.execute(update(journal).where(waiting).values(**values))


@bug(5)
def any_200_is_an_acknowledgement() -> Any:
    """A captive portal's page counts."""
    real = runner._Sync._push

    def push(self: Any, ward: str) -> Any:
        try:
            return real(self, ward)
        except SurroundingsMend as trouble:
            if trouble.code == "sync.captive_portal":
                _mark_sent(self._store, ward)
            raise

    return patch.object(runner._Sync, "_push", push)


@bug(6)
def outbox_cleared_at_sending() -> Any:
    """What is handed to the network counts as sent."""
    real = runner._Sync._push

    def push(self: Any, ward: str) -> Any:
        try:
            return real(self, ward)
        except SurroundingsMend:
            _mark_sent(self._store, ward)
            raise

    return patch.object(runner._Sync, "_push", push)


@bug()
def answers_counted_by_place() -> Any:
    """The first answer is for the first changeset, whatever it names."""

    def filed(batch: Any, answers: Any) -> Any:
        pairs = zip(batch, answers.answers, strict=False)
        return [
            runner.FiledAnswer(one.id, one.hash, a.status, a.revision, a.reason) for one, a in pairs
        ]

    return patch.object(runner, "_filed", filed)


@bug(9)
def known_by_id_alone() -> Any:
    """Another content under a known id gets the known answer."""
    real = Intake._take

    def take(self: Intake, arrived: Any) -> str:
        made = arrived.changeset
        if made is not None and self._register.get(made.id) is not None:
            return str(made.id)
        return real(self, arrived)

    return patch.object(Intake, "_take", take)


@bug(10)
def known_by_number() -> Any:
    """A number of an incarnation that came before counts as the same work."""
    real = Intake._take

    def take(self: Intake, arrived: Any) -> str:
        made = arrived.changeset
        if made is not None and self._register.get(made.id) is None:
            entry = server_log_entry.c
            same = (entry.incarnation == made.incarnation) & (entry.number == made.number)
            found = select(entry.changeset).where(same, entry.ward == made.ward)
            known = self._log._connection.execute(found).scalar()
            if known is not None:
                self._register.load([known])
                return str(known)
        return real(self, arrived)

    return patch.object(Intake, "_take", take)


@bug()
def retried_under_a_new_id() -> Any:
    """After a lost answer the work is sent as new."""
    real = runner._Sync._push

    def push(self: Any, ward: str) -> Any:
        batch = self._store.read(queries_sync.unsent_batch, ward, 200_000)
        try:
            return real(self, ward)
        except SurroundingsMend:
            with self._store._write() as connection:
                for one in batch:
                    made = decode(one.content.encode())
                    content = encode(replace(made, id=self._store._ids.new()))
                    _rewrite(connection, one.id, content)
            raise

    return patch.object(runner._Sync, "_push", push)


def _rewrite(connection: Any, name: str, content: bytes) -> None:
    journal = tables.journal
    made = decode(content)
    values = {"id": made.id, "content": content, "hash": entries.content_hash(content)}
    connection.execute(update(journal).where(journal.c.id == name).values(**values))


# --- own work ----------------------------------------------------------------------------------


@bug(17)
def own_work_not_named() -> Any:
    """`on` is left out."""
    return patch.object(work, "_standing_on", lambda w, changes: ())


@bug(18)
def own_work_not_waited_for() -> Any:
    """A changeset enters without what it stands on."""
    real = merge.obstacle
    return patch.object(merge, "obstacle", lambda c, v: real(replace(c, on=()), v))


@bug(19)
def unsent_work_rebased_at_pull() -> Any:
    """What is unsent is rewritten to stand on the new page."""
    real = Store.take_run

    def take_run(store: Store, run: log.Run) -> Any:
        touched = real(store, run)
        with store._write() as connection:
            base = work.position_of(connection, run.ward)
            for one in queries_sync.unsent_batch(connection, run.ward, 200_000):
                made = decode(one.content.encode())
                _rewrite(connection, one.id, encode(replace(made, base=base)))
        return touched

    return patch.object(Store, "take_run", take_run)


@bug(20)
def overlay_dropped_at_acknowledgement() -> Any:
    """An acknowledged changeset no longer lies over the log."""
    real = log.take_answers

    def take_answers(connection: Any, answers: Any, **kwargs: Any) -> int:
        answers = list(answers)
        counted = real(connection, answers, **kwargs)
        own = tables.own_change
        for answer in answers:
            mine = own.c.changeset == answer.changeset
            rows = connection.execute(select(own).where(mine)).all()
            connection.execute(own.delete().where(mine))
            for row in rows:
                overlay.lay_again(connection, row.ward, [(row.record_type, row.record)])
        return counted

    return patch.object(log, "take_answers", take_answers)


@bug(21)
def pull_overwrites_own_work() -> Any:
    """A page's values are shown over unsent work."""
    return patch.object(log, "_shadowed", lambda c, ward: set())


@bug(3)
def form_judged_by_what_stands_at_saving() -> Any:
    """The base is taken when the form is saved, not when it was opened."""
    real = Store.work

    def now(store: Store, intent: Any, basis: Any = None) -> Any:
        if basis is not None:
            fresh = store.basis(intent.ward)
            basis = replace(basis, position=fresh.position, own=fresh.own)
        return real(store, intent, basis)

    return patch.object(Store, "work", now)


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

    return patch.object(merge, "unseen", unseen)


@bug(16)
def agreement_does_not_count() -> Any:
    """A change that agreed is not one to be seen."""
    accepted = property(lambda self: self.how in ("applied", "merged"))
    return patch.object(merge.FieldResult, "accepted", accepted)


@bug(22)
def later_by_the_device_clock() -> Any:
    """The offset of the handshake is ignored."""
    return patch.object(Changeset, "corrected_at", property(lambda self: self.made_at))


@bug(24)
def step_back_swallowed() -> Any:
    """The further state always stands."""

    def advance(meeting: Any) -> Any:
        order = {state: place for place, state in enumerate(meeting.merge.order)}
        further = order[meeting.new] > order[meeting.standing]
        return ("merged", meeting.new) if further else ("kept", meeting.standing)

    return patch.object(policies, "_advance", advance)


@bug(25)
def removal_kills_an_unseen_add() -> Any:
    """A tag that was added again is removed by somebody who saw the old one."""
    real = policies.merge_members

    def members(old: Any, new: Any, standing: Any, adds: Any) -> Any:
        return real(old, new, standing, set())

    return patch.object(policies, "merge_members", members)


@bug()
def last_note_wins() -> Any:
    """Of two notes the later one replaces the other."""
    return patch.object(policies, "_text", lambda meeting: meeting.new or "")


@bug()
def decide_fields_overwritten() -> Any:
    """The last writer wins."""
    real = merge.meet

    def meet(meeting: Any) -> Any:
        how, value = real(meeting)
        return ("applied", meeting.new) if how == "conflict" else (how, value)

    return patch.object(merge, "meet", meet)


@bug(26)
def withdrawn_over_unseen_work() -> Any:
    """A withdrawal does not look for what was done meanwhile."""
    return patch.object(merge, "unseen_work", lambda c, key, v: [])


@bug()
def work_on_the_withdrawn_unasked() -> Any:
    """Work on what was withdrawn meanwhile opens no question."""
    return patch.object(merge._Acceptance, "meet_gone", lambda self, key: None)


@bug(27)
def half_a_withdrawal_stands() -> Any:
    """Of a person and her membership only one is withdrawn."""
    return patch.object(merge._Acceptance, "withdraw_together", lambda self: None)


@bug(31)
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
    return both(*(patch.object(place, "conflict_id", identity) for place in places))


@bug(33)
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
        for row in real(changeset, outcome, revision):
            if (row["record_type"], row["record"], row["field"]) not in kept:
                yield row

    return patch.object(view, "_past_rows", past_rows)


@bug(34)
def second_decision_wins() -> Any:
    """A decision does not look for another one."""
    real = merge._Acceptance._decide

    def decide(self: Any, change: Any, name: str, pair: Any, row: Any) -> None:
        with patch.object(merge, "unseen", lambda *args: []):
            real(self, change, name, pair, row)

    return patch.object(merge._Acceptance, "_decide", decide)


@bug()
def decision_settles_every_side() -> Any:
    """Sides that came later are closed with those that were seen."""
    real = merge._Acceptance._decided

    def decided(self: Any, side: Any, decision: Any, value: Any) -> Any:
        named = replace(decision, sides=(side["changeset"],))
        return real(self, side, named, value)

    return patch.object(merge._Acceptance, "_decided", decided)


# --- the server --------------------------------------------------------------------------------


@bug()
def answers_committed_before_the_log() -> Any:
    """What was answered is committed first, then the entries."""
    real, write = Intake.take, wardlog.WardLog.write

    def take(self: Intake, contents: Any) -> Any:
        with patch.object(wardlog.WardLog, "write", lambda self: None):
            answers = real(self, contents)
        self._log._connection.connection.dbapi_connection.commit()
        self._log._connection.exec_driver_sql("BEGIN IMMEDIATE")
        write(self._log)
        return answers

    return patch.object(Intake, "take", take)


@bug()
def held_work_thrown_away() -> Any:
    """What can't enter the log is answered, and not kept."""
    real = Register.write

    def write(self: Register, at: Any) -> None:
        self._new_held.clear()
        real(self, at)

    return patch.object(Register, "write", write)


@bug()
def waiting_work_never_wakes() -> Any:
    """What waits for another changeset stays held when that has come."""
    return patch.object(Register, "woken_by", lambda self, changeset: [])


@bug(53)
def scope_filter_missing() -> Any:
    """Everybody gets every ward."""
    real = service.grants_of

    def grants_of(connection: Any, username: str, day: Any) -> Any:
        given = real(connection, username, day)
        more = set(town.WARDS) - {grant.ward for grant in given}
        return (*given, *(Grant(ward, "canvasser") for ward in sorted(more)))

    return patch.object(service, "grants_of", grants_of)


@bug(45)
def numbers_leased_twice() -> Any:
    """A range that was given stays in the book."""
    return patch.object(Counter, "_take_out", lambda self, book, last: None)


# --- money -------------------------------------------------------------------------------------


@bug()
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
        lease = tables.lease
        here = (lease.c.book == book.book) & (lease.c.next == book.next_number)
        connection.execute(update(lease).where(here).values(next=number + 1))
        return Mark(incarnation, book.book, number)

    return both(
        patch.object(Store, "_mark_set_back", no_way_back),
        patch.object(receipts, "take_number", take_number),
    )


@bug(59)
def money_rounded_for_the_eye() -> Any:
    """The receipt says the total in whole thousands."""
    real = enrol.quote

    def quote(store: Store, page: Any, choice: Any) -> Any:
        quoted = real(store, page, choice)
        return replace(quoted, total_dong=int(round(quoted.total_dong, -3)))

    return patch.object(enrol, "quote", quote)


# --- what the screen says ----------------------------------------------------------------------


@bug()
def safe_while_something_is_unsent() -> Any:
    """ "Safe to shut down" stands there whenever the last run had no trouble."""
    real = status.read_status

    def read_status(store: Store, state: Any) -> Any:
        told = real(store, state)
        return replace(told, safe_to_shut_down=told.problem is None)

    return patch("tests.simulation.standing.read_status", read_status)


@bug()
def last_contact_by_the_device_clock() -> Any:
    """The time of the server's last receipt is the laptop's."""
    real = Store.take_answers

    def take_answers(store: Store, answers: Any, **told: Any) -> int:
        return real(store, answers, **told | {"confirmed_at": store.now().isoformat()})

    return patch.object(Store, "take_answers", take_answers)


@bug()
def a_portal_signs_out() -> Any:
    """Any 401 ends the session."""
    real = transport._foreign

    def foreign(response: Any) -> Any:
        if response.status_code == 401:
            return UserMends("sync.signed_out")
        return real(response)

    return patch.object(transport, "_foreign", foreign)


@bug()
def gives_up_after_some_failures() -> Any:
    """After three failures in a row nothing is tried any more."""
    real = machine._may_start

    def may_start(state: Any, event: Any) -> bool:
        return state.failures < 3 and real(state, event)

    return patch.object(machine, "_may_start", may_start)


# --- catching them -----------------------------------------------------------------------------


def caught(one: Bug, first: int = 0, most: int = MOST) -> tuple[int, str]:
    """After how many histories the bug was caught, and by which invariant; 0 if it was not."""
    town.town()
    with one.plant():
        for count in range(1, most + 1):
            violation = play(draw(first + count - 1)).violation
            if violation is not None:
                return count, violation.invariant
    return 0, ""


def main(names: list[str]) -> int:
    """Plants each bug (or those named) and says whether and how it was caught."""
    chosen = [one for one in BUGS if not names or one.name in names]
    found = 0
    for one in chosen:
        count, invariant = caught(one)
        found += bool(count)
        number = f"({one.number})" if one.number else ""
        came = f"{count:4} histories: {invariant}" if count else f"NOT in {MOST} histories"
        print(f"{one.name + ' ' + number:62} {came}", flush=True)
    print(f"planted: {len(chosen)}, caught: {found}")
    return 0 if found == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
