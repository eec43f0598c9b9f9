"""The unit of work: one user action, one transaction, one changeset.

Nothing but this writes what a user does, and the journal is filled from it: the records' rows and
the changeset with old and new value of each changed field are committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select

from fieldapp.errors import DefectFound
from fieldapp.model.changesets import Change, Changeset, Kind, Position, content_hash, encode
from fieldapp.model.conflicts import Conflict
from fieldapp.model.record import (
    Record,
    content_fields,
    fields_of,
    record_types,
    references,
    to_wire,
)
from fieldapp.store import overlay, tables
from fieldapp.store.rows import Key, insert_records, read_fields, update_records


@dataclass(frozen=True)
class Basis:
    """What a screen showed when the user began: taken together, in one read.

    Attributes:
        position: where the ward's log stood.
        own: per record, the own unsettled changesets laid over it, oldest first.
        fields: the shown values of the records that the user set out to edit.
    """

    position: Position
    own: Mapping[Key, tuple[str, ...]]
    fields: Mapping[Key, Mapping[str, Any]]


@dataclass(frozen=True)
class Stamp:
    """Who makes a changeset on which machine, and what its clock is worth."""

    device: str
    device_name: str
    incarnation: str
    author: str
    offset_ms: int | None
    clock_jumped: bool


@dataclass(frozen=True)
class Intent:
    """What the user set out to do: the action's name, its ward, what the values rest on."""

    action: str
    ward: str
    evidence: Mapping[str, Any] | None = None


def take_basis(connection: Connection, ward: str, keys: tuple[Key, ...] = ()) -> Basis:
    """The basis of a form that shows these records."""
    own: dict[Key, list[str]] = {}
    changes = tables.own_change
    for kind, record, changeset in connection.execute(
        select(changes.c.record_type, changes.c.record, changes.c.changeset)
        .where(changes.c.ward == ward)
        .order_by(changes.c.changeset)
    ):
        own.setdefault((kind, record), []).append(changeset)
    shown = {key: read_fields(connection, ward, key) for key in keys}
    return Basis(
        position=position_of(connection, ward),
        own={key: tuple(ids) for key, ids in own.items()},
        fields={key: fields for key, fields in shown.items() if fields is not None},
    )


def position_of(connection: Connection, ward: str) -> Position:
    """Where this laptop's copy of the ward's log stands; revision 0 before the first page."""
    found = connection.execute(
        select(tables.position.c.epoch, tables.position.c.revision).where(
            tables.position.c.ward == ward
        )
    ).one_or_none()
    return Position(*found) if found else Position("", 0)


@dataclass
class Work:
    """Collects the changes of one action; `Store.work` commits them when its block ends."""

    connection: Connection
    intent: Intent
    basis: Basis
    new_id: str
    made: list[tuple[Kind, Key, dict[str, tuple[Any, Any]], tuple[str, ...], tuple[str, ...]]] = (
        field(default_factory=list)
    )

    def create(self, record: Record) -> str:
        """Adds a new record of the action's ward; returns its id, which must be set."""
        if not record.id:
            raise DefectFound("store.defect", detail="a record needs its id before it is created")
        record.ward = self.intent.ward
        key = (record.type_name(), record.id)
        self._note("create", key, {n: (None, v) for n, v in fields_of(record).items()})
        return record.id

    def edit(self, record: type[Record], record_id: str, **fields: Any) -> None:
        """Sets fields of a record; only those that differ from what the screen showed count."""
        key = (record.type_name(), record_id)
        shown = self.shown(key)
        changed = {
            name: (shown.get(name), to_wire(value))
            for name, value in fields.items()
            if to_wire(value) != shown.get(name)
        }
        unknown = changed.keys() - set(content_fields(record))
        if unknown:
            raise DefectFound("store.defect", detail=f"no field {sorted(unknown)} in {key[0]}")
        if changed:
            self._note("edit", key, changed)

    def decide(
        self,
        conflict: Conflict,
        value: Any,
        *,
        sides: tuple[str, ...] = (),
        reopens: tuple[str, ...] = (),
    ) -> None:
        """Decides a conflict for a value: settles the named sides, or lets them wait again."""
        key = (conflict.record_type, conflict.record)
        old = self.shown(key).get(conflict.field)
        self._note("decide", key, {conflict.field: (old, to_wire(value))}, sides, reopens)

    def shown(self, key: Key) -> Mapping[str, Any]:
        """The values that the action builds on: the screen's, or those that stand now."""
        shown = self.basis.fields.get(key)
        if shown is None:
            shown = read_fields(self.connection, self.intent.ward, key)
        if shown is None:
            raise DefectFound("store.defect", detail=f"no {key[0]} {key[1]} to change")
        return shown

    def _note(
        self,
        kind: Kind,
        key: Key,
        fields: dict[str, tuple[Any, Any]],
        sides: tuple[str, ...] = (),
        reopens: tuple[str, ...] = (),
    ) -> None:
        if any(key == known for _, known, *_ in self.made):
            raise DefectFound("store.defect", detail=f"two changes of {key} in one action")
        self.made.append((kind, key, fields, sides, reopens))

    def changes(self) -> tuple[Change, ...]:
        """What was collected, as the changeset carries it."""
        return tuple(
            Change(kind, *key, fields, sides, reopens)
            for kind, key, fields, sides, reopens in self.made
        )


