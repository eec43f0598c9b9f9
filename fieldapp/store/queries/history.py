"""What screens read of the journal and the log: pending work, history, conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from fieldapp.model import Conflict
from fieldapp.model.changesets import Change, Changeset, decode
from fieldapp.model.entries import Effects, Entry, effects
from fieldapp.model.record import content_fields, record_types, references
from fieldapp.store import tables
from fieldapp.store.log import settling
from fieldapp.store.queries.sync import TOO_LARGE
from fieldapp.store.rows import Key, conflict_table, in_chunks, table_of

_conflicts = conflict_table()


@dataclass(frozen=True)
class Own:
    """An own changeset and how far it got."""

    changeset: Changeset
    state: str
    """`unsent`, `acknowledged` or `held`."""
    settled: bool
    status: str | None
    reason: str | None


def unsettled_work(connection: Connection) -> list[Own]:
    """Own changesets that the log has not brought back yet, newest first."""
    return _own_rows(connection, tables.journal.c.settled.is_(False))


def unsettled_work_on(connection: Connection, ward: str, keys: Sequence[Key]) -> list[Own]:
    """Own changesets on one of these records that the log has not brought back yet, newest first.

    Only these are read: after a large list thousands of others wait.
    """
    own, journal, wanted = tables.own_change.c, tables.journal.c, set(keys)
    found: set[str] = set()
    for ids in in_chunks([record for _, record in wanted]):
        rows = connection.execute(
            select(own.record_type, own.record, own.changeset).where(
                own.ward == ward,
                own.record_type.in_({kind for kind, _ in wanted}),
                own.record.in_(ids),
            )
        )
        found |= {changeset for kind, record, changeset in rows if (kind, record) in wanted}
    works = [
        one
        for ids in in_chunks(sorted(found))
        for one in _own_rows(connection, journal.id.in_(ids) & journal.settled.is_(False))
    ]
    return sorted(works, key=lambda one: one.changeset.id, reverse=True)


def unsent_work(connection: Connection) -> list[Own]:
    """Own changesets that only this laptop has, newest first."""
    return _own_rows(connection, tables.journal.c.state == "unsent")


def troubled_work(connection: Connection) -> list[Own]:
    """Own changesets that the server holds, that were lately refused, that are too large to send,
    or that are open sides of conflicts, newest first."""
    journal = tables.journal.c
    disputed = journal.id.in_(open_sides(connection))
    refused = settling.lately_refused(connection)
    aside = (journal.state == "unsent") & (journal.reason == TOO_LARGE)
    return _own_rows(connection, (journal.state == "held") | disputed | refused | aside)


def _own_rows(connection: Connection, wanted: ColumnElement[bool]) -> list[Own]:
    here = wanted & (tables.journal.c.content != b"")
    query = select(tables.journal).where(here).order_by(tables.journal.c.id.desc())
    return [_own(row) for row in connection.execute(query)]


def own_changeset(connection: Connection, changeset: str) -> Own | None:
    """An own changeset by id; None also for one whose content is not here any more."""
    found = _own_rows(connection, tables.journal.c.id == changeset)
    return found[0] if found else None


def own_hash_of(connection: Connection, changeset: str) -> str | None:
    """The hash of a changeset of this laptop, whatever else is left of it here; None for others."""
    found = select(tables.journal.c.hash).where(tables.journal.c.id == changeset)
    return connection.execute(found).scalar_one_or_none()


def _own(row: Row[Any]) -> Own:
    return Own(decode(row.content), row.state, row.settled, row.status, row.reason)


def settled_changes(
    connection: Connection, ward: str, keys: Sequence[Key], after: int = 0
) -> list[Effects]:
    """The log's entries after a revision that touched one of these records, newest first."""
    change, entry = tables.log_change.c, tables.log_entry.c
    ids = [record for _, record in keys]
    revisions = (
        select(change.revision)
        .where(change.ward == ward, change.record.in_(ids), change.revision > after)
        .distinct()
    )
    rows = connection.execute(
        select(tables.log_entry)
        .where(entry.ward == ward, entry.revision.in_(revisions))
        .order_by(entry.revision.desc())
    )
    return [effects(Entry(row.revision, row.content, row.outcome, row.chain)) for row in rows]


def begins_after(connection: Connection, ward: str) -> int:
    """The revision after which a ward's log is here: 0 where it is whole, or not here at all."""
    at = tables.position.c
    found = connection.execute(select(at.floor).where(at.ward == ward)).scalar()
    return int(found or 0)


def first_content(connection: Connection, ward: str) -> bytes | None:
    """The content of the first entry of a log that begins late here; None where it is whole."""
    entry, floor = tables.log_entry.c, begins_after(connection, ward)
    found = select(entry.content).where(entry.ward == ward, entry.revision == floor + 1)
    return connection.execute(found).scalar_one_or_none() if floor else None


