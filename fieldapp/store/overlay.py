"""Own unsettled work laid over the log's state: what the screen shows.

Where an own unsettled changeset touches a record, `shadow` keeps what the log says of it and the
record's table keeps the view. Pulling changes the shadow and lays the own work over it again; own
changesets themselves are never rewritten. A conflict is treated as a record of type `conflict`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, literal_column, select

from fieldapp.model.changesets import Change, Changeset, decode
from fieldapp.model.conflicts import conflict_id
from fieldapp.model.merging import Policy
from fieldapp.model.record import merge_of, record_types
from fieldapp.model.threeway import merge_members, merge_text
from fieldapp.ready import Ready, among
from fieldapp.store import tables
from fieldapp.store.bulk import insert_many
from fieldapp.store.rows import (
    Key,
    by_type,
    conflict_table,
    read_states,
    remove_records,
    replace_records,
)
from fieldapp.store.shadows import forget_shadows, keep_none, read_shadows
from fieldapp.store.shadows import shadowed as shadowed

CONFLICT = "conflict"
FORMED_BY = "_changeset"
"""Beside a shadow's fields: the changeset that last formed the record in the log."""

_conflicts = conflict_table()
_own, _journal = tables.own_change.c, tables.journal.c


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
    keep_none(connection, ward, fresh)
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


def read_view(connection: Connection, ward: str, key: Key) -> dict[str, Any] | None:
    """What the screen shows of a record (with `_changeset`, which formed it) or a conflict."""
    return read_views(connection, ward, [key]).get(key)


def read_views(
    connection: Connection, ward: str, keys: Collection[Key]
) -> dict[Key, dict[str, Any]]:
    """What the screen shows of many records or conflicts, of those that it shows."""
    conflicts = [record for kind, record in keys if kind == CONFLICT]
    states = read_states(connection, ward, [key for key in keys if key[0] != CONFLICT])
    views = {key: fields | {FORMED_BY: former} for key, (former, fields) in states.items()}
    for row in _CONFLICTS.all(connection, ward=ward, ids=conflicts) if conflicts else ():
        shown = row._asdict()
        views[CONFLICT, shown.pop("id")] = shown
    return views


def write_view(
    connection: Connection, ward: str, key: Key, changeset: str, fields: Mapping[str, Any]
) -> None:
    """Sets what the screen shows of a record or a conflict."""
    write_views(connection, ward, {key: (changeset, fields)})


def write_views(
    connection: Connection, ward: str, wanted: Mapping[Key, tuple[str, Mapping[str, Any]]]
) -> None:
    """Sets what the screen shows of many: per key the forming changeset and the values."""
    records = {key: state for key, state in wanted.items() if key[0] != CONFLICT}
    replace_records(connection, ward, records)
    conflicts = {key: fields for key, (_, fields) in wanted.items() if key[0] == CONFLICT}
    _remove_conflicts(connection, ward, conflicts)
    for key, fields in conflicts.items():
        insert_many(connection, _conflicts, [{"ward": ward, "id": key[1], **fields}])


def remove_view(connection: Connection, ward: str, key: Key) -> None:
    """Takes a record or a conflict off the screen that neither the log nor own work has."""
    if key[0] == CONFLICT:
        _remove_conflicts(connection, ward, [key])
    else:
        remove_records(connection, ward, [key])


def _remove_conflicts(connection: Connection, ward: str, keys: Iterable[Key]) -> None:
    _REMOVE_CONFLICT.run_each(connection, [{"_ward": ward, "_id": key[1]} for key in keys])


_shown = (c for c in _conflicts.columns if c.name != "ward")
_CONFLICTS = Ready(
    select(*_shown).where(_conflicts.c.ward == bindparam("ward"), among(_conflicts.c.id))
)
_REMOVE_CONFLICT = Ready(
    delete(_conflicts).where(
        _conflicts.c.ward == bindparam("_ward"), _conflicts.c.id == bindparam("_id")
    )
)


def lay_again(connection: Connection, ward: str, keys: Iterable[Key]) -> set[Key]:
    """Makes the view of these records anew: the log's state with what is left of the own work.

    Returns those of them over which own work lay, and whose view is another one now.
    """
    says = read_shadows(connection, ward, dict.fromkeys(keys))
    if not says:
        return set()
    own = unsettled_on(connection, ward, says)
    shows = read_views(connection, ward, says)
    changed, gone = dict[Key, tuple[str, dict[str, Any]]](), list[Key]()
    for key, fields in says.items():
        mine = own.get(key, [])
        by = mine[-1].id if mine else str(fields.get(FORMED_BY, "")) if fields else ""
        for changeset in mine:
            fields = lay(fields, key, changeset)
        if fields is None:
            gone.append(key)
            continue
        shown = {name: value for name, value in fields.items() if name != FORMED_BY}
        if shows.get(key) != (shown if key[0] == CONFLICT else shown | {FORMED_BY: by}):
            changed[key] = (by, shown)
    write_views(connection, ward, changed)
    for key in gone:
        remove_view(connection, ward, key)
    forget_shadows(connection, ward, [key for key in says if key not in own])
    return {*changed, *gone}


_UNSETTLED = Ready(
    select(_own.record, _own.changeset, _journal.content)
    .join(tables.own_change, _own.changeset == _journal.id)
    .where(_own.ward == bindparam("ward"), _own.record_type == bindparam("kind"))
    .where(among(_own.record))
    .order_by(literal_column("journal.rowid"))
)


def unsettled_on(
    connection: Connection, ward: str, keys: Iterable[Key]
) -> dict[Key, list[Changeset]]:
    """Per record the own unsettled changesets that touch it, in the order in which they were made.

    Ids sort by the device's clock, which may have been set back in between: they don't tell.
    """
    found: dict[Key, list[Changeset]] = {}
    known: dict[str, Changeset] = {}
    for kind, records in by_type(keys).items():
        rows = _UNSETTLED.all(connection, ward=ward, kind=kind, ids=records)
        for record, name, content in rows:
            if name not in known:
                known[name] = decode(content)
            found.setdefault((kind, record), []).append(known[name])
    return found


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
