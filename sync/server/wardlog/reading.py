"""From a content's text to a changeset that both databases can hold, or the reason why not.

Whatever a laptop (or a forger) sends ends in a changeset or in a `ValueError`, never in an error of
the database: SQLite would take texts that PostgreSQL refuses, and both must answer alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from math import isfinite
from typing import Any

from sqlalchemy import Integer, String

from fieldapp.clock import iso
from fieldapp.model import record_types
from fieldapp.model.changesets import Change, Changeset, canonical, from_wire
from sync.server.store.tables import table_of

DEPTH = 32
"""A JSON document is nested no deeper than this."""
ID_LENGTH = 36
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_NO_BONES = bytes(set(range(256)) - set(b'"[]{}'))
_INT32 = range(-(1 << 31), 1 << 31)


def read_changeset(content: str) -> Changeset:
    """The changeset that the text holds.

    Raises:
        ValueError: it is none, or one that no database can hold; the text says what.
    """
    if depth_exceeds(content.encode(), DEPTH):
        raise ValueError("nested too deeply")
    wire = _parsed(content)
    changeset = from_wire(wire)
    _writable(content, wire)
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


def depth_exceeds(body: bytes, limit: int) -> bool:
    """Whether JSON nests deeper than `limit`, found without parsing it."""
    if b"\\" in body:  # pairs first: what is left escapes what follows it
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    depth = 0
    for bracket in b"".join(body.translate(None, _NO_BONES).split(b'"')[::2]):
        depth += 1 if bracket in b"[{" else -1
        if depth > limit:
            return True
    return False


def _parsed(content: str) -> Any:
    """What the JSON says, with finite numbers only."""
    try:
        return _READER.decode(content)
    except RecursionError as defect:
        raise ValueError("nested too deeply") from defect


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"not a finite number: {text:.60}")
    return number


_READER = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


def _writable(content: str, wire: Any) -> None:
    """Refuses halves of surrogate pairs, and NUL characters."""
    if "\\u" in content and "\\u0000" in canonical(wire).decode():
        raise ValueError("a text with a NUL character")


def _faults(change: Change) -> Iterator[str]:
    limits = _limits(change.record_type)
    for name, (_, new) in change.fields.items():
        if name not in limits:
            if not _FIELD_NAME.fullmatch(name):
                yield f"{change.record_type}: {name:.60} is no field's name"
            continue
        limit = limits[name]
        if limit is not None and not _fits(limit, new):
            yield f"{change.record_type}.{name}: too long or too large"


@lru_cache(maxsize=256)  # whoever writes a changeset names what he likes
def _limits(record_type: str) -> dict[str, int | range | None]:
    """How long or how large a type's columns may be, by name, if it matters; of an unknown type
    nothing is known."""
    record = record_types().get(record_type)
    columns = table_of(record).columns if record is not None else ()
    return {column.name: _limit(column.type) for column in columns}


def _limit(kind: Any) -> int | range | None:
    if isinstance(kind, String):
        return kind.length
    return _INT32 if isinstance(kind, Integer) else None


def _fits(limit: int | range, value: Any) -> bool:
    if isinstance(limit, int):
        return not isinstance(value, str) or len(value) <= limit
    return not isinstance(value, int) or value in limit
