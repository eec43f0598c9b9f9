"""One ward's log in memory: the merge's `LogView` for tests of the merge alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldapp.clock import iso
from fieldapp.model.changesets import Changeset, Position
from sync.log_view import Sighted
from sync.merge import (
    REFERS,
    ConflictState,
    FieldResult,
    Held,
    Outcome,
    PastChange,
    accept,
    referrals,
)
from sync.seen import GONE

Key = tuple[str, str]


@dataclass
class MemoryLog:
    """Accepts changesets one by one and keeps what they add up to."""

    named: str = "e0"
    revision: int = 0
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    history: dict[Key, list[PastChange]] = field(default_factory=dict)
    changesets: dict[str, Changeset] = field(default_factory=dict)
    conflicts: dict[str, ConflictState] = field(default_factory=dict)

    def sighted(self, base: Position) -> Sighted:
        """Everything up to the position, in its own life."""
        return Sighted(base.revision if base.epoch == self.named else 0)

    def applied_behind(self, changeset: str, place: tuple[str, str, str]) -> Sequence[Sighted]:
        """No line of it was lost."""
        return ()

    def comes_back(self) -> bool:
        """It was never restored."""
        return False

    def row(self, record_type: str, record: str) -> Mapping[str, Any] | None:
        """The record's wire values."""
        return self.rows.get((record_type, record))

    def past(self, record_type: str, record: str) -> Sequence[PastChange]:
        """Every edit and decision on the record."""
        return self.history.get((record_type, record), [])

    def changeset(self, changeset: str) -> Changeset | None:
        """A changeset of this log."""
        return self.changesets.get(changeset)

    def conflict(self, conflict: str) -> ConflictState | None:
        """A conflict, open or settled."""
        return self.conflicts.get(conflict)

    def push(self, changeset: Changeset) -> Outcome | Held:
        """Judges a changeset and, if it is accepted, applies it. A known one has no effect."""
        if changeset.id in self.changesets:
            return Outcome("applied", {})
        outcome = accept(changeset, self)
        if isinstance(outcome, Held):
            return outcome
        self.revision += 1
        self.changesets[changeset.id] = changeset
        for key, values in outcome.rows.items():
            self.rows[key] = self.rows.get(key, {}) | dict(values)
        for result in outcome.fields:
            self._remember(changeset, (result.record_type, result.record), result)
        for key in referrals(changeset):
            at = iso(changeset.corrected_at)
            self._remember(changeset, key, FieldResult(*key, REFERS, "applied", None, at))
        self.conflicts |= {conflict.id: conflict for conflict in outcome.conflicts}
        return outcome

    def _remember(self, made: Changeset, key: Key, result: FieldResult) -> None:
        change = made.change_of(*key)
        unsaid = (GONE.get(result.field), GONE.get(result.field))
        old, value = change.fields.get(result.field, unsaid) if change else unsaid
        past = PastChange(
            changeset=made.id,
            revision=self.revision,
            field=result.field,
            old=old,
            value=value,
            accepted=result.accepted,
            at=result.at,
            clock_trusted=not made.clock_jumped,
            author=made.author,
            device=made.device,
            evidence=made.evidence,
        )
        self.history.setdefault(key, []).append(past)

    @property
    def open_conflicts(self) -> list[ConflictState]:
        """What waits for a person."""
        return [conflict for conflict in self.conflicts.values() if conflict.open]
