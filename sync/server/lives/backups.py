"""Backups: whole logical copies, in one SQLite file of the server's own schema, whatever database
the server runs on.

So one form serves both databases, an office can move to PostgreSQL with it, no tool of a certain
version is needed to read it, and `verify` can be run on the copy itself: the exit code of a dump
proves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, column, delete, func, insert, select, table, update

from fieldapp.errors import UserMends
from sync.server.audit.keeping import Happening, note_audit
from sync.server.erasing.announcing import announce_all
from sync.server.lives.epochs import Restored, begin_anew, root_of
from sync.server.lives.keeping import Rows, note
from sync.server.reference.city import AUTHOR
from sync.server.service import Service
from sync.server.store.database import Database, open_database
from sync.server.store.migrate import upgrade
from sync.server.store.tables import (
    backup,
    log_touch,
    server_metadata,
    server_state,
    snapshot,
    snapshot_piece,
    ward_head,
)
from sync.server.verify import Finding, verify

AT_ONCE = 1_000
KEEP = 14
"""So many backups count as those that would still be restored, unless told otherwise."""
_VERSION = table("alembic_version", column("version_num"))


# --- making ------------------------------------------------------------------------------------


def make_backup(service: Service, path: Path, *, keep: int | None = KEEP) -> list[Finding]:
    """Copies the whole database into a new file and checks the copy; what is wrong with it.

    A sound one is noted, in the database and in the ledger, as one that would be restored; of all
    of them the last `keep`; with None this one is no such. The others do not hold anything back
    from being durable any more.

    Raises:
        UserMends: `server.file_exists`.
    """
    heads, state = _copy_out(service.database, path)
    copy = open_database(f"sqlite:///{path}")
    try:
        findings = verify(copy, service.safe, scans=False)  # no picture holds a backup up
    finally:
        copy.close()
    if findings or keep is None:
        return findings

    def work(connection: Connection) -> None:
        row = {"id": service.ids.new(), "made_at": service.clock.now(), "name": str(path)[:500]}
        row |= {"epoch": state, "heads": heads, "kept": True}
        connection.execute(insert(backup).values(row))
        newest = select(backup.c.id).order_by(backup.c.made_at.desc(), backup.c.id.desc())
        kept = list(connection.execute(newest.limit(keep)).scalars())
        gone = update(backup).where(backup.c.id.not_in(kept))
        connection.execute(gone.values(kept=False))
        note(connection, service.safe, Rows(backup, {}))

    service.database.in_write(work)
    return []


def _copy_out(database: Database, path: Path) -> tuple[dict[str, int], str]:
    if path.exists():
        raise UserMends("server.file_exists", path=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    copy = open_database(f"sqlite:///{part}")
    try:
        with database.still() as source, copy.write() as target:
            server_metadata().create_all(target)
            target.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
            version = source.execute(select(_VERSION.c.version_num)).scalar_one()
            target.execute(insert(_VERSION).values(version_num=version))
            _copy_rows(source, target)
            heads = {row.ward: row.revision for row in source.execute(select(ward_head))}
            state = str(source.execute(select(server_state.c.epoch)).scalar_one())
    finally:
        copy.close()
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    return heads, state


def _copy_rows(source: Connection, target: Connection) -> None:
    for one in server_metadata().sorted_tables:
        if one.name in (snapshot.name, snapshot_piece.name, log_touch.name):
            continue  # they can be made anew
        for rows in _chunks(source, one):
            target.execute(insert(one), rows)


def _chunks(source: Connection, one: Table) -> Iterator[list[dict[str, Any]]]:
    found = source.execution_options(yield_per=AT_ONCE).execute(select(one))
    for part in found.mappings().partitions(AT_ONCE):
        yield [dict(row) for row in part]


# --- restoring ---------------------------------------------------------------------------------


def restore(service: Service, path: Path) -> Restored:
    """Puts a backup in the place of what the database holds, and begins a new life out of it.

    The ledger of `service.safe` is replayed. Whole or not at all, in one transaction.

    Raises:
        UserMends: `server.no_backup`: the file is none; `server.other_server`: it is of another
            server than the one whose data stands here.
    """
    if not path.exists():
        raise UserMends("server.no_backup", path=str(path))
    source = open_database(f"sqlite:///{path}")
    try:
        with source.read() as reading:

            def work(connection: Connection) -> Restored:
                _must_be_ours(connection, reading)
                for one in reversed(server_metadata().sorted_tables):
                    connection.execute(delete(one))
                _copy_rows(reading, connection)
                restored = begin_anew(connection, service.safe, service.clock, service.ids)
                announce_all(connection, service.maker)
                told = {"epoch": restored.epoch, "parent": restored.parent}
                said = Happening("restored", AUTHOR, details=told)
                note_audit(connection, [said], service.clock.now(), service.safe)
                return restored

            return service.database.in_write(work)
    finally:
        source.close()


def prepared(path: Path, service: Service) -> str:
    """Brings a copy of a backup to this version's schema; the first life of its database."""
    copy = open_database(f"sqlite:///{path}")
    try:
        upgrade(copy, service.clock, service.ids)
        with copy.read() as connection:
            return root_of(connection)
    finally:
        copy.close()


def holds_work(connection: Connection) -> bool:
    """Whether there is anything in any log."""
    return bool(connection.execute(select(func.sum(ward_head.c.revision))).scalar())


def _must_be_ours(connection: Connection, reading: Connection) -> None:
    if holds_work(connection) and root_of(connection) != root_of(reading):
        raise UserMends("server.other_server")
