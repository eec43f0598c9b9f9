"""Values of this installation, kept in the laptop's file by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from fieldapp.ready import Ready
from fieldapp.store import tables

_SETTING = Ready(select(tables.meta.c.value).where(tables.meta.c.name == bindparam("name")))
_KEEP = Ready(
    insert(tables.meta)
    .prefix_with("OR REPLACE")
    .values(name=bindparam("name"), value=bindparam("value"))
)


def read_meta(connection: Connection, name: str, default: Any = None) -> Any:
    """A value by name."""
    found = _SETTING.first(connection, name=name)
    return default if found is None else found[0]


def write_meta(connection: Connection, **settings: Any) -> None:
    """Sets values."""
    rows = [{"name": name, "value": value} for name, value in settings.items()]
    _KEEP.run_each(connection, rows)
