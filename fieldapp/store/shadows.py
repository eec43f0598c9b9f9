"""What the log says of records over which own unsettled work is laid: kept beside their view."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from fieldapp.ready import Ready, among
from fieldapp.store import tables
from fieldapp.store.bulk import insertion
from fieldapp.store.rows import Key, by_type

Fields = dict[str, Any] | None
"""None: the log has no such record yet."""

_shadow = tables.shadow.c
_HERE = (
    (_shadow.ward == bindparam("_ward"))
    & (_shadow.record_type == bindparam("_kind"))
    & (_shadow.record == bindparam("_record"))
)
_WARD = select(_shadow.record_type, _shadow.record, _shadow.fields).where(
    _shadow.ward == bindparam("ward")
)
_TYPE = _shadow.record_type == bindparam("kind")
_ALL = Ready(_WARD)
_SOME = Ready(_WARD.where(_TYPE, among(_shadow.record)))
_SHADOWED = Ready(
    select(_shadow.record).where(_shadow.ward == bindparam("ward"), _TYPE, among(_shadow.record))
)
_SET_FIELDS = Ready(update(tables.shadow).where(_HERE).values(fields=bindparam("_fields")))
_FORGET = Ready(
    delete(tables.shadow).where(_shadow.ward == bindparam("ward"), _TYPE, among(_shadow.record))
)
_WITHOUT = Ready(
    select(_shadow.record).where(
        _shadow.ward == bindparam("ward"), _TYPE, among(_shadow.record), _shadow.fields.is_(None)
    )
)
_KEEP_NONE = insertion(tables.shadow, ("ward", "record_type", "record"), where_missing=True)
"""For a record that is new to this laptop; own work may lie over it all the same, if it is lost."""


def keep_none(connection: Connection, ward: str, keys: Collection[Key]) -> None:
    """Remembers that the log has none of these records yet."""
    _KEEP_NONE.run_ready(connection, [(ward, *key) for key in sorted(set(keys))])


def shadowed(connection: Connection, ward: str, keys: Iterable[Key]) -> set[Key]:
    """Those of the records over which own unsettled work lies."""
    return {
        (kind, record)
        for kind, records in by_type(keys).items()
        for record in _SHADOWED.column(connection, ward=ward, kind=kind, ids=records)
    }


def without_any(connection: Connection, ward: str, keys: Iterable[Key]) -> set[Key]:
    """Those of the records of which the log had none when own work was first laid there."""
    return {
        (kind, record)
        for kind, records in by_type(keys).items()
        for record in _WITHOUT.column(connection, ward=ward, kind=kind, ids=records)
    }


def read_shadows(connection: Connection, ward: str, keys: Iterable[Key]) -> dict[Key, Fields]:
    """What the log says of those of these records over which own unsettled work lies."""
    return {
        (kind, record): fields
        for some, records in by_type(keys).items()
        for kind, record, fields in _SOME.all(connection, ward=ward, kind=some, ids=records)
    }


def all_shadows(connection: Connection, ward: str) -> dict[Key, Fields]:
    """What the log says of every record of a ward over which own unsettled work lies."""
    return {(kind, record): fields for kind, record, fields in _ALL.all(connection, ward=ward)}


def write_shadow(
    connection: Connection, ward: str, key: Key, fields: Mapping[str, Any] | None
) -> None:
    """Sets what the log says of a shadowed record; None: it has no such record."""
    write_shadows(connection, ward, {key: fields})


def write_shadows(
    connection: Connection, ward: str, wanted: Mapping[Key, Mapping[str, Any] | None]
) -> None:
    """Sets what the log says of shadowed records."""
    rows = [
        _place(ward, key) | {"_fields": None if fields is None else dict(fields)}
        for key, fields in wanted.items()
    ]
    _SET_FIELDS.run_each(connection, rows)


def forget_shadows(connection: Connection, ward: str, keys: Iterable[Key]) -> None:
    """No own work lies over these records any more."""
    for kind, records in by_type(keys).items():
        _FORGET.run(connection, ward=ward, kind=kind, ids=records)


def _place(ward: str, key: Key) -> dict[str, Any]:
    return {"_ward": ward, "_kind": key[0], "_record": key[1]}
