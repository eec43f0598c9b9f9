"""The merge: what becomes of a changeset that arrives at a ward's log. Pure.

`accept` reads the log through a `LogView` and answers with an `Outcome`, which holds the resulting
values: whoever applies the entry later applies those and never merges again. The rules stand in
`design.md` 5 (Merge) and 4 (policies); clocks decide nothing but `latest`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from fieldapp.clock import iso
from fieldapp.model import conflict_id, record_types
from fieldapp.model.changesets import Change, Changeset
from fieldapp.model.merging import Merge, Policy
from fieldapp.model.record import (
    KEY_FIELDS,
    Record,
    content_fields,
    from_wire,
    merge_of,
    references,
    to_wire,
)
from fieldapp.model.threeway import merge_members, merge_text

Status = Literal["applied", "merged", "conflict"]
HeldReason = Literal["missing_on", "unknown_record", "broken_rule"]


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


class LogView(Protocol):
    """What the merge may ask of one ward's log, as it stands before the changeset."""

    def epoch(self) -> str:
        """The epoch that revisions count in."""
        ...

    def row(self, record_type: str, record: str) -> Mapping[str, Any] | None:
        """The record's wire values, or None for a record that the log does not have."""
        ...

    def past(self, record_type: str, record: str) -> Sequence[PastChange]:
        """Every edit and decision on the record, by revision. Its creation is not among them."""
        ...

    def changeset(self, changeset: str) -> Changeset | None:
        """A changeset of this log by id."""
        ...

    def conflict(self, conflict: str) -> ConflictState | None:
        """A conflict by id, open or settled."""
        ...


@dataclass(frozen=True)
class Held:
    """The changeset can't enter the log now: it waits outside it, and nothing of it applies."""

    reason: HeldReason
    detail: str


@dataclass(frozen=True)
class FieldResult:
    """What became of one change of one field."""

    record_type: str
    record: str
    field: str
    how: Literal["applied", "agreed", "merged", "kept", "conflict"]
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
    """

    status: Status
    rows: Mapping[tuple[str, str], Mapping[str, Any]]
    fields: tuple[FieldResult, ...] = ()
    conflicts: tuple[ConflictState, ...] = ()


def accept(changeset: Changeset, view: LogView) -> Outcome | Held:
    """Judges a changeset against the log. Rights are judged before, by whoever calls."""
    obstacle = _obstacle(changeset, view)
    if obstacle is not None:
        return obstacle
    work = _Acceptance(changeset, view)
    for change in changeset.changes:
        work.take(change)
    return work.outcome()


# --- what keeps a changeset out of the log -------------------------------------------------


def _obstacle(changeset: Changeset, view: LogView) -> Held | None:
    if not changeset.changes:
        return Held("broken_rule", "no change")
    if len({change.key for change in changeset.changes}) < len(changeset.changes):
        return Held("broken_rule", "two changes of one record")
    for needed in changeset.on:
        if view.changeset(needed) is None:
            return Held("missing_on", needed)
    created = {change.key for change in changeset.changes if change.kind == "create"}
    for change in changeset.changes:
        fault = _broken_rule(change)
        if fault is not None:
            return Held("broken_rule", fault)
        for key in _needed(change):
            if key not in created and view.row(*key) is None:
                return Held("unknown_record", "/".join(key))
    return None


def _broken_rule(change: Change) -> str | None:
    record = record_types().get(change.record_type)
    if record is None:
        return f"unknown record type {change.record_type}"
    if change.kind == "decide" and len(change.fields) != 1:
        return "a decision names one field"
    if change.kind == "create":
        for name in content_fields(record):
            if name not in change.fields and record.model_fields[name].is_required():
                return f"{change.record_type}.{name} is missing"
    for name, (old, new) in change.fields.items():
        if name in KEY_FIELDS:
            return f"{change.record_type}.{name} is not for a changeset to say"
        if change.kind != "create" and merge_of(record, name).policy is Policy.NEVER:
            return f"{change.record_type}.{name} never changes"
        if name not in content_fields(record):
            continue
        for value in (new,) if old is None else (old, new):
            if not _of_its_type(record, name, value):
                return f"{change.record_type}.{name} has a value of a wrong type"
    return None


def _of_its_type(record: type[Record], name: str, value: Any) -> bool:
    """Whether the value reads back as itself: "12" for 12 or 1 for true would differ by machine."""
    try:
        same = to_wire(from_wire(record, name, value))
    except (ValueError, OverflowError):
        return False
    return bool(same == value) and type(same) is type(value)


def _needed(change: Change) -> Iterator[tuple[str, str]]:
    """The records that must exist: the changed one, and those that the new values refer to."""
    if change.kind != "create":
        yield change.key
    refers = references(record_types()[change.record_type])
    for name, (_, new) in change.fields.items():
        if name in refers and new:
            yield refers[name], new


# --- what a change has seen ----------------------------------------------------------------


def unseen(
    changeset: Changeset, key: tuple[str, str], name: str, view: LogView
) -> list[PastChange]:
    """The accepted changes of the field that the author had not seen, by revision.

    Seen is what lies at or before `base`; but where a changeset in `on` changed the field too, the
    screen showed that one's value, so only what that one had seen counts, and so on back.
    """
    past = [p for p in view.past(*key) if p.field == name]
    if not past:
        return []
    seen = _seen(changeset, key, name, view, past)
    return [p for p in past if p.accepted and p.changeset not in seen]


def _seen(
    changeset: Changeset,
    key: tuple[str, str],
    name: str,
    view: LogView,
    past: Sequence[PastChange],
) -> set[str]:
    seen, waiting, asked = {changeset.id}, [changeset], {changeset.id}
    while waiting:
        current = waiting.pop()
        below = [c for c in map(view.changeset, current.on) if c and c.touches(*key, name)]
        if not below and current.base.epoch == view.epoch():
            seen |= {p.changeset for p in past if p.revision <= current.base.revision}
        for own in below:
            seen.add(own.id)
            if own.id not in asked:
                asked.add(own.id)
                waiting.append(own)
    return seen


# --- one field -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Meeting:
    """One field's change meeting what stands: all that the policies may look at."""

    changeset: Changeset
    old: Any
    new: Any
    standing: Any
    unseen: Sequence[PastChange]
    at: str
    merge: Merge


