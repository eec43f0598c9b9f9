"""What screens read of households: set-based queries that give plain values.

Everything is read for one household or for whole wards; nothing is read row by row.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Table,
    func,
    select,
    union_all,
)

from fieldapp.model import (
    Assignment,
    Coverage,
    Enrolment,
    Household,
    Membership,
    Notice,
    Person,
    Receipt,
    ReceiptVoid,
    Staff,
    Visit,
    Ward,
)
from fieldapp.store import tables
from fieldapp.store.rows import table_of

households = table_of(Household.type_name())
people = table_of(Person.type_name())
memberships = table_of(Membership.type_name())
coverages = table_of(Coverage.type_name())
visits = table_of(Visit.type_name())
enrolments = table_of(Enrolment.type_name())
receipts = table_of(Receipt.type_name())
voids = table_of(ReceiptVoid.type_name())
notices = table_of(Notice.type_name())
assignments = table_of(Assignment.type_name())
staff = table_of(Staff.type_name())
wards = table_of(Ward.type_name())

Rows = Sequence[Any]
Asked = str | Collection[str] | None
"""A household by id, or some of them; None: all of the wards."""


def all_wards(connection: Connection) -> Rows:
    """The wards that the city's stream names."""
    return connection.execute(select(wards).order_by(wards.c.name)).all()


def all_staff(connection: Connection) -> Rows:
    """Everybody who works with the product, as far as the city's stream says."""
    return connection.execute(select(staff)).all()


def household_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """Households of these wards (or one of them) with the head's name."""
    head = people.alias("head")
    query = (
        select(*_told(households))
        .add_columns(head.c.full_name.label("head_name"), head.c.id_number.label("head_id"))
        .select_from(households)
        .outerjoin(head, (head.c.ward == households.c.ward) & (head.c.id == households.c.head))
        .where(households.c.ward.in_(wanted), households.c.withdrawn.is_(False))
    )
    return connection.execute(_only(query, households.c.id, asked)).all()


def lives_there() -> ColumnElement[bool]:
    """A membership that stands: not ended, not withdrawn, and of a household.

    Who left has one without a household (`fieldapp.model.households.Membership`).
    """
    own = memberships.c
    return own.until.is_(None) & own.withdrawn.is_(False) & (own.household != "")


def member_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """Present members of households of these wards, the head first, then by birth."""
    query = (
        select(
            *_told(people),
            memberships.c.id.label("membership"),
            memberships.c.since,
            memberships.c.household,
            memberships.c.relationship,
        )
        .join(
            memberships,
            (memberships.c.ward == people.c.ward) & (memberships.c.person == people.c.id),
        )
        .where(
            people.c.ward.in_(wanted),
            people.c.withdrawn.is_(False),
            people.c.merged_into.is_(None),
            lives_there(),
        )
        .order_by(memberships.c.relationship, people.c.born_on)
    )
    return connection.execute(_only(query, memberships.c.household, asked)).all()


def coverage_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """What present members already have."""
    query = select(
        coverages.c.id,
        coverages.c.person,
        coverages.c.scheme,
        coverages.c.payer,
        coverages.c.valid_from,
        coverages.c.valid_to,
        coverages.c.five_year_on,
    ).where(coverages.c.ward.in_(wanted), coverages.c.withdrawn.is_(False))
    if asked is not None:
        query = query.where(coverages.c.person.in_(_members_of(wanted, asked)))
    return connection.execute(query).all()


def coverages_of(connection: Connection, ward: str, persons: Collection[str]) -> Rows:
    """The health insurance that people are recorded to have or have had."""
    query = select(coverages).where(
        coverages.c.ward == ward,
        coverages.c.person.in_(persons),
        coverages.c.scheme == "hhi",
        coverages.c.withdrawn.is_(False),
    )
    return connection.execute(query).all()


def enrolment_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """Enrolments of these wards that count, oldest first: a void receipt paid for nothing."""
    query = _counting(wanted)
    return connection.execute(_only(query, enrolments.c.household, asked)).all()


def _counting(wanted: Sequence[str]) -> Select[Any]:
    void = select(voids.c.receipt).where(voids.c.ward.in_(wanted))
    return (
        select(enrolments)
        .where(enrolments.c.ward.in_(wanted), enrolments.c.withdrawn.is_(False))
        .where(enrolments.c.receipt.not_in(void))
        .order_by(enrolments.c.id)
    )


def enrolments_elsewhere(
    connection: Connection, wanted: Sequence[str], asked: str | Collection[str]
) -> Rows:
    """What counts of enrolments of people of these households, and of merged ones, that were taken
    in other households."""
    query = _counting(wanted).where(enrolments.c.person.in_(_members_of(wanted, asked)))
    return connection.execute(query.where(enrolments.c.household.not_in(_texts(asked)))).all()


def paid_for_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """What receipts of these wards were for, those of void ones too: id, receipt, what it cost."""
    query = (
        select(
            enrolments.c.id,
            enrolments.c.household,
            enrolments.c.receipt,
            enrolments.c.person,
            enrolments.c.scheme,
            enrolments.c.percent,
            enrolments.c.months,
            enrolments.c.participant_dong,
        )
        .where(enrolments.c.ward.in_(wanted))
        .order_by(enrolments.c.id)
    )
    return connection.execute(_only(query, enrolments.c.household, asked)).all()


