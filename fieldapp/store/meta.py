"""Values of this installation, kept in the laptop's file by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from fieldapp.ready import Ready, among
from fieldapp.store import tables

_SETTING = Ready(select(tables.meta.c.value).where(tables.meta.c.name == bindparam("name")))
_SETTINGS = Ready(select(tables.meta.c.name, tables.meta.c.value).where(among(tables.meta.c.name)))
_KEEP = Ready(
    insert(tables.meta)
    .prefix_with("OR REPLACE")
    .values(name=bindparam("name"), value=bindparam("value"))
)


def read_meta(connection: Connection, name: str, default: Any = None) -> Any:
    """A value by name."""
    found = _SETTING.first(connection, name=name)
    return default if found is None else found[0]


def read_several(connection: Connection, names: Sequence[str]) -> dict[str, Any]:
    """Those of these values that are set."""
    return dict(_SETTINGS.all(connection, ids=list(names)))


def write_meta(connection: Connection, **settings: Any) -> None:
    """Sets values."""
    rows = [{"name": name, "value": value} for name, value in settings.items()]
    _KEEP.run_each(connection, rows)