def commit(
    connection: Connection, work: Work, stamp: Stamp, *, made_at: Any, salt: str
) -> Changeset | None:
    """Writes rows and journal of a finished work, within its transaction; None for no change."""
    changes = work.changes()
    if not changes:
        return None
    changeset = Changeset(
        id=work.new_id,
        ward=work.intent.ward,
        device=stamp.device,
        incarnation=stamp.incarnation,
        number=_next_number(connection, stamp.incarnation),
        author=stamp.author,
        action=work.intent.action,
        made_at=made_at,
        base=work.basis.position,
        changes=changes,
        on=_standing_on(work, changes),
        offset_ms=stamp.offset_ms,
        clock_jumped=stamp.clock_jumped,
        evidence={"device_name": stamp.device_name, **(work.intent.evidence or {})},
        salt=salt,
    )
    _write_journal(connection, changeset)
    _write_rows(connection, changeset)
    return changeset


def _next_number(connection: Connection, incarnation: str) -> int:
    journal = tables.journal.c
    last = connection.execute(
        select(func.max(journal.number)).where(journal.incarnation == incarnation)
    ).scalar()
    return (last or 0) + 1


def _standing_on(work: Work, changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Own unsettled changesets on the changed records and on those that they refer to."""
    keys = {change.key for change in changes}
    for change in changes:
        refers = references(record_types()[change.record_type])
        keys |= {(refers[n], new) for n, (_, new) in change.fields.items() if n in refers and new}
    return tuple(sorted({own for key in keys for own in work.basis.own.get(key, ())}))


def _write_journal(connection: Connection, changeset: Changeset) -> None:
    content = encode(changeset)
    connection.execute(
        insert(tables.journal).values(
            id=changeset.id,
            ward=changeset.ward,
            incarnation=changeset.incarnation,
            number=changeset.number,
            action=changeset.action,
            made_at=changeset.made_at.isoformat(),
            content=content,
            hash=content_hash(content),
            state="unsent",
            settled=False,
        )
    )


def _write_rows(connection: Connection, changeset: Changeset) -> None:
    ward = changeset.ward
    keys = [key for change in changeset.changes for key in overlay.touched_keys(ward, change)]
    fresh = {change.key for change in changeset.changes if change.kind == "create"}
    overlay.keep_shadows(connection, ward, keys, fresh)
    connection.execute(
        insert(tables.own_change),
        [
            {"ward": ward, "record_type": kind, "record": record, "changeset": changeset.id}
            for kind, record in dict.fromkeys(keys)
        ],
    )
    new = {c.key: {n: value for n, (_, value) in c.fields.items()} for c in changeset.changes}
    by = changeset.id
    insert_records(connection, ward, {key: (by, new[key]) for key in new if key in fresh})
    update_records(connection, ward, [(key, by, new[key]) for key in new if key not in fresh])
    decided = [key for key in keys if key[0] == overlay.CONFLICT]
    overlay.lay_again(connection, ward, decided)
