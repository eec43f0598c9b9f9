"""One statement for many rows, past what SQLAlchemy does for each value of each row.

For a list of 100,000 people that costs more than reading and comparing them. The statement is put
together and its types are looked up once; the values reach the driver as they would have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, TableClause, Update, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = sqlite.dialect()
"""Of every laptop's file: what was made ready for one serves all."""


@dataclass(frozen=True)
class Prepared:
    """A statement as the driver takes it; `places` are its parameters in their order, each with
    what turns a value into the driver's own."""

    sql: str
    places: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def run(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Runs it for each of the rows, which name all its parameters."""
        values = [
            tuple([row[name] if turn is None else turn(row[name]) for name, turn in self.places])
            for row in rows
        ]
        if values:
            connection.exec_driver_sql(self.sql, values)


def insert_many(
    connection: Connection, table: TableClause, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Inserts rows that all name the same columns; a column that they leave out is NULL."""
    wanted = list(rows)
    if wanted:
        _insertion(table, tuple(wanted[0])).run(connection, wanted)


@cache
def _insertion(table: TableClause, names: tuple[str, ...]) -> Prepared:
    return _prepared(insert(table).compile(dialect=_DIALECT, column_keys=names))


def prepare(statement: Update) -> Prepared:
    """Makes a statement ready; whoever calls keeps it."""
    return _prepared(statement.compile(dialect=_DIALECT))


def _prepared(compiled: SQLCompiler) -> Prepared:
    places = []
    for name in compiled.positiontup or ():
        kind = compiled.binds[name].type.dialect_impl(_DIALECT)
        places.append((name, kind.bind_processor(_DIALECT)))
    return Prepared(compiled.string, tuple(places))
