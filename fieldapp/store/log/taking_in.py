"""What the server sent, taken into the file: pages of the log, answers to pushed changesets.

A page is applied with its position in one transaction, and nothing of it is believed that does not
continue this laptop's own chain. Rows follow from outcomes alone; nothing is merged here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from fieldapp.errors import SurroundingsMend
from fieldapp.model.changesets import Changeset, content_hash, is_erased
from fieldapp.model.entries import FIRST_CHAIN, Entry
from fieldapp.model.erasing import ERASURE
from fieldapp.model.record import record_types
from fieldapp.model.releases import HeldRelease
from fieldapp.model.sums import RowSum
from fieldapp.ready import Ready, among
from fieldapp.store import erasing, overlay, shadows, tables
from fieldapp.store.bulk import insert_many, insertion
from fieldapp.store.log import own_back, places, settling, sums
from fieldapp.store.log.reading import Gathered, Reading, Run, read_entry
from fieldapp.store.queries.sync import TOO_LARGE
from fieldapp.store.rows import Key, insert_records, table_of, update_records, whole

ERASED = "erased"
"""Why the server holds work on a person who was erased by right."""


@dataclass(frozen=True)
class Answered:
    """What the server said of one own changeset."""

    changeset: str
    hash: str
    status: str
    revision: int | None
    reason: str | None
    proof: Mapping[str, Any] | None = None


def apply_run(connection: Connection, run: Run) -> set[Key]:
    """Takes a run into the file, within the caller's transaction.

    Returns the records whose rows it changed: most often not those of own work that came back.

    Raises:
        SurroundingsMend: `sync.not_our_log`: it does not continue what this laptop holds;
            `sync.broken_page`: an entry is not what it should be. Nothing was written.
    """
    _must_continue(connection, run)
    if not run.entries:
        return set()
    plain = own_back.plain_in(connection, run.ward, run.entries)
    read = Reading(run, plain)
    for entry in run.entries:
        read.take(entry)
    if run.entries[-1].chain != read.chain:
        raise SurroundingsMend("sync.broken_page", revision=run.entries[-1].revision)
    own_back.settle(connection, run.ward, run.epoch, plain)
    gathered = read.gathered
    insert_many(connection, tables.log_entry, read.entries)
    keep_changes(connection, read.changed)
    standing = gathered.keys - gathered.created.keys()
    before = sums.log_hashes(connection, run.ward, standing)
    freed = _settle(connection, run, read.ends)
    touched = _write(connection, run.ward, gathered)
    releases = [key for key in gathered.created if key[0] == HeldRelease.type_name()]
    freed |= settling.settle_refused(connection, run.ward, releases)
    shown = touched - overlay.shadowed(connection, run.ward, touched)
    shown |= overlay.lay_again(connection, run.ward, [*touched, *freed])
    after = sums.log_hashes(connection, run.ward, touched)
    row_sum = sums.stored_sum(connection, run.ward).plus(plain.hashes)
    row_sum = row_sum.minus(before.values()).plus(after.values())
    _advance(connection, run, read.chain, row_sum)
    said = {key for key in touched if key[0] == ERASURE}
    return shown | said | erasing.erase(connection, run.ward, read.made)


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
        gathered, made = Gathered(), list[Changeset]()
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


def _write(connection: Connection, ward: str, gathered: Gathered) -> set[Key]:
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
    wards = {row.ward for row in known.values()}
    granted = {ward: settling.is_granted(connection, ward) for ward in wards}
    floor = {ward: _FLOOR.value(connection, ward=ward, epoch=epoch) or 0 for ward in wards}
    for answer in told:
        found = known.get(answer.changeset)
        if found is None or found.hash != answer.hash:
            continue
        if found.settled and found.state != "unsent":
            continue
        counted += 1
        values = _answered(answer) | {"epoch": epoch, "confirmed_at": confirmed_at}
        if answer.proof is not None:
            values |= places.moved(answer.proof, found.proof, found.former)
        ended = answer.status == settling.REFUSED and answer.revision is None
        gone = answer.revision is not None and not granted[found.ward]
        here = answer.revision is not None and answer.revision <= floor[found.ward]
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
    select(_journal.id, _journal.hash, _journal.ward, _journal.state, _journal.settled)
    .add_columns(_journal.proof, _journal.former)
    .where(among(_journal.id))
)


def _answered(answer: Answered) -> dict[str, Any]:
    values: dict[str, Any] = {"status": answer.status, "revision": answer.revision}
    values["reason"] = settling.REFUSED if answer.status == settling.REFUSED else answer.reason
    return values


_FLOOR = Ready(
    select(_position.floor).where(
        _position.ward == bindparam("ward"), _position.epoch == bindparam("epoch")
    )
)
"""Up to there a ward arrived as it stands, with what its log leaves out here. What lies behind that
has an entry here, or will have. (A revision that the log here has reached without it is of a server
that was put back in silence: its entry is still to come.)"""


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
