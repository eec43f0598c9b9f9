"""The schema of a new SQLite file, written down as statements.

Going through all revisions takes longer than everything else that a new file needs. A process that
makes several (a demo's four laptops, the training's three and its server) goes through them once,
and gives each file what came of it.
"""

from __future__ import annotations

from sqlalchemy import Connection


def is_empty(connection: Connection) -> bool:
    """Whether nothing was ever made in this SQLite file."""
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is None


def script_of(connection: Connection) -> tuple[str, ...]:
    """The statements that make an empty SQLite file hold what this one holds: schema and rows. What
    a virtual table keeps is made by its own statement, without rows."""
    listed = connection.exec_driver_sql("PRAGMA main.table_list").all()
    kinds = {row.name: row.type for row in listed if not row.name.startswith("sqlite_")}
    made = "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    script = [
        sql
        for table, sql in connection.exec_driver_sql(made).all()
        if kinds.get(table, "shadow") != "shadow"
    ]
    for name, kind in kinds.items():
        if kind == "table":
            script += _rows(connection, name)
    return tuple(script)


def _rows(connection: Connection, table: str) -> list[str]:
    columns = connection.exec_driver_sql(f'PRAGMA table_info("{table}")').all()
    quoted = " || ', ' || ".join(f'quote("{column.name}")' for column in columns)
    rows = connection.exec_driver_sql(f'SELECT {quoted} FROM "{table}"').scalars()
    return [f'INSERT INTO "{table}" VALUES ({row})' for row in rows]


def replay(connection: Connection, script: tuple[str, ...]) -> None:
    """Runs the statements, in the transaction of the connection."""
    for statement in script:
        connection.exec_driver_sql(statement)