def _meet(
    meeting: _Meeting,
) -> tuple[Literal["applied", "agreed", "merged", "kept", "conflict"], Any]:
    """How the change ends, and the value that stands after it."""
    if not meeting.unseen:
        return "applied", meeting.new
    if meeting.new == meeting.standing:
        return "agreed", meeting.standing
    match meeting.merge.policy:
        case Policy.LATEST:
            return _latest(meeting)
        case Policy.TEXT:
            return "merged", _text(meeting)
        case Policy.ADVANCE:
            return _advance(meeting)
        case Policy.MEMBERS:
            adds = {m for p in meeting.unseen for m in set(p.value or ()) - set(p.old or ())}
            old, new, standing = meeting.old or [], meeting.new or [], meeting.standing or []
            return "merged", merge_members(old, new, standing, adds)
        case _:
            return "conflict", meeting.standing


def _latest(meeting: _Meeting) -> tuple[Literal["merged", "kept", "conflict"], Any]:
    trusted = not meeting.changeset.clock_jumped and all(p.clock_trusted for p in meeting.unseen)
    if not trusted:
        return "conflict", meeting.standing
    latest = max((p.at, p.changeset) for p in meeting.unseen)
    if (meeting.at, meeting.changeset.id) > latest:
        return "merged", meeting.new
    return "kept", meeting.standing


def _text(meeting: _Meeting) -> str:
    last = meeting.unseen[-1]
    parts = [(last.changeset, last.author, meeting.standing or "")]
    parts.append((meeting.changeset.id, meeting.changeset.author, meeting.new or ""))
    parts.sort()
    merged = merge_text(meeting.old or "", parts[0][2], parts[1][2])
    if merged is not None:
        return merged
    return "\n".join(f"{author}: {part}" for _, author, part in parts if part)


def _advance(meeting: _Meeting) -> tuple[Literal["merged", "kept", "conflict"], Any]:
    steps = [(meeting.old, meeting.new)] + [(p.old, p.value) for p in meeting.unseen]
    order = {state: place for place, state in enumerate(meeting.merge.order)}
    if any(old not in order or new not in order or order[new] < order[old] for old, new in steps):
        return "conflict", meeting.standing
    if order[meeting.new] > order[meeting.standing]:
        return "merged", meeting.new
    return "kept", meeting.standing


# --- the whole changeset -----------------------------------------------------------------------


