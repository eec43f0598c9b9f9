"""The sides of a conflict: opened, joined, replaced, settled, waiting again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fieldapp.clock import iso
from fieldapp.model.changesets import Change, Changeset
from sync.log_view import ConflictState, PastChange

Side = Mapping[str, Any]


def own_side(made: Changeset, pair: tuple[Any, Any]) -> dict[str, Any]:
    """What an author makes of the field: the value that he saw, and his own."""
    return {
        "changeset": made.id,
        "old": pair[0],
        "value": pair[1],
        "author": made.author,
        "device": made.device,
        "made_at": iso(made.corrected_at),
        "evidence": made.evidence,
        "open": True,
        "standing": False,
        "settled": None,
    }


def widened(conflict: ConflictState, own: Side, standing: PastChange) -> ConflictState:
    """The conflict opened, or joined by this side, with the standing side beside it."""
    sides = [dict(side) | {"standing": False} for side in conflict.sides]
    known = {side["changeset"]: side for side in sides}
    if standing.changeset in known:
        known[standing.changeset] |= {"open": True, "standing": True}
    else:
        sides.append(_side_of_past(standing))
    return replace(conflict, sides=(*sides, dict(own)))


def followed(conflict: ConflictState, own: Side) -> ConflictState:
    """An edit that has seen everything replaces the standing side of an open conflict."""
    sides = [dict(side) | {"standing": False} for side in conflict.sides]
    return replace(conflict, sides=(*sides, dict(own) | {"standing": True}))


def decided(
    conflict: ConflictState, decision: Change, made: Changeset, value: Any
) -> ConflictState:
    """The conflict after a decision: each side settled by it, waiting again, or as it was."""
    by = {"changeset": made.id, "author": made.author, "at": iso(made.corrected_at)}

    def after(side: Side) -> dict[str, Any]:
        left = dict(side) | {"standing": side["value"] == value}
        if side["changeset"] in decision.sides:
            return left | {"open": False, "settled": by | {"value": value}}
        if side["changeset"] in decision.reopens:
            return left | {"open": True, "settled": None}
        return left

    return replace(conflict, sides=tuple(after(side) for side in conflict.sides))


def _side_of_past(past: PastChange) -> dict[str, Any]:
    return {
        "changeset": past.changeset,
        "old": past.old,
        "value": past.value,
        "author": past.author,
        "device": past.device,
        "made_at": past.at,
        "evidence": past.evidence,
        "open": True,
        "standing": True,
        "settled": None,
    }
