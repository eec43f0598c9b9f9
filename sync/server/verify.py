"""Checks a database against its own logs: chains, heads, sums, rows that a log adds up to; and
the numbers of receipts; and the list of who saw or changed what.

A row changed behind the log's back, an entry changed, left out or put in: each shows here, with its
place. It reads one ward at a time into memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from fieldapp.model import Conflict, record_types
from fieldapp.model.changesets import content_hash
from fieldapp.model.entries import FIRST_CHAIN, Entry, effects, next_chain
from fieldapp.model.record import references
from sync.server.attachments.contents import attachment_faults
from sync.server.audit.keeping import audit_faults
from sync.server.lives.safe import Safe
from sync.server.receipts.standing import number_faults
from sync.server.store.database import Database
from sync.server.store.tables import known_changeset, log_entry, table_of, ward_head
from sync.server.wardlog.sums import count_ward
from sync.server.wardlog.view import default_wire, wire_of

Key = tuple[str, str]


@dataclass(frozen=True)
class Finding:
    """Something not as the log says: `what` is a code, `where` names entry, record and field."""

    ward: str
    what: str
    where: str


@dataclass
class _Sum:
    """What a ward's log adds up to."""

    revision: int = 0
    chain: str = FIRST_CHAIN
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    former: dict[Key, str] = field(default_factory=dict)
    conflicts: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def verify(database: Database, safe: Safe | None = None, *, scans: bool = True) -> list[Finding]:
    """Everything that is not as the logs say; empty where all is well. With `scans` the contents
    of papers, too: one that is missing or damaged says nothing of the logs.

    Seals are looked at with `safe` only: without the key they prove nothing.
    """
    with database.read() as connection:
        wards = list(connection.execute(select(ward_head).order_by(ward_head.c.ward)))
        strays = select(log_entry.c.ward).distinct()
        known = {row.ward for row in wards}
        unknown = [w for w in connection.execute(strays).scalars() if w not in known]
        found = [Finding(ward, "log_without_head", "") for ward in unknown]
        for head in wards:
            found += _ward(connection, head, safe)
        for fault in number_faults(connection):
            place = f"{fault.book} {fault.number}"
            found.append(Finding(fault.ward, f"receipt_number_{fault.what}", place))
        found += [Finding("", what, where) for what, where in audit_faults(connection, safe)]
        if scans:
            found += [Finding(*fault) for fault in attachment_faults(connection, safe)]
    return found


def _ward(connection: Connection, head: Row[Any], safe: Safe | None) -> Iterator[Finding]:
    total = _Sum()
    yield from _log(connection, head.ward, total, safe)
    yield from _orphans(head.ward, total)
    if (head.revision, head.chain) != (total.revision, total.chain):
        yield Finding(head.ward, "head_differs", str(head.revision))
    yield from _rows(connection, head.ward, total)
    counted = count_ward(connection, head.ward)
    if (head.rows, head.row_sum) != (counted.rows, counted.text):
        yield Finding(head.ward, "row_sum_differs", f"{head.rows} rows, {counted.rows} counted")
    yield from _conflicts(connection, head.ward, total)


def _log(connection: Connection, ward: str, total: _Sum, safe: Safe | None) -> Iterator[Finding]:
    found = select(log_entry).where(log_entry.c.ward == ward).order_by(log_entry.c.revision)
    answered = select(known_changeset.c.id, known_changeset.c.hash).where(
        known_changeset.c.ward == ward
    )
    known = {row.id: row.hash for row in connection.execute(answered)}
    for row in connection.execute(found):
        content, outcome = bytes(row.content), bytes(row.outcome)
        where = f"entry {row.revision}"
        if row.revision != total.revision + 1:
            yield Finding(ward, "entry_missing", where)
        if (
            row.content_hash != content_hash(content)
            or known.get(row.changeset) != row.content_hash
        ):
            yield Finding(ward, "entry_hash_differs", where)
        total.revision = row.revision
        total.chain = next_chain(total.chain, row.changeset, content, outcome)
        if row.chain != total.chain:
            yield Finding(ward, "chain_broken", where)
            total.chain = row.chain  # says each break once
        place = (row.epoch, ward, row.revision, row.chain)
        if safe is not None and row.seal and not safe.proves(row.seal, *place):
            yield Finding(ward, "seal_wrong", where)
        try:
            _add(total, Entry(row.revision, content, outcome, row.chain))
        except ValueError:
            yield Finding(ward, "entry_unreadable", where)


def _orphans(ward: str, total: _Sum) -> Iterator[Finding]:
    """Records that refer to one which the log does not have."""
    for (kind, record), row in total.rows.items():
        for name, target in references(record_types()[kind]).items():
            if row.get(name) and (target, row[name]) not in total.rows:
                yield Finding(ward, "orphan", f"{kind}/{record}/{name}")


def _add(total: _Sum, entry: Entry) -> None:
    effect = effects(entry)
    for key, values in (*effect.created.items(), *effect.edited.items()):
        record = record_types()[key[0]]
        standing = total.rows.get(key) or default_wire(record)
        total.rows[key] = {**standing, **values}
        total.former[key] = effect.changeset.id
    for conflict in effect.conflicts:
        total.conflicts[str(conflict["id"])] = conflict


def _rows(connection: Connection, ward: str, total: _Sum) -> Iterator[Finding]:
    missing = dict(total.rows)
    for name, record in record_types().items():
        table = table_of(record)
        for row in connection.execute(select(table).where(table.c.ward == ward)):
            key = (name, row.id)
            wanted = missing.pop(key, None)
            if wanted is None:
                yield Finding(ward, "row_without_entry", "/".join(key))
                continue
            stored = wire_of(record, row)
            for changed in sorted(n for n in wanted | stored if wanted.get(n) != stored.get(n)):
                yield Finding(ward, "row_differs", "/".join((*key, changed)))
            if row.changeset != total.former[key]:
                yield Finding(ward, "row_differs", "/".join((*key, "changeset")))
    for key in missing:
        yield Finding(ward, "row_missing", "/".join(key))


def _conflicts(connection: Connection, ward: str, total: _Sum) -> Iterator[Finding]:
    table, missing = table_of(Conflict), dict(total.conflicts)
    for row in connection.execute(select(table).where(table.c.ward == ward)):
        wanted = missing.pop(row.id, None)
        stored = (row.sides, row.open)
        if wanted is None or (wanted["sides"], wanted["open"]) != stored:
            yield Finding(ward, "conflict_differs", row.id)
    for conflict in missing:
        yield Finding(ward, "conflict_missing", conflict)
