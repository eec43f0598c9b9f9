"""What only a laptop reads of agreements: what its log did to one."""

from __future__ import annotations

from sqlalchemy import Connection, select

from fieldapp.model.changesets import Changeset
from fieldapp.model.entries import Effects, Entry, effects
from fieldapp.store import tables
from fieldapp.store.queries.history import unsettled_work_on
from fieldapp.store.rows import Key


def own_changes(connection: Connection, ward: str, key: Key) -> list[Changeset]:
    """Own changesets on a record that the log has not brought back yet, newest first."""
    return [own.changeset for own in unsettled_work_on(connection, ward, [key])]


def log_changes(connection: Connection, ward: str, key: Key) -> list[Effects]:
    """The entries of a ward's log here that touched a record, newest first."""
    change, entry = tables.log_change.c, tables.log_entry.c
    touched = select(change.revision).where(
        change.ward == ward, change.record_type == key[0], change.record == key[1]
    )
    rows = connection.execute(
        select(tables.log_entry)
        .where(entry.ward == ward, entry.revision.in_(touched))
        .order_by(entry.revision.desc())
    )
    return [effects(Entry(row.revision, row.content, row.outcome, row.chain)) for row in rows]
