"""The same answer for conflicts of one kind: one mistake is often made at many doors.

Alike are conflicts over the same field between the same people, who wrote on the same evidence:
whoever was right at one door, for that reason, was right at the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.model import Conflict
from fieldapp.store.queries import history as queries_log
from fieldapp.store.store import Store
from fieldapp.usecases.inbox.conflicts import ConflictPage, conflict_page, decide, take_back
from fieldapp.usecases.inbox.two_heads import without_followers
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
    return tuple(one.id for one in without_followers(found) if _is_alike(one, page, chosen))


def decide_alike(store: Store, page: ConflictPage) -> dict[str, str]:
    """Decides all that are like a decided conflict for the side that was chosen there; by conflict
    the changeset of its decision. What somebody else decided meanwhile is left as that person left
    it, and so is what is not like it any more.

    Raises:
        UserMends: `story.no_right`, `story.not_decided`: there is no side to follow.
    """
    must_be_clerk(store, page.ward, "story.no_right")
    chosen = _chosen(page)
    if chosen is None:
        raise UserMends("story.not_decided")
    done = {}
    for conflict in conflicts_alike(store, page):
        with _passing("story.decided_already", "entry.gone"):
            other = conflict_page(store, page.ward, conflict)
            if _is_alike(other.conflict, page, chosen):
                done[conflict] = decide(store, other, _value_of(other, chosen))
    return done


def take_back_alike(store: Store, ward: str, decisions: Mapping[str, str]) -> tuple[str, ...]:
    """Lets the sides of conflicts wait again that these decisions settled, as far as nobody decided
    otherwise or changed the value since; which those were."""
    done = []
    for conflict, decision in decisions.items():
        with _passing("history.changed_since", "story.not_decided", "entry.gone"):
            page = conflict_page(store, ward, conflict)
            if page.decided is not None and page.decided.changeset == decision:
                take_back(store, page)
                done.append(conflict)
    return tuple(done)


@contextmanager
def _passing(*codes: str) -> Iterator[None]:
    """Lets refusals pass that mean: of this one there is nothing to do any more."""
    try:
        yield
    except UserMends as refusal:
        if refusal.code not in codes:
            raise


def _value_of(page: ConflictPage, chosen: Mark) -> Any:
    sides = zip(page.sides, page.conflict.sides, strict=True)
    return next(view.value for view, side in sides if side["open"] and _mark(side) == chosen)


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
