"""What becomes of held work that a person ends: let in without what is lost, or refused. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fieldapp.clock import iso
from fieldapp.model import record_types
from fieldapp.model.changesets import Change, Changeset
from fieldapp.model.record import content_fields, references
from sync.log_view import LogView, Releaser
from sync.merge import FieldResult, Held, Outcome, Status, accept
from sync.obstacles import broken_rule


def let_in_without(changeset: Changeset, view: LogView) -> Outcome | Held:
    """Accepts it without earlier changesets and records that the log does not have.

    A change of a record that is lost is history only; a new record arrives without the reference.
    Both are listed in the outcome's `fields` as `lost`.
    """
    lost: list[FieldResult] = []
    changes = tuple(_without_lost(changeset, view, lost))
    known = tuple(name for name in changeset.on if view.changeset(name) is not None)
    if not changes:
        return Outcome("merged", {}, tuple(lost))
    outcome = accept(replace(changeset, changes=changes, on=known), view)
    if isinstance(outcome, Held) or not lost:
        return outcome
    status: Status = "merged" if outcome.status == "applied" else outcome.status
    return replace(outcome, status=status, fields=(*outcome.fields, *lost))


def _without_lost(changeset: Changeset, view: LogView, lost: list[FieldResult]) -> Iterator[Change]:
    born = {change.key for change in changeset.changes if change.kind == "create"}
    for change in changeset.changes:
        record = record_types().get(change.record_type)
        if record is None:
            yield change  # breaks a rule: `accept` says so
            continue
        if change.kind != "create" and view.row(*change.key) is None:
            lost += [_ended(changeset, change, name, "lost", None) for name in change.fields]
            continue
        fields = dict(change.fields)
        for name, target in references(record).items():
            new = fields.get(name, (None, None))[1]
            key = (target, new)
            if isinstance(new, str) and new and key not in born and view.row(*key) is None:
                lost.append(_ended(changeset, change, name, "lost", None))
                fields[name] = (fields[name][0], _no_reference(record, name))
        yield replace(change, fields=fields)


def _no_reference(record: Any, name: str) -> str | None:
    """How the field says that it refers to nothing."""
    return None if record.model_fields[name].default is None else ""


def _created(change: Change) -> dict[str, Any]:
    return {name: new for name, (_, new) in change.fields.items()}


def _ended(changeset: Changeset, change: Change, name: str, how: Any, value: Any) -> FieldResult:
    return FieldResult(*change.key, name, how, value, iso(changeset.corrected_at))


def refuse(changeset: Changeset, view: LogView, by: Releaser) -> Outcome:
    """Its changes are history only; what it made arrives withdrawn, receipts as they are."""
    rows, fields = {}, []
    born = {change.key for change in changeset.changes if change.kind == "create"}
    for change in changeset.changes:
        if change.kind == "create":
            if broken_rule(change) is None and view.row(*change.key) is None:
                rows[change.key] = _refused_record(change, born, view)
            continue
        standing = _standing(change, view)
        fields += [
            _ended(changeset, change, name, "refused", standing.get(name)) for name in change.fields
        ]
    return Outcome("refused", rows, tuple(fields), refused_by=by)


def _standing(change: Change, view: LogView) -> dict[str, Any]:
    if change.record_type not in record_types():
        return {}
    return dict(view.row(*change.key) or {})


def _refused_record(change: Change, born: set[tuple[str, str]], view: LogView) -> dict[str, Any]:
    record = record_types()[change.record_type]
    values = _created(change)
    for name, target in references(record).items():
        new = values.get(name)
        if not isinstance(new, str) or not new or (target, new) in born:
            continue
        if view.row(target, new) is None:
            values[name] = _no_reference(record, name)
    if "withdrawn" in content_fields(record):
        values["withdrawn"] = True
    return values
