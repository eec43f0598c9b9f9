"""Many changesets of one action in one transaction: what a list brings is larger than one can be.

Each changeset is whole in itself and names those before it that it stands on, so that they travel
in batches and are judged one by one like any others; on this laptop all are there or none. They are
written some hundred at a time: by the row, a list of a ward would take minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select

from fieldapp.clock import Ids
from fieldapp.errors import DefectFound, UserMends
from fieldapp.model.changesets import Changeset
from fieldapp.model.record import content_fields, record_types
from fieldapp.ready import Ready, among
from fieldapp.store import overlay, own_work, search, tables
from fieldapp.store.bulk import insertion
from fieldapp.store.rows import Key, insert_records, table_of, update_records
from fieldapp.store.work import (
    Basis,
    Intent,
    Stamp,
    Work,
    kept,
    next_number,
    position_of,
    referred,
    seal,
    write_journal,
)

AT_ONCE = 1_000
"""Changesets that are written together, in the order of their keys."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """What each changeset is given: an id, a salt, and the moment of the whole action."""

    ids: Ids
    random_bytes: Callable[[int], bytes]
    at: datetime


class Works:
    """Collects changesets and writes them as they become many; `Store.works` makes it."""

    def __init__(self, connection: Connection, intent: Intent, made: Made, stamp: Stamp) -> None:
        self.connection = connection
        self.count = 0
        self._intent, self._made, self._stamp = intent, made, stamp
        self._own: dict[Key, tuple[str, ...]] = own_work.of_ward(connection, intent.ward)
        self._basis = Basis(position_of(connection, intent.ward), self._own, {})
        self._next = next_number(connection, stamp.incarnation)
        self._waiting: list[Changeset] = []
        self._touched: set[Key] = set()

    def add(
        self,
        evidence: Values,
        *,
        created: Collection[tuple[Key, Values]] = (),
        edited: Collection[tuple[Key, Mapping[str, tuple[Any, Any]]]] = (),
    ) -> str:
        """Adds one changeset; returns its id.

        Args:
            created: new records by type and id, with their wire values; what is left out is blank.
            edited: per record the old and the new wire value of each changed field; the old ones
                must be those that stand now.
        """
        made = self._made
        intent = Intent(self._intent.action, self._intent.ward, evidence)
        work = Work(self.connection, intent, self._basis, made.ids.new())
        for key, values in created:
            work.note("create", key, whole(key[0], values))
        for key, pairs in edited:
            work.note("edit", key, {n: (old, kept(n, new)) for n, (old, new) in pairs.items()})
        changeset = seal(work, self._stamp, self._next, made.at, made.random_bytes(8).hex())
        self._take(changeset)
        return changeset.id

    def _take(self, changeset: Changeset) -> None:
        keys = [change.key for change in changeset.changes]
        if len(self._waiting) >= AT_ONCE or not self._touched.isdisjoint(keys):
            self._write()
        self._waiting.append(changeset)
        self._touched.update(keys)
        for key in keys:
            self._own[key] = (*self._own.get(key, ()), changeset.id)
        self._next += 1
        self.count += 1

    def finish(self) -> None:
        """Writes what still waits."""
        self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        ward, changesets = self._intent.ward, self._waiting
        fresh = {c.key for one in changesets for c in one.changes if c.kind == "create"}
        self._must_refer_to_known(fresh)
        write_journal(self.connection, changesets)
        overlay.keep_shadows(self.connection, ward, self._touched, fresh)
        _OWN.run_ready(
            self.connection,
            sorted((ward, *change.key, one.id) for one in changesets for change in one.changes),
        )
        new = {
            change.key: (one.id, {name: value for name, (_, value) in change.fields.items()})
            for one in changesets
            for change in one.changes
        }
        insert_records(self.connection, ward, {key: new[key] for key in new if key in fresh})
        # an edit of what stands is the view already: nothing has to be laid over the log again
        update_records(self.connection, ward, [(key, *new[key]) for key in new if key not in fresh])
        search.index_touched(self.connection, ward, self._touched)
        self._waiting, self._touched = [], set()

    def _must_refer_to_known(self, fresh: set[Key]) -> None:
        """Raises UserMends: `entry.gone` where a record that is named or edited is not here."""
        wanted: dict[str, set[str]] = {}
        for one in self._waiting:
            for change in one.changes:
                for kind, record in referred(change) | {change.key}:
                    if (kind, record) not in fresh:
                        wanted.setdefault(kind, set()).add(record)
        for kind, records in wanted.items():
            missing = records - _present(self.connection, self._intent.ward, kind, sorted(records))
            if missing:
                raise UserMends("entry.gone", record=f"{kind}/{min(missing)}")


def whole(kind: str, values: Values) -> dict[str, tuple[Any, Any]]:
    """The fields of a new record that hold something, old and new.

    Raises DefectFound for an unknown field.
    """
    known, blank = _blank(kind)
    unknown = values.keys() - known
    if unknown:
        raise DefectFound("store.defect", detail=f"no field {sorted(unknown)} in {kind}")
    return blank | {name: (None, kept(name, value)) for name, value in values.items()}


@cache
def _blank(kind: str) -> tuple[frozenset[str], dict[str, tuple[Any, Any]]]:
    """The fields of a type, and those which hold something though nobody said so."""
    record = record_types()[kind]
    names = content_fields(record)
    defaults = {n: record.model_fields[n].get_default(call_default_factory=True) for n in names}
    return frozenset(names), {n: (None, v) for n, v in defaults.items() if v is not None}


_OWN = insertion(tables.own_change, ("ward", "record_type", "record", "changeset"))


@cache
def _ids_of(kind: str) -> Ready:
    """Which of the ids in `ids` are those of records of a ward."""
    table = table_of(kind)
    return Ready(select(table.c.id).where(table.c.ward == bindparam("ward"), among(table.c.id)))


def _present(connection: Connection, ward: str, kind: str, records: list[str]) -> set[str]:
    return set(_ids_of(kind).column(connection, ward=ward, ids=records))
