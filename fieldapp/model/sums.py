"""Row sums: how two machines find out that they hold the same rows, without sending them.

A sum counts rows and adds up a hash of each one's whole content, unknown fields included. Adding
has no order and can be undone, so that a sum is kept up row by row. It sees what a log's chain
cannot: an entry that was applied wrongly, a row that was damaged afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fieldapp.model.changesets import canonical
from fieldapp.model.record import content_fields, record_types, to_wire

_MODULUS = 1 << 256
_CONFLICT_FIELDS = ("record_type", "record", "field", "sides", "open")
CONFLICT = "conflict"
"""Conflicts are summed like records of this type: the log adds up to them as well."""


@dataclass(frozen=True)
class RowSum:
    """How many rows, and the sum of their hashes, modulo 2^256."""

    rows: int = 0
    total: int = 0

    def plus(self, hashes: Iterable[int]) -> RowSum:
        """With these rows added."""
        added = list(hashes)
        return RowSum(self.rows + len(added), (self.total + sum(added)) % _MODULUS)

    def minus(self, hashes: Iterable[int]) -> RowSum:
        """With these rows taken out."""
        gone = list(hashes)
        return RowSum(self.rows - len(gone), (self.total - sum(gone)) % _MODULUS)

    @property
    def text(self) -> str:
        """The sum as 64 hex digits."""
        return f"{self.total:064x}"


def read_sum(rows: int, text: str) -> RowSum:
    """The sum that was stored or sent. Raises ValueError for a text that is no hex number."""
    return RowSum(rows, int(text, 16) % _MODULUS)


NOTHING = RowSum()
"""The sum of no rows."""


def row_hash(kind: str, record: str, changeset: str, values: Mapping[str, Any]) -> int:
    """The hash of one row: type, id, the changeset that last formed it, and all its wire values."""
    content = canonical([kind, record, changeset, dict(values)])
    return int.from_bytes(hashlib.sha256(content).digest())


def conflict_hash(conflict: str, row: Mapping[str, Any]) -> int:
    """The hash of a conflict, from a mapping that holds at least its own fields."""
    return row_hash(CONFLICT, conflict, "", {name: row[name] for name in _CONFLICT_FIELDS})


def place_of(kind: str, record: str) -> str:
    """Where a row stands when a difference is searched for: 64 hex digits over type and id.

    Not the id itself: ids of one year share their first digits.
    """
    return hashlib.sha256(f"{kind}/{record}".encode()).hexdigest()


@cache
def schema_mark() -> str:
    """Which record types, fields and defaults this program knows, in 16 hex digits.

    Two programs of which one knows more fields hold the same content in other columns: their sums
    are compared only where their marks are equal.
    """
    known = {
        name: {field: _default(record, field) for field in content_fields(record)}
        for name, record in record_types().items()
    }
    return hashlib.sha256(canonical(known)).hexdigest()[:16]


def _default(record: Any, field: str) -> Any:
    known = record.model_fields[field]
    if known.is_required():
        return None
    return to_wire(known.get_default(call_default_factory=True))
