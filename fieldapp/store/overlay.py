"""Own unsettled work laid over the log's state: what the screen shows.

Where an own unsettled changeset touches a record, `shadow` keeps what the log says of it and the
record's table keeps the view. Pulling changes the shadow and lays the own work over it again; own
changesets themselves are never rewritten. A conflict is treated as a record of type `conflict`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select, update

from fieldapp.model.changesets import Change, Changeset, decode
from fieldapp.model.conflicts import conflict_id
from fieldapp.model.merging import Policy
from fieldapp.model.record import merge_of, record_types
from fieldapp.model.threeway import merge_members, merge_text
from fieldapp.store import tables
from fieldapp.store.bulk import among, insert_many, insertion
from fieldapp.store.rows import (
    Key,
    conflict_table,
    in_chunks,
    read_fields,
    read_states,
    replace_record,
    table_of,
)

CONFLICT = "conflict"
FORMED_BY = "_changeset"
"""Beside a shadow's fields: the changeset that last formed the record in the log."""

_conflicts = conflict_table()
_shadow, _own, _journal = tables.shadow.c, tables.own_change.c, tables.journal.c


def touched_keys(ward: str, change: Change) -> list[Key]:
    """The record of a change and, for a decision, the conflicts that it settles or reopens."""
    keys = [change.key]
    if change.kind == "decide":
        keys += [(CONFLICT, conflict_id(ward, *change.key, name)) for name in change.fields]
    return keys


def keep_shadows(
    connection: Connection, ward: str, keys: Iterable[Key], fresh: Collection[Key]
) -> None:
    """Remembers what the log says of records, before own work is first laid over them.

    `fresh` are records that this work creates: the log has none of them yet.
    """
    _KEEP_NONE.run_ready(connection, [(ward, *key) for key in sorted(set(fresh))])
    standing = [key for key in dict.fromkeys(keys) if key not in fresh]
    if not standing:
        return
    known = shadowed(connection, ward, standing)
    views = read_views(connection, ward, [key for key in standing if key not in known])
    rows = [
        {"ward": ward, "record_type": key[0], "record": key[1], "fields": views.get(key)}
        for key in standing
        if key not in known
    ]
    insert_many(connection, tables.shadow, rows)


_KEEP_NONE = insertion(tables.shadow, ("ward", "record_type", "record"), where_missing=True)
"""For a record that is new to this laptop; own work may lie over it all the same, if it is lost."""


def shadowed(connection: Connection, ward: str, keys: Iterable[Key]) -> set[Key]:
    """Those of the records over which own unsettled work lies."""
    by_type: dict[str, list[str]] = {}
    for kind, record in keys:
        by_type.setdefault(kind, []).append(record)
    known: set[Key] = set()
    for kind, records in by_type.items():
        wanted = {"ward": ward, "type": kind, "ids": json.dumps(records)}
        known |= {(kind, record) for record in connection.execute(_SHADOWED, wanted).scalars()}
    return known


_SHADOWED = select(_shadow.record).where(
    _shadow.ward == bindparam("ward"),
    _shadow.record_type == bindparam("type"),
    among(_shadow.record),
)


def has_shadow(connection: Connection, ward: str, key: Key) -> bool:
    """Whether own unsettled work lies over the record."""
    return bool(shadowed(connection, ward, [key]))


def read_shadow(connection: Connection, ward: str, key: Key) -> dict[str, Any] | None:
    """What the log says of a shadowed record; None where it has no such record yet."""
    fields = connection.execute(_FIELDS, _place(ward, key)).scalar_one()
    return None if fields is None else dict(fields)


def read_shadows(
    connection: Connection, ward: str, keys: Collection[Key]
) -> dict[Key, dict[str, Any] | None]:
    """What the log says of those of these records over which own unsettled work lies."""
    shadow, wanted = tables.shadow.c, set(keys)
    shadows: dict[Key, dict[str, Any] | None] = {}
    for records in in_chunks([record for _, record in keys]):
        found = select(shadow.record_type, shadow.record, shadow.fields).where(
            shadow.ward == ward, shadow.record.in_(records)
        )
        for kind, record, fields in connection.execute(found):
            if (kind, record) in wanted:
                shadows[kind, record] = None if fields is None else dict(fields)
    return shadows


def all_shadows(connection: Connection, ward: str) -> dict[Key, dict[str, Any] | None]:
    """What the log says of every record of a ward over which own unsettled work lies."""
    shadow = tables.shadow.c
    found = select(shadow.record_type, shadow.record, shadow.fields).where(shadow.ward == ward)
    return {
        (kind, record): None if fields is None else dict(fields)
        for kind, record, fields in connection.execute(found)
    }


def write_shadow(
    connection: Connection, ward: str, key: Key, fields: Mapping[str, Any] | None
) -> None:
    """Sets what the log says of a shadowed record; None: it has no such record."""
    kept = None if fields is None else dict(fields)
    connection.execute(_SET_FIELDS, _place(ward, key) | {"fields": kept})


_HERE = (
    (_shadow.ward == bindparam("_ward"))
    & (_shadow.record_type == bindparam("_kind"))
    & (_shadow.record == bindparam("_record"))
)
_FIELDS = select(_shadow.fields).where(_HERE)
_SET_FIELDS = update(tables.shadow).where(_HERE)
_FORGET = delete(tables.shadow).where(_HERE)
_UNSETTLED = (
    select(_journal.content)
    .join(tables.own_change, _own.changeset == _journal.id)
    .where(_own.ward == bindparam("_ward"), _own.record_type == bindparam("_kind"))
    .where(_own.record == bindparam("_record"))
    .order_by(literal_column("journal.rowid"))
)
"""Statements that run for each record of a page: putting one together takes longer than that."""


