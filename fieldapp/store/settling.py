"""The end of own work's waiting: the log has it, or a person refused what could not enter one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from fieldapp.clock import from_iso, iso
from fieldapp.model.record import CITY
from fieldapp.model.releases import REFUSE, HeldRelease, aside_id
from fieldapp.store import tables
from fieldapp.store.rows import Key, table_of

REFUSED = "refused"
SHOWN_FOR = timedelta(days=14)
"""So long a refused action stays in its author's list."""

_journal = tables.journal
_release = table_of(HeldRelease.type_name())


def settle(connection: Connection, changeset: str, **values: Any) -> set[Key]:
    """Ends the waiting of an own changeset; the records that its overlay gives free."""
    own = tables.own_change
    touched = connection.execute(
        select(own.c.record_type, own.c.record).where(own.c.changeset == changeset)
    )
    freed = {(kind, record) for kind, record in touched}
    connection.execute(delete(own).where(own.c.changeset == changeset))
    ended = update(_journal).where(_journal.c.id == changeset)
    connection.execute(ended.values(state="acknowledged", settled=True, **values))
    return freed


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
    device = str(_meta(connection, "device"))
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
    return {"status": REFUSED, "reason": REFUSED, "confirmed_at": _meta(connection, "greeted_at")}


def lately_refused(connection: Connection) -> ColumnElement[bool]:
    """The own actions whose refusal their author should still be told of."""
    greeted = _meta(connection, "greeted_at")
    since = iso(from_iso(greeted) - SHOWN_FOR) if greeted else ""
    return (_journal.c.status == REFUSED) & (_journal.c.confirmed_at >= since)


def is_granted(connection: Connection, ward: str) -> bool:
    """Whether the ward's log still comes to this laptop, as far as the last handshake told."""
    grants = _meta(connection, "grants")
    return ward == CITY or grants is None or any(grant["ward"] == ward for grant in grants)


def _meta(connection: Connection, name: str) -> Any:
    found = select(tables.meta.c.value).where(tables.meta.c.name == name)
    return connection.execute(found).scalar_one_or_none()
