"""The unit of work: one user action, one transaction, one changeset.

Nothing but this writes what a user does, and the journal is filled from it: the records' rows and
the changeset with old and new value of each changed field are committed together or not at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from fieldapp.errors import DefectFound, UserMends
from fieldapp.model.changesets import Change, Changeset, Kind, Position, content_hash, encode
from fieldapp.model.conflicts import Conflict
from fieldapp.model.erasing import is_work_on
from fieldapp.model.record import (
    Record,
    content_fields,
    fields_of,
    record_types,
    references,
    to_wire,
)
from fieldapp.ready import Ready
from fieldapp.store import erasing, overlay, own_work, tables
from fieldapp.store.bulk import insert_many
from fieldapp.store.rows import Key, insert_records, read_fields, update_records

LONGEST_TEXT = 200_000
"""Characters of one value. Without a limit a slip of the clipboard makes an action that no batch
can carry, and everything behind it waits."""


@dataclass(frozen=True)
class Basis:
    """What a screen showed when the user began: taken together, in one read.

    Attributes:
        position: where the ward's log stood.
        own: per record that was asked for, or that one of them names, the own unsettled
            changesets laid over it, oldest first.
        fields: the shown values of the records that the user set out to edit.
        last: the last own work that there was, by its place in the journal; None: `own` has the
            whole ward.
    """

    position: Position
    own: Mapping[Key, tuple[str, ...]]
    fields: Mapping[Key, Mapping[str, Any]]
    last: int | None = None


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
    read = {key: read_fields(connection, ward, key) for key in keys}
    shown = {key: fields for key, fields in read.items() if fields is not None}
    named = set(keys).union(*(_named(key[0], fields) for key, fields in shown.items()))
    return Basis(
        position=position_of(connection, ward),
        own={key: own_work.laid_over(connection, ward, key) for key in named},
        fields=shown,
        last=own_work.last(connection),
    )


_position = tables.position.c
_POSITION = Ready(
    select(_position.epoch, _position.revision, _position.chain).where(
        _position.ward == bindparam("ward")
    )
)
_journal = tables.journal.c
_LAST_NUMBER = Ready(
    select(func.max(_journal.number)).where(_journal.incarnation == bindparam("incarnation"))
)


def position_of(connection: Connection, ward: str) -> Position:
    """Where this laptop's copy of the ward's log stands; revision 0 before the first page."""
    found = _POSITION.first(connection, ward=ward)
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
    _keys: set[Key] = field(default_factory=set)

    def create(self, record: Record) -> str:
        """Adds a new record of the action's ward; returns its id, which must be set."""
        if not record.id:
            raise DefectFound("store.defect", detail="a record needs its id before it is created")
        record.ward = self.intent.ward
        key = (record.type_name(), record.id)
        values = {name: kept(name, value) for name, value in fields_of(record).items()}
        self.note("create", key, {name: (None, value) for name, value in values.items()})
        return record.id

    def edit(self, record: type[Record], record_id: str, **fields: Any) -> None:
        """Sets fields of a record; only those that differ from what the screen showed count."""
        key = (record.type_name(), record_id)
        shown = self.shown(key)
        values = {name: kept(name, to_wire(value)) for name, value in fields.items()}
        changed = {
            name: (shown.get(name), value)
            for name, value in values.items()
            if value != shown.get(name)
        }
        unknown = changed.keys() - set(content_fields(record))
        if unknown:
            raise DefectFound("store.defect", detail=f"no field {sorted(unknown)} in {key[0]}")
        if changed:
            self.note("edit", key, changed)

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
        new = kept(conflict.field, to_wire(value))
        self.note("decide", key, {conflict.field: (old, new)}, sides, reopens)

    def shown(self, key: Key) -> Mapping[str, Any]:
        """The values that the action builds on: the screen's, or those that stand now.

        Raises:
            UserMends: `entry.gone`: this laptop has no such record.
        """
        shown = self.basis.fields.get(key)
        if shown is None:
            shown = read_fields(self.connection, self.intent.ward, key)
        if shown is None:
            self._must_be_first(key)
            raise UserMends("entry.gone", record="/".join(key))
        return shown

    def own_on(self, key: Key) -> tuple[str, ...]:
        """The own changesets that lay unsettled over a record when the user began."""
        basis = self.basis
        known = basis.own.get(key)
        if known is not None or basis.last is None:
            return known or ()
        began = own_work.Began(self.intent.ward, basis.position, basis.last)
        return own_work.laid_over_then(self.connection, began, key)

    def note(
        self,
        kind: Kind,
        key: Key,
        fields: dict[str, tuple[Any, Any]],
        sides: tuple[str, ...] = (),
        reopens: tuple[str, ...] = (),
    ) -> None:
        """Collects one change, with the old and the new wire value of each field."""
        self._must_be_first(key)
        self._keys.add(key)
        self.made.append((kind, key, fields, sides, reopens))

    def _must_be_first(self, key: Key) -> None:
        if key in self._keys:
            raise DefectFound("store.defect", detail=f"two changes of {key} in one action")

    def changes(self) -> tuple[Change, ...]:
        """What was collected, as the changeset carries it."""
        return tuple(
            Change(kind, *key, fields, sides, reopens)
            for kind, key, fields, sides, reopens in self.made
        )