def changed_since(
    connection: Connection, own: Changeset, told: Sequence[Changeset] = ()
) -> set[tuple[str, str, str]]:
    """Type, record and field of what other changesets made of this one's records; `told` are those
    since its base that are from before the log begins here.

    Those that it had seen are not among them: others' up to its base, own ones made before it.
    """
    change, entry = tables.log_change.c, tables.log_entry.c
    keys = {change.key for change in own.changes}
    touched = select(change.revision).where(
        change.ward == own.ward,
        change.revision > own.base.revision,
        change.record.in_([record for _, record in keys]),
    )
    contents = connection.execute(
        select(entry.content).where(entry.ward == own.ward, entry.revision.in_(touched))
    )
    others = [decode(content) for (content,) in contents]
    others += [one.changeset for one in unsettled_work(connection)]
    others += told
    return {
        (*done.key, name)
        for other in others
        if other.id != own.id and not _before(other, own)
        for done in other.changes
        if done.key in keys
        for name in done.fields
    }


def _before(other: Changeset, own: Changeset) -> bool:
    same = (other.device, other.incarnation) == (own.device, own.incarnation)
    return same and other.number < own.number


def referring(connection: Connection, ward: str, key: Key) -> set[Key]:
    """The records that refer to a record and are not withdrawn."""
    found: set[Key] = set()
    for kind, record in record_types().items():
        table = table_of(kind)
        for name, target in references(record).items():
            if target == key[0]:
                query = select(table.c.id).where(table.c.ward == ward, table.c[name] == key[1])
                if "withdrawn" in content_fields(record):
                    query = query.where(table.c.withdrawn.is_(False))
                found |= {(kind, row) for row in connection.execute(query).scalars()}
    return found


def withdrawn_by(connection: Connection, ward: str, changeset: str) -> set[Key]:
    """The records that a changeset withdrew and nobody changed since, told by the rows alone."""
    found: set[Key] = set()
    for kind, record in record_types().items():
        table = table_of(kind)
        if "withdrawn" in content_fields(record):
            query = select(table.c.id).where(table.c.ward == ward, table.c.changeset == changeset)
            withdrawn = connection.execute(query.where(table.c.withdrawn.is_(True))).scalars()
            found |= {(kind, row) for row in withdrawn}
    return found


def one_entry(connection: Connection, changeset: str) -> Changeset | None:
    """A changeset of the log, by id."""
    content = connection.execute(
        select(tables.log_entry.c.content).where(tables.log_entry.c.changeset == changeset)
    ).scalar_one_or_none()
    return decode(content) if content else None


def one_made(connection: Connection, changeset: str) -> Changeset | None:
    """A changeset by id, own or from the log; None where it is not here (any more)."""
    own = own_changeset(connection, changeset)
    return own.changeset if own else one_entry(connection, changeset)


def conflict_rows(
    connection: Connection, *, wards: Sequence[str] = (), closed: bool = False
) -> list[Conflict]:
    """Conflicts that are open (or also the settled ones), the newest entry first."""
    query = select(_conflicts).order_by(_conflicts.c.revision.desc())
    if wards:
        query = query.where(_conflicts.c.ward.in_(wards))
    if not closed:
        query = query.where(_conflicts.c.open.is_(True))
    return [Conflict(**row._mapping) for row in connection.execute(query)]


def open_sides(connection: Connection) -> frozenset[str]:
    """The changesets that are open sides of conflicts."""
    return frozenset(
        side["changeset"]
        for conflict in conflict_rows(connection)
        for side in conflict.sides
        if side["open"]
    )


def one_conflict(connection: Connection, ward: str, conflict: str) -> Conflict | None:
    """A conflict by id."""
    row = connection.execute(
        select(_conflicts).where(_conflicts.c.ward == ward, _conflicts.c.id == conflict)
    ).one_or_none()
    return Conflict(**row._mapping) if row else None


def positions(connection: Connection) -> dict[str, tuple[str, int]]:
    """Where this laptop's copy of each ward's log stands: epoch and revision."""
    rows = connection.execute(select(tables.position))
    return {row.ward: (row.epoch, row.revision) for row in rows}


def born_with(connection: Connection, ward: str, key: Key) -> tuple[Change, ...]:
    """All creations of the changeset that made a record, as its author meant them."""
    done = [one.changeset for one in settled_changes(connection, ward, [key])]
    done += [one.changeset for one in unsettled_work(connection)]
    for changeset in done:
        made = changeset.change_of(*key)
        if made is not None and made.kind == "create":
            return tuple(change for change in changeset.changes if change.kind == "create")
    return ()
