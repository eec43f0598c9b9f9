"""Disks in memory: SQLite databases that can be copied, put back, filled up and struck by crashes.

A disk counts its writes (each statement that changes something, and each commit). At the chosen
one it fails like a full disk or a bad sector, or the machine dies: before the statement, or right
after the commit, whose success then nobody learns. A dead machine does nothing more, not even what
an `except` would still do, until it is started again.

What differs from a real disk: no cipher and no fsync (torn and unsynced writes are the crash
images' business), and one connection, so that a read inside a write sees what was just written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

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


class Disk:
    """One database in memory with its engine."""

    def __init__(self) -> None:
        self.raw: Any = dbapi2.connect(
            ":memory:", check_same_thread=False, factory=_Connection, cached_statements=2_000
        )
        self.raw.disk = self
        self.raw.isolation_level = None
        self.raw.execute("PRAGMA foreign_keys = ON")
        self.depth = 0
        self.writes = 0
        self.dead = False
        self.strike: Strike | None = None
        self.landed: Callable[[Blow], None] = lambda blow: None
        self.engine = self._engine()

    def _engine(self) -> Engine:
        return create_engine(
            "sqlite://",
            module=dbapi2,
            creator=lambda: self.raw,
            poolclass=StaticPool,
            pool_reset_on_return=None,
        )

    def copy(self) -> Any:
        """What the disk holds now, for `put_back` of any disk."""
        assert self.depth == 0, "a disk is copied between transactions"
        kept = dbapi2.connect(":memory:", check_same_thread=False)
        self.raw.backup(kept)
        return kept

    def put_back(self, copy: Any) -> None:
        """Makes the disk hold what a copy holds."""
        self.start()
        copy.backup(self.raw)

    def start(self) -> None:
        """Starts the machine again: what was not committed is gone."""
        self.dead, self.strike = False, None
        if self.raw.in_transaction:
            dbapi2.Connection.rollback(self.raw)
        self.depth = 0

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Rows, read past the product and past all faults."""
        return list(dbapi2.Connection.execute(self.raw, sql, values))

    def change(self, sql: str, *values: Any) -> None:
        """Changes rows past the product, between transactions."""
        dbapi2.Connection.execute(self.raw, sql, values)

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
        return super().execute(sql, *values)

    def executemany(self, sql: str, rows: Any) -> Any:
        self.connection.disk.before_write()
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
            super().rollback()

    def close(self) -> None:
        """The disk outlives its connections: only what was under way is dropped."""
        self.disk.depth = 0
        if self.in_transaction:
            super().rollback()