def commit(
    connection: Connection, work: Work, stamp: Stamp, *, made_at: Any, salt: str
) -> Changeset | None:
    """Writes rows and journal of a finished work, within its transaction; None for no change.

    Raises:
        UserMends: `entry.gone`: it refers to a record that this laptop does not have;
            `entry.person_erased`: it says something of a person who was erased by right;
            `entry.text_erased`: the screen still showed a text that was erased with somebody.
    """
    if not work.made:
        return None
    _must_refer_to_known(work)
    changeset = seal(work, stamp, next_number(connection, stamp.incarnation), made_at, salt)
    changeset = _without_erased(connection, changeset)
    write_journal(connection, [changeset])
    _write_rows(connection, changeset)
    return changeset


def _without_erased(connection: Connection, changeset: Changeset) -> Changeset:
    """The same; where it writes anew what an erasure blanked, saying so. Raises as `commit`."""
    known = erasing.known_here(connection, changeset.ward)
    if not is_work_on(changeset, known):
        return changeset
    seen = erasing.seen_at(connection, changeset.ward, changeset.base)
    renewing = replace(changeset, renews=seen.renewable(changeset.changes))
    if not is_work_on(renewing, known):
        return renewing
    hers = is_work_on(changeset, known.of_her())
    raise UserMends("entry.person_erased" if hers else "entry.text_erased")


def seal(work: Work, stamp: Stamp, number: int, made_at: Any, salt: str) -> Changeset:
    """The changeset of a finished work, which no one has written yet."""
    changes = work.changes()
    return Changeset(
        id=work.new_id,
        ward=work.intent.ward,
        device=stamp.device,
        incarnation=stamp.incarnation,
        number=number,
        author=stamp.author,
        action=work.intent.action,
        made_at=made_at,
        base=work.basis.position,
        changes=changes,
        on=_standing_on(work, changes),
        offset_ms=stamp.offset_ms,
        clock_jumped=stamp.clock_jumped,
        evidence=kept(
            "evidence", {"device_name": stamp.device_name, **(work.intent.evidence or {})}
        ),
        salt=salt,
    )


def next_number(connection: Connection, incarnation: str) -> int:
    """The number of the next changeset of this life of the file."""
    return int(_LAST_NUMBER.value(connection, incarnation=incarnation) or 0) + 1


def kept(name: str, value: Any) -> Any:
    """A value as it is kept: composed (NFC), without characters that no database holds.

    Raises:
        UserMends: `entry.text_too_long`.
    """
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise UserMends("entry.text_too_long", field=name, limit=LONGEST_TEXT)
        if value.isascii() and value.isprintable():
            return value
        text = value if value.isprintable() else "".join(c for c in value if _writable(c))
        return unicodedata.normalize("NFC", text)
    if isinstance(value, Mapping):
        return {key: kept(name, part) for key, part in value.items()}
    if isinstance(value, list):
        return [kept(name, part) for part in value]
    return value


def _writable(character: str) -> bool:
    """Not a NUL or another control character, not half of a surrogate pair."""
    return character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")


def _must_refer_to_known(work: Work) -> None:
    changes = work.changes()
    made = {change.key for change in changes if change.kind == "create"}
    for change in changes:
        for key in referred(change):
            if key in made or key in work.basis.fields:
                continue
            if read_fields(work.connection, work.intent.ward, key) is None:
                raise UserMends("entry.gone", record="/".join(key))


def referred(change: Change) -> set[Key]:
    """The records that the new values of a change name."""
    fields = change.fields
    refers = references(record_types()[change.record_type])
    return {(kind, fields[n][1]) for n, kind in refers.items() if n in fields and fields[n][1]}


def _named(record_type: str, fields: Mapping[str, Any]) -> set[Key]:
    """The records that the values of one name."""
    refers = references(record_types()[record_type])
    return {(kind, fields[name]) for name, kind in refers.items() if fields.get(name)}


def _standing_on(work: Work, changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Own unsettled changesets on the changed records and on those that they refer to."""
    keys = {change.key for change in changes}.union(*map(referred, changes))
    return tuple(sorted({own for key in keys for own in work.own_on(key)}))


def write_journal(connection: Connection, changesets: Iterable[Changeset]) -> None:
    """Files changesets as unsent, in their order."""
    insert_many(connection, tables.journal, map(_journal_row, changesets))


def _journal_row(changeset: Changeset) -> dict[str, Any]:
    content = encode(changeset)
    return {
        "id": changeset.id,
        "ward": changeset.ward,
        "incarnation": changeset.incarnation,
        "number": changeset.number,
        "action": changeset.action,
        "made_at": changeset.made_at.isoformat(),
        "content": content,
        "hash": content_hash(content),
        "state": "unsent",
        "settled": False,
    }


def _write_rows(connection: Connection, changeset: Changeset) -> None:
    ward = changeset.ward
    keys = [key for change in changeset.changes for key in overlay.touched_keys(ward, change)]
    fresh = {change.key for change in changeset.changes if change.kind == "create"}
    overlay.keep_shadows(connection, ward, keys, fresh)
    insert_many(
        connection,
        tables.own_change,
        [
            {"ward": ward, "record_type": kind, "record": record, "changeset": changeset.id}
            for kind, record in dict.fromkeys(keys)
        ],
    )
    new = {c.key: {n: value for n, (_, value) in c.fields.items()} for c in changeset.changes}
    by = changeset.id
    insert_records(connection, ward, {key: (by, new[key]) for key in new if key in fresh})
    update_records(connection, ward, [(key, by, new[key]) for key in new if key not in fresh])
    overlay.lay_again(connection, ward, [key for key in keys if key not in fresh])
