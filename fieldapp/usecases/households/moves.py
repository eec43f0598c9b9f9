"""People who join, leave or move between households, households that split, new heads.

Each is one action. Who moves keeps her record with all that she has; what was paid stays with the
household in whose ladder it was paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.model import Household, Membership
from fieldapp.model.derived import derived_id
from fieldapp.rules import tables
from fieldapp.rules.people.heads import HEAD
from fieldapp.rules.people.identity import normalise_name
from fieldapp.store.queries import households as q
from fieldapp.store.rows import read_fields
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Basis, Intent
from fieldapp.usecases.households.history import LEFT
from fieldapp.usecases.households.people import clean_household
from fieldapp.usecases.short_texts import must_fit

LEFT_ALONE = "do_not_contact"


@dataclass(frozen=True)
class Heir:
    """Who becomes head, and what each other member is to her: codes of the table `relationships` by
    person."""

    head: str
    relations: Mapping[str, str]


@dataclass(frozen=True)
class Split:
    """A household that was founded, and the action that founded it."""

    household: str
    changeset: str


def change_head(
    store: Store,
    ward: str,
    household: str,
    heir: Heir,
    *,
    basis: Basis | None = None,
) -> str:
    """Makes a member the head. Returns the changeset's id.

    Raises:
        UserMends: `moves.not_here`, `moves.relation_needed`, `moves.relation_unknown`,
            `moves.head_already`.
    """
    with store.work(Intent("household.head", ward), basis) as work:
        members = _members(work, ward, household)
        if work.shown(("household", household)).get("head") == heir.head:
            raise UserMends("moves.head_already", field="head")
        _crown(work, (ward, household), members, heir)
    return _made(work)


def leave_household(
    store: Store,
    ward: str,
    household: str,
    person: str,
    reason: str,
    *,
    heir: Heir | None = None,
    basis: Basis | None = None,
) -> str:
    """A member lives there no more, and in no other household of the ward that is known. Returns
    the changeset's id.

    Args:
        reason: one of `LEFT`.
        heir: of those who stay, where the head leaves and somebody stays.

    Raises:
        UserMends: `moves.reason_unknown`, `moves.not_here`, `moves.head_needed`, and as
            `change_head`.
    """
    if reason not in LEFT:
        raise UserMends("moves.reason_unknown", field="reason")
    told = Intent("person.leave", ward, {"reason": reason})
    with store.work(told, basis) as work:
        _leave(work, (ward, household), person, store.today(), heir)
    return _made(work)


def move_to_ward(
    store: Store,
    ward: str,
    household: str,
    person: str,
    to: str,
    on: date,
    *,
    heir: Heir | None = None,
    basis: Basis | None = None,
) -> str:
    """A member lives in another ward from a day on. Returns the changeset's id.

    A record never changes its ward: here she lives in no household any more, there she is
    registered anew, and the server knows by the ID number that the two are one human.

    Args:
        to: the other ward, as people call it: this laptop need not know it.
        on: the first day there; today or before.

    Raises:
        UserMends: `moves.ward_needed`, `moves.day_to_come`, `entry.text_too_long`, and as
            `leave_household`.
    """
    to = normalise_name(to)
    must_fit({"to_ward": to}, ("to_ward",))
    if not to:
        raise UserMends("moves.ward_needed", field="to_ward")
    if on > store.today():
        raise UserMends("moves.day_to_come", field="moved_on", day=on)
    evidence = {"reason": "moved_away", "to": to, "on": on.isoformat()}
    with store.work(Intent("person.leave", ward, evidence), basis) as work:
        _leave(work, (ward, household), person, on, heir)
    return _made(work)


def move_person(
    store: Store,
    ward: str,
    person: str,
    household: str,
    relationship: str,
    *,
    heir: Heir | None = None,
    basis: Basis | None = None,
) -> str:
    """A person joins a household of the ward, from another one or from none. Where she was the last
    one behind a door at which nobody may knock, nobody may at the new one. Returns the changeset's
    id.

    Args:
        relationship: what she is to its head; `00` only where nobody lives in it.
        heir: in the household that she leaves, as in `leave_household`.

    Raises:
        UserMends: `moves.here_already`, `moves.relation_unknown`, `moves.not_here` (the record was
            withdrawn, or is shown with another one), and as `leave_household`.
    """
    with store.work(Intent("person.move", ward), basis) as work:
        home = work.shown(("household", household))
        if home.get("withdrawn"):
            raise UserMends("entry.gone", household=household)
        there = _members(work, ward, household)
        if any(row.id == person for row in there):
            raise UserMends("moves.here_already", field="household")
        wanted = _relation(person, {person: relationship}, may_be_head=not there)
        known = _settle(work, store, ward, person, (household, wanted))
        fields: dict[str, Any] = {} if there else {"head": person}
        if home.get("moved_on") and not there:
            fields["moved_on"] = None
        if fields:
            work.edit(Household, household, **fields)
        if known:
            empty = _leave_behind(work, (ward, known), {person}, store.today(), heir)
            if empty:
                _bring_wish(work, known, household)
    return _made(work)


def split_household(
    store: Store,
    ward: str,
    household: str,
    leaving: Mapping[str, str],
    fields: Mapping[str, Any] | None = None,
    *,
    heir: Heir | None = None,
    basis: Basis | None = None,
) -> Split:
    """Some members found a household of their own.

    The new household's id is derived from who leaves which one, so that two laptops that split it
    alike found one household, not two. Where nobody may knock at the old door, nobody may at the
    new one.

    Args:
        leaving: who goes, by person: what each is to the new head, who is `00`.
        fields: address and phone of the new household; what is not said is that of the old one.
        heir: of those who stay, as in `leave_household`.

    Raises:
        UserMends: `moves.nobody_leaves`, `moves.nobody_stays`, `moves.one_head`, and as
            `leave_household`; a value of `fields` is wrong.
    """
    clean = clean_household(fields or {})
    heads = [person for person, code in leaving.items() if code == HEAD]
    if not leaving:
        raise UserMends("moves.nobody_leaves", field="leaving")
    if len(heads) != 1:
        raise UserMends("moves.one_head", field="leaving")
    with store.work(Intent("household.split", ward), basis) as work:
        members = _members(work, ward, household)
        going = [_member(members, person) for person in sorted(leaving)]
        if len(going) == len(members):
            raise UserMends("moves.nobody_stays", field="leaving")
        old = work.shown(("household", household))
        address = {n: old.get(n) or "" for n in ("house_number", "street", "neighbourhood")}
        wish = {LEFT_ALONE: True} if old.get(LEFT_ALONE) else {}
        stays = sorted(f"{row.membership}/{row.since}" for row in going)
        founded = derived_id("household", ward, household, *stays)
        _found(work, ward, founded, {**address, **clean, **wish, "head": heads[0]})
        for row in going:
            _end_stay(work, ward, row, store.today())
            code = _relation(row.id, leaving, may_be_head=True)
            goes = {"household": founded, "relationship": code}
            work.edit(Membership, row.membership, since=store.today(), **goes)
        _leave_behind(work, (ward, household), set(leaving), store.today(), heir)
    return Split(founded, _made(work))


# --- parts of an action ----------------------------------------------------------------------


def _made(work: Unit) -> str:
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def _members(work: Unit, ward: str, household: str) -> Sequence[Any]:
    return q.member_rows(work.connection, (ward,), household)


def _member(members: Iterable[Any], person: str) -> Any:
    found = next((row for row in members if row.id == person), None)
    if found is None:
        raise UserMends("moves.not_here", person=person)
    return found


def _relation(person: str, relations: Mapping[str, str], *, may_be_head: bool) -> str:
    code = relations.get(person, "")
    if not code:
        raise UserMends("moves.relation_needed", field="relations", person=person)
    if code not in tables.keys("relationships") or (code == HEAD and not may_be_head):
        raise UserMends("moves.relation_unknown", field="relations", person=person)
    return code


def _leave(work: Unit, home: tuple[str, str], person: str, on: date, heir: Heir | None) -> None:
    """A member of a household lives in none from a day on."""
    row = _member(_members(work, *home), person)
    _end_stay(work, home[0], row, on)
    work.edit(Membership, row.membership, household="", since=on)
    _leave_behind(work, home, {person}, on, heir)


def _settle(work: Unit, store: Store, ward: str, person: str, to: tuple[str, str]) -> str | None:
    """Puts a person into a household; the one that she leaves for it, if she lives in one."""
    household, relationship = to
    who = work.shown(("person", person)) or {}
    if not who or who.get("withdrawn") or who.get("merged_into"):
        raise UserMends("moves.not_here", person=person)  # nobody would see her there
    row = q.last_membership(work.connection, ward, person)
    fields: dict[str, Any] = {"household": household, "relationship": relationship}
    fields["since"] = store.today()
    if row is None:
        work.create(Membership(ward=ward, id=work.fresh_id(), person=person, **fields))
        return None
    if not row.household:
        work.edit(Membership, row.id, **fields)
        return None
    _end_stay(work, ward, _member(_members(work, ward, row.household), person), store.today())
    work.edit(Membership, row.id, **fields)
    return str(row.household)


def _end_stay(work: Unit, ward: str, row: Any, until: date) -> None:
    """The stay that is over is kept as a record: who lived where, from when to when.

    Its id is derived from what it was, so that two who end one stay make one record.
    """
    since = row.since.isoformat() if row.since else ""
    stay = derived_id(Membership.type_name(), ward, row.membership, row.household, since)
    if read_fields(work.connection, ward, (Membership.type_name(), stay)) is not None:
        work.edit(Membership, stay, until=until, withdrawn=False)
        return
    work.create(
        Membership(
            ward=ward,
            id=stay,
            person=row.id,
            household=row.household,
            relationship=row.relationship,
            since=row.since,
            until=until,
        )
    )


def _found(work: Unit, ward: str, household: str, fields: Mapping[str, Any]) -> None:
    """A household; one that was founded alike before, and taken back, stands again."""
    if read_fields(work.connection, ward, (Household.type_name(), household)) is None:
        work.create(Household(ward=ward, id=household, **fields))
    else:
        work.edit(Household, household, withdrawn=False, moved_on=None, **fields)


def _leave_behind(
    work: Unit,
    home: tuple[str, str],
    leaving: set[str],
    on: date,
    heir: Heir | None,
) -> bool:
    """What a household is without them: it has another head, or stands empty and is closed; whether
    it does."""
    ward, household = home
    staying = [row for row in _members(work, ward, household) if row.id not in leaving]
    if not staying:
        work.edit(Household, household, moved_on=on)
        return True
    head = work.shown(("household", household)).get("head")
    if head is not None and head not in leaving:
        return False
    if heir is None:
        raise UserMends("moves.head_needed", field="head")
    _crown(work, home, staying, heir)
    return False


def _bring_wish(work: Unit, old: str, new: str) -> None:
    """A family that moves in with another, to the last one, still wants nobody to knock."""
    left, there = (work.shown(("household", one)) or {} for one in (old, new))
    if left.get(LEFT_ALONE) and not there.get(LEFT_ALONE):
        work.edit(Household, new, **{LEFT_ALONE: True})


def _crown(
    work: Unit,
    home: tuple[str, str],
    members: Sequence[Any],
    heir: Heir,
) -> None:
    _member(members, heir.head)
    work.edit(Household, home[1], head=heir.head)
    for row in members:
        leads = row.id == heir.head
        code = HEAD if leads else _relation(row.id, heir.relations, may_be_head=False)
        work.edit(Membership, row.membership, relationship=code)
