"""Who joined by which payment, without what was quoted: thousands of rows a ward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from fieldapp.store.queries_submissions import enrolments, is_void, receipts


class Joined(NamedTuple):
    """One payment that counts. Plain: tens of thousands of them are looked at several times."""

    ward: str
    id: str
    person: str
    scheme: str
    kind: str
    paid_on: date
    receipt: str
    issued_by: str


def joined_rows(
    connection: Connection, wards: Sequence[str], since: date, until: date
) -> list[Joined]:
    """Enrolments of these days that count: not withdrawn, and their receipt stands."""
    paid = (receipts.c.ward == enrolments.c.ward) & (receipts.c.id == enrolments.c.receipt)
    query = (
        select(
            enrolments.c.ward,
            enrolments.c.id,
            enrolments.c.person,
            enrolments.c.scheme,
            enrolments.c.kind,
            enrolments.c.paid_on,
            enrolments.c.receipt,
            receipts.c.issued_by,
        )
        .join(receipts, paid)
        .where(
            enrolments.c.ward.in_(wards),
            enrolments.c.paid_on.between(since, until),
            enrolments.c.withdrawn.is_(False),
            ~is_void(receipts),
        )
    )
    return [Joined(*row) for row in connection.execute(query).all()]
