"""Values of this installation, kept in the laptop's file by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from fieldapp.store import tables

_SETTING = select(tables.meta.c.value).where(tables.meta.c.name == bindparam("name"))
"""Read so often that putting it together each time would show."""


def read_meta(connection: Connection, name: str, default: Any = None) -> Any:
    """A value by name."""
    found = connection.execute(_SETTING, {"name": name}).one_or_none()
    return default if found is None else found[0]


def write_meta(connection: Connection, **settings: Any) -> None:
    """Sets values."""
    rows = [{"name": name, "value": value} for name, value in settings.items()]
    connection.execute(insert(tables.meta).prefix_with("OR REPLACE"), rows)
