"""Looks for a text in everything that a database holds, also in the tables behind an index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, inspect, text

from fieldapp.errors import SurroundingsMend
from fieldapp.store.log.packed import unpack

_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


def found_in(connection: Connection, texts: Iterable[str]) -> list[tuple[str, str]]:
    """Which of the texts stand in which table."""
    wanted = list(texts)
    found = []
    for table in _tables(connection):
        rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
        told = "\n".join(_plain(value) for row in rows for value in row)
        found += [(table, one) for one in wanted if one in told]
    return found


def _tables(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        every = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        return list(connection.execute(text(every)).scalars())
    return sorted(inspect(connection).get_table_names())


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        value = bytes(value)
        with suppress(SurroundingsMend):  # not all that begins like a log's content is one
            value = unpack(value)
        value = value.decode("utf-8", "replace")
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), str(value))