@dataclass
class _Acceptance:
    """Collects the effects of one changeset, change by change."""

    changeset: Changeset
    view: LogView
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    results: list[FieldResult] = field(default_factory=list)
    conflicts: dict[str, ConflictState] = field(default_factory=dict)
    repeated: bool = False

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
        if change.kind == "edit":
            self._meet_withdrawal(change, row)

    def outcome(self) -> Outcome:
        """What all changes came to."""
        hows = {result.how for result in self.results}
        status: Status = "applied"
        if self.repeated or hows & {"agreed", "merged", "kept"}:
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
        missed = unseen(self.changeset, change.key, name, self.view)
        how = self._result(change, name, pair, row, missed)
        if how == "conflict":
            self._widen(change, name, pair, missed)
        elif how == "applied":
            self._follow(change, name, pair)

    def _decide(
        self, change: Change, name: str, pair: tuple[Any, Any], row: Mapping[str, Any] | None
    ) -> None:
        """A decision has seen the sides that it names; it settles those and no other."""
        missed = unseen(self.changeset, change.key, name, self.view)
        missed = [p for p in missed if p.changeset not in change.sides]
        how = self._result(change, name, pair, row, missed, Merge(Policy.DECIDE))
        if how == "conflict":
            self._widen(change, name, pair, missed)
            return
        conflict = self._conflict(change, name)
        sides = tuple(self._decided(side, change, pair[1]) for side in conflict.sides)
        self.conflicts[conflict.id] = replace(conflict, sides=sides)

    def _result(
        self,
        change: Change,
        name: str,
        pair: tuple[Any, Any],
        row: Mapping[str, Any] | None,
        missed: Sequence[PastChange],
        merge: Merge | None = None,
    ) -> str:
        standing = (row or {}).get(name)
        at = self._time(change, name)
        merge = merge or merge_of(record_types()[change.record_type], name)
        how, value = _meet(_Meeting(self.changeset, *pair, standing, missed, at, merge))
        self.results.append(FieldResult(*change.key, name, how, value, at))
        if how != "conflict" and value != standing:
            self.rows.setdefault(change.key, {})[name] = value
        return how

    def _time(self, change: Change, name: str) -> str:
        """The corrected time of this change, never earlier than the accepted one it replaced."""
        missed = {p.changeset for p in unseen(self.changeset, change.key, name, self.view)}
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
        standing = missed[-1]
        sides = [dict(side) | {"standing": False} for side in conflict.sides]
        known = {side["changeset"]: side for side in sides}
        if standing.changeset in known:
            known[standing.changeset] |= {"open": True, "standing": True}
        else:
            sides.append(_side_of_past(standing))
        sides.append(self._side(pair))
        self.conflicts[conflict.id] = replace(conflict, sides=tuple(sides))

    def _follow(self, change: Change, name: str, pair: tuple[Any, Any]) -> None:
        """An edit that has seen everything replaces the standing side of an open conflict."""
        conflict = self._conflict(change, name)
        if conflict.open:
            sides = [dict(side) | {"standing": False} for side in conflict.sides]
            sides.append(self._side(pair) | {"standing": True})
            self.conflicts[conflict.id] = replace(conflict, sides=tuple(sides))

    def _side(self, pair: tuple[Any, Any]) -> dict[str, Any]:
        made = self.changeset
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

    def _decided(self, side: Mapping[str, Any], decision: Change, value: Any) -> dict[str, Any]:
        """The side after the decision: settled by it, waiting again, or as it was."""
        after = dict(side) | {"standing": side["value"] == value}
        if side["changeset"] in decision.sides:
            made = self.changeset
            by = {"changeset": made.id, "author": made.author, "at": iso(made.corrected_at)}
            return after | {"open": False, "settled": by | {"value": value}}
        if side["changeset"] in decision.reopens:
            return after | {"open": True, "settled": None}
        return after

    def _meet_withdrawal(self, change: Change, row: Mapping[str, Any] | None) -> None:
        """A withdrawal and an edit that have not seen each other: a person decides."""
        if row is None or "withdrawn" not in content_fields(record_types()[change.record_type]):
            return
        gone = [p for p in unseen(self.changeset, change.key, "withdrawn", self.view) if p.value]
        if gone and row.get("withdrawn") and "withdrawn" not in change.fields:
            self._widen(change, "withdrawn", (False, False), gone)
            self._note_conflict(change, value=True)
        if change.fields.get("withdrawn", (None, None))[1] is True:
            edits = self._unseen_edits(change)
            if edits and self.rows.get(change.key, {}).pop("withdrawn", False):
                last = replace(edits[-1], field="withdrawn", old=False, value=False)
                self._widen(change, "withdrawn", (False, True), [last])
                self.results = [
                    r for r in self.results if (r.record, r.field) != (change.record, "withdrawn")
                ]
                self._note_conflict(change, value=False)

    def _unseen_edits(self, change: Change) -> list[PastChange]:
        names = {p.field for p in self.view.past(*change.key)} - {"withdrawn"}
        edits = [p for n in names for p in unseen(self.changeset, change.key, n, self.view)]
        return sorted(edits, key=lambda p: p.revision)

    def _note_conflict(self, change: Change, *, value: bool) -> None:
        at = iso(self.changeset.corrected_at)
        self.results.append(FieldResult(*change.key, "withdrawn", "conflict", value, at))


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
