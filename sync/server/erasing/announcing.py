"""Erasures of which a log has lost the entry stand in it again: so every laptop learns of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Row, select

from fieldapp.clock import iso
from fieldapp.model import Membership
from fieldapp.model.changesets import Change, Changeset
from fieldapp.model.erasing import ERASURE
from fieldapp.model.erasures import erasure_id
from sync.server.people.accounts import Caller
from sync.server.reference.city import AUTHOR, server_changeset
from sync.server.store.tables import erased, table_of
from sync.server.wardlog.appending import Maker, WardLog
from sync.server.wardlog.intake import Intake


def announce_all(connection: Connection, maker: Maker) -> None:
    """After a restore, in every ward."""
    for ward in sorted(set(connection.execute(select(erased.c.ward)).scalars())):
        announce(connection, ward, maker)


def announce(connection: Connection, ward: str, maker: Maker) -> None:
    """Says again, as the server's own work, whom the ledger calls erased and the log does not.

    Whom the log does not know herself is left out until she comes back. To be called in a write
    transaction, after whatever came in was written.
    """
    found = select(erased).where(erased.c.ward == ward).order_by(erased.c.person)
    for row in connection.execute(found).all():
        log, caller = WardLog(connection, ward, maker), Caller(AUTHOR, AUTHOR, False, None)
        made = _lost(connection, log, row, maker) if log.exists else None
        if made is not None:
            Intake(connection, caller, log, maker.clock.now(), maker).says(made)


def _lost(
    connection: Connection, log: WardLog, row: Row[tuple[object, ...]], maker: Maker
) -> Changeset | None:
    key = _free(log, str(row.person))
    if key is None or log.view.row("person", row.person) is None:
        return None
    values = {"person": row.person, "blanks": row.blanks, "erased_at": iso(row.at)}
    values |= {"erased_by": AUTHOR}
    erasure = Change("create", *key, {name: (None, value) for name, value in values.items()})
    gone = tuple(_leaves(connection, log, row.person))
    return server_changeset(log, "person.erase", (erasure, *gone), maker)


def _free(log: WardLog, person: str) -> tuple[str, str] | None:
    """The id of the next erasure of a person; None where the log has one that stands."""
    refused = 0
    while (row := log.view.row(ERASURE, erasure_id(log.ward, person, refused))) is not None:
        if not row.get("withdrawn"):
            return None
        refused += 1
    return ERASURE, erasure_id(log.ward, person, refused)


def _leaves(connection: Connection, log: WardLog, person: str) -> Iterator[Change]:
    """She and her memberships are withdrawn, where they are not."""
    table = table_of(Membership)
    mine = select(table.c.id).where(table.c.ward == log.ward, table.c.person == person)
    keys = [("membership", record) for record in sorted(connection.execute(mine).scalars())]
    for key in [("person", person), *keys]:
        if not (log.view.row(*key) or {}).get("withdrawn"):
            yield Change("edit", *key, {"withdrawn": (False, True)})
