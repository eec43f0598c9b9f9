"""The lives of the server's database: how one begins after a restore, and how a silent one shows.

A restore is silent where nobody told the server: the database is older than the ledger, or a laptop
proves an entry that the log lacks. Then no call is answered until the operator accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from fieldapp.clock import Clock, Ids
from fieldapp.ready import Question, Ready
from sync.server.erasing import erasing
from sync.server.lives import keeping
from sync.server.lives.keeping import Rows, note
from sync.server.lives.safe import Safe
from sync.server.refusals import Refused
from sync.server.store.tables import device, epoch, epoch_common, server_state, ward_head

RETRY_AFTER = 600
ONE_GROUP = 1
"""A process that dies between ledger and commit leaves so many groups that nobody was told of."""


@dataclass(frozen=True)
class Restored:
    """What a restore found and did.

    Attributes:
        heads: the revision of each ward in what was restored: what it has in common with before.
        replayed: lines of the ledger, by table.
        waits_for: devices that may still hold work which the backup lacks.
    """

    epoch: str
    parent: str
    heads: Mapping[str, int]
    replayed: Mapping[str, int] = field(default_factory=dict)
    waits_for: tuple[str, ...] = ()


def serving(connection: Connection) -> str:
    """The epoch of a server that serves.

    Raises:
        Refused: 503 `server.restored`: it waits for its operator.
    """
    return must_serve(_STATE.first(connection))


def must_serve(row: Any) -> str:
    """The same, of a row that has `epoch` and `stopped` of `server_state`."""
    assert row is not None
    if row.stopped is not None:
        raise Refused("server.restored", 503, retry_after=RETRY_AFTER)
    return str(row.epoch)


_STATE = Ready(select(server_state.c.epoch, server_state.c.stopped))


def asks_state() -> Question:
    """What `serving` asks."""
    return _STATE, {}


def root_of(connection: Connection) -> str:
    """The first life of this database: the same in all its backups."""
    found = select(epoch.c.id).where(epoch.c.parent.is_(None)).order_by(epoch.c.begun_at)
    return str(connection.execute(found).scalars().first())


def start(connection: Connection, safe: Safe) -> None:
    """Called before serving: compares the database with the ledger.

    What a crash kept from being committed is made good; more than that is a silent restore.
    """
    groups, missed = keeping.behind(connection, safe)
    if not missed:
        return
    if groups > ONE_GROUP or any(line["set"] == epoch.name for line in missed):
        keeping.stop(connection, {"why": "ledger_ahead", "lines": len(missed)})
        return
    keeping.replay(connection, missed)
    connection.execute(update(server_state).values(ledger_lines=missed[-1]["n"]))
    erasing.erase_again(connection, safe)


def begin_anew(connection: Connection, safe: Safe, clock: Clock, ids: Ids) -> Restored:
    """A new life out of the one that the database holds: what every restore ends with.

    The ledger is replayed first, so that nothing that it knows comes back undone. Where a laptop
    was ahead of a log that had gone on since it was put back, nobody knows what both had in common:
    nothing counts as such, and laptops find it by the chains.
    """
    row = connection.execute(select(server_state.c.epoch, server_state.c.stopped)).one()
    state, doubt = str(row.epoch), "laptop_ahead" in (row.stopped or "")
    lines = safe.ledger.lines()
    replayed = keeping.replay(connection, lines)
    found = connection.execute(select(ward_head.c.ward, ward_head.c.revision))
    heads = {ward: revision for ward, revision in found}
    new, at = ids.new(), clock.now()
    connection.execute(insert(epoch).values(id=new, parent=state, begun_at=at))
    rows = [{"epoch": new, "ward": ward, "revision": upto} for ward, upto in heads.items()]
    if rows and not doubt:
        connection.execute(insert(epoch_common), rows)
    last = lines[-1]["n"] if lines else 0
    values: dict[str, Any] = {"epoch": new, "begun_at": at, "stopped": None, "ledger_lines": last}
    connection.execute(update(server_state).values(values))
    note(connection, safe, Rows(epoch, {"id": new}), Rows(epoch_common, {"epoch": new}))
    erasing.erase_again(connection, safe)
    return Restored(new, state, heads, replayed, waits_for(connection, at))


def waits_for(connection: Connection, since: datetime) -> tuple[str, ...]:
    """The devices in use that have not synced since."""
    seen = device.c.last_seen_at
    found = select(device.c.id).where(
        device.c.revoked_at.is_(None), (seen.is_(None)) | (seen < since)
    )
    return tuple(connection.execute(found.order_by(device.c.id)).scalars())
