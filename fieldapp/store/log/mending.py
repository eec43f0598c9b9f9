"""Makes one part of a ward's rows what the server says of it. Own work over them stays as it is.

Only ever from the server: what this laptop has too many or otherwise is no proof of anything, and
its own work is safe in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import SurroundingsMend
from fieldapp.model.record import record_types
from fieldapp.model.sums import CONFLICT, conflict_hash, place_of, row_hash
from fieldapp.store import overlay, shadows
from fieldapp.store.log import sums
from fieldapp.store.rows import Key, conflict_table
from fieldapp.store.work import position_of


@dataclass(frozen=True)
class SentRow:
    """A row as the server holds it."""

    key: Key
    changeset: str
    values: Mapping[str, Any]

    @property
    def hash(self) -> int:
        """Its hash, as `model.sums` says."""
        if self.key[0] == CONFLICT:
            return conflict_hash(self.key[1], self.values)
        return row_hash(*self.key, self.changeset, self.values)


@dataclass(frozen=True)
class SentPart:
    """All rows of a ward whose place begins with a prefix, at a position."""

    ward: str
    epoch: str
    revision: int
    prefix: str
    rows: Sequence[SentRow]


def mend_part(connection: Connection, part: SentPart) -> list[Key]:
    """Sets what differs to what was sent; the records and conflicts that differed.

    Raises:
        SurroundingsMend: `sync.broken_page`: these are not rows of this part, or not as of this
            laptop's position. Nothing was changed.
    """
    position = position_of(connection, part.ward)
    if (position.epoch, position.revision) != (part.epoch, part.revision):
        raise SurroundingsMend("sync.broken_page", revision=part.revision)
    try:
        sent = {row.key: (row, row.hash) for row in part.rows}
        own = _own(connection, part)
        wrong = [key for key in {*sent, *own} if own.get(key) != sent.get(key, (None, None))[1]]
        if any(not _belongs(key, part.prefix) for key in sent):
            raise ValueError("rows of another part")
        for key in sorted(wrong):
            _set(connection, part.ward, key, sent[key][0] if key in sent else None)
    except (KeyError, TypeError, ValueError) as defect:
        raise SurroundingsMend("sync.broken_page", revision=part.revision) from defect
    overlay.lay_again(connection, part.ward, wrong)
    return sorted(wrong)


def _own(connection: Connection, part: SentPart) -> dict[Key, int]:
    hashes = sums.all_hashes(connection, part.ward)
    return {key: digest for key, digest in hashes if _belongs(key, part.prefix)}


def _belongs(key: Key, prefix: str) -> bool:
    known = key[0] == CONFLICT or key[0] in record_types()
    return known and place_of(*key).startswith(prefix)


def _set(connection: Connection, ward: str, key: Key, row: SentRow | None) -> None:
    """The log's state of one record, or of one conflict; None: the log has none."""
    fields = None if row is None else _fields(row)
    if shadows.shadowed(connection, ward, [key]):
        formed = {overlay.FORMED_BY: row.changeset} if row and key[0] != CONFLICT else {}
        shadows.write_shadow(connection, ward, key, None if fields is None else fields | formed)
    elif row is not None and fields is not None:
        overlay.write_view(connection, ward, key, row.changeset, fields)
    else:
        overlay.remove_view(connection, ward, key)


def _fields(row: SentRow) -> dict[str, Any]:
    if row.key[0] != CONFLICT:
        return dict(row.values)
    columns = [c.name for c in conflict_table().columns if c.name not in ("ward", "id")]
    return {name: row.values[name] for name in columns}
