"""Disks in memory: SQLite databases that can be copied, put back, filled up and struck by crashes.

A disk counts its writes (each statement that changes something, and each commit). At the chosen
one it fails like a full disk or a bad sector, or the machine dies: before the statement, or right
after the commit, whose success then nobody learns. A dead machine does nothing more, not even what
an `except` would still do, until it is started again.

What differs from a real disk: no cipher and no fsync (torn and unsynced writes are the crash
images' business), and one connection, so that a read inside a write sees what was just written.

A second connection puts copies back: had the first one to, it would forget its statements, and to
put those together again takes longer than all that a history asks of them.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from tests.simulation.quick import Quick, Standing

Blow = Literal["dies_before", "dies_after", "full", "io_error"]
DEADLY = ("dies_before", "dies_after")
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_SAYS = {"full": "database or disk is full", "io_error": "disk I/O error"}


class Crash(BaseException):
    """The machine died here. No `except Exception` of the product may survive it."""


@dataclass
class Strike:
    """What happens at the `at`-th write from now on. `lasting`: and at every later one."""

    blow: Blow
    at: int
    lasting: bool = False


_NUMBERS = count()


class Disk:
    """One database in memory with its engine. `begin` says BEGIN as the product does."""

    def __init__(self, begin: Callable[[Connection], None]) -> None:
        where = {"uri": True, "check_same_thread": False, "isolation_level": None}
        name = f"file:/disk{next(_NUMBERS)}?vfs=memdb"
        self.raw: Any = dbapi2.connect(name, factory=_Connection, cached_statements=2_000, **where)
        self.raw.disk = self
        self.raw.execute("PRAGMA foreign_keys = ON")
        self._behind = dbapi2.connect(name, **where)
        self._reading = dbapi2.Cursor(self.raw)
        self.depth = 0
        self.writes = 0
        self.dead = False
        self.strike: Strike | None = None
        self.landed: Callable[[Blow], None] = lambda blow: None
        self.life = 0
        """Goes on where anything may have changed by other ways than by a statement."""
        self.changed = Counter[str]()
        """How many statements may have changed each table."""
        self._settings: dict[str, Any] = {}
        self._settings_at = (0, 0)
        self.plain_engine = self._engine()
        event.listen(self.plain_engine, "begin", begin)
        self._begin = begin
        self._standing: Standing | None = None
        self.engine: Any = Quick(self.plain_engine, self._connected, {})

    def _engine(self) -> Engine:
        return create_engine(
            "sqlite://",
            module=dbapi2,
            creator=lambda: self.raw,
            poolclass=StaticPool,
            pool_reset_on_return=None,
        )

    def _connected(self) -> Standing:
        """The connection that the program has; another one where a crash ended the last one."""
        if self._standing is None or self._standing.invalidated:
            self._standing = Standing.on(self.plain_engine, self._begin)
        return self._standing

    def copy(self) -> Any:
        """What the disk holds now, for `put_back` of any disk."""
        assert self.depth == 0, "a disk is copied between transactions"
        kept = dbapi2.connect(":memory:", check_same_thread=False)
        self.raw.backup(kept)
        tables = kept.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master")
        form = zlib.crc32(repr(tables.fetchall()).encode()) & 0x7FFFFFFF
        kept.execute(f"PRAGMA schema_version = {form}")
        return kept

    def put_back(self, copy: Any) -> None:
        """Makes the disk hold what a copy holds."""
        self.start()
        self.life += 1
        copy.backup(self._behind)
        # A copy's version stands for the form of its tables: statements that fit it stay as they
        # are.
        (form,) = copy.execute("PRAGMA schema_version").fetchone()
        self._behind.execute(f"PRAGMA schema_version = {form}")
        self.raw._counted = self.raw.total_changes  # a history on a new disk is like any other

    def start(self) -> None:
        """Starts the machine again: what was not committed is gone."""
        self.dead, self.strike = False, None
        if self.raw.in_transaction:
            self.life += 1
            dbapi2.Connection.rollback(self.raw)
        self.depth = 0

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Rows, read past the product and past all faults."""
        return list(self._reading.execute(sql, values))

    def change(self, sql: str, *values: Any) -> None:
        """Changes rows past the product, between transactions."""
        self.life += 1
        dbapi2.Cursor(self.raw).execute(sql, values)

    def setting(self, name: str) -> Any:
        """A value of a laptop's installation, as JSON text; None where it is not set."""
        at = (self.life, self.changed["meta"])
        if self._settings_at != at:
            self._settings_at, self._settings = at, {}
        if name not in self._settings:
            found = self.ask("SELECT value FROM meta WHERE name = ?", name)
            self._settings[name] = found[0][0] if found else None
        return self._settings[name]

    # what the connection reports

    def before_write(self) -> None:
        """Called before each statement that changes something, and before each commit."""
        self.must_live()
        self.writes += 1
        strike = self.strike
        if strike is None:
            return
        strike.at -= 1
        if strike.at > 0 or (strike.at < 0 and not strike.lasting):
            return
        if strike.blow == "dies_before":
            self._die()
        if strike.blow in _SAYS:
            self.landed(strike.blow)
            raise dbapi2.OperationalError(_SAYS[strike.blow])

    def after_commit(self) -> None:
        """Called after each commit."""
        strike = self.strike
        if strike is not None and strike.at <= 0 and strike.blow == "dies_after":
            self._die()

    def must_live(self) -> None:
        """Raises Crash on a machine that is dead."""
        if self.dead:
            raise Crash

    def _die(self) -> None:
        assert self.strike is not None
        self.dead = True
        self.landed(self.strike.blow)
        raise Crash


