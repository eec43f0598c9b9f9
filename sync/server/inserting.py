"""Many new rows at once: as PostgreSQL takes them fastest, and as SQLite does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Table, bindparam, insert

from fieldapp.ready import Ready, Turn, driver_cursor, is_watched

COPIED_FROM = 12
"""Rows from which on COPY is quicker than a statement a row."""


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
        self._names = names
        self._types = [table.columns[name].type for name in names]
        values: Any = {name: bindparam(name) for name in names}
        self._each = Ready(insert(table).values(values))
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
        self._copy = into.as_string(None)
        self._turns: list[tuple[int, Turn]] | None = None

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts them."""
        copies = len(rows) >= COPIED_FROM and connection.dialect.name == "postgresql"
        if not copies or is_watched(connection):
            self._each.run_each(connection, rows)
            return
        pick = itemgetter(*self._names)
        with driver_cursor(connection, self._copy) as cursor, cursor.copy(self._copy) as copy:
            turns = self._turned(connection)
            for row in rows:
                values = list(pick(row))
                for at, turn in turns:
                    values[at] = turn(values[at])
                copy.write_row(values)

    def _turned(self, connection: Connection) -> list[tuple[int, Turn]]:
        if self._turns is None:
            dialect, self._turns = connection.dialect, []
            for at, kind in enumerate(self._types):
                turn = kind.dialect_impl(dialect).bind_processor(dialect)
                if turn is not None:
                    self._turns.append((at, turn))
        return self._turns
