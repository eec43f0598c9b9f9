"""What the merge may ask of one ward's log, and the things that it is told in answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from fieldapp.model.changesets import Changeset, Position

REFERS = "@refers"
"""The field under which `LogView.past` lists changesets by which a record is newly referred to."""


@dataclass(frozen=True)
class PastChange:
    """One change of one field that the log holds, with who made it and whether it was accepted."""

    changeset: str
    revision: int
    field: str
    old: Any
    value: Any
    accepted: bool
    """Accepted, or agreeing with the value that stood; False for a side that lost or waits."""
    at: str
    """When, by the server's clock as far as known, never earlier than what it replaced; ISO."""
    clock_trusted: bool
    author: str
    device: str
    evidence: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Releaser:
    """Who ended the holding of a changeset, with which one of his own."""

    changeset: str
    author: str
    device: str


@dataclass(frozen=True)
class ConflictState:
    """A conflict with all its sides, in order of arrival (`fieldapp.model.Conflict`)."""

    id: str
    record_type: str
    record: str
    field: str
    sides: tuple[Mapping[str, Any], ...] = ()

    @property
    def open(self) -> bool:
        """Whether a side still waits for a decision."""
        return any(side["open"] for side in self.sides)


@dataclass(frozen=True)
class Sighted:
    """What lay at or before a position.

    Attributes:
        upto: everything of this log up to this revision.
        was: changesets that stood there on a line of the log that was lost, each with the fields
            (type, record, name) that were accepted there; None: all of them.
    """

    upto: int
    was: Mapping[str, frozenset[tuple[str, str, str]] | None] = field(default_factory=dict)

    def includes(self, past: PastChange, key: tuple[str, str]) -> bool:
        """Whether a change lay there as one that stood."""
        if past.revision <= self.upto:
            return True
        if past.changeset not in self.was:
            return False
        fields = self.was[past.changeset]
        return fields is None or past.field == REFERS or (*key, past.field) in fields


class LogView(Protocol):
    """What the merge may ask of one ward's log, as it stands before the changeset."""

    def sighted(self, base: Position) -> Sighted:
        """What lay at or before a position, on this log's line or on one that was lost."""
        ...

    def applied_behind(self, changeset: str, place: tuple[str, str, str]) -> Sequence[Sighted]:
        """What lay before a changeset on each line that was lost and on which its change of a
        field applied as written: by the judgement of then it had seen all of that."""
        ...

    def comes_back(self) -> bool:
        """Whether entries of lost lines have come back to this log."""
        ...

    def row(self, record_type: str, record: str) -> Mapping[str, Any] | None:
        """The record's wire values, or None for a record that the log does not have."""
        ...

    def past(self, record_type: str, record: str) -> Sequence[PastChange]:
        """Every edit and decision on the record, by revision. Its creation is not among them.

        Later changesets by which it comes to be referred to (`referrals`) are, as changes of
        `REFERS`, accepted.
        """
        ...

    def changeset(self, changeset: str) -> Changeset | None:
        """A changeset of this log by id."""
        ...

    def conflict(self, conflict: str) -> ConflictState | None:
        """A conflict by id, open or settled."""
        ...
