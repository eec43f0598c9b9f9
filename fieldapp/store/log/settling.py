"""The end of own work's waiting: the log has it, or a person refused what could not enter one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, update

from fieldapp.clock import from_iso, iso
from fieldapp.model.record import CITY
from fieldapp.model.releases import REFUSE, HeldRelease, aside_id
from fieldapp.ready import Ready, among
from fieldapp.store import tables
from fieldapp.store.meta import read_meta
from fieldapp.store.rows import Key, table_of

REFUSED = "refused"
SHOWN_FOR = timedelta(days=14)
"""So long a refused action stays in its author's list."""

_journal = tables.journal
_release = table_of(HeldRelease.type_name())


def settle(connection: Connection, changeset: str, **values: Any) -> set[Key]:
    """Ends the waiting of an own changeset; the records that its overlay gives free."""
    return settle_all(connection, {changeset: values})


def settle_all(connection: Connection, ended: Mapping[str, Mapping[str, Any]]) -> set[Key]:
    """Ends the waiting of own changesets, per id with what the journal says of its end."""
    freed = {(kind, record) for kind, record in _TOUCHED.all(connection, ids=list(ended))}
    end_waiting(connection, ended)
    return freed


def end_waiting(connection: Connection, ended: Mapping[str, Mapping[str, Any]]) -> None:
    """The same where the records are known."""
    _NO_OVERLAY.run(connection, ids=list(ended))
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for name, values in ended.items():
        whole = {**values, "state": "acknowledged", "settled": True}
        row = {f"_{column}": value for column, value in whole.items()}
        alike.setdefault(tuple(sorted(whole)), []).append(row | {"_id": name})
    for columns, rows in alike.items():
        journal_update(columns).run_each(connection, rows)


_own = tables.own_change.c
_TOUCHED = Ready(select(_own.record_type, _own.record).where(among(_own.changeset)))
_NO_OVERLAY = Ready(delete(tables.own_change).where(among(_own.changeset)))


@cache
def journal_update(columns: tuple[str, ...]) -> Ready:
    """Sets these columns of the own changeset `_id`, each from the parameter `_column`."""
    values: Any = {name: bindparam(f"_{name}") for name in columns}
    return Ready(update(_journal).where(_journal.c.id == bindparam("_id")).values(values))


def settle_refused(connection: Connection, ward: str, releases: list[Key]) -> set[Key]:
    """Ends own work that could not enter a log and that one of these new releases refuses."""
    if not releases:
        return set()
    refused = set(
        connection.execute(
            select(_release.c.held).where(
                _release.c.ward == ward,
                _release.c.how == REFUSE,
                _release.c.id.in_([record for _, record in releases]),
            )
        ).scalars()
    )
    device = str(read_meta(connection, "device"))
    waiting = connection.execute(
        select(_journal.c.id, _journal.c.hash).where(
            _journal.c.state == "held", _journal.c.settled.is_(False), _journal.c.ward == ward
        )
    ).all()
    freed: set[Key] = set()
    for changeset, digest in waiting:
        if aside_id(device, digest) in refused:
            freed |= settle(connection, changeset, **refused_now(connection))
    return freed


def refused_now(connection: Connection) -> dict[str, Any]:
    """What the journal says of an action that was refused at the last handshake."""
    return {
        "status": REFUSED,
        "reason": REFUSED,
        "confirmed_at": read_meta(connection, "greeted_at"),
    }


def lately_refused(connection: Connection) -> ColumnElement[bool]:
    """The own actions whose refusal their author should still be told of."""
    since = _shown_since(connection)
    return (_journal.c.status == REFUSED) & (_journal.c.confirmed_at >= since)


def lately_refused_count(connection: Connection) -> int:
    """How many those are."""
    return int(_LATELY_REFUSED.value(connection, since=_shown_since(connection)) or 0)


_LATELY_REFUSED = Ready(
    select(func.count())
    .select_from(_journal)
    .where(_journal.c.status == REFUSED, _journal.c.confirmed_at >= bindparam("since"))
)


def _shown_since(connection: Connection) -> str:
    greeted = read_meta(connection, "greeted_at")
    return iso(from_iso(greeted) - SHOWN_FOR) if greeted else ""


def is_granted(connection: Connection, ward: str) -> bool:
    """Whether the ward's log still comes to this laptop, as far as the last handshake told."""
    grants = read_meta(connection, "grants")
    return ward == CITY or grants is None or any(grant["ward"] == ward for grant in grants)
