"""Row sums of the laptop: over the log's state, without the own work that lies over it.

Each page keeps the sum up with the rows that it touched, read back from the file as they stand. A
sum is counted anew where the program has learned fields, once in a while, and after a repair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from fieldapp.model.record import record_types, row_of
from fieldapp.model.sums import (
    CONFLICT,
    NOTHING,
    RowSum,
    conflict_hash,
    place_of,
    read_sum,
    row_hash,
    schema_mark,
)
from fieldapp.ready import Ready
from fieldapp.store import overlay, tables
from fieldapp.store.rows import Key, conflict_table, read_all, read_states, table_of
from fieldapp.store.shadows import all_shadows, read_shadows

SCHEMA_MARK = "schema_mark"
"""The setting that says which fields the rows and sums of this file know."""


def log_hashes(connection: Connection, ward: str, keys: Iterable[Key]) -> dict[Key, int]:
    """The hashes of what the log says of these records and conflicts, of those that it has."""
    wanted = list(dict.fromkeys(keys))
    shadows = read_shadows(connection, ward, wanted)
    bare = [key for key in wanted if key not in shadows]
    states = read_states(connection, ward, [key for key in bare if key[0] != CONFLICT])
    found = {key: row_hash(*key, by, values) for key, (by, values) in states.items()}
    conflicts = [key for key in bare if key[0] == CONFLICT]
    for key, row in overlay.read_views(connection, ward, conflicts).items():
        found[key] = conflict_hash(key[1], row)
    for key, fields in shadows.items():
        if fields is not None:
            found[key] = _shadow_hash(key, fields)
    return found


def _shadow_hash(key: Key, fields: Mapping[str, Any]) -> int:
    if key[0] == CONFLICT:
        return conflict_hash(key[1], fields)
    values = {name: value for name, value in fields.items() if name != overlay.FORMED_BY}
    return row_hash(*key, str(fields.get(overlay.FORMED_BY, "")), values)


def all_hashes(connection: Connection, ward: str) -> Iterator[tuple[Key, int]]:
    """Every record and conflict that the log has, with its hash, counted from the rows."""
    shadows = all_shadows(connection, ward)
    for kind in record_types():
        for record, by, values in read_all(connection, ward, kind):
            if (kind, record) not in shadows:
                yield (kind, record), row_hash(kind, record, by, values)
    conflicts = conflict_table()
    for row in connection.execute(select(conflicts).where(conflicts.c.ward == ward)):
        key = (CONFLICT, row.id)
        if key not in shadows:
            yield key, conflict_hash(row.id, dict(row._mapping))
    for key, fields in shadows.items():
        if fields is not None:
            yield key, _shadow_hash(key, fields)


def part_sums(connection: Connection, ward: str, prefix: str) -> dict[str, RowSum]:
    """The sums of the parts of a ward: per two more hex digits than the prefix, where not empty."""
    hashes: dict[str, list[int]] = {}
    for key, digest in all_hashes(connection, ward):
        place = place_of(*key)
        if place.startswith(prefix):
            hashes.setdefault(place[: len(prefix) + 2], []).append(digest)
    return {part: NOTHING.plus(found) for part, found in hashes.items()}


def stored_sum(connection: Connection, ward: str) -> RowSum:
    """The sum as it was kept up; of no rows before the first page."""
    found = _STORED.first(connection, ward=ward)
    return read_sum(*found) if found else NOTHING


_position = tables.position.c
_STORED = Ready(
    select(_position.rows, _position.row_sum).where(_position.ward == bindparam("ward"))
)


def count(connection: Connection, ward: str) -> RowSum:
    """The ward's sum, counted from its rows."""
    return NOTHING.plus(digest for _, digest in all_hashes(connection, ward))


def recount(connection: Connection, ward: str) -> RowSum:
    """Counts the ward's sum anew from its rows, and keeps it."""
    counted = count(connection, ward)
    connection.execute(
        update(tables.position)
        .where(tables.position.c.ward == ward)
        .values(rows=counted.rows, row_sum=counted.text)
    )
    return counted


def meet_schema(connection: Connection, standing: str | None) -> bool:
    """After an upgrade: fields that the program has learned leave `unknown`, sums are renewed.

    `standing` is the mark that the file was last written under; whether anything was to be done.
    """
    if standing == schema_mark():
        return False
    for kind in record_types():
        _lift(connection, kind)
    for ward in connection.execute(select(tables.position.c.ward)).scalars().all():
        recount(connection, ward)
    return True


def _lift(connection: Connection, kind: str) -> None:
    table, model = table_of(kind), record_types()[kind]
    rows = connection.execute(select(table.c.ward, table.c.id, table.c.unknown)).all()
    for row in rows:
        if not row.unknown:
            continue
        values = {"unknown": {}} | row_of(model, dict(row.unknown))
        if values["unknown"] != row.unknown:
            here = (table.c.ward == row.ward) & (table.c.id == row.id)
            connection.execute(update(table).where(here).values(values))
