"""The merge: what becomes of a changeset that arrives at a ward's log. Pure.

`accept` reads the log through a `LogView` and answers with an `Outcome`, which holds the resulting
values: whoever applies the entry later applies those and never merges again. The rules stand in
`design.md` 5 (Merge) and 4 (policies); clocks decide nothing but `latest`.

What keeps a changeset out stands in `obstacles`, what an author had seen in `seen`, what becomes of
one field in `policies`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from fieldapp.clock import iso
from fieldapp.model import conflict_id, record_types
from fieldapp.model.changesets import Change, Changeset
from fieldapp.model.merging import Merge, Policy
from fieldapp.model.record import merge_of
from sync.log_view import REFERS, ConflictState, LogView, PastChange, Releaser
from sync.obstacles import Held, HeldReason, obstacle, referrals
from sync.policies import How, Meeting, meet
from sync.seen import GONE, has_seen, points_back, unseen, unseen_work
from sync.sides import decided, followed, own_side, widened

__all__ = [
    "REFERS",
    "ConflictState",
    "FieldResult",
    "Held",
    "HeldReason",
    "LogView",
    "Outcome",
    "PastChange",
    "Status",
    "accept",
    "referrals",
    "unseen",
]

Status = Literal["applied", "merged", "conflict", "refused"]


@dataclass(frozen=True)
class FieldResult:
    """What became of one change of one field."""

    record_type: str
    record: str
    field: str
    how: How
    value: Any
    """The value that stands now."""
    at: str = ""

    @property
    def accepted(self) -> bool:
        """Whether this change counts as one that later authors must have seen."""
        return self.how in ("applied", "agreed", "merged")


@dataclass(frozen=True)
class Outcome:
    """The accepted changeset's effect: the status, the standing values, the conflicts touched.

    Attributes:
        rows: standing values of touched fields by record; a creation's are complete.
        fields: what became of each edited field, for history and for the author.
        conflicts: each conflict that this changeset opened, widened or settled, as it is now.
        refused_by: of a refused one: who refused it.
    """

    status: Status
    rows: Mapping[tuple[str, str], Mapping[str, Any]]
    fields: tuple[FieldResult, ...] = ()
    conflicts: tuple[ConflictState, ...] = ()
    refused_by: Releaser | None = None


def accept(changeset: Changeset, view: LogView) -> Outcome | Held:
    """Judges a changeset against the log. Rights are judged before, by whoever calls."""
    held = obstacle(changeset, view)
    if held is not None:
        return held
    work = _Acceptance(changeset, view)
    for change in changeset.changes:
        work.take(change)
    for key in referrals(changeset):
        work.meet_gone(key)
    work.withdraw_together()
    return work.outcome()


@dataclass
class _Acceptance:
    """Collects the effects of one changeset, change by change."""

    changeset: Changeset
    view: LogView
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    results: list[FieldResult] = field(default_factory=list)
    conflicts: dict[str, ConflictState] = field(default_factory=dict)
    repeated: bool = False
    missed: dict[tuple[str, str, str], Sequence[PastChange]] = field(default_factory=dict)

    def take(self, change: Change) -> None:
        """Adds the effect of one change."""
        if change.kind == "create":
            self._create(change)
            return
        row = self.view.row(*change.key)
        for name, (old, new) in change.fields.items():
            if change.kind == "decide":
                self._decide(change, name, (old, new), row)
            else:
                self._edit(change, name, (old, new), row)
        for name, there in GONE.items():
            if name in change.fields:
                if change.fields[name][1] != there:
                    self._go(change, name)
            elif name == "withdrawn" or change.fields.keys() - GONE:
                self.meet_gone(change.key, name)

    def outcome(self) -> Outcome:
        """What all changes came to."""
        hows = {result.how for result in self.results}
        status: Status = "applied"
        if self.repeated or hows & {"agreed", "merged", "kept", "superseded"}:
            status = "merged"
        if "conflict" in hows:
            status = "conflict"
        conflicts = tuple(self.conflicts.values())
        return Outcome(status, self.rows, tuple(self.results), conflicts)

    def _create(self, change: Change) -> None:
        """A record that is there already (its id was derived) stays; this one is history."""
        if self.view.row(*change.key) is not None:
            self.repeated = True
            return
        self.rows[change.key] = {name: new for name, (_, new) in change.fields.items()}

    def _edit(
        self, change: Change, name: str, pair: tuple[Any, Any], row: Mapping[str, Any] | None
    ) -> None:
        missed = list(self._unseen(change, name))
        if self._comes_behind(change, name, row, missed):
            return
        how = self._result(change, name, pair, row, missed)
        if how == "conflict":
            self._widen(change, name, pair, missed)
        elif how == "applied":
            self._follow(change, name, pair)

    def _decide(
        self, change: Change, name: str, pair: tuple[Any, Any], row: Mapping[str, Any] | None
    ) -> None:
        """A decision has seen the sides that it names; it settles those and no other."""
        missed = [p for p in self._unseen(change, name) if p.changeset not in change.sides]
        if self._comes_behind(change, name, row, missed):
            return
        how = self._result(change, name, pair, row, missed, Merge(Policy.DECIDE))
        if how == "conflict":
            self._widen(change, name, pair, missed)
            return
        conflict = self._conflict(change, name)
        self.conflicts[conflict.id] = decided(conflict, change, self.changeset, pair[1])

    def _comes_behind(
        self,
        change: Change,
        name: str,
        row: Mapping[str, Any] | None,
        missed: Sequence[PastChange],
    ) -> bool:
        """Whether what was built on this change is back already: then it is history only."""
        behind = any(has_seen(p, self.changeset, change.key, name, self.view) for p in missed)
        if behind:
            standing, at = (row or {}).get(name), self._time(change, name)
            self.results.append(FieldResult(*change.key, name, "superseded", standing, at))
        return behind

    def _result(
        self,
        change: Change,
        name: str,
        pair: tuple[Any, Any],
        row: Mapping[str, Any] | None,
        missed: list[PastChange],
        merge: Merge | None = None,
    ) -> str:
        standing = (row or {}).get(name)
        at = self._time(change, name)
        merge = merge or merge_of(record_types()[change.record_type], name)
        how, value = meet(Meeting(self.changeset, *pair, standing, missed, at, merge))
        if how in ("applied", "merged") and name == "merged_into" and not missed:
            back = points_back(change.key, value, self.view)
            if back is not None:
                missed.append(replace(back, field=name, old=None, value=standing))
                how, value = "conflict", standing
        self.results.append(FieldResult(*change.key, name, how, value, at))
        if how != "conflict" and value != standing:
            self.rows.setdefault(change.key, {})[name] = value
        return how

    def _unseen(self, change: Change, name: str) -> Sequence[PastChange]:
        place = (*change.key, name)
        if place not in self.missed:
            self.missed[place] = unseen(self.changeset, change.key, name, self.view)
        return self.missed[place]

    def _time(self, change: Change, name: str) -> str:
        """The corrected time of this change, never earlier than the accepted one it replaced."""
        missed = {p.changeset for p in self._unseen(change, name)}
        replaced = [
            p.at
            for p in self.view.past(*change.key)
            if p.field == name and p.accepted and p.changeset not in missed
        ]
        return max([iso(self.changeset.corrected_at), *replaced])

    # conflicts

    def _conflict(self, change: Change, name: str) -> ConflictState:
        known = conflict_id(self.changeset.ward, *change.key, name)
        found = self.conflicts.get(known) or self.view.conflict(known)
        return found or ConflictState(known, *change.key, name)

    def _widen(
        self, change: Change, name: str, pair: tuple[Any, Any], missed: Sequence[PastChange]
    ) -> None:
        """Opens the conflict, or adds this side to it, with the standing side beside it."""
        conflict = self._conflict(change, name)
        own = own_side(self.changeset, pair)
        self.conflicts[conflict.id] = widened(conflict, own, missed[-1])

    def _follow(self, change: Change, name: str, pair: tuple[Any, Any]) -> None:
        """An edit that has seen everything replaces the standing side of an open conflict."""
        conflict = self._conflict(change, name)
        if conflict.open:
            self.conflicts[conflict.id] = followed(conflict, own_side(self.changeset, pair))

    # a record that goes, against work that has not seen it go, and that it has not seen

    def meet_gone(self, key: tuple[str, str], name: str = "withdrawn") -> None:
        """The record is changed, or comes to be referred to, and may have gone meanwhile."""
        row, there = self.view.row(*key), GONE[name]
        if row is None or row.get(name, there) == there or self._asked(key, name):
            return
        change = self.changeset.change_of(*key)
        mine = tuple(change.fields) if change is not None else (REFERS,)
        gone = [
            p
            for p in unseen(self.changeset, key, name, self.view)
            if p.value != there
            and not any(has_seen(p, self.changeset, key, n, self.view) for n in mine)
        ]
        if gone:
            self._ask_whether_gone(key, name, there, gone[-1], standing=row[name])

    def _go(self, change: Change, name: str) -> None:
        """The record goes; others may have worked on it meanwhile."""
        there, new = GONE[name], change.fields[name][1]
        edits = unseen_work(self.changeset, change.key, name, self.view)
        if edits and self.rows.get(change.key, {}).pop(name, there) != there:
            place = (*change.key, name)
            self.results = [r for r in self.results if (r.record_type, r.record, r.field) != place]
            last = replace(edits[-1], field=name, old=there, value=there)
            self._ask_whether_gone(change.key, name, new, last, standing=there)

    def withdraw_together(self) -> None:
        """What one action withdraws stands or falls together: half of it would leave an orphan."""
        withdrawn = [
            change.key
            for change in self.changeset.changes
            if change.kind == "edit" and change.fields.get("withdrawn", (0, 0))[1] is True
        ]
        hows = {(r.record_type, r.record): r.how for r in self.results if r.field == "withdrawn"}
        if not any(hows.get(key) == "conflict" for key in withdrawn):
            return
        for key in withdrawn:
            if hows.get(key) == "applied" and self.rows.get(key, {}).pop("withdrawn", False):
                self.results = [
                    replace(r, how="kept", value=False)
                    if (r.record_type, r.record, r.field) == (*key, "withdrawn")
                    else r
                    for r in self.results
                ]

    def _asked(self, key: tuple[str, str], name: str) -> bool:
        place = (*key, name)
        return any((r.record_type, r.record, r.field) == place for r in self.results)

    def _ask_whether_gone(
        self, key: tuple[str, str], name: str, own: Any, other: PastChange, *, standing: Any
    ) -> None:
        self._widen(Change("edit", *key, {}), name, (GONE[name], own), [other])
        at = iso(self.changeset.corrected_at)
        self.results.append(FieldResult(*key, name, "conflict", standing, at))
