"""The server's database: SQLite (one office) or PostgreSQL (a city), with one way to write.

SQLite comes from the `sqlcipher3` build, without a key: the standard library's may be older than
3.51.3, which can corrupt a WAL file when two connections write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import StaticPool

from fieldapp.driver import say
from fieldapp.errors import SurroundingsMend

SAFE_SQLITE = (3, 51, 3)
ATTEMPTS = 3
PLANNED_FROM = 2
"""So many times a connection is asked the same before PostgreSQL keeps how it does it."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")
_SPARE = 4
"""Connections beside those of the calls: who looks whether all is well needs one, too."""
_WRITES = "fieldapp_writes"

Result = TypeVar("Result")

RUN: ContextVar[str] = ContextVar("run", default="")
"""The id of the laptop's run that this thread works for: lower-case hex, or nothing."""


@dataclass(frozen=True)
class Limits:
    """What a process may ask of the database.

    Attributes:
        connections: at once, for calls.
        wait: seconds that one more waits for one of them.
        statement_ms, lock_ms, idle_ms: milliseconds after which PostgreSQL ends a statement, a wait
            for a lock, a transaction in which nothing is asked; 0: never. A laptop that hears
            nothing gives up after 30 seconds: nobody works on for it.
    """

    connections: int = 46
    wait: int = 20
    statement_ms: int = 0
    lock_ms: int = 0
    idle_ms: int = 0

    @property
    def pool(self) -> dict[str, Any]:
        """As SQLAlchemy is told."""
        held = min(self.connections, 20)
        over = self.connections + _SPARE - held
        return {"pool_size": held, "max_overflow": over, "pool_timeout": self.wait}

    @property
    def settings(self) -> str:
        """As PostgreSQL is told."""
        told = {
            "statement_timeout": self.statement_ms,
            "lock_timeout": self.lock_ms,
            "idle_in_transaction_session_timeout": self.idle_ms,
        }
        return " ".join(f"-c {name}={value}" for name, value in told.items() if value)


UNLIMITED = Limits()
"""Of commands: a migration or a backup takes as long as it takes."""


def serving_limits(connections: int) -> Limits:
    """Of a process that serves with so many connections."""
    return Limits(connections, 10, statement_ms=20_000, lock_ms=8_000, idle_ms=60_000)


@dataclass
class Database:
    """An engine with read and write transactions. Several processes may open one PostgreSQL."""

    engine: Engine
    _write_turn: AbstractContextManager[Any] = field(default_factory=nullcontext)
    """Lets the threads of one process write to SQLite in turn, instead of polling its lock."""
    _read_turn: AbstractContextManager[Any] = field(default_factory=nullcontext)
    """The same for reads of a database in memory, which has a single connection."""
    until_connection: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Measures the wait for a connection."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._read_turn, self._connection() as connection, connection.begin():
            _name_run(connection)
            yield connection

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """A transaction that reads several things as they were at one moment."""
        # SQLite's transactions are of this kind by themselves.
        postgresql = self.engine.dialect.name == "postgresql"
        options = {"isolation_level": "REPEATABLE READ"} if postgresql else {}
        with self._read_turn, self._connection(**options) as connection, connection.begin():
            _name_run(connection)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end, rolled back by an exception."""
        with self._write_turn, self._connection(**{_WRITES: True}) as writing, writing.begin():
            _name_run(writing)
            yield writing

    @contextmanager
    def _connection(self, **options: Any) -> Iterator[Connection]:
        with self.until_connection():
            connection = self.engine.connect()
        with connection:
            yield connection.execution_options(**options)

    def in_write(self, work: Callable[[Connection], Result]) -> Result:
        """Runs `work` in a write transaction, again from the start where two writers collided.

        `work` must have no effect outside its transaction.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                with self.write() as connection:
                    return work(connection)
            except DBAPIError as collision:
                if not _passes(collision):
                    raise
        with self.write() as connection:
            return work(connection)

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def _name_run(connection: Connection) -> None:
    """PostgreSQL knows the transaction by the run that it is for, until it ends."""
    if (run := RUN.get()) and connection.dialect.name == "postgresql":
        say(connection, f"SET LOCAL application_name = 'fieldapp {run}'")


def open_database(url: str, limits: Limits = UNLIMITED) -> Database:
    """The database at a SQLAlchemy URL.

    Raises:
        SurroundingsMend: `server.sqlite_too_old`, or a URL of another kind of database.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(url, limits)
    if backend == "postgresql":
        url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(False)
        told: dict[str, Any] = {"connect_timeout": 10, "application_name": "fieldapp"}
        told["prepare_threshold"] = PLANNED_FROM
        if limits.settings:
            told["options"] = limits.settings
        # the one used last has its statements planned, and what they touch is at hand
        pool = limits.pool | {"pool_use_lifo": True}
        engine = create_engine(url, hide_parameters=True, connect_args=told, **pool)
        event.listen(engine, "checkout", _must_be_open)
        return Database(engine)
    raise SurroundingsMend("server.unknown_database", backend=backend)


def _must_be_open(connection: psycopg.Connection[Any], _record: object, _fairy: object) -> None:
    """Refuses a connection that PostgreSQL has closed since it was used last, and with it all that
    are as old. Asking it something instead would cost each call a message there and back."""
    try:
        connection.pgconn.consume_input()  # why it was closed, if it was
        connection.pgconn.consume_input()  # the end itself
    except psycopg.OperationalError as defect:
        raise InvalidatePoolError from defect


def _open_sqlite(url: str, limits: Limits) -> Database:
    from sqlcipher3 import dbapi2

    if dbapi2.sqlite_version_info < SAFE_SQLITE:
        raise SurroundingsMend("server.sqlite_too_old", version=dbapi2.sqlite_version)
    url = make_url(url).set(drivername="sqlite").render_as_string(False)
    in_memory = make_url(url).database in (None, "", ":memory:")
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 15}}
    options |= {"poolclass": StaticPool} if in_memory else limits.pool
    engine = create_engine(url, module=dbapi2, hide_parameters=True, **options)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", begin)
    turn = threading.RLock()
    return Database(engine, turn, turn if in_memory else nullcontext())


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver does
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def begin(connection: Connection) -> None:
    """Begins a transaction; one that will write takes SQLite's write lock at once."""
    writes = connection.get_execution_options().get(_WRITES, False)
    say(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


def _passes(defect: DBAPIError) -> bool:
    """Whether another attempt may succeed: a race for a key, a deadlock, a serialisation failure.

    A lost connection is not tried again here: whether it committed is for the caller to ask anew.
    """
    state = getattr(defect.orig, "sqlstate", None)
    return isinstance(defect, IntegrityError) or state in ("40001", "40P01", "55P03")


def is_outage(defect: DBAPIError) -> bool:
    """Whether the database could not be reached or was busy: later may help."""
    return isinstance(defect, OperationalError)
