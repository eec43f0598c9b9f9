"""One statement for many rows, past what SQLAlchemy does for each value of each row.

For a list of 100,000 people that costs more than reading and comparing them. The statement is put
together and its types are looked up once; the values reach the driver as they would have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, TableClause, Update, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from fieldapp.driver import change_each
from fieldapp.ready import Turn

_DIALECT = sqlite.dialect()
"""Of every laptop's file: what was made ready for one serves all."""


@dataclass(frozen=True)
class Prepared:
    """A statement as the driver takes it; `places` are its parameters in their order, each with
    what turns a value into the driver's own."""

    sql: str
    places: tuple[tuple[str, Turn | None], ...]

    @cached_property
    def _pick(self) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
        names = [name for name, _ in self.places]
        return itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)

    @cached_property
    def _turns(self) -> tuple[tuple[int, Turn], ...]:
        return tuple((at, turn) for at, (_, turn) in enumerate(self.places) if turn is not None)

    def run(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Runs it for each of the rows, which name all its parameters."""
        values: list[Sequence[Any]] = list(map(self._pick, rows))
        if self._turns:
            values = list(map(self._turned, values))
        self.run_ready(connection, values)

    def run_ready(self, connection: Connection, values: Sequence[Sequence[Any]]) -> None:
        """Runs it for values that are the driver's own already, in the order of `places`."""
        if values:
            change_each(connection, self.sql, values)

    def _turned(self, values: Sequence[Any]) -> tuple[Any, ...]:
        turned = list(values)
        for at, turn in self._turns:
            turned[at] = turn(turned[at])
        return tuple(turned)


def insert_many(
    connection: Connection, table: TableClause, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Inserts rows that all name the same columns; a column that they leave out is NULL."""
    wanted = list(rows)
    if wanted:
        insertion(table, tuple(wanted[0])).run(connection, wanted)


@cache
def insertion(
    table: TableClause,
    names: tuple[str, ...],
    *,
    where_missing: bool = False,
    or_replace: bool = False,
) -> Prepared:
    """Inserts a row of which these columns are said.

    `where_missing`: one that is there stays; `or_replace`: it gives way.
    """
    statement = insert(table)
    if where_missing or or_replace:
        statement = statement.prefix_with("OR IGNORE" if where_missing else "OR REPLACE")
    return _prepared(statement.compile(dialect=_DIALECT, column_keys=names))


def prepare(statement: Update) -> Prepared:
    """Makes a statement ready; whoever calls keeps it."""
    return _prepared(statement.compile(dialect=_DIALECT))


def _prepared(compiled: SQLCompiler) -> Prepared:
    places = []
    for name in compiled.positiontup or ():
        kind = compiled.binds[name].type.dialect_impl(_DIALECT)
        places.append((name, kind.bind_processor(_DIALECT)))
    return Prepared(compiled.string, tuple(places))
