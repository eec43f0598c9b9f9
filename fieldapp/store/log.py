"""What the server sent, taken into the file: pages of the log, answers to pushed changesets.

A page is applied with its position in one transaction, and nothing of it is believed that does not
continue this laptop's own chain. Rows follow from outcomes alone; nothing is merged here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from fieldapp.errors import SurroundingsMend
from fieldapp.model.changesets import Changeset, content_hash, is_erased
from fieldapp.model.entries import FIRST_CHAIN, Effects, Entry, effects, next_chain
from fieldapp.model.erasing import ERASURE
from fieldapp.model.record import record_types
from fieldapp.model.releases import HeldRelease
from fieldapp.model.sums import RowSum
from fieldapp.ready import Ready, among
from fieldapp.store import erasing, overlay, settling, shadows, sums, tables
from fieldapp.store.bulk import insert_many, insertion
from fieldapp.store.queries_sync import TOO_LARGE
from fieldapp.store.rows import Key, insert_records, table_of, update_records, whole

ERASED = "erased"
"""Why the server holds work on a person who was erased by right."""


@dataclass(frozen=True)
class Run:
    """A run of one ward's log as a page brought it."""

    ward: str
    epoch: str
    after: int
    chain_at_after: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Answered:
    """What the server said of one own changeset."""

    changeset: str
    hash: str
    status: str
    revision: int | None
    reason: str | None
    proof: Mapping[str, Any] | None = None


