"""What keeps a changeset out of the log: broken rules, and things that have not come yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from fieldapp.model import record_types
from fieldapp.model.changesets import Change, Changeset
from fieldapp.model.merging import Policy
from fieldapp.model.record import (
    KEY_FIELDS,
    Record,
    from_wire,
    merge_of,
    plain_types,
    references,
    required_fields,
    to_wire,
)
from sync.log_view import LogView

HeldReason = Literal["missing_on", "unknown_record", "unknown_type", "broken_rule"]


@dataclass(frozen=True)
class Held:
    """The changeset can't enter the log now: it waits outside it, and nothing of it applies."""

    reason: HeldReason
    detail: str


def obstacle(changeset: Changeset, view: LogView) -> Held | None:
    """Why the changeset can't enter the log now, or None."""
    if not changeset.changes:
        return Held("broken_rule", "no change")
    if len({change.key for change in changeset.changes}) < len(changeset.changes):
        return Held("broken_rule", "two changes of one record")
    if sum(bool(c.fields.get("merged_into", (0, 0))[1]) for c in changeset.changes) > 1:
        return Held("broken_rule", "two merges in one changeset")
    for own in changeset.on:
        if view.changeset(own) is None:
            return Held("missing_on", own)
    created = {change.key for change in changeset.changes if change.kind == "create"}
    for change in changeset.changes:
        if change.record_type not in record_types():  # of a newer program; it passes by itself
            return Held("unknown_type", change.record_type)
        fault = broken_rule(change)
        if fault is not None:
            return Held("broken_rule", fault)
        for key in needed(change):
            if key not in created and view.row(*key) is None:
                return Held("unknown_record", "/".join(key))
    return None


def broken_rule(change: Change) -> str | None:
    """Which rule a change breaks by itself, whatever the log holds; None: none."""
    record = record_types().get(change.record_type)
    if record is None:
        return f"unknown record type {change.record_type}"
    if change.kind == "decide" and len(change.fields) != 1:
        return "a decision names one field"
    if change.kind == "create":
        for name in required_fields(record):
            if name not in change.fields:
                return f"{change.record_type}.{name} is missing"
    plain = plain_types(record)
    for name, (old, new) in change.fields.items():
        if name in KEY_FIELDS:
            return f"{change.record_type}.{name} is not for a changeset to say"
        if change.kind != "create" and merge_of(record, name).policy is Policy.NEVER:
            return f"{change.record_type}.{name} never changes"
        if name == "merged_into" and new == change.record:
            return f"a {change.record_type} is not merged into itself"
        kinds = plain.get(name)
        if kinds is None:  # of a newer program
            continue
        for value in (new,) if old is None else (old, new):
            if type(value) not in kinds and not _reads_as_itself(record, name, value):
                return f"{change.record_type}.{name} has a value of a wrong type"
    return None


def _reads_as_itself(record: type[Record], name: str, value: Any) -> bool:
    """Whether the value is of its type: "12" for 12 or 1 for true would differ by machine."""
    try:
        same = to_wire(from_wire(record, name, value))
    except (ValueError, OverflowError):
        return False
    return bool(same == value) and type(same) is type(value)


def needed(change: Change) -> Iterator[tuple[str, str]]:
    """The records that must exist: the changed one, and those that the new values refer to."""
    if change.kind != "create":
        yield change.key
    yield from (key for _, key in _named(change))


def _named(change: Change) -> Iterator[tuple[str, tuple[str, str]]]:
    """The records that the new values refer to, each with the field."""
    refers = references(record_types()[change.record_type])
    if refers.keys().isdisjoint(change.fields):  # most changes: found without a step for each field
        return
    for name, (_, new) in change.fields.items():
        if name in refers and new:
            yield name, (refers[name], new)


def referrals(changeset: Changeset) -> list[tuple[str, str]]:
    """The records, not made by this changeset, that come to be referred to by it: each once. (Not
    by a merge: that shows a record with another one, and is met by itself.)"""
    made = {change.key for change in changeset.changes if change.kind == "create"}
    found: dict[tuple[str, str], None] = {}
    for change in changeset.changes:
        for name, key in _named(change):
            if name != "merged_into" and key not in made:
                found[key] = None
    return list(found)
