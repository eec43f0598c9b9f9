"""Many new rows at once: as PostgreSQL takes them with the least work on both sides, and as SQLite
does.

PostgreSQL gets the rows of a table as one JSON text with one statement: a statement a row costs
both sides more than the row itself. Of many rows each costs it a third less by COPY; for few ones
that is not worth its messages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from psycopg import sql
from sqlalchemy import JSON, Column, Connection, LargeBinary, String, Table, bindparam, insert
from sqlalchemy.dialects.postgresql.base import PGDialect

from fieldapp.clock import iso
from fieldapp.driver import can_copy, can_pipeline, change, driver_cursor
from fieldapp.model.record import Moment
from fieldapp.ready import Ready, Turn, forget_ahead

_POSTGRESQL = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves the type out
COPIED_FROM = 100
"""Rows from which on COPY is quicker."""


class Insertion:
    """Inserts rows into one table. What they leave out is the database's to fill."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._forms: dict[tuple[str, ...], _Form] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows that all name the same columns. Raises as `Connection.execute` does."""
        if not rows:
            return
        names = tuple(sorted(rows[0]))
        form = self._forms.get(names)
        if form is None:
            form = self._forms[names] = _Form(self._table, names)
        form.run(connection, rows)


class _Form:
    """The same for rows with these columns."""

    def __init__(self, table: Table, names: tuple[str, ...]) -> None:
        values: Any = {name: bindparam(name) for name in names}
        self._columns = [table.columns[name] for name in names]
        self._each = Ready(insert(table).values(values))
        self._whole = _from_json(table, self._columns)
        self._copy = _by_copy(table, names)
        self._pick = itemgetter(*names)
        self._turns: list[tuple[int, Turn]] | None = None

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts them."""
        if not can_pipeline(connection):
            self._each.run_each(connection, rows)
            return
        forget_ahead(connection)
        if len(rows) >= COPIED_FROM and can_copy(connection):
            self._copied(connection, rows)
        else:
            change(connection, self._whole, {"rows": _PACK(rows)})

    def _copied(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        turns = self._turned(connection)
        with driver_cursor(connection, self._copy) as cursor, cursor.copy(self._copy) as copy:
            for row in rows:
                values = list(self._pick(row))
                for at, turn in turns:
                    values[at] = turn(values[at])
                copy.write_row(values)

    def _turned(self, connection: Connection) -> list[tuple[int, Turn]]:
        """What turns values that the driver does not take as they are."""
        if self._turns is None:
            dialect, self._turns = connection.dialect, []
            for at, column in enumerate(self._columns):
                turn = column.type.dialect_impl(dialect).bind_processor(dialect)
                if turn is not None:
                    self._turns.append((at, turn))
        return self._turns


def _by_copy(table: Table, names: Sequence[str]) -> str:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    into = sql.SQL("COPY {} ({}) FROM STDIN")
    return into.format(sql.Identifier(table.name), columns).as_string(None)


def _from_json(table: Table, columns: Sequence[Column[Any]]) -> str:
    """The statement that reads its rows from the JSON text `rows`."""
    said = {
        "table": sql.Identifier(table.name),
        "names": sql.SQL(", ").join(sql.Identifier(one.name) for one in columns),
        "values": sql.SQL(", ").join(map(_value, columns)),
        "types": sql.SQL(", ").join(map(_typed, columns)),
        "rows": sql.Placeholder("rows"),
    }
    text = (
        "INSERT INTO {table} ({names})"
        " SELECT {values} FROM json_to_recordset({rows}::json) AS one ({types})"
    )
    return sql.SQL(text).format(**said).as_string(None)


def _value(column: Column[Any]) -> sql.Composable:
    name = sql.Identifier("one", column.name)
    if isinstance(column.type, LargeBinary):
        return sql.SQL("decode({}, 'hex')").format(name)
    if isinstance(column.type, JSON):  # a null in JSON is no missing value, here as elsewhere
        return sql.SQL("COALESCE({}, 'null')").format(name)
    return name


def _typed(column: Column[Any]) -> sql.Composable:
    is_text = isinstance(column.type, LargeBinary | String | Moment)
    said = "text" if is_text else column.type.compile(_POSTGRESQL)
    return sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(said))


def _plain(value: object) -> str:
    """What JSON has no form for."""
    match value:
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
    raise TypeError(f"no column takes {type(value)}")


_PACK = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
