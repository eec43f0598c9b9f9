"""Where own work stood in a ward's log, on each line of it: what proves that, without any value.

A restored server lacks the end of a line. What was built on own work there had it in view, and that
shows only where the server knows of that place: so all of them go out again with the work itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from fieldapp.model.changesets import content_hash
from fieldapp.model.entries import FIRST_CHAIN, stood_in
from fieldapp.ready import Ready
from fieldapp.store import tables
from fieldapp.store.log import settling

MOST = 16
"""So many places beside the newest one are kept."""
Place = Mapping[str, Any]
"""A proof as the server answers with it (`sync.protocol.Proof`)."""

_journal, _position = tables.journal.c, tables.position.c
_entry, _old = tables.log_entry.c, tables.old_entry.c
_before = tables.log_entry.alias("before")
_KNOWN = (_journal.id, _journal.proof, _journal.former)
_ON_LOST_LINES = Ready(
    select(*_KNOWN, _old.epoch, _old.revision, _old.previous, _old.outcome, _old.seal)
    .select_from(tables.journal.join(tables.old_entry, _old.changeset == _journal.id))
    .where(_journal.ward == bindparam("ward"), _old.ward == bindparam("ward"))
    .where(_journal.content != b"", _old.seal != "")
)
_LOGGED = (
    tables.journal.join(tables.log_entry, _entry.changeset == _journal.id)
    .join(tables.position, _position.ward == _entry.ward)
    .outerjoin(
        _before, (_before.c.ward == _entry.ward) & (_before.c.revision == _entry.revision - 1)
    )
)
_IN_THE_LOG = Ready(
    select(*_KNOWN, _entry.epoch, _entry.revision, _entry.outcome, _entry.seal)
    .add_columns(_before.c.chain.label("chain"), _position.floor, _position.floor_chain)
    .select_from(_LOGGED)
    .where(_journal.ward == bindparam("ward"), _entry.ward == bindparam("ward"))
    .where(_journal.content != b"", _entry.seal != "")
)


def moved(to: Place, last: Place | None, former: Sequence[Place] | None) -> dict[str, Any]:
    """What the journal says of an own changeset once the log has it at this place."""
    known = [at for at in (last, *(former or ())) if at is not None and not _same(at, to)]
    return {"proof": dict(to), "former": known[:MOST] or None}


def keep_places(connection: Connection, ward: str) -> None:
    """Notes where own work of a ward stands and stood, before its log leaves this file."""
    found: dict[str, dict[str, Any]] = {}
    for row, at in _places(connection, ward):
        known = found.get(row.id) or {"proof": row.proof, "former": row.former}
        if known["proof"] is None or not _same(at, known["proof"]):
            found[row.id] = moved(at, known["proof"], known["former"])
    rows = [{"_id": name} | {f"_{c}": v for c, v in one.items()} for name, one in found.items()]
    if rows:
        settling.journal_update(("former", "proof")).run_each(connection, rows)


def _places(connection: Connection, ward: str) -> Iterator[tuple[Any, Place]]:
    """Each with the journal's row, those in the log last."""
    for row in _ON_LOST_LINES.all(connection, ward=ward):
        yield row, _place(row, row.previous)
    for row in _IN_THE_LOG.all(connection, ward=ward):
        at_floor = row.revision == row.floor + 1
        yield row, _place(row, row.floor_chain if at_floor else row.chain or FIRST_CHAIN)


def _place(row: Any, previous: str) -> Place:
    outcome = bytes(row.outcome)
    stood = stood_in(outcome)
    return {
        "epoch": row.epoch,
        "revision": row.revision,
        "previous": previous,
        "outcome_hash": content_hash(outcome),
        "seal": row.seal,
        "stood": None if stood is None else sorted(map(list, stood)),
    }


def _same(one: Place, other: Place) -> bool:
    return bool(one["seal"] == other["seal"])