@cache
def _table(sql: str) -> str:
    """The table that a statement changes."""
    found = re.search(r'\b(?:INTO|UPDATE|FROM)\s+"?(\w+)', sql)
    assert found is not None, sql
    return found[1]


class _Cursor(dbapi2.Cursor):  # type: ignore[misc]  # the driver has no stubs
    """Lets the disk see every write; a transaction inside another one is part of it."""

    def execute(self, sql: str, *values: Any) -> Any:
        disk = self.connection.disk
        if sql.startswith("BEGIN"):
            disk.must_live()
            disk.depth += 1
            return self if disk.depth > 1 else super().execute(sql)
        if sql.startswith(_WRITES):
            disk.before_write()
            disk.changed[_table(sql)] += 1
        return super().execute(sql, *values)

    def executemany(self, sql: str, rows: Any) -> Any:
        disk = self.connection.disk
        disk.before_write()
        disk.changed[_table(sql)] += 1
        return super().executemany(sql, rows)


class _Connection(dbapi2.Connection):  # type: ignore[misc]  # the driver has no stubs
    """The one connection of a disk."""

    disk: Disk

    def cursor(self) -> Any:
        return super().cursor(_Cursor)

    def commit(self) -> None:
        disk = self.disk
        disk.depth -= 1
        if disk.depth > 0 or not self.in_transaction:
            disk.depth = max(disk.depth, 0)
            return
        changed = self.total_changes != getattr(self, "_counted", -1)
        if changed:
            try:
                disk.before_write()
            except BaseException:
                disk.life += 1
                super().rollback()
                raise
        super().commit()
        self._counted = self.total_changes
        if changed:
            disk.after_commit()

    def rollback(self) -> None:
        disk = self.disk
        if disk.depth > 1 and not disk.dead:
            disk.depth -= 1
            return
        disk.depth = 0
        if self.in_transaction:
            disk.life += 1
            super().rollback()

    def close(self) -> None:
        """The disk outlives its connections: only what was under way is dropped."""
        self.disk.depth = 0
        if self.in_transaction:
            self.disk.life += 1
            super().rollback()
