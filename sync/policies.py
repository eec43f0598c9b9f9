"""One field's change meeting changes that it had not seen: what each policy makes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fieldapp.model.changesets import Changeset
from fieldapp.model.merging import Merge, Policy
from fieldapp.model.threeway import merge_members, merge_texts
from sync.log_view import PastChange

How = Literal["applied", "agreed", "merged", "kept", "conflict", "lost", "refused", "superseded"]
"""How a change of a field ended: as written; equal to what stood; joined with it; the other one
stays; a person decides; its record or what it refers to is lost; a person refused the whole; it
comes back behind what was built on it, so it is history only."""


@dataclass(frozen=True)
class Meeting:
    """One field's change meeting what stands: all that the policies may look at."""

    changeset: Changeset
    old: Any
    new: Any
    standing: Any
    unseen: Sequence[PastChange]
    at: str
    merge: Merge


def meet(
    meeting: Meeting,
) -> tuple[How, Any]:
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


def _latest(meeting: Meeting) -> tuple[Literal["merged", "kept", "conflict"], Any]:
    trusted = not meeting.changeset.clock_jumped and all(p.clock_trusted for p in meeting.unseen)
    if not trusted:
        return "conflict", meeting.standing
    latest = max((p.at, p.changeset) for p in meeting.unseen)
    if (meeting.at, meeting.changeset.id) > latest:
        return "merged", meeting.new
    return "kept", meeting.standing


def _text(meeting: Meeting) -> str:
    """All that went on from one text joined; else what stands and the own, in id order.

    Joining each one's own part, not what stood after the last join, makes the order of arrival
    without meaning and leaves every part to its author.
    """
    own, others = meeting.changeset, meeting.unseen
    if all(past.old == meeting.old for past in others):
        parts = [(past.changeset, past.author, past.value or "") for past in others]
    else:
        last = others[-1]
        parts = [(last.changeset, last.author, meeting.standing or "")]
    parts = sorted([*parts, (own.id, own.author, meeting.new or "")])
    merged = merge_texts(meeting.old or "", [text for _, _, text in parts])
    if merged is not None:
        return merged
    signed = {text: author for _, author, text in reversed(parts) if text}
    return "\n".join(f"{author}: {text}" for text, author in reversed(signed.items()))


def _advance(meeting: Meeting) -> tuple[Literal["merged", "kept", "conflict"], Any]:
    steps = [(meeting.old, meeting.new)] + [(p.old, p.value) for p in meeting.unseen]
    order = {state: place for place, state in enumerate(meeting.merge.order)}
    if any(old not in order or new not in order or order[new] < order[old] for old, new in steps):
        return "conflict", meeting.standing
    if order[meeting.new] > order[meeting.standing]:
        return "merged", meeting.new
    return "kept", meeting.standing
