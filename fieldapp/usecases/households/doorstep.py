"""What the list of the day needs of a household, whoever looks and whatever day it is.

It is made of rows alone, so that it can be kept: see `store.doorsteps`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.rules.hhi.household_cover import MemberFacts
from fieldapp.rules.visiting.worklist import HouseholdFacts
from fieldapp.rules.vsi.due import due_after
from fieldapp.rules.vsi.standing import INSURED
from fieldapp.store.doorsteps import Line, merged_homes
from fieldapp.usecases.households.facts import (
    HOUSEHOLD,
    CoverSpan,
    Door,
    Doors,
    gather,
    parse_time,
)


class Member(NamedTuple):
    """A present member: who pays for her health insurance and until when, and the first and the
    last day of the last term of voluntary social insurance, if she may go on with it."""

    name: str
    payer: str
    hhi_ends_on: date | None
    vsi_from: date | None
    vsi_to: date | None


class Hold(NamedTuple):
    """An assignment, in force until a day."""

    canvasser: str
    until: date | None


class Doorstep(NamedTuple):
    """A household as the list of any day needs it."""

    ward: str
    household: str
    house_number: str
    street: str
    head_name: str
    moved: bool
    do_not_contact: bool
    last_visit_on: date | None
    last_outcome: str
    next_on: date | None
    next_time: str | None
    holds: tuple[Hold, ...]
    members: tuple[Member, ...]

    def holder(self, today: date) -> Hold | None:
        """The assignment in force, or None."""
        held = [hold for hold in self.holds if hold.until is None or hold.until >= today]
        return held[-1] if held else None


EDITION = 1
"""Counts up when `doorstep_of` begins to find something else in the same rows."""
FORM = hashlib.sha256(
    f"{EDITION} {Doorstep._fields} {Member._fields} {Hold._fields}".encode()
).hexdigest()[:16]
"""Names what a kept line says and how."""


def doorstep_of(door: Door, doors: Doors) -> Doorstep:
    """What the rows of a household come to."""
    row, last = door.row, door.visits[-1] if door.visits else None
    return Doorstep(
        ward=row.ward,
        household=row.id,
        house_number=row.house_number,
        street=row.street,
        head_name=row.head_name or "",
        moved=row.moved_on is not None,
        do_not_contact=row.do_not_contact,
        last_visit_on=business_date(last.visited_at) if last else None,
        last_outcome=last.outcome if last else "",
        next_on=last.next_on if last else None,
        next_time=last.next_time if last else None,
        holds=tuple(Hold(one.canvasser, one.until) for one in door.assignments),
        members=tuple(_member(one, doors.covers.get(one.id, [])) for one in door.members),
    )


def _member(row: Any, spans: Sequence[CoverSpan]) -> Member:
    cards = [span for span in spans if span.scheme == "hhi"]
    last = max(cards, key=lambda span: span.ends_on or date.max) if cards else None
    payer = last.payer if last else ("" if row.group == HOUSEHOLD else row.group)
    return Member(row.full_name, payer, last.ends_on if last else None, *_term(row, spans))


def _term(row: Any, spans: Sequence[CoverSpan]) -> tuple[date | None, date | None]:
    """The last term of who has paid voluntary social insurance and may go on with it."""
    paid = [(s.ends_on, s.starts_on) for s in spans if s.scheme == "vsi" and s.ends_on]
    if not paid or INSURED.intersection((row.group, *row.other_groups)):
        return None, None
    ends_on, starts_on = max(paid, key=lambda span: span[0])
    return starts_on, ends_on


def household_facts(step: Doorstep, *, me: str, today: date) -> HouseholdFacts:
    """What the worklist of a day needs of a household."""
    holder = step.holder(today)
    other = holder is not None and holder.canvasser != me
    return HouseholdFacts(
        household=step.household,
        members=tuple([_facts_of(one) for one in step.members]),
        last_visit_on=step.last_visit_on,
        last_outcome=step.last_outcome,
        next_on=step.next_on,
        next_at=parse_time(step.next_time),
        moved=step.moved,
        do_not_contact=step.do_not_contact,
        held_by=holder.canvasser if holder and other else "",
        held_until=holder.until if holder and other else None,
    )


def _facts_of(member: Member) -> MemberFacts:
    name, payer, ends_on, vsi_from, vsi_to = member
    return MemberFacts(name, payer, ends_on, due_after(vsi_from, vsi_to) if vsi_to else None)


# --- kept ----------------------------------------------------------------------------------------


def lines_of(connection: Connection, wards: Sequence[str], households: Sequence[str]) -> list[Line]:
    """The lines to keep of households: of none into whom somebody was merged meanwhile."""
    merged = merged_homes(connection, wards)
    doors = gather(connection, wards, [home for home in households if home not in merged])
    lines: list[Line] = []
    for door in doors.by_id.values():
        head = door.row.head
        lives_there = any(member.id == head for member in door.members)
        facts = packed(doorstep_of(door, doors))
        lines.append((door.row.ward, door.row.id, None if lives_there else head, facts))
    return lines


def packed(step: Doorstep) -> str:
    """As a short text: days as numbers, ward and household left out."""
    said: list[Any] = [*step[2:7], _number(step.last_visit_on), step.last_outcome]
    said += [_number(step.next_on), step.next_time]
    said.append([[hold.canvasser, _number(hold.until)] for hold in step.holds])
    said.append([[one.name, one.payer, *map(_number, one[2:])] for one in step.members])
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def unpacked(ward: str, household: str, facts: str) -> Doorstep:
    """What `packed` made a text of."""
    number, street, head, moved, left_alone, visited, outcome, *rest = json.loads(facts)
    next_on, next_time, holds, members = rest
    return Doorstep(
        *(ward, household, number, street, head, moved, left_alone),
        _day(visited),
        outcome,
        _day(next_on),
        next_time,
        tuple([Hold(who, _day(until)) for who, until in holds]),
        tuple([Member(name, payer, _day(a), _day(b), _day(c)) for name, payer, a, b, c in members]),
    )


def _number(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(number)
