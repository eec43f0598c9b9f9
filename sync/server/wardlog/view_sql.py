"""What a ward's log as the merge sees it is read and written with: statements made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, select, update

from fieldapp.model import Conflict, record_types
from fieldapp.model.record import Record, content_fields, to_wire
from fieldapp.model.releases import HeldRelease
from fieldapp.ready import Ready, among
from sync.server.store.inserting import Insertion
from sync.server.store.tables import field_change, log_entry, table_of

CONFLICT = table_of(Conflict)


def wire_of(record: type[Record], row: Any) -> dict[str, Any]:
    """A stored row as wire values, unknown fields included."""
    known = {name: to_wire(getattr(row, name)) for name in content_fields(record)}
    return known | dict(row.unknown)


class Stored:
    """How rows of one type are read and written."""

    def __init__(self, record_type: str) -> None:
        self._record = record_types()[record_type]
        table = table_of(self._record)
        here = table.c.ward == bindparam("ward")
        self.some = Ready(select(table).where(here, among(table.c.id)))
        self.insertion, self.update = Insertion(table), _update_of(table)

    def wire(self, row: Any) -> dict[str, Any]:
        """A stored row as wire values, unknown fields included."""
        return wire_of(self._record, row)


@cache
def stored(record_type: str) -> Stored:
    """The statements of a record type."""
    return Stored(record_type)


def _update_of(table: Table) -> Ready:
    """Sets all columns of a row, each from the parameter of its name."""
    here = (table.c.ward == bindparam("ward")) & (table.c.id == bindparam("id"))
    names = [column.name for column in table.columns if column.name not in ("ward", "id")]
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return Ready(update(table).where(here).values(values))


_past, _entry = field_change.c, log_entry.c
_HERE: Any = bindparam("ward")
PAST = Ready(
    select(field_change)
    .where(_past.ward == _HERE, _past.record_type == bindparam("kind"), among(_past.record))
    .order_by(_past.revision)
)
CONFLICTS = Ready(select(CONFLICT).where(CONFLICT.c.ward == _HERE, among(CONFLICT.c.id)))
CONTENTS = Ready(
    select(_entry.changeset, _entry.content).where(_entry.ward == _HERE, among(_entry.changeset))
)
_release = table_of(HeldRelease).c
ANY_RELEASE = Ready(select(_release.id).where(_release.ward == _HERE).limit(1))
KEEP_PAST, KEEP_CONFLICTS = Insertion(field_change), Insertion(CONFLICT)
CHANGE_CONFLICTS = _update_of(CONFLICT)
