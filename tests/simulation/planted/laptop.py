"""Bugs of the laptop: its copy of the log, its outbox, its own work, what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from fieldapp.errors import SurroundingsMend
from fieldapp.model import entries
from fieldapp.model.changesets import Changeset, decode, encode
from fieldapp.store import overlay, rows, search, tables, work
from fieldapp.store.bulk import insertion
from fieldapp.store.log import sums
from fieldapp.store.log import taking_in as log
from fieldapp.store.log.reading import Run
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync import merge
from sync.client import runner, transport
from sync.protocol import Pull
from sync.server.store.tables import log_entry as server_log_entry
from sync.server.wardlog import appending as wardlog
from sync.server.wardlog.intake import Intake
from tests.simulation.planted.registry import bites, both, bug, swap

# --- pages -------------------------------------------------------------------------------------


@bug(2)
def position_saved_before_rows() -> Any:
    """The position is committed, then the rows."""
    real = Store.take_run

    def take_run(store: Store, run: Run) -> Any:
        with store._write() as connection:
            log._must_continue(connection, run)
            row_sum = sums.stored_sum(connection, run.ward)
            log._advance(connection, run, run.entries[-1].chain, row_sum)
        with swap(log, "_must_continue", lambda c, r: None):
            return real(store, run)

    return swap(Store, "take_run", take_run)


@bug(3)
def rows_saved_before_position() -> Any:
    """The rows are committed, then the position."""
    real = Store.take_run

    def take_run(store: Store, run: Run) -> Any:
        kept: list[Any] = []
        with swap(log, "_advance", lambda *args: kept.append(args[1:])):
            touched = real(store, run)
        with store._write() as connection:
            log._advance(connection, *kept[0])
        return touched

    return swap(Store, "take_run", take_run)


@bug(4, "old_answer", "syncs", "edits_a_household")
def page_ignores_where_it_begins() -> Any:
    """Whatever page comes is taken, and the position is set to its end."""

    def pull(self: Any, ward: str, after: int) -> Any:
        page = self._transport.pull(Pull(ward, str(self._store.setting("epoch")), after))
        self._store.take_run(runner._run(page, {}))
        return runner.PageTaken(ward, page.head, self._standing())

    def or_replace(connection: Any, table: Any, rows: Any) -> None:
        names = tuple(rows[0])
        insertion(table, names, or_replace=True).run(connection, rows)

    def insert_records(connection: Any, ward: str, created: Any) -> None:
        for kind, record in created:
            table = rows.table_of(kind)
            there = (table.c.ward == ward) & (table.c.id == record)
            connection.execute(table.delete().where(there))
        rows.insert_records(connection, ward, created)

    changes = ("ward", "record_type", "record", "revision")
    return both(
        swap(log, "insert_records", insert_records),
        swap(runner._Sync, "_pull", pull),
        swap(log, "_must_continue", lambda c, r: None),
        swap(log, "insert_many", or_replace),
        swap(log, "_CHANGES", insertion(tables.log_change, changes, or_replace=True)),
    )


@bug()
def laptop_applies_what_was_written_not_what_came_of_it() -> Any:
    """Outcomes are ignored: the author's values are applied."""

    def written(changeset: Changeset, outcome: Any) -> Any:
        fields = {c.key: c.fields for c in changeset.changes}
        return {key: {n: new for n, (_, new) in pairs.items()} for key, pairs in fields.items()}

    return swap(entries, "_rows", written)


@bug()
def outcome_without_rows() -> Any:
    """A merged outcome goes out without the values that it came to."""
    real = wardlog.outcome_bytes

    def outcome_bytes(outcome: Any, salt: str) -> bytes:
        return real(replace(outcome, status="applied"), salt)

    return swap(wardlog, "outcome_bytes", outcome_bytes)


@bug(50)
def row_sum_not_kept_up() -> Any:
    """A page's rows are not counted into the sum."""
    return swap(sums, "log_hashes", lambda connection, ward, keys: {})


@bug()
def search_not_kept_up() -> Any:
    """What a page brings is not found by name."""
    return swap(search, "index_touched", lambda c, w, keys: None)


