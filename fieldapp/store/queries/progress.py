"""Who joined by which payment, without what was quoted: thousands of rows a ward."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select

from fieldapp.model import Person
from fieldapp.store import tables
from fieldapp.store.queries.history import settled_changes, unsettled_work_on
from fieldapp.store.queries.households import households, people, visits
from fieldapp.store.queries.submissions import enrolments, is_void, receipts, voids

PERSON, MERGED = Person.type_name(), "merged_into"


class Joined(NamedTuple):
    """One payment. Plain: tens of thousands of them are looked at several times."""

    ward: str
    id: str
    person: str
    scheme: str
    kind: str
    paid_on: date
    receipt: str
    issued_by: str
    came_with: str
    """The changeset by which the money came."""


class Lost(NamedTuple):
    """A payment that does not count: how it was paid, and the changesets that took it back."""

    payment: Joined
    void_with: str | None
    withdrawn_with: str | None


JOINED = (
    enrolments.c.ward,
    enrolments.c.id,
    enrolments.c.person,
    enrolments.c.scheme,
    enrolments.c.kind,
    enrolments.c.paid_on,
    enrolments.c.receipt,
    receipts.c.issued_by,
    receipts.c.changeset,
)


def joined_rows(
    connection: Connection, wards: Sequence[str], since: date, until: date
) -> list[Joined]:
    """Enrolments of these days that count: not withdrawn, and their receipt stands."""
    counts = enrolments.c.withdrawn.is_(False) & ~is_void(receipts)
    query = _paid(select(*JOINED), wards, since, until).where(counts)
    return [Joined(*row) for row in connection.execute(query).all()]


def lost_rows(connection: Connection, wards: Sequence[str], since: date, until: date) -> list[Lost]:
    """Enrolments of these days that do not count: withdrawn, or their receipt is void."""
    told = select(*JOINED, enrolments.c.withdrawn, enrolments.c.changeset, voids.c.changeset)
    same = (voids.c.ward == receipts.c.ward) & (voids.c.receipt == receipts.c.id)
    query = _paid(told, wards, since, until).outerjoin(voids, same)
    gone = enrolments.c.withdrawn.is_(True) | voids.c.id.is_not(None)
    return [
        Lost(Joined(*row[:-3]), row[-1], row[-2] if row[-3] else None)
        for row in connection.execute(query.where(gone)).all()
    ]


def _paid(query: Select[Any], wards: Sequence[str], since: date, until: date) -> Select[Any]:
    paid = (receipts.c.ward == enrolments.c.ward) & (receipts.c.id == enrolments.c.receipt)
    of_days = enrolments.c.paid_on.between(since, until)
    return query.join(receipts, paid).where(enrolments.c.ward.in_(wards), of_days)


def came_after(connection: Connection, revisions: Mapping[str, int]) -> set[str]:
    """The changesets of the logs after these revisions, and own ones that are in no log yet."""
    entry, journal = tables.log_entry.c, tables.journal.c
    found = set(connection.execute(select(journal.id).where(journal.settled.is_(False))).scalars())
    for ward, revision in revisions.items():
        later = select(entry.changeset).where(entry.ward == ward, entry.revision > revision)
        found |= set(connection.execute(later).scalars())
    return found


def merged_before(
    connection: Connection, revisions: Mapping[str, int], people: Collection[str]
) -> dict[str, str | None]:
    """Of those of these people who were merged or parted after these revisions, also by own work
    that is in no log yet, into whom each one was merged before."""
    found: dict[str, str | None] = {}
    for ward, upto in revisions.items():
        keys = _changed_after(connection, ward, upto, people)
        if not keys:
            continue
        own = [one.changeset for one in unsettled_work_on(connection, ward, keys)]
        logged = [one.changeset for one in settled_changes(connection, ward, keys, upto)]
        for changeset in (*own, *logged):  # newest first: the first one after the revision says it
            for change in changeset.changes:
                if change.key in keys and MERGED in change.fields:
                    found[change.record] = change.fields[MERGED][0]
    return found


def _changed_after(
    connection: Connection, ward: str, upto: int, people: Collection[str]
) -> list[tuple[str, str]]:
    change, own = tables.log_change.c, tables.own_change.c
    logged = (change.ward == ward) & (change.record_type == PERSON) & (change.revision > upto)
    mine = (own.ward == ward) & (own.record_type == PERSON)
    found = set(connection.execute(select(change.record).where(logged)).scalars())
    found |= set(connection.execute(select(own.record).where(mine)).scalars())
    return [(PERSON, one) for one in sorted(found.intersection(people))]


class Knock(NamedTuple):
    """A visit in a list of visits; `people`: who joined by its money, and still count."""

    ward: str
    id: str
    household: str
    visited_at: Any
    outcome: str
    house_number: str
    street: str
    head: str | None
    people: int


def visits_by(
    connection: Connection, ward: str, canvasser: str, days: tuple[Any, Any], most: int
) -> tuple[int, list[Knock]]:
    """How many visits one made in a ward between two moments, and the newest of them."""
    v, home, head = visits.c, households.c, people.alias("head")
    wanted: ColumnElement[bool] = (
        (v.ward == ward)
        & (v.canvasser == canvasser)
        & v.visited_at.between(*days)
        & v.withdrawn.is_(False)
    )
    count = connection.execute(select(func.count()).select_from(visits).where(wanted)).scalar_one()
    payer = people.alias("payer")
    joined = (
        select(func.count(func.coalesce(payer.c.merged_into, enrolments.c.person).distinct()))
        .select_from(enrolments)
        .outerjoin(payer, (payer.c.ward == ward) & (payer.c.id == enrolments.c.person))
        .join(receipts, (receipts.c.ward == ward) & (receipts.c.id == enrolments.c.receipt))
        .where(
            enrolments.c.ward == ward,
            enrolments.c.receipt == v.receipt,
            enrolments.c.withdrawn.is_(False),
            ~is_void(receipts),
        )
        .scalar_subquery()
    )
    query = (
        select(
            *(v.ward, v.id, v.household, v.visited_at, v.outcome),
            *(home.house_number, home.street, head.c.full_name, joined),
        )
        .join(households, (home.ward == v.ward) & (home.id == v.household))
        .outerjoin(head, (head.c.ward == home.ward) & (head.c.id == home.head))
        .where(wanted)
        .order_by(v.visited_at.desc(), v.id.desc())
        .limit(most)
    )
    return count, [Knock(*row) for row in connection.execute(query)]
