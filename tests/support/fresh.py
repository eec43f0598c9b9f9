"""All that a SQLite file holds, for comparing two of them."""

from __future__ import annotations

from sqlalchemy import Engine


def whole(file: Engine) -> tuple[list[tuple[object, ...]], dict[str, list[tuple[object, ...]]]]:
    """What was made in it, and the rows of each table."""
    with file.connect() as connection:
        made = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
        schema = [tuple(row) for row in made]
        rows = {
            str(name): [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
            for kind, name, *_ in schema
            if kind == "table"
        }
    return sorted(schema, key=str), rows
