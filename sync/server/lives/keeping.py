"""Notes in the ledger what no laptop could give back, and brings a restored database up to it.

A line says what all rows of a table under one condition are from now on, so that lines may be
replayed any number of times, in their order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, event, insert, select, update

from fieldapp.clock import from_iso, iso
from fieldapp.model.record import Moment
from sync.server.lives.safe import Line, Safe
from sync.server.store import tables

VOID = "void"
"""A line without a table: the group `group` was not committed."""
SIGNED_OUT = "signed_out"
"""A line without a table: every session of a user that was begun before `at` has ended."""

_KEPT: dict[str, tuple[Table, tuple[str, ...]]] = {
    table.name: (table, tuple(c.name for c in table.columns))
    for table in (
        tables.user_account,
        tables.user_grant,
        tables.receipt_book,
        tables.lease,
        tables.epoch,
        tables.epoch_common,
        tables.backup,
        tables.erased,
        tables.erased_body,
    )
}
_KEPT["device"] = (
    tables.device,
    ("id", "username", "name", "enrolled_at", "revoked_at", "cloned_at", "verify_key"),
)
_KEPT["life"] = (tables.life, ("device", "incarnation", "begun_at", "superseded_at"))


@dataclass(frozen=True)
class Rows:
    """All rows of a table under a condition: columns and their values."""

    table: Table
    where: Mapping[str, Any]


@dataclass(frozen=True)
class SignedOut:
    """All sessions of a user have ended."""

    username: str
    at: datetime


def note(connection: Connection, safe: Safe, *said: Rows | SignedOut) -> None:
    """Notes what now stands, last of all in a transaction that changed it.

    The line is on the disk before the transaction is committed. If that fails another line says
    so; where the process died before that, the next start makes the one group good.
    """
    seen = tables.server_state.c.ledger_lines
    locked = update(tables.server_state).values(ledger_lines=seen)
    connection.execute(locked)  # one at a time: the ledger has the order of the commits
    lines = [_line(connection, one) for one in said]
    upto = safe.ledger.append(lines)
    group = upto - len(lines) + 1

    def void(_: Connection) -> None:
        with suppress(OSError):  # then the next start makes it good
            safe.ledger.append([{"set": VOID, "where": {"group": group}, "rows": []}])

    event.listen(connection, "rollback", void, once=True)
    connection.execute(update(tables.server_state).values(ledger_lines=upto))


def _line(connection: Connection, said: Rows | SignedOut) -> Line:
    if isinstance(said, SignedOut):
        return {"set": SIGNED_OUT, "where": {"username": said.username, "at": iso(said.at)}}
    table, columns = _KEPT[said.table.name]
    found = select(*(table.c[name] for name in columns))
    for name, value in said.where.items():
        found = found.where(table.c[name] == value)
    rows = [
        {name: _plain(value) for name, value in row.items()}
        for row in connection.execute(found).mappings()
    ]
    where = {name: _plain(value) for name, value in said.where.items()}
    return {"set": table.name, "where": where, "rows": rows}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment):
        return from_iso(value)
    return date.fromisoformat(value) if kind.python_type is date else value


# --- replaying ---------------------------------------------------------------------------------


def replay(connection: Connection, lines: Sequence[Line]) -> dict[str, int]:
    """Makes the database what the ledger says, line by line; how many lines of each table."""
    told: dict[str, int] = {}
    for line in lines:
        what = str(line["set"])
        if what == SIGNED_OUT:
            _sign_out(connection, line["where"]["username"], from_iso(line["where"]["at"]))
        elif what in _KEPT:  # a newer version may have kept more
            _set(connection, _KEPT[what][0], line)
        else:
            continue
        told[what] = told.get(what, 0) + 1
    return told


def _set(connection: Connection, table: Table, line: Line) -> None:
    keys = [column.name for column in table.primary_key.columns]
    rows = [_typed(table, row) for row in line["rows"]]
    stay = {tuple(row[name] for name in keys) for row in rows}
    where = [table.c[name] == value for name, value in _typed(table, line["where"]).items()]
    there = select(*(table.c[name] for name in keys)).where(*where)
    for key in map(tuple, connection.execute(there).all()):
        if key not in stay:
            gone = [table.c[name] == value for name, value in zip(keys, key, strict=True)]
            connection.execute(delete(table).where(*gone))
    for row in rows:
        here = [table.c[name] == row[name] for name in keys]
        values = {name: value for name, value in row.items() if name not in keys}
        known = connection.execute(select(table.c[keys[0]]).where(*here)).first() is not None
        if not known:
            connection.execute(insert(table).values(row))
        elif values:
            connection.execute(update(table).where(*here).values(values))


def _sign_out(connection: Connection, username: str, at: datetime) -> None:
    mine = select(tables.device.c.id).where(tables.device.c.username == username)
    token = tables.token
    old = token.c.device.in_(mine), token.c.created_at <= at, token.c.revoked_at.is_(None)
    connection.execute(update(token).where(*old).values(revoked_at=at))


def behind(connection: Connection, safe: Safe) -> tuple[int, list[Line]]:
    """The groups of the ledger that the database has not seen, as number and lines; without those
    that are known not to have been committed.

    Locks the state, so that no other process is between ledger and commit.
    """
    state = tables.server_state
    connection.execute(update(state).values(ledger_lines=state.c.ledger_lines))
    seen = int(connection.execute(select(state.c.ledger_lines)).scalar_one())
    missed = [line for line in safe.ledger.lines() if line["n"] > seen]
    void = {line["where"]["group"] for line in missed if line["set"] == VOID}
    groups = {line["group"] for line in missed if line["set"] != VOID} - void
    return len(groups), missed


def stop(connection: Connection, why: Mapping[str, Any]) -> None:
    """The server serves no sync any more until its operator has accepted what happened."""
    said = json.dumps(dict(why), ensure_ascii=False)
    connection.execute(update(tables.server_state).values(stopped=said))