def _place(ward: str, key: Key) -> dict[str, Any]:
    return {"_ward": ward, "_kind": key[0], "_record": key[1]}


def read_view(connection: Connection, ward: str, key: Key) -> dict[str, Any] | None:
    """What the screen shows of a record (with `_changeset`, which formed it) or a conflict."""
    if key[0] != CONFLICT:
        fields = read_fields(connection, ward, key)
        return fields and fields | {FORMED_BY: _former(connection, ward, key)}
    found = connection.execute(
        select(_conflicts).where(_conflicts.c.ward == ward, _conflicts.c.id == key[1])
    ).one_or_none()
    if found is None:
        return None
    return {name: value for name, value in found._mapping.items() if name not in ("ward", "id")}


def read_views(
    connection: Connection, ward: str, keys: Collection[Key]
) -> dict[Key, dict[str, Any] | None]:
    """What the screen shows of many records or conflicts."""
    conflicts = [key for key in keys if key[0] == CONFLICT]
    states = read_states(connection, ward, [key for key in keys if key[0] != CONFLICT])
    views: dict[Key, dict[str, Any] | None] = {
        key: fields | {FORMED_BY: former} for key, (former, fields) in states.items()
    }
    return views | {key: read_view(connection, ward, key) for key in conflicts}


def _former(connection: Connection, ward: str, key: Key) -> str:
    table = table_of(key[0])
    row = select(table.c.changeset).where(table.c.ward == ward, table.c.id == key[1])
    return str(connection.execute(row).scalar_one())


def write_view(
    connection: Connection, ward: str, key: Key, changeset: str, fields: Mapping[str, Any]
) -> None:
    """Sets what the screen shows of a record or a conflict."""
    if key[0] != CONFLICT:
        replace_record(connection, ward, key, changeset, fields)
        return
    here = (_conflicts.c.ward == ward) & (_conflicts.c.id == key[1])
    connection.execute(delete(_conflicts).where(here))
    connection.execute(insert(_conflicts).values(ward=ward, id=key[1], **fields))


def remove_view(connection: Connection, ward: str, key: Key) -> None:
    """Takes a record or a conflict off the screen that neither the log nor own work has."""
    table = _conflicts if key[0] == CONFLICT else table_of(key[0])
    connection.execute(delete(table).where(table.c.ward == ward, table.c.id == key[1]))


def lay_again(connection: Connection, ward: str, keys: Iterable[Key]) -> None:
    """Makes the view of these records anew: the log's state with what is left of the own work."""
    wanted = list(dict.fromkeys(keys))
    known = shadowed(connection, ward, wanted)
    for key in wanted:
        if key not in known:
            continue
        own = unsettled_on(connection, ward, key)
        fields = read_shadow(connection, ward, key)
        former = fields.get(FORMED_BY, "") if fields else ""
        for changeset in own:
            fields = lay(fields, key, changeset)
        if fields is not None:
            shown = {name: value for name, value in fields.items() if name != FORMED_BY}
            write_view(connection, ward, key, own[-1].id if own else former, shown)
        else:
            remove_view(connection, ward, key)
        if not own:
            connection.execute(_FORGET, _place(ward, key))


def unsettled_on(connection: Connection, ward: str, key: Key) -> list[Changeset]:
    """The own unsettled changesets that touch a record, in the order in which they were made.

    Ids sort by the device's clock, which may have been set back in between: they don't tell.
    """
    return [decode(content) for (content,) in connection.execute(_UNSETTLED, _place(ward, key))]


def lay(fields: dict[str, Any] | None, key: Key, changeset: Changeset) -> dict[str, Any] | None:
    """The record with one own changeset laid over it. Pure."""
    if key[0] == CONFLICT:
        return fields and _lay_decision(fields, changeset)
    change = changeset.change_of(*key)
    if change is None or (fields is None and change.kind != "create"):
        return fields
    laid = dict(fields or {})
    for name, (old, new) in change.fields.items():
        if change.kind == "create" and name in laid:
            continue  # the log has this record already: it stands
        laid[name] = _laid_value(key[0], name, (old, new, laid.get(name)))
    return laid


def _laid_value(kind: str, name: str, values: tuple[Any, Any, Any]) -> Any:
    """What the screen shows of a field: notes and sets joined, else the own value."""
    old, new, standing = values
    policy = merge_of(record_types()[kind], name).policy
    if policy is Policy.TEXT and standing not in (None, old):
        merged = merge_text(old or "", standing, new or "")
        return new if merged is None else merged
    if policy is Policy.MEMBERS:
        return merge_members(old or [], new or [], standing or [])
    return new


def _lay_decision(fields: dict[str, Any], changeset: Changeset) -> dict[str, Any]:
    change = changeset.change_of(fields["record_type"], fields["record"])
    if change is None or change.kind != "decide" or fields["field"] not in change.fields:
        return fields
    value = change.fields[fields["field"]][1]
    by = {"changeset": changeset.id, "author": changeset.author, "value": value}
    by["at"] = changeset.corrected_at.isoformat()
    sides = []
    for side in fields["sides"]:
        after = dict(side) | {"standing": side["value"] == value}
        if side["changeset"] in change.sides:
            after |= {"open": False, "settled": by}
        elif side["changeset"] in change.reopens:
            after |= {"open": True, "settled": None}
        sides.append(after)
    return fields | {"sides": sides, "open": any(side["open"] for side in sides)}
