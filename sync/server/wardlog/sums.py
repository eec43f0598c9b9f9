"""Row sums on the server: what a ward's rows come to, whole or part by part.

The standing sum of each ward is kept in `ward_head`, in the transaction of each push; here it is
counted anew from the rows: after an upgrade, by `verify`, and where a laptop searches a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, cast, select, update

from fieldapp.model import Conflict, record_types
from fieldapp.model.record import row_of
from fieldapp.model.sums import (
    CONFLICT,
    NOTHING,
    RowSum,
    conflict_hash,
    place_of,
    row_hash,
    schema_mark,
)
from sync.server.store.tables import server_state, table_of, ward_head
from sync.server.wardlog.view import wire_of

_CONFLICT_COLUMNS = ("record_type", "record", "field", "sides", "open", "revision")


@dataclass(frozen=True)
class StoredRow:
    """One row of a ward (a conflict is one too), with its hash."""

    kind: str
    id: str
    changeset: str
    values: dict[str, Any]
    hash: int


def rows_of(connection: Connection, ward: str, prefix: str = "") -> Iterator[StoredRow]:
    """The rows of a ward whose place begins with the prefix."""
    for kind, record in record_types().items():
        table = table_of(record)
        for row in connection.execute(select(table).where(table.c.ward == ward)):
            if place_of(kind, row.id).startswith(prefix):
                values = wire_of(record, row)
                digest = row_hash(kind, row.id, row.changeset, values)
                yield StoredRow(kind, row.id, row.changeset, values, digest)
    conflicts = table_of(Conflict)
    for row in connection.execute(select(conflicts).where(conflicts.c.ward == ward)):
        if place_of(CONFLICT, row.id).startswith(prefix):
            values = {name: row._mapping[name] for name in _CONFLICT_COLUMNS}
            yield StoredRow(CONFLICT, row.id, "", values, conflict_hash(row.id, values))


def count_ward(connection: Connection, ward: str) -> RowSum:
    """The sum of a ward, counted from its rows."""
    return NOTHING.plus(row.hash for row in rows_of(connection, ward))


def count_parts(connection: Connection, ward: str, prefix: str) -> dict[str, RowSum]:
    """The sums of the parts of a ward: per two more hex digits than the prefix, where not empty."""
    hashes: dict[str, list[int]] = {}
    for row in rows_of(connection, ward, prefix):
        part = place_of(row.kind, row.id)[: len(prefix) + 2]
        hashes.setdefault(part, []).append(row.hash)
    return {part: NOTHING.plus(hashes[part]) for part in sorted(hashes)}


def meet_schema(connection: Connection) -> None:
    """After an upgrade: fields that this version has learned leave `unknown`; sums are renewed."""
    standing = connection.execute(select(server_state.c.schema_mark)).scalar_one()
    if standing == schema_mark():
        return
    _lift(connection)
    for ward in connection.execute(select(ward_head.c.ward).order_by("ward")).scalars().all():
        locked = select(ward_head.c.ward).where(ward_head.c.ward == ward).with_for_update()
        connection.execute(locked)
        counted = count_ward(connection, ward)
        head = update(ward_head).where(ward_head.c.ward == ward)
        connection.execute(head.values(rows=counted.rows, row_sum=counted.text))
    connection.execute(update(server_state).values(schema_mark=schema_mark()))


def _lift(connection: Connection) -> None:
    for record in record_types().values():
        table = table_of(record)
        found = select(table.c.ward, table.c.id, table.c.unknown)
        for row in connection.execute(found.where(cast(table.c.unknown, String) != "{}")).all():
            values = {"unknown": {}} | row_of(record, dict(row.unknown))
            if values["unknown"] != row.unknown:
                here = (table.c.ward == row.ward) & (table.c.id == row.id)
                connection.execute(update(table).where(here).values(values))
