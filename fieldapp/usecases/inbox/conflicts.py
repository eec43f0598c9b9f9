"""Conflicts told as a story: what it was, what each side made of it, on what evidence.

A decision settles exactly the sides that were on the screen; taking it back lets them wait again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import from_iso
from fieldapp.errors import UserMends
from fieldapp.model import Agreement, Conflict
from fieldapp.model.changesets import Changeset
from fieldapp.model.record import from_wire, record_types, to_wire
from fieldapp.rules.explained import Reason
from fieldapp.store.merged import shown_as
from fieldapp.store.queries import history as queries_log
from fieldapp.store.queries import households as q
from fieldapp.store.rows import Key, read_fields
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Basis, Intent, take_basis
from fieldapp.usecases.agreements import recording
from fieldapp.usecases.changes import NOTHING, Told
from fieldapp.usecases.households import people
from fieldapp.usecases.inbox import two_heads
from fieldapp.usecases.me import StaffName, must_be_clerk, name_of, staff_names

EVIDENCE_RANK = {"card_scan": 3, "receipt": 3, "list": 2, "list_line": 2, "told": 1, "typed": 0}
"""How much a value rests on: what a card says counts for more than what was heard."""


@dataclass(frozen=True)
class SideView:
    """What one person made of the field, when, on which machine, on what evidence."""

    changeset: str
    value: Any
    author: str
    username: str
    sex: str | None
    device: str
    made_at: datetime
    evidence: Reason
    standing: bool
    open: bool


@dataclass(frozen=True)
class DecidedView:
    """Who settled it, when, for which value."""

    by: str
    sex: str | None
    at: datetime
    value: Any
    changeset: str


@dataclass(frozen=True)
class BaseView:
    """Who wrote the value that both sides started from."""

    author: str
    made_at: datetime
    evidence: Reason


@dataclass(frozen=True)
class ConflictPage:
    """All that a person needs to decide; `basis` goes back with the decision."""

    ward: str
    id: str
    record_type: str
    record: str
    field: str
    subject_name: str
    sex: str | None
    household: str | None
    head_name: str
    address: str
    base_value: Any
    base: BaseView | None
    standing_value: Any
    sides: tuple[SideView, ...]
    suggestion: int | None
    why: Reason | None
    after: Reason
    open: bool
    decided: DecidedView | None
    conflict: Conflict
    basis: Basis


@dataclass(frozen=True)
class _Subject:
    name: str
    sex: str | None
    household: str | None
    head_name: str
    address: str


@dataclass(frozen=True)
class _Read:
    """What the page reads in one go."""

    conflict: Conflict
    subject: _Subject
    standing: Any
    basis: Basis
    origin: Changeset | None


def conflict_page(store: Store, ward: str, conflict_id: str) -> ConflictPage:
    """The page of a conflict.

    Raises:
        UserMends: `entry.gone`: this laptop has no such conflict.
    """

    found = store.read(_read_page, ward, conflict_id)
    if found is None:
        raise UserMends("entry.gone", conflict=conflict_id)
    conflict, subject = found.conflict, found.subject
    staff = staff_names(store)
    sides = tuple(_side(conflict, side, staff) for side in conflict.sides)
    suggestion, why = _suggest(sides)
    return ConflictPage(
        ward=ward,
        id=conflict.id,
        record_type=conflict.record_type,
        record=conflict.record,
        field=conflict.field,
        subject_name=subject.name,
        sex=subject.sex,
        household=subject.household,
        head_name=subject.head_name,
        address=subject.address,
        base_value=_typed(conflict, conflict.sides[0]["old"]),
        base=_base(found.origin, staff),
        standing_value=_typed(conflict, found.standing),
        sides=sides,
        suggestion=suggestion,
        why=why,
        after=Reason(f"story.after_{conflict.field}"),
        open=conflict.open,
        decided=_decided(conflict, staff),
        conflict=conflict,
        basis=found.basis,
    )


def homes_of(store: Store, page: ConflictPage) -> dict[str, str]:
    """The households among the values of a conflict about where somebody lives, in words."""
    wanted = {page.base_value, page.standing_value, *(side.value for side in page.sides)}
    rows = [
        row for home in wanted if home for row in store.read(q.household_rows, (page.ward,), home)
    ]
    return {row.id: f"{row.head_name or ''}, {row.house_number} {row.street}" for row in rows}


def _read_page(connection: Connection, ward: str, conflict_id: str) -> _Read | None:
    conflict = queries_log.one_conflict(connection, ward, conflict_id)
    if conflict is None:
        return None
    key = (conflict.record_type, conflict.record)
    fields = read_fields(connection, ward, key) or {}
    return _Read(
        conflict=conflict,
        subject=subject_of(connection, conflict),
        standing=fields.get(conflict.field),
        basis=take_basis(connection, ward, (key,)),
        origin=_origin(connection, conflict),
    )


def _origin(connection: Connection, conflict: Conflict) -> Changeset | None:
    """The changeset that wrote the value from which the first side started."""
    key = (conflict.record_type, conflict.record)
    old = conflict.sides[0]["old"]
    sides = {side["changeset"] for side in conflict.sides}
    for done in queries_log.settled_changes(connection, conflict.ward, [key]):
        change = done.changeset.change_of(*key)
        wrote = change.fields.get(conflict.field) if change else None
        if wrote is not None and wrote[1] == old and done.changeset.id not in sides:
            return done.changeset
    return None


def _base(origin: Changeset | None, staff: dict[str, StaffName]) -> BaseView | None:
    if origin is None:
        return None
    return BaseView(
        author=name_of(staff, origin.author),
        made_at=origin.corrected_at,
        evidence=_evidence(origin.evidence),
    )


def _evidence(evidence: Mapping[str, Any] | None) -> Reason:
    kind = (evidence or {}).get("kind", "typed")
    return Reason(f"evidence.{kind if kind in EVIDENCE_RANK else 'typed'}")


def subject_of(connection: Connection, conflict: Conflict) -> _Subject:
    """Whom the conflict is about, and at which door."""
    ward, record = conflict.ward, conflict.record
    household, name, sex = record, "", None
    if conflict.record_type == "person":
        person = q.one_person(connection, ward, record)
        name, sex = (person.full_name, person.sex) if person else ("", None)
        household = q.household_of(connection, ward, shown_as(connection, ward, record)) or ""
    elif conflict.record_type != "household":
        name, household = _named(connection, ward, (conflict.record_type, record))
    rows = q.household_rows(connection, (ward,), household) if household else ()
    if not rows:
        return _Subject(name, sex, None, "", "")
    row = rows[0]
    address = f"{row.house_number} {row.street}"
    head = row.head_name or ""
    return _Subject(name or head, sex, row.id, head, address)


def _named(connection: Connection, ward: str, key: Key) -> tuple[str, str]:
    """What a record of another type is called, and the household that it belongs to."""
    fields = read_fields(connection, ward, key) or {}
    if key[0] == "submission":
        return str(fields.get("number") or ""), ""
    if key[0] == Agreement.type_name():
        names = {row.stream: row.name for row in q.all_wards(connection)}
        return names.get(ward, ward.partition(".")[0]), ""
    if key[0] == "submission_line":
        return _named(connection, ward, ("enrolment", str(fields.get("enrolment") or "")))
    person = q.one_person(connection, ward, str(fields.get("person") or ""))
    return person.full_name if person else "", str(fields.get("household") or "")


def _side(conflict: Conflict, side: Mapping[str, Any], staff: dict[str, StaffName]) -> SideView:
    known = staff.get(side["author"])
    return SideView(
        changeset=side["changeset"],
        value=_typed(conflict, side["value"]),
        author=name_of(staff, side["author"]),
        username=side["author"],
        sex=known.sex if known else None,
        device=(side["evidence"] or {}).get("device_name", ""),
        made_at=from_iso(side["made_at"]),
        evidence=_evidence(side["evidence"]),
        standing=side["standing"],
        open=side["open"],
    )


def _typed(conflict: Conflict, value: Any) -> Any:
    record = record_types().get(conflict.record_type)
    if record is None or conflict.field not in record.model_fields:
        return value
    return from_wire(record, conflict.field, value)


def _suggest(sides: tuple[SideView, ...]) -> tuple[int | None, Reason | None]:
    """The side that rests on the better evidence; none where they rest on the same."""
    ranks = [EVIDENCE_RANK[side.evidence.code.removeprefix("evidence.")] for side in sides]
    best = max(ranks)
    if ranks.count(best) != 1 or best == 0:
        return None, None
    index = ranks.index(best)
    kind = sides[index].evidence.code.removeprefix("evidence.")
    return index, Reason(f"story.why_{kind}", {"name": sides[index].author})


def _decided(conflict: Conflict, staff: dict[str, StaffName]) -> DecidedView | None:
    settled = [side["settled"] for side in conflict.sides if side.get("settled")]
    if conflict.open or not settled:
        return None
    last = max(settled, key=lambda s: str(s["at"]))
    known = staff.get(last["author"])
    return DecidedView(
        by=name_of(staff, last["author"]),
        sex=known.sex if known else None,
        at=from_iso(last["at"]),
        value=_typed(conflict, last["value"]),
        changeset=last["changeset"],
    )


def decide(store: Store, page: ConflictPage, value: Any) -> str:
    """Decides a conflict for a value: a side's, the base's, or a third. Returns the changeset.

    Raises:
        UserMends: `story.decided_already` (by somebody else meanwhile), `story.no_right` (only a
            clerk, a supervisor or an administrator decides), or a value that is neither a side's
            nor the base's is wrong (`rules.…`, `entry.not_a_value`).
    """
    must_be_clerk(store, page.ward, "story.no_right")
    value = _clean(page, value)
    open_now = store.read(queries_log.one_conflict, page.ward, page.id)
    if open_now is None or not open_now.open:
        raise UserMends("story.decided_already")
    sides = tuple(side.changeset for side in page.sides if side.open)
    with store.work(Intent("conflict.decide", page.ward), page.basis) as work:
        work.decide(page.conflict, value, sides=sides)
        if page.field == "withdrawn" and value is False:
            _keep_the_rest(work, page)
        if page.field == two_heads.HEAD:
            two_heads.decide_relations(work, page.conflict, value)
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def _clean(page: ConflictPage, value: Any) -> Any:
    """The value as it is kept. One that stood on the screen is taken as it is."""
    wire = to_wire(value)
    known = [to_wire(side.value) for side in page.sides]
    if wire in (*known, to_wire(page.base_value), to_wire(page.standing_value)):
        return wire
    record = record_types()[page.record_type]
    try:
        typed = from_wire(record, page.field, wire)
    except ValueError:
        raise UserMends("entry.not_a_value", field=page.field) from None
    if page.record_type == Agreement.type_name():
        return recording.clean_field(page.field, typed)
    return people.clean_field(page.record_type, page.field, typed)


def _keep_the_rest(work: Unit, page: ConflictPage) -> None:
    """What one action withdrew stays together: with the person, her place in the household."""
    rest = {
        key
        for side in page.sides
        if side.value is True
        for key in _withdrawn_with(work.connection, page.ward, side.changeset)
    }
    for kind, record in sorted(rest - {(page.record_type, page.record)}):
        work.edit(record_types()[kind], record, withdrawn=False)


def _withdrawn_with(connection: Connection, ward: str, changeset: str) -> set[Key]:
    """What one action withdrew. Where its entry is not here any more its rows tell."""
    made = queries_log.one_made(connection, changeset)
    if made is None:
        return queries_log.withdrawn_by(connection, ward, changeset)
    edits = (change for change in made.changes if change.kind == "edit")
    return {one.key for one in edits if one.fields.get("withdrawn", (0, 0))[1] is True}


def take_back(store: Store, page: ConflictPage, told: Told = NOTHING) -> str:
    """Takes a decision back: its sides wait again and the value before it stands again. `told`:
    what the server said of the record from before the log begins here.

    Raises:
        UserMends: `story.not_decided`, `story.no_right`, `history.changed_since` (somebody has
            changed the decided value since), `history.before_the_log` (the decision's entry is not
            on this laptop any more, nor in what was told: nobody can tell here what stood before
            it).
    """
    must_be_clerk(store, page.ward, "story.no_right")
    if page.decided is None:
        raise UserMends("story.not_decided")
    settled_by = page.decided.changeset
    decision = store.read(queries_log.one_made, settled_by) or told.of(settled_by)
    if decision is None:
        raise UserMends("history.before_the_log")
    change = decision.change_of(page.record_type, page.record)
    if change is None:
        raise UserMends("story.not_decided")
    before, decided = change.fields[page.field]
    if page.basis.fields[page.record_type, page.record].get(page.field) != decided:
        raise UserMends("history.changed_since")
    reopens = tuple(
        side["changeset"]
        for side in page.conflict.sides
        if side.get("settled") and side["settled"]["changeset"] == settled_by
    )
    with store.work(Intent("conflict.take_back", page.ward), page.basis) as work:
        work.decide(page.conflict, before, reopens=reopens)
        if page.field == two_heads.HEAD:
            two_heads.reopen_relations(work, decision)
    assert work.saved.changeset is not None
    return work.saved.changeset.id