def visit_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """Visits of these wards, oldest first."""
    query = (
        select(visits)
        .where(visits.c.ward.in_(wanted), visits.c.withdrawn.is_(False))
        .order_by(visits.c.visited_at, visits.c.id)
    )
    return connection.execute(_only(query, visits.c.household, asked)).all()


def receipt_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """Receipts of these wards, newest first; `void_reason` is None for those that stand."""
    same = (voids.c.ward == receipts.c.ward) & (voids.c.receipt == receipts.c.id)
    query = (
        select(receipts, voids.c.reason.label("void_reason"))
        .outerjoin(voids, same)
        .where(receipts.c.ward.in_(wanted))
        .order_by(receipts.c.issued_at.desc(), receipts.c.number.desc())
    )
    return connection.execute(_only(query, receipts.c.household, asked)).all()


def assignment_rows(connection: Connection, wanted: Sequence[str], asked: Asked = None) -> Rows:
    """Who holds which household until when; ended ones included."""
    query = (
        select(assignments)
        .where(assignments.c.ward.in_(wanted), assignments.c.withdrawn.is_(False))
        .order_by(assignments.c.id)
    )
    return connection.execute(_only(query, assignments.c.household, asked)).all()


def people_count(connection: Connection) -> int:
    """How many people this laptop holds."""
    return connection.execute(select(func.count()).select_from(people)).scalar_one()


def one_person(connection: Connection, ward: str, person: str) -> Row[Any] | None:
    """A person by id."""
    query = select(people).where(people.c.ward == ward, people.c.id == person)
    return connection.execute(query).one_or_none()


def person_of_coverage(connection: Connection, ward: str, coverage: str) -> str | None:
    """The person who has a cover."""
    query = select(coverages.c.person).where(coverages.c.ward == ward, coverages.c.id == coverage)
    return connection.execute(query).scalars().first()


def household_of(connection: Connection, ward: str, person: str) -> str | None:
    """The household that a person lives in now."""
    query = select(memberships.c.household).where(
        memberships.c.ward == ward,
        memberships.c.person == person,
        lives_there(),
    )
    return connection.execute(query).scalars().first()


def last_membership(connection: Connection, ward: str, person: str) -> Any:
    """The membership that says where a person lives, or that she lives in no household here."""
    own = memberships.c
    query = (
        select(own.id, own.household, own.relationship, own.since)
        .where(own.ward == ward, own.person == person)
        .where(own.until.is_(None), own.withdrawn.is_(False))
        .order_by(own.household == "", own.id.desc())
    )
    return connection.execute(query).first()


def memberships_of_household(connection: Connection, ward: str, household: str) -> Rows:
    """Everybody who lives or ever lived in a household: id of the membership, person, name."""
    own = memberships.c
    query = (
        select(own.id, own.person, people.c.full_name)
        .join(people, (people.c.ward == own.ward) & (people.c.id == own.person))
        .where(own.ward == ward, own.household == household)
    )
    return connection.execute(query).all()


def memberships_of_people(connection: Connection, ward: str, persons: Collection[str]) -> Rows:
    """All memberships of these people, wherever they were: id and person."""
    own = memberships.c
    query = select(own.id, own.person).where(own.ward == ward, own.person.in_(persons))
    return connection.execute(query).all()


def _members_of(wanted: Sequence[str], asked: str | Collection[str]) -> CompoundSelect[Any]:
    """Those who ever lived there, and all who are shown as another."""
    lived = (memberships.c.ward.in_(wanted), memberships.c.household.in_(_texts(asked)))
    merged = (people.c.ward.in_(wanted), people.c.merged_into.is_not(None))
    return union_all(select(memberships.c.person).where(*lived), select(people.c.id).where(*merged))


def _told(table: Table) -> list[Column[Any]]:
    """What screens tell of a record: all but what a newer version keeps in it, which is JSON and
    takes longer to read than the rest of the row."""
    return [column for column in table.c if column.name != "unknown"]


def signatures(connection: Connection, wanted: Sequence[str]) -> dict[str, Any]:
    """What was signed on a screen with which receipt, by receipt: `signature`, `signed_by`."""
    query = select(notices.c.receipt, notices.c.signature, notices.c.signed_by).where(
        notices.c.ward.in_(wanted), notices.c.receipt.is_not(None), notices.c.how == "signed"
    )
    return {row.receipt: row for row in connection.execute(query)}


def _only(query: Select[Any], column: Any, asked: Asked) -> Select[Any]:
    if asked is None or isinstance(asked, str):
        return query if asked is None else query.where(column == asked)
    return query.where(column.in_(_texts(asked)))


def _texts(asked: str | Collection[str]) -> Select[Any]:
    """However many there are, the statement is the same."""
    ids = [asked] if isinstance(asked, str) else list(asked)
    return select(func.json_each(json.dumps(ids)).table_valued("value").c.value)


def record_states(connection: Connection) -> dict[str, str]:
    """The sync word of each record with own unsettled work: `on_device` or `needs_fixing`.

    Sent work that the log has not brought back yet counts as sent and is not named.
    """
    own, journal = tables.own_change.c, tables.journal.c
    rows = connection.execute(
        select(own.record, journal.state).join(tables.journal, own.changeset == journal.id)
    )
    words = {"unsent": "on_device", "held": "needs_fixing"}
    found: dict[str, str] = {}
    for record, state in rows:
        if state in words and found.get(record) != "needs_fixing":
            found[record] = words[state]
    return found