@bug(0, "altered", "syncs", "edits_a_household")
def digest_unchecked() -> Any:
    """An answer's digest is not compared."""

    class Equal(str):
        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = str.__hash__

    return swap(transport, "digest", lambda body: Equal())


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

    return swap(runner._Sync, "_push", push)


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

    return swap(runner._Sync, "_push", push)


@bug(0, "old_answer", "syncs", "edits_a_household")
def answers_counted_by_place() -> Any:
    """The first answer is for the first changeset, whatever it names."""

    def filed(sent: Any, answers: Any) -> Any:
        pairs = list(zip(sent.items(), answers.answers, strict=False))
        if any(digest != answer.hash for (digest, _), answer in pairs):
            bites()
        return [log.Answered(one, h, a.status, a.revision, a.reason) for (h, one), a in pairs]

    return swap(runner, "filed_answers", filed, sometimes=True)


@bug(9)
def known_by_id_alone() -> Any:
    """Another content under a known id gets the known answer."""
    real = Intake._take

    def take(self: Intake, arrived: Any) -> str:
        made = arrived.changeset
        if made is not None and self._register.get(made.id) is not None:
            return str(made.id)
        return real(self, arrived)

    return swap(Intake, "_take", take)


@bug(10, "file_put_back", "syncs", "edits_a_household")
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
                bites()
                self._register.load([known])
                return str(known)
        return real(self, arrived)

    return swap(Intake, "_take", take, sometimes=True)


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

    return swap(runner._Sync, "_push", push)


def _rewrite(connection: Any, name: str, content: bytes) -> None:
    journal = tables.journal
    made = decode(content)
    values = {"id": made.id, "content": content, "hash": entries.content_hash(content)}
    connection.execute(update(journal).where(journal.c.id == name).values(**values))


# --- own work ----------------------------------------------------------------------------------


@bug(17)
def own_work_not_named() -> Any:
    """`on` is left out."""
    return swap(work, "_standing_on", lambda w, changes: ())


@bug(18, "role_changes", "merges_people", "decides", "edits_a_person", "syncs")
def own_work_not_waited_for() -> Any:
    """A changeset enters without what it stands on."""
    real = merge.obstacle

    def obstacle(changeset: Changeset, log_view: Any) -> Any:
        found = real(changeset, log_view)
        if found is None or found.reason != "missing_on":
            return found
        bites()
        return real(replace(changeset, on=()), log_view)

    return swap(merge, "obstacle", obstacle, sometimes=True)


@bug(19)
def own_work_rebased_at_pull() -> Any:
    """Own work that lies over the log is rewritten to stand on what was pulled."""
    real = Store.take_run

    def take_run(store: Store, run: Run) -> Any:
        journal = tables.journal.c
        mine = select(journal.id, journal.content).where(journal.settled.is_(False))
        with store._write() as connection:
            base = work.position_of(connection, run.ward)
            for name, content in connection.execute(mine).all():
                _rewrite(connection, name, encode(replace(decode(content), base=base)))
        return real(store, run)

    return swap(Store, "take_run", take_run)


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
            laid = connection.execute(select(own).where(mine)).all()
            connection.execute(own.delete().where(mine))
            for row in laid:
                overlay.lay_again(connection, row.ward, [(row.record_type, row.record)])
        return counted

    return swap(log, "take_answers", take_answers)


@bug(21)
def pull_overwrites_own_work() -> Any:
    """A page's values are shown over unsent work."""
    real = log._write

    def write(connection: Any, ward: str, gathered: Any) -> Any:
        with swap(overlay, "shadowed", lambda c, w, keys: set()):
            return real(connection, ward, gathered)

    return swap(log, "_write", write)


@bug(3, "opens_a_form", "edits_a_household", "edits_a_person")
def form_judged_by_what_stands_at_saving() -> Any:
    """The base is taken when the form is saved, not when it was opened."""
    real = Store.work

    def now(store: Store, intent: Any, basis: Any = None) -> Any:
        if basis is not None:
            fresh = store.basis(intent.ward, *basis.fields)
            if fresh.position != basis.position:
                bites()
            basis = replace(fresh, fields=basis.fields)
        return real(store, intent, basis)

    return swap(Store, "work", now, sometimes=True)
