"""Own unsettled changesets by the records that they touch: what a new one has to name in `on`.

A form asks for the records that it shows when it is opened. For any other record the answer is
found when the action is saved, as it was then: a laptop that has just taken in a list has hundreds
of thousands of these rows, and no save reads them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnClause, Connection, bindparam, func, literal_column, select, union

from fieldapp.model.changesets import Position
from fieldapp.ready import Ready
from fieldapp.store import tables
from fieldapp.store.rows import Key


@dataclass(frozen=True)
class Began:
    """When a user began: where the ward's log stood, and the last own work in the journal."""

    ward: str
    position: Position
    last: int


_own, _journal = tables.own_change.c, tables.journal.c
_change, _position = tables.log_change.c, tables.position.c
_PLACE: ColumnClause[int] = literal_column("journal.rowid")
_LAST = Ready(select(func.max(_PLACE)).select_from(tables.journal))

_HERE = (
    (_own.ward == bindparam("ward"))
    & (_own.record_type == bindparam("type"))
    & (_own.record == bindparam("record"))
)
_NOW = Ready(select(_own.changeset).where(_HERE).order_by(_own.changeset))
_WARD = (
    select(_own.record_type, _own.record, _own.changeset)
    .where(_own.ward == bindparam("ward"))
    .order_by(_own.changeset)
)
_STILL = (
    select(_own.changeset)
    .join(tables.journal, _journal.id == _own.changeset)
    .where(_HERE, bindparam("last") >= _PLACE)
)
_SETTLED_SINCE = (
    select(_journal.id)
    .join(
        tables.log_change,
        (_change.ward == _journal.ward) & (_change.revision == _journal.revision),
    )
    .join(tables.position, _position.ward == _journal.ward)
    .where(
        _journal.settled.is_(True),
        _journal.epoch == _position.epoch,
        _change.ward == bindparam("ward"),
        _change.record_type == bindparam("type"),
        _change.record == bindparam("record"),
        _change.revision > bindparam("revision"),
        _position.epoch == bindparam("epoch"),
        bindparam("last") >= _PLACE,
    )
)
_THEN = Ready(union(_STILL, _SETTLED_SINCE))


def last(connection: Connection) -> int:
    """The place in the journal of the last own work; 0 for none."""
    return int(_LAST.value(connection) or 0)


def laid_over(connection: Connection, ward: str, key: Key) -> tuple[str, ...]:
    """The own changesets that lie unsettled over a record."""
    return _ids(_NOW.column(connection, **_place(ward, key)))


def laid_over_then(connection: Connection, began: Began, key: Key) -> tuple[str, ...]:
    """Those that did when the user began: they still do, or the log has taken them since.

    What was made since is none of them, and of an earlier epoch only those that still do.
    """
    place = _place(began.ward, key) | {"last": began.last}
    place |= {"epoch": began.position.epoch, "revision": began.position.revision}
    return _ids(_THEN.column(connection, **place))


def of_ward(connection: Connection, ward: str) -> dict[Key, tuple[str, ...]]:
    """All of a ward, by record."""
    found: dict[Key, list[str]] = {}
    for kind, record, changeset in connection.execute(_WARD, {"ward": ward}):
        found.setdefault((kind, record), []).append(changeset)
    return {key: tuple(ids) for key, ids in found.items()}


def _ids(found: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(str(one) for one in found))


def _place(ward: str, key: Key) -> dict[str, Any]:
    return {"ward": ward, "type": key[0], "record": key[1]}
