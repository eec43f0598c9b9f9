"""The same answer for conflicts of one kind: one mistake is often made at many doors.

Alike are conflicts over the same field between the same people, who wrote on the same evidence:
whoever was right at one door, for that reason, was right at the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.model import Conflict
from fieldapp.store.queries import history as queries_log
from fieldapp.store.store import Store
from fieldapp.usecases.inbox.conflicts import ConflictPage, conflict_page, decide, take_back
from fieldapp.usecases.me import must_be_clerk

Mark = tuple[str, str]
"""Who wrote a side, and on what evidence."""


def conflicts_alike(store: Store, page: ConflictPage) -> tuple[str, ...]:
    """The open conflicts of the ward that are like a decided one; none where it was decided for a
    value that is not exactly one side's."""
    chosen = _chosen(page)
    if chosen is None:
        return ()
    found = store.read(queries_log.conflict_rows, wards=(page.ward,))
    return tuple(one.id for one in found if _is_alike(one, page, chosen))


def decide_alike(store: Store, page: ConflictPage) -> tuple[str, ...]:
    """Decides all that are like a decided conflict for the side that was chosen there; the ids of
    those that it decided. What somebody else decided meanwhile is left as that person left it.

    Raises:
        UserMends: `story.no_right`, `story.not_decided`: there is no side to follow.
    """
    must_be_clerk(store, page.ward, "story.no_right")
    chosen = _chosen(page)
    if chosen is None:
        raise UserMends("story.not_decided")
    done = []
    for conflict in conflicts_alike(store, page):
        other = conflict_page(store, page.ward, conflict)
        sides = other.conflict.sides
        (value,) = (
            view.value
            for view, side in zip(other.sides, sides, strict=True)
            if side["open"] and _mark(side) == chosen
        )
        try:
            decide(store, other, value)
        except UserMends as refusal:
            if refusal.code != "story.decided_already":
                raise
        else:
            done.append(conflict)
    return tuple(done)


def take_back_alike(store: Store, ward: str, conflicts: Sequence[str]) -> None:
    """Lets the sides of these conflicts wait again; raises as `take_back` does, at the first."""
    for conflict in conflicts:
        take_back(store, conflict_page(store, ward, conflict))


def _mark(side: Mapping[str, Any]) -> Mark:
    return str(side["author"]), str((side["evidence"] or {}).get("kind", "typed"))


def _chosen(page: ConflictPage) -> Mark | None:
    """The side that a conflict was decided for, if it was for one alone."""
    if page.decided is None:
        return None
    sides = zip(page.sides, page.conflict.sides, strict=True)
    marks = [_mark(side) for view, side in sides if view.value == page.decided.value]
    every = [_mark(side) for side in page.conflict.sides]
    return marks[0] if len(marks) == 1 and every.count(marks[0]) == 1 else None


def _is_alike(conflict: Conflict, page: ConflictPage, chosen: Mark) -> bool:
    same = (conflict.record_type, conflict.field) == (page.record_type, page.field)
    waiting = Counter(_mark(side) for side in conflict.sides if side["open"])
    between = Counter(_mark(side) for side in page.conflict.sides)
    return same and waiting == between and waiting[chosen] == 1
