"""Past SQLAlchemy to the driver below it: for statements that are put together once (`ready`).

The transaction, its connection and its errors stay SQLAlchemy's. Whoever listens to SQLAlchemy's
statements hears these, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


class Asked(NamedTuple):
    """A statement with its values, as the driver takes them; and whether how its columns are
    described is wanted, which takes as long as reading a row."""

    sql: str
    values: Any
    described: bool


class Told(NamedTuple):
    """Its rows, and the columns' description where it is wanted."""

    rows: Sequence[Any]
    columns: Any


def ask(connection: Connection, asked: Asked) -> Told:
    """All rows as the driver gives them."""
    if is_watched(connection):
        result = connection.exec_driver_sql(asked.sql, asked.values)
        described = result.cursor.description if result.cursor is not None else ()
        return Told([tuple(row) for row in result], described)
    with driver_cursor(connection, asked.sql, asked.values) as cursor:
        cursor.execute(asked.sql, asked.values)
        return _told(cursor, asked)


def ask_together(connection: Connection, several: Sequence[Asked]) -> list[Told]:
    """The rows of each, in this order. PostgreSQL is sent all of them before it has answered any:
    a message there and back takes both sides longer than most answers. Each sees what was committed
    before PostgreSQL came to it, so what stands behind one that waits for a lock sees what that
    waited for."""
    if not can_pipeline(connection):
        return [ask(connection, asked) for asked in several]
    with in_one_go(connection):
        cursors = [connection.connection.cursor() for _ in several]
        for cursor, asked in zip(cursors, several, strict=True):
            cursor.execute(asked.sql, asked.values)
        return [_told(*one) for one in zip(cursors, several, strict=True)]


def _told(cursor: Any, asked: Asked) -> Told:
    return Told(cursor.fetchall(), cursor.description if asked.described else None)


def change(connection: Connection, sql: str, values: Any) -> int:
    """Runs a statement that gives no rows; how many it changed (not known `in_one_go`)."""
    if is_watched(connection):
        return connection.exec_driver_sql(sql, values).rowcount
    with driver_cursor(connection, sql, values) as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def change_each(connection: Connection, sql: str, values: Sequence[Any]) -> None:
    """Runs a statement for each of these values."""
    if len(values) == 1:  # for several the driver makes ready, which takes longer than this
        change(connection, sql, values[0])
        return
    if is_watched(connection):
        connection.exec_driver_sql(sql, list(values))
        return
    with driver_cursor(connection, sql, values) as cursor:
        cursor.executemany(sql, values)


def say(connection: Connection, sql: str) -> None:
    """Says what no table is asked for ("BEGIN"), before a transaction is under way."""
    with driver_cursor(connection, sql, None) as cursor:
        cursor.execute(sql)


@contextmanager
def in_one_go(connection: Connection, *, unless: bool = False) -> Iterator[None]:
    """What the block changes goes to PostgreSQL one behind the other, and is waited for at its end:
    that is where an error shows. On SQLite, and `unless`, it is as without."""
    if unless or not can_pipeline(connection):
        yield
        return
    try:
        with _driver_of(connection).pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, "", None, error) from error


def _driver_of(connection: Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.driver_connection


def can_copy(connection: Connection) -> bool:
    """Whether rows can be copied: not `in_one_go`."""
    return can_pipeline(connection) and not _driver_of(connection).pgconn.pipeline_status


def can_pipeline(connection: Connection) -> bool:
    """Whether statements can be sent before others are answered."""
    return connection.dialect.name == "postgresql" and not is_watched(connection)


def is_watched(connection: Connection) -> bool:
    """Whether somebody listens to statements, or a transaction must begin first."""
    heard = connection.engine.dispatch
    listens = heard.before_cursor_execute or heard.after_cursor_execute
    return bool(listens) or not connection.in_transaction()


@contextmanager
def driver_cursor(connection: Connection, sql: str, values: Any = None) -> Iterator[Any]:
    """A cursor of the driver's own; `sql` and `values` say in errors what it was for."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, sql, values, error) from error
    finally:
        cursor.close()


def _wrapped(connection: Connection, sql: str, values: Any, error: Exception) -> Exception:
    """A driver's error as SQLAlchemy would have raised it; a lost connection is given up."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]  # stubs want a driver's Error
    wrapped: Any = DBAPIError.instance(
        *(sql, values, error, dialect.loaded_dbapi.Error, connection.engine.hide_parameters),
        connection_invalidated=lost,
        dialect=dialect,
    )
    if lost:
        connection.invalidate(error)
    assert isinstance(wrapped, DBAPIError)
    return wrapped
