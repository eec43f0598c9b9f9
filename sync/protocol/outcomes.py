"""Outcomes and conflicts as the wire and the chain have them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fieldapp.model.changesets import canonical
from sync.merge import ConflictState, Outcome


def outcome_bytes(outcome: Outcome, salt: str) -> bytes:
    """An outcome as it is chained and sent.

    `{"status", "salt"}` alone says that every change applied as written. Else `rows` holds the
    standing values, `fields` what became of each edit, `conflicts` each conflict as it is now.
    """
    wire: dict[str, Any] = {"status": outcome.status, "salt": salt}
    if outcome.status != "applied":
        wire["rows"] = [
            {"type": key[0], "id": key[1], "values": dict(values)}
            for key, values in outcome.rows.items()
        ]
        wire["fields"] = [asdict(result) for result in outcome.fields]
    if outcome.refused_by is not None:
        wire["refused_by"] = asdict(outcome.refused_by)
    if outcome.conflicts:
        wire["conflicts"] = [conflict_to_wire(conflict) for conflict in outcome.conflicts]
    return canonical(wire)


def conflict_to_wire(conflict: ConflictState) -> dict[str, Any]:
    """A conflict as outcomes carry it."""
    return {
        "id": conflict.id,
        "type": conflict.record_type,
        "record": conflict.record,
        "field": conflict.field,
        "sides": [dict(side) for side in conflict.sides],
        "open": conflict.open,
    }
