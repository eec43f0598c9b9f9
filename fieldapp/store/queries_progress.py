"""Who joined by which payment, without what was quoted: thousands of rows a ward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.store.queries_submissions import enrolments, is_void, receipts


def joined_rows(
    connection: Connection, wards: Sequence[str], since: date, until: date
) -> Sequence[Any]:
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
    return connection.execute(query).all()
