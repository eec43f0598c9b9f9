"""What a change had seen when it was made: which others it must be merged with. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fieldapp.model.changesets import Changeset
from sync.log_view import REFERS, LogView, PastChange

GONE: Mapping[str, Any] = {"withdrawn": False, "merged_into": None}
"""The fields by which a record goes, each with its value while the record is there."""


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
        if not below:
            sighted = view.sighted(current.base)
            seen |= {p.changeset for p in past if sighted.includes(p, key)}
        for sighted in view.applied_behind(current.id, (*key, name)):
            seen |= {p.changeset for p in past if sighted.includes(p, key)}
        for own in below:
            seen.add(own.id)
            if own.id not in asked:
                asked.add(own.id)
                waiting.append(own)
    return seen


def has_seen(
    past: PastChange, changeset: Changeset, key: tuple[str, str], name: str, view: LogView
) -> bool:
    """Whether an accepted change was made with this changeset's one of the field in view.

    That is so only where a changeset comes back, after a restore, behind what was built on it.
    """
    other = view.changeset(past.changeset) if view.comes_back() else None
    if other is None:
        return False
    change = other.change_of(*key)
    decided = change is not None and change.kind == "decide" and name in change.fields
    if decided and change is not None and changeset.id in change.sides:
        return True
    arriving = replace(past, changeset=changeset.id, revision=_NOWHERE, field=name)
    return changeset.id in _seen(other, key, name, view, [*view.past(*key), arriving])


_NOWHERE = 1 << 62
"""The revision of what is not in the log yet."""


def unseen_work(
    changeset: Changeset, key: tuple[str, str], gone: str, view: LogView
) -> list[PastChange]:
    """Unseen work on a record that goes by the field `gone`, by revision.

    Work is a change of any other field, but for a withdrawal also of `merged_into`, and what comes
    to refer to this one: a new record, or somebody who moves into it. (Not so for a merge: what
    refers to the record that is merged is shown with the other one, and a withdrawal meets the
    merge by itself.)
    """
    past = view.past(*key)
    apart = {gone, "withdrawn", REFERS}
    names = {p.field for p in past} - apart
    work = [p for name in names for p in unseen(changeset, key, name, view)]
    if gone == "withdrawn":
        own, sighted = _own(changeset, view), view.sighted(changeset.base)
        referring = [p for p in past if p.field == REFERS and p.changeset not in own]
        work += [p for p in referring if not sighted.includes(p, key)]
    work = [p for p in work if not has_seen(p, changeset, key, gone, view)]
    return sorted(work, key=lambda p: p.revision)


def points_back(key: tuple[str, str], target: str | None, view: LogView) -> PastChange | None:
    """The accepted merge by which `target`, merged on and on, comes back to the record itself.

    Two merges of different records can make a ring that neither of them makes alone, and nobody
    would be left to show (a merge to itself is a ring of one).
    """
    kind, record = key
    asked: set[str] = set()
    while target and target != record and target not in asked:
        asked.add(target)
        last, target = target, (view.row(kind, target) or {}).get("merged_into")
        if target == record:
            merges = [p for p in view.past(kind, last) if p.field == "merged_into" and p.accepted]
            return merges[-1] if merges else None
    return None


def _own(changeset: Changeset, view: LogView) -> set[str]:
    """The changesets that it names in `on`, and those that they name, and so on back."""
    own: set[str] = set()
    waiting = list(changeset.on)
    while waiting:
        name = waiting.pop()
        if name not in own:
            own.add(name)
            named = view.changeset(name)
            waiting += named.on if named else ()
    return own
