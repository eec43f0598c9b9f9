"""What is read to ask whether recorded work is plausible, and what people said to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, union_all

from fieldapp.model import FlagClearing, FlagReply
from fieldapp.store.queries.history import settled_changes, unsettled_work
from fieldapp.store.queries.households import households, memberships, people, receipts, visits
from fieldapp.store.queries.submissions import is_void
from fieldapp.store.rows import table_of

replies = table_of(FlagReply.type_name())
clearings = table_of(FlagClearing.type_name())

Rows = Sequence[Any]


def knock_rows(connection: Connection, wards: Sequence[str], since: datetime, by: str = "") -> Rows:
    """Visits since a moment (of one person) with the address of their door."""
    v, home = visits.c, households.c
    query = (
        select(
            *(v.ward, v.id, v.household, v.canvasser, v.visited_at, v.outcome, v.note, v.next_on),
            *(home.street, home.house_number),
        )
        .join(households, (home.ward == v.ward) & (home.id == v.household))
        .where(v.ward.in_(wards), v.visited_at >= since, v.withdrawn.is_(False))
    )
    return connection.execute(query.where(v.canvasser == by) if by else query).all()


def taken_rows(connection: Connection, wards: Sequence[str], since: datetime, by: str = "") -> Rows:
    """Receipts since a moment (of one person) that stand."""
    own = receipts.c
    query = select(
        *(own.ward, own.id, own.household, own.issued_by, own.issued_at, own.number)
    ).where(own.ward.in_(wards), own.issued_at >= since, ~is_void(receipts))
    return connection.execute(query.where(own.issued_by == by) if by else query).all()


class PhoneAt(NamedTuple):
    """A phone at a household: the record that carries it."""

    ward: str
    phone: str
    household: str
    record_type: str
    record: str


def shared_phones(connection: Connection, wards: Sequence[str], least: int) -> list[PhoneAt]:
    """Phones that stand at so many households of one ward, with every record that carries them.

    Of what was taken back, left or merged into another nothing counts.
    """
    every = union_all(_of_homes(wards), _of_people(wards)).cte()
    often = (
        select(every.c.ward, every.c.phone)
        .group_by(every.c.ward, every.c.phone)
        .having(func.count(every.c.household.distinct()) >= least)
        .cte()
    )
    same = (often.c.ward == every.c.ward) & (often.c.phone == every.c.phone)
    found = select(every).join(often, same).order_by(every.c.household, every.c.record)
    return [PhoneAt(*row) for row in connection.execute(found)]


def _of_homes(wards: Sequence[str]) -> Select[Any]:
    home = households.c
    kind = literal("household").label("record_type")
    return select(
        home.ward, home.phone, home.id.label("household"), kind, home.id.label("record")
    ).where(_stands(wards), home.phone != "")


def _of_people(wards: Sequence[str]) -> Select[Any]:
    home, live, one = households.c, memberships.c, people.c
    kind = literal("person").label("record_type")
    return (
        select(one.ward, one.phone, live.household, kind, one.id.label("record"))
        .join(memberships, (live.ward == one.ward) & (live.person == one.id))
        .join(households, (home.ward == live.ward) & (home.id == live.household))
        .where(_stands(wards), one.phone != "", one.withdrawn.is_(False))
        .where(one.merged_into.is_(None), live.until.is_(None), live.withdrawn.is_(False))
    )


def _stands(wards: Sequence[str]) -> ColumnElement[bool]:
    """A household of these wards that people live in."""
    home = households.c
    return home.ward.in_(wards) & home.withdrawn.is_(False) & home.moved_on.is_(None)


def who_wrote(connection: Connection, one: PhoneAt) -> str | None:
    """Who wrote this phone into this record by hand; None: a list did, or it is not known here."""
    key = (one.record_type, one.record)
    done = [made.changeset for made in settled_changes(connection, one.ward, [key])]
    for changeset in [*(own.changeset for own in unsettled_work(connection)), *done]:
        change = changeset.change_of(*key)
        if change is not None and change.fields.get("phone", (None, None))[1] == one.phone:
            listed = changeset.action.startswith("list.")
            from_paper = (changeset.evidence or {}).get("kind") in ("list", "list_line")
            return None if listed or from_paper else changeset.author
    return None


def reply_rows(connection: Connection, wards: Sequence[str]) -> Rows:
    """What was said to questions of these wards, oldest first."""
    query = select(replies).where(replies.c.ward.in_(wards))
    return connection.execute(query.order_by(replies.c.replied_at, replies.c.id)).all()


def clearing_rows(connection: Connection, wards: Sequence[str]) -> Rows:
    """Which questions of these wards were looked at and found in order, newest first."""
    query = select(clearings).where(clearings.c.ward.in_(wards), clearings.c.withdrawn.is_(False))
    return connection.execute(query.order_by(clearings.c.cleared_at.desc())).all()


def address_rows(connection: Connection, wards: Sequence[str], wanted: Collection[str]) -> Rows:
    """Where these households are."""
    home = households.c
    query = select(home.id, home.house_number, home.street)
    return connection.execute(query.where(home.ward.in_(wards), home.id.in_(wanted))).all()
