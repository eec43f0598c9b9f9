"""Two heads that were set at once are one conflict: who leads, and what the others are to that one.

Each of the two actions named a head and the relation of every other member. Deciding for one of
them, or for the head before both, takes the relations along; taking that back brings them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fieldapp.model import Conflict, Membership
from fieldapp.model.changesets import Changeset
from fieldapp.rules.people import heads
from fieldapp.store.queries import history as queries_log
from fieldapp.store.rows import Key
from fieldapp.store.store import Unit

HEAD, RELATION = "head", "relationship"


def without_followers(found: Iterable[Conflict]) -> Iterator[Conflict]:
    """Conflicts to be shown: not those about a relation that go with an open one about a head."""
    rows = list(found)
    heads = [one for one in rows if one.field == HEAD and one.open]
    return (one for one in rows if not any(_follows(one, head) for head in heads))


def _follows(conflict: Conflict, head: Conflict) -> bool:
    """Whether it is between the very actions that named two heads."""
    mine, theirs = _actions(conflict), _actions(head)
    return (conflict.ward, conflict.field) == (head.ward, RELATION) and mine <= theirs


def _actions(conflict: Conflict) -> set[str]:
    return {side["changeset"] for side in conflict.sides}


def decide_relations(work: Unit, head: Conflict, chosen: Any) -> None:
    """The relations that go with the head that was chosen. Who is none of those named, as a third
    person, brings none along: they are asked about one by one."""
    sides, connection, ward = head.sides, work.connection, work.intent.ward
    won = next((side["changeset"] for side in sides if side["value"] == chosen), None)
    if won is None and chosen != sides[0]["old"]:
        return
    told = {side["changeset"]: _relations(work, head.record, side["changeset"]) for side in sides}
    wanted = {one: old for said in told.values() for one, (old, _) in said.items()}
    wanted |= {one: new for one, (_, new) in told.get(won or "", {}).items()}
    asked = {
        one.record: one
        for one in queries_log.conflict_rows(connection, wards=(ward,))
        if _follows(one, head)
    }
    for record, relation in sorted(wanted.items()):
        if record in asked:
            still = tuple(side["changeset"] for side in asked[record].sides if side["open"])
            work.decide(asked[record], relation, sides=still)
        else:
            written = {said[record][1] for said in told.values() if record in said}
            _put(work, record, written, relation)


def _relations(work: Unit, household: str, changeset: str) -> Mapping[str, tuple[str, str]]:
    """By membership of who lives in the household, the relation before an action and after it.
    Whoever came with it, as the head, was nothing to anybody there before."""
    made, found = queries_log.one_made(work.connection, changeset), {}
    for change in made.changes if made else ():
        stands = work.shown(change.key) if change.record_type == Membership.type_name() else None
        if not stands or stands.get("household") != household:
            continue
        if stands.get("until") or stands.get("withdrawn"):
            continue
        if change.kind == "edit" and "household" not in change.fields:
            if RELATION in change.fields:
                found[change.record] = change.fields[RELATION]
        elif stands.get(RELATION) == heads.HEAD:
            found[change.record] = (heads.OTHER, heads.HEAD)
    return found


def _put(work: Unit, record: str, written: set[Any], relation: Any) -> None:
    """Sets a relation, unless somebody said something else of it since."""
    stands = work.shown((Membership.type_name(), record)).get(RELATION)
    if stands in written and stands != relation:
        work.edit(Membership, record, relationship=relation)


def reopen_relations(work: Unit, decision: Changeset) -> None:
    """Takes back what a decision about a head brought along."""
    rows = queries_log.conflict_rows(work.connection, wards=(work.intent.ward,), closed=True)
    settled = {
        one.record: reopens
        for one in rows
        if one.field == RELATION and (reopens := _settled_by(one, decision.id))
    }
    asked = {one.record: one for one in rows if one.field == RELATION}
    for change in decision.changes:
        key: Key = (change.record_type, change.record)
        if key[0] != Membership.type_name() or RELATION not in change.fields:
            continue
        before, after = change.fields[RELATION]
        if work.shown(key).get(RELATION) != after:
            continue
        if change.record in settled:
            work.decide(asked[change.record], before, reopens=settled[change.record])
        else:
            work.edit(Membership, change.record, relationship=before)


def _settled_by(conflict: Conflict, decision: str) -> tuple[str, ...]:
    return tuple(
        side["changeset"]
        for side in conflict.sides
        if side.get("settled") and side["settled"]["changeset"] == decision
    )
