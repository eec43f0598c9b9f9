"""Every record that says something of one person, by kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.store.rows import table_of

Found = list[tuple[str, Any]]


def person_exists(connection: Connection, ward: str, person: str) -> bool:
    """Whether there is such a person."""
    return bool(_by_id(connection, "person", ward, [person]))


def records_on(connection: Connection, ward: str, person: str) -> Found:
    """The person with what was merged into her, her household, covers, enrolments with their
    receipts and lines of lists, and the notices and visits of the household."""
    table = table_of("person").c
    merged = _rows(connection, "person", ward, table.merged_into == person)
    people = [person, *(row.id for row in merged)]
    found: Found = [("person", row) for row in _by_id(connection, "person", ward, people)]
    memberships = _of(connection, "membership", ward, "person", people)
    homes = sorted({row.household for row in memberships})
    enrolments = _of(connection, "enrolment", ward, "person", people)
    receipts = sorted({row.receipt for row in enrolments if row.receipt})
    named = [row.id for row in enrolments]
    parts = {
        "membership": memberships,
        "household": _by_id(connection, "household", ward, homes),
        "coverage": _of(connection, "coverage", ward, "person", people),
        "notice": _of(connection, "notice", ward, "household", homes),
        "enrolment": enrolments,
        "receipt": _by_id(connection, "receipt", ward, receipts),
        "submission_line": _of(connection, "submission_line", ward, "enrolment", named),
        "paper": _papers(connection, ward, homes, people),
        "visit": _of(connection, "visit", ward, "household", homes),
    }
    return found + [(kind, row) for kind, rows in parts.items() for row in rows]


def _papers(
    connection: Connection, ward: str, homes: Sequence[str], people: Sequence[str]
) -> Sequence[Any]:
    """Those about her, and those about a whole household of hers."""
    paper = table_of("paper").c
    hers = paper.household.in_(homes) & (paper.person.is_(None) | paper.person.in_(people))
    return _rows(connection, "paper", ward, hers)


def _by_id(connection: Connection, kind: str, ward: str, ids: Sequence[str]) -> Sequence[Any]:
    return _of(connection, kind, ward, "id", ids)


def _of(
    connection: Connection, kind: str, ward: str, field: str, values: Sequence[str]
) -> Sequence[Any]:
    return _rows(connection, kind, ward, table_of(kind).c[field].in_(values))


def _rows(connection: Connection, kind: str, ward: str, which: Any) -> Sequence[Any]:
    table = table_of(kind)
    query = select(table).where(table.c.ward == ward, which).order_by(table.c.id)
    return connection.execute(query).all()
