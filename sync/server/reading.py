"""From a content's text to a changeset that both databases can hold, or the reason why not.

Whatever a laptop (or a forger) sends ends in a changeset or in a `ValueError`, never in an error of
the database: SQLite would take texts that PostgreSQL refuses, and both must answer alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, String

from fieldapp.clock import iso
from fieldapp.model import record_types
from fieldapp.model.changesets import Change, Changeset, canonical, decode
from sync.server.tables import table_of

DEPTH = 32
"""A JSON document is nested no deeper than this."""
ID_LENGTH = 36
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_FRACTION = re.compile(r"[0-9][.eE]|NaN|Infinity")
"""Outside of strings: what may be no finite number. Our records have whole numbers only."""
_BRACKET = re.compile(r"[\[\]{}]")
_INT32 = range(-(1 << 31), 1 << 31)


def read_changeset(content: str) -> Changeset:
    """The changeset that the text holds.

    Raises:
        ValueError: it is none, or one that no database can hold; the text says what.
    """
    if depth_exceeds(content, DEPTH):
        raise ValueError("nested too deeply")
    changeset = decode(content.encode())
    _writable(content)
    for name, text in (("id", changeset.id), *((c.kind, c.record) for c in changeset.changes)):
        if not 0 < len(text) <= ID_LENGTH:
            raise ValueError(f"{name}: an id of {len(text)} characters")
    try:
        iso(changeset.corrected_at)
    except OverflowError as defect:
        raise ValueError("a moment that no calendar has") from defect
    for change in changeset.changes:
        for fault in _faults(change):
            raise ValueError(fault)
    return changeset


def depth_exceeds(text: str, limit: int) -> bool:
    """Whether JSON text nests deeper than `limit`, found without parsing it."""
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > limit:
            return True
    return False


def _writable(content: str) -> None:
    """Refuses numbers that are not finite, halves of surrogate pairs, and NUL characters."""
    if "\\u" not in content and _FRACTION.search(_STRING.sub("", content)) is None:
        return
    if "\\u0000" in canonical(json.loads(content)).decode():
        raise ValueError("a text with a NUL character")


def _faults(change: Change) -> Iterator[str]:
    kinds = _kinds(change.record_type)
    for name, pair in change.fields.items():
        kind = kinds.get(name)
        if kind is None and not _FIELD_NAME.fullmatch(name):
            yield f"{change.record_type}: {name:.60} is no field's name"
        if kind is not None and not _fits(kind, pair[1]):
            yield f"{change.record_type}.{name}: too long or too large"


@lru_cache(maxsize=256)  # whoever writes a changeset names what he likes
def _kinds(record_type: str) -> dict[str, Any]:
    """The kinds of a type's columns, by name; of an unknown type nothing is known."""
    record = record_types().get(record_type)
    columns = table_of(record).columns if record is not None else ()
    return {column.name: column.type for column in columns}


def _fits(kind: Any, value: Any) -> bool:
    if isinstance(kind, String) and isinstance(value, str):
        return kind.length is None or len(value) <= kind.length
    if isinstance(kind, Integer) and isinstance(value, int):
        return value in _INT32
    return True
