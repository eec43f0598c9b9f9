"""The engine over the encrypted file, and driver errors sorted by who can mend them.

SQLCipher through SQLAlchemy in the one safe form: a file URL (so that the pool is a `QueuePool`),
`module=`, and the raw key as the first statement of each connection. Writers take the write lock at
once (`BEGIN IMMEDIATE`), so that no transaction fails half way for want of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from fieldapp.driver import say
from fieldapp.errors import DefectFound, FieldappError, SurroundingsMend

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can lose a WAL that two connections reset at once."""

CACHE_KB, LARGE_CACHE_KB = 32_000, 128_000
"""Of pages: what they hold is read, written and enciphered once, not each time that it is needed.

A list of 100,000 people goes to random places of a dozen trees: in the small cache each page would
be enciphered ten times over.
"""

_PRAGMAS = (
    "cipher_log_level = NONE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "busy_timeout = 10000",
    f"cache_size = -{CACHE_KB}",
    "journal_size_limit = 64000000",
)

_CODES = (
    ("disk is full", "store.disk_full"),
    ("disk i/o error", "store.disk_fault"),
    ("readonly", "store.read_only"),
    ("unable to open", "store.read_only"),
    ("locked", "store.busy"),
    ("not a database", "store.damaged"),
    ("malformed", "store.damaged"),
)


def open_engine(path: Path, key: bytes) -> Engine:
    """An engine on the file; it is created where it does not exist.

    Raises:
        DefectFound: `store.old_sqlite`: the build is one that can lose data.
    """
    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise DefectFound("store.old_sqlite", version=dbapi2.sqlite_version)
    engine = create_engine(
        f"sqlite:///{path}", module=dbapi2, connect_args={"timeout": 10, "cached_statements": 500}
    )

    @event.listens_for(engine, "connect")
    def _unlock(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute("PRAGMA " + pragma)

    event.listen(engine, "begin", begin)
    return engine


@contextmanager
def large_cache(connection: Connection) -> Iterator[None]:
    """Gives a transaction that writes very much a large cache while it does."""
    connection.exec_driver_sql(f"PRAGMA cache_size = -{LARGE_CACHE_KB}")
    try:
        yield
    finally:
        if not connection.invalidated:  # an interrupt ended it: the next one has its own cache
            connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KB}")


def begin(connection: Any) -> None:
    """Begins a transaction; one that will write takes the write lock at once."""
    writes = connection.get_execution_options().get("writes", False)
    say(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def sorted_errors() -> Iterator[None]:
    """Turns driver errors into ours: a full disk, a lock, damage; the rest is a defect of ours."""
    try:
        yield
    except DBAPIError as error:
        raise sort_error(error) from error


def sort_error(error: DBAPIError) -> FieldappError:
    """Which of our errors a driver error is."""
    text = str(error.orig).lower()
    for part, code in _CODES:
        if part in text:
            return SurroundingsMend(code)
    return DefectFound("store.defect", detail=str(error.orig))