@dataclass
class _Gathered:
    """The sum of a run's outcomes, before any row is written."""

    created: dict[Key, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    edited: dict[Key, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    conflicts: dict[Key, dict[str, Any]] = field(default_factory=dict)

    @property
    def keys(self) -> set[Key]:
        """The records and conflicts that the run touches."""
        return {*self.created, *self.edited, *self.conflicts}

    def take(self, revision: int, done: Effects, kinds: Collection[str]) -> None:
        """Adds one entry's effects on records of these types.

        Types that only a newer program knows have no table here: they stay in the log as they
        came, and their rows are made once this program knows them (`learn_types`).
        """
        by = done.changeset.id
        for key, values in done.created.items():
            if key[0] in kinds:
                self.created[key] = (by, dict(values))
        for key, values in done.edited.items():
            if key[0] not in kinds:
                continue
            target = self.created if key in self.created else self.edited
            standing = target.get(key, (by, {}))[1]
            target[key] = (by, standing | dict(values))
        for conflict in done.conflicts:
            if conflict["type"] not in kinds:
                continue
            wire = dict(conflict)
            row = {name: wire[name] for name in ("record", "field", "sides", "open")}
            row |= {"record_type": wire["type"], "revision": revision}
            self.conflicts[(overlay.CONFLICT, wire["id"])] = row


def apply_run(connection: Connection, run: Run) -> set[Key]:
    """Takes a run into the file, within the caller's transaction.

    Returns the records whose rows it changed: most often not those of own work that came back.

    Raises:
        SurroundingsMend: `sync.not_our_log`: it does not continue what this laptop holds;
            `sync.broken_page`: an entry is not what it should be. Nothing was written.
    """
    _must_continue(connection, run)
    gathered, chain, made = _Gathered(), run.chain_at_after, list[Changeset]()
    entries, changed, own = [], list[tuple[Any, ...]](), []
    for entry in run.entries:
        done = read_entry(entry)
        chain = next_chain(chain, done.changeset.id, entry.content, entry.outcome)
        if chain != entry.chain or done.changeset.ward != run.ward:
            raise SurroundingsMend("sync.broken_page", revision=entry.revision)
        gathered.take(entry.revision, done, record_types())
        made += [done.changeset] if done.status != settling.REFUSED else []
        entries.append(entry_row(run.ward, entry, done.changeset.id))
        changed += change_rows(run.ward, entry.revision, done.changeset)
        own.append((done.changeset.id, entry, done.status))
    if not run.entries:
        return set()
    insert_many(connection, tables.log_entry, entries)
    keep_changes(connection, changed)
    standing = gathered.keys - gathered.created.keys()
    before = sums.log_hashes(connection, run.ward, standing)
    freed = _settle(connection, run, own)
    touched = _write(connection, run.ward, gathered)
    releases = [key for key in gathered.created if key[0] == HeldRelease.type_name()]
    freed |= settling.settle_refused(connection, run.ward, releases)
    shown = touched - overlay.shadowed(connection, run.ward, touched)
    shown |= overlay.lay_again(connection, run.ward, [*touched, *freed])
    after = sums.log_hashes(connection, run.ward, touched)
    row_sum = sums.stored_sum(connection, run.ward).minus(before.values()).plus(after.values())
    _advance(connection, run, chain, row_sum)
    said = {key for key in touched if key[0] == ERASURE}
    return shown | said | erasing.erase(connection, run.ward, made)


_CHANGES = insertion(tables.log_change, ("ward", "record_type", "record", "revision"))
_position = tables.position.c
_STANDING = Ready(
    select(_position.epoch, _position.revision, _position.chain).where(
        _position.ward == bindparam("ward")
    )
)
_PLACE = ("ward", "epoch", "revision", "chain", "rows", "row_sum")
_BEGIN = insertion(tables.position, _PLACE)
_ADVANCE = Ready(
    update(tables.position)
    .where(_position.ward == bindparam("_ward"))
    .values({name: bindparam(f"_{name}") for name in _PLACE[1:]})
)
"""Where the log begins stays as it is."""


def learn_types(connection: Connection) -> dict[str, set[Key]]:
    """After an upgrade: makes the rows of record types that the former program did not know.

    Those are the types without a row of which the log here names records. Whom one of them erases
    is erased now; the records that this changed, by ward.
    """
    change = tables.log_change
    named = select(change.c.ward, change.c.record_type).distinct()
    wanted: dict[str, set[str]] = {}
    for ward, kind in connection.execute(named):
        if kind in record_types() and connection.execute(_any_row(kind)).first() is None:
            wanted.setdefault(ward, set()).add(kind)
    erased: dict[str, set[Key]] = {}
    for ward, kinds in wanted.items():
        gathered, made = _Gathered(), list[Changeset]()
        for entry in _entries_of(connection, ward, kinds):
            done = read_entry(entry)
            gathered.take(entry.revision, done, kinds)
            made += [done.changeset] if done.status != settling.REFUSED else []
        _write(connection, ward, gathered)
        erased[ward] = erasing.erase(connection, ward, made)
    return erased


def _any_row(kind: str) -> Select[Any]:
    return select(table_of(kind).c.id).limit(1)


def _entries_of(connection: Connection, ward: str, kinds: Collection[str]) -> list[Entry]:
    entry, change = tables.log_entry, tables.log_change
    touching = select(change.c.revision).where(
        change.c.ward == ward, change.c.record_type.in_(sorted(kinds))
    )
    columns = (entry.c.revision, entry.c.content, entry.c.outcome, entry.c.chain)
    query = select(*columns).where(entry.c.ward == ward, entry.c.revision.in_(touching))
    return [Entry(*row) for row in connection.execute(query.order_by(entry.c.revision))]


def _must_continue(connection: Connection, run: Run) -> None:
    found = _STANDING.first(connection, ward=run.ward)
    here = tuple(found) if found else (run.epoch, 0, FIRST_CHAIN)
    if here != (run.epoch, run.after, run.chain_at_after):
        raise SurroundingsMend("sync.not_our_log", ward=run.ward)
    expected = range(run.after + 1, run.after + 1 + len(run.entries))
    if [entry.revision for entry in run.entries] != list(expected):
        raise SurroundingsMend("sync.broken_page", revision=run.after)


def read_entry(entry: Entry) -> Effects:
    """What an entry makes of the rows. Raises SurroundingsMend (`sync.broken_page`) for none."""
    try:
        return effects(entry)
    except ValueError as defect:
        raise SurroundingsMend("sync.broken_page", revision=entry.revision) from defect


def entry_row(ward: str, entry: Entry, changeset: str) -> dict[str, Any]:
    """The row that keeps an entry."""
    return {
        "ward": ward,
        "revision": entry.revision,
        "changeset": changeset,
        "content": entry.content,
        "outcome": entry.outcome,
        "chain": entry.chain,
        "epoch": entry.epoch,
        "seal": entry.seal,
    }


def change_rows(ward: str, revision: int, changeset: Changeset) -> list[tuple[Any, ...]]:
    """Which records an entry touched, for `keep_changes`."""
    keys = {change.key for change in changeset.changes}
    return [(ward, kind, record, revision) for kind, record in keys]


def keep_changes(connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Keeps which records entries touched."""
    _CHANGES.run_ready(connection, sorted(rows))


def _settle(
    connection: Connection, run: Run, entries: Iterable[tuple[str, Entry, str]]
) -> set[Key]:
    """Own changesets that the log now holds: their overlay ends. Returns the records freed."""
    by_id = {changeset: (entry, status) for changeset, entry, status in entries}
    ended = dict[str, dict[str, Any]]()
    for changeset, own_hash in _MINE.all(connection, ids=list(by_id), ward=run.ward):
        entry, status = by_id[changeset]
        if content_hash(entry.content) != own_hash:
            raise SurroundingsMend("sync.broken_page", revision=entry.revision)
        values: dict[str, Any] = {"status": status}
        if status == settling.REFUSED:
            values = settling.refused_now(connection)
        values |= {"revision": entry.revision, "epoch": run.epoch}
        if is_erased(entry.content):  # of the same hash
            values["content"] = entry.content
        ended[changeset] = values
    return settling.settle_all(connection, ended) if ended else set()


_journal = tables.journal.c
_MINE = Ready(
    select(_journal.id, _journal.hash).where(
        among(_journal.id), _journal.settled.is_(False), _journal.ward == bindparam("ward")
    )
)


def _write(connection: Connection, ward: str, gathered: _Gathered) -> set[Key]:
    """Sets rows, or their shadows where own work lies over them."""
    shadowed = overlay.shadowed(connection, ward, gathered.keys)
    open_created = {k: v for k, v in gathered.created.items() if k not in shadowed}
    insert_records(connection, ward, open_created)
    edits = [
        (key, by, values) for key, (by, values) in gathered.edited.items() if key not in shadowed
    ]
    update_records(connection, ward, edits)
    standing = shadows.read_shadows(connection, ward, shadowed)
    says: dict[Key, dict[str, Any]] = {}
    for key, (by, values) in (gathered.created | gathered.edited).items():
        if key in shadowed:
            fields = standing[key] or whole(key[0], {})
            says[key] = fields | values | {overlay.FORMED_BY: by}
    says |= {key: row for key, row in gathered.conflicts.items() if key in shadowed}
    shadows.write_shadows(connection, ward, says)
    conflicts = {k: ("", row) for k, row in gathered.conflicts.items() if k not in shadowed}
    overlay.write_views(connection, ward, conflicts)
    return gathered.keys


def _advance(connection: Connection, run: Run, chain: str, row_sum: RowSum) -> None:
    last = run.entries[-1].revision
    row = (run.ward, run.epoch, last, chain, row_sum.rows, row_sum.text)
    named = {f"_{name}": value for name, value in zip(_PLACE, row, strict=True)}
    if not _ADVANCE.run(connection, **named):
        _BEGIN.run_ready(connection, [row])


def take_answers(
    connection: Connection, answers: Iterable[Answered], *, epoch: str, confirmed_at: str
) -> int:
    """Marks own changesets as the server answered; returns how many answers counted.

    An answer counts only for a changeset of this laptop with the same hash; what the log has
    settled already is not touched.
    """
    told = list(answers)
    names = [answer.changeset for answer in told]
    known = {row.id: row for row in _ASKED.all(connection, ids=names)}
    counted, marked = 0, dict[tuple[str, ...], list[dict[str, Any]]]()
    for answer in told:
        found = known.get(answer.changeset)
        if found is None or found.hash != answer.hash:
            continue
        if found.settled and found.state != "unsent":
            continue
        counted += 1
        values = _answered(answer) | {"epoch": epoch, "confirmed_at": confirmed_at}
        ended = answer.status == settling.REFUSED and answer.revision is None
        gone = answer.revision is not None and not settling.is_granted(connection, found.ward)
        here = _is_here(connection, found.ward, answer, epoch)
        if ended or gone or here:  # no page will bring it
            freed = settling.settle(connection, answer.changeset, **values)
            overlay.lay_again(connection, found.ward, freed)
            continue
        if answer.status == "held" and answer.reason == ERASED:
            erasing.blank_own(connection, found.ward, answer.changeset)
        values["state"] = "held" if answer.status == "held" else "acknowledged"
        row = {f"_{name}": value for name, value in values.items()} | {"_id": answer.changeset}
        marked.setdefault(tuple(sorted(values)), []).append(row)
    for columns, rows in marked.items():
        settling.journal_update(columns).run_each(connection, rows)
    return counted


_ASKED = Ready(
    select(_journal.id, _journal.hash, _journal.ward, _journal.state, _journal.settled).where(
        among(_journal.id)
    )
)


def _answered(answer: Answered) -> dict[str, Any]:
    values: dict[str, Any] = {"status": answer.status, "revision": answer.revision}
    values["reason"] = settling.REFUSED if answer.status == settling.REFUSED else answer.reason
    if answer.proof is not None:
        values["proof"] = dict(answer.proof)
    return values


_FLOOR = Ready(
    select(_position.floor).where(
        _position.ward == bindparam("ward"), _position.epoch == bindparam("epoch")
    )
)


def _is_here(connection: Connection, ward: str, answer: Answered, epoch: str) -> bool:
    """Whether the ward arrived as it stands, with this changeset in what its log leaves out here.

    What lies behind that has an entry here, or will have. (A revision that the log here has reached
    without it is of a server that was put back in silence: its entry is still to come.)
    """
    if answer.revision is None:
        return False
    return answer.revision <= (_FLOOR.value(connection, ward=ward, epoch=epoch) or 0)


def send_again(connection: Connection, changesets: Collection[str]) -> None:
    """Own changesets that the server does not have, whatever it once answered, go out again."""
    journal, names = tables.journal, sorted(changesets)
    for start in range(0, len(names), 500):
        some = journal.c.id.in_(names[start : start + 500]) & (journal.c.content != b"")
        connection.execute(update(journal).where(some).values(state="unsent", status=None))


def set_aside(connection: Connection, changeset: str) -> None:
    """Notes that an unsent changeset is too large for the way to the server: a person must see."""
    mine = update(tables.journal).where(tables.journal.c.id == changeset)
    connection.execute(mine.where(tables.journal.c.state == "unsent").values(reason=TOO_LARGE))
