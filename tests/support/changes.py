"""Short ways to write changesets for tests of the merge and of the server."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from fieldapp.model.changesets import Change, Changeset, Position

WARD = "26956.20250701"
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""08:00 in Ho Chi Minh City."""


def create(record_type: str, record: str, **values: Any) -> Change:
    """A new record."""
    return Change("create", record_type, record, {n: (None, v) for n, v in values.items()})


def edit(record_type: str, record: str, **pairs: tuple[Any, Any]) -> Change:
    """Fields changed from what was seen to something else: `edit("person", p, sex=(None, "x"))`."""
    return Change("edit", record_type, record, pairs)


def decide(
    record_type: str,
    record: str,
    field: str,
    pair: tuple[Any, Any],
    *,
    sides: Iterable[str] = (),
    reopens: Iterable[str] = (),
) -> Change:
    """A decision on a field that settles the sides named, or lets some wait again."""
    return Change("decide", record_type, record, {field: pair}, tuple(sides), tuple(reopens))


def changeset(identity: str, base: int, *changes: Change, **other: Any) -> Changeset:
    """A changeset of a laptop that had seen the log up to `base`."""
    settings: dict[str, Any] = {
        "ward": WARD,
        "device": "d1",
        "incarnation": "i1",
        "number": 1,
        "author": "lan",
        "action": "test",
        "made_at": MORNING,
        "offset_ms": 0,
    }
    epoch = other.pop("epoch", "e0")
    settings |= other
    settings["on"] = tuple(settings.get("on", ()))
    return Changeset(id=identity, base=Position(epoch, base), changes=changes, **settings)
