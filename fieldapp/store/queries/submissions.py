"""What is read of official lists, void receipts and targets: set-based queries, plain values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from fieldapp.model import (
    Campaign,
    Enrolment,
    Organisation,
    Person,
    Receipt,
    ReceiptVoid,
    Submission,
    SubmissionLine,
    Target,
)
from fieldapp.ready import Ready
from fieldapp.store.rows import table_of

submissions = table_of(Submission.type_name())
lines = table_of(SubmissionLine.type_name())
enrolments = table_of(Enrolment.type_name())
receipts = table_of(Receipt.type_name())
voids = table_of(ReceiptVoid.type_name())
people = table_of(Person.type_name())
organisations = table_of(Organisation.type_name())
campaigns = table_of(Campaign.type_name())
targets = table_of(Target.type_name())

Rows = Sequence[Any]


def is_void(receipt: Any) -> ColumnElement[bool]:
    """Whether a receipt (its table or an alias of it) was crossed out."""
    same = (voids.c.ward == receipt.c.ward) & (voids.c.receipt == receipt.c.id)
    return select(voids.c.id).where(same).exists()


def submission_rows(
    connection: Connection, wards: Sequence[str], submission: str | None = None
) -> Rows:
    """Lists of these wards (or one of them), withdrawn ones too, newest first."""
    query = select(submissions).where(submissions.c.ward.in_(wards))
    if submission is not None:
        query = query.where(submissions.c.id == submission)
    return connection.execute(query.order_by(submissions.c.made_at.desc())).all()


def line_rows(
    connection: Connection,
    wards: Sequence[str],
    *,
    submission: str | None = None,
    enrolments_only: Collection[str] | None = None,
) -> Rows:
    """Lines with what their list says of itself, by their place; withdrawn ones too."""
    listed = (submissions.c.ward == lines.c.ward) & (submissions.c.id == lines.c.submission)
    query = (
        select(
            lines,
            submissions.c.form,
            submissions.c.number.label("list_number"),
            submissions.c.listed_on,
            submissions.c.made_at,
            submissions.c.sent_on,
            submissions.c.state.label("list_state"),
            submissions.c.withdrawn.label("list_withdrawn"),
        )
        .join(submissions, listed)
        .where(lines.c.ward.in_(wards))
        .order_by(submissions.c.made_at, lines.c.number)
    )
    if submission is not None:
        query = query.where(lines.c.submission == submission)
    if enrolments_only is not None:
        query = query.where(lines.c.enrolment.in_(enrolments_only))
    return connection.execute(query).all()


def paid_rows(connection: Connection, wards: Sequence[str]) -> Rows:
    """Enrolments that count, with their receipt: not withdrawn, and paid with one that stands."""
    query = _paid(wards).where(enrolments.c.withdrawn.is_(False), ~is_void(receipts))
    return connection.execute(query).all()


def all_paid_rows(connection: Connection, wards: Sequence[str]) -> Rows:
    """All enrolments with their receipt: an old list still says what was void later."""
    return connection.execute(_paid(wards)).all()


def _paid(wards: Sequence[str]) -> Select[Any]:
    paid = (receipts.c.ward == enrolments.c.ward) & (receipts.c.id == enrolments.c.receipt)
    return (
        select(
            enrolments,
            receipts.c.book,
            receipts.c.number.label("receipt_number"),
            receipts.c.issued_by,
            receipts.c.issued_at,
        )
        .join(receipts, paid)
        .where(enrolments.c.ward.in_(wards))
        .order_by(receipts.c.book, receipts.c.number, enrolments.c.id)
    )


def people_of_enrolments(connection: Connection, ward: str) -> Rows:
    """The people whom enrolments name, and those into whom such a record was merged."""
    named = select(enrolments.c.person).where(enrolments.c.ward == ward)
    wanted = people.c.id.in_(named) | people.c.id.in_(_merged_into(ward))
    return connection.execute(select(people).where(people.c.ward == ward, wanted)).all()


def _merged_into(ward: str) -> Any:
    return select(people.c.merged_into).where(
        people.c.ward == ward, people.c.merged_into.is_not(None)
    )


def voids_of(connection: Connection, ward: str, some: Collection[str]) -> Rows:
    """Who crossed out which of these receipts, when and why."""
    query = select(voids).where(voids.c.ward == ward, voids.c.receipt.in_(some))
    return connection.execute(query).all()


def open_lists_of(connection: Connection, username: str) -> Rows:
    """Ward and id of somebody's lists that are neither withdrawn nor answered as a whole."""
    query = select(submissions.c.ward, submissions.c.id).where(
        submissions.c.made_by == username,
        submissions.c.withdrawn.is_(False),
        submissions.c.state != "answered",
    )
    return connection.execute(query).all()


def receipts_of_book(connection: Connection, wards: Sequence[str]) -> Rows:
    """Receipts with their void mark, by book and number."""
    same = (voids.c.ward == receipts.c.ward) & (voids.c.receipt == receipts.c.id)
    query = (
        select(receipts, voids.c.reason.label("void_reason"), voids.c.voided_by)
        .outerjoin(voids, same)
        .where(receipts.c.ward.in_(wards))
        .order_by(receipts.c.book, receipts.c.number, receipts.c.id)
    )
    return connection.execute(query).all()


def all_organisations(connection: Connection) -> Rows:
    """The organisations that collect."""
    return connection.execute(select(organisations).order_by(organisations.c.code)).all()


def all_campaigns(connection: Connection) -> Rows:
    """The campaigns, the one that began last first."""
    return connection.execute(select(campaigns).order_by(campaigns.c.starts_on.desc())).all()


def targets_of(connection: Connection, campaign: str) -> Rows:
    """The targets of a campaign."""
    return connection.execute(select(targets).where(targets.c.campaign == campaign)).all()


def returned_count(connection: Connection, username: str) -> int:
    """How many lines the agency returned to a collector and nobody has mended yet."""
    return int(_RETURNED.value(connection, username=username) or 0)


_RETURNED = Ready(
    select(func.count())
    .select_from(lines)
    .join(
        submissions,
        (submissions.c.ward == lines.c.ward) & (submissions.c.id == lines.c.submission),
    )
    .join(
        enrolments,
        (enrolments.c.ward == lines.c.ward) & (enrolments.c.id == lines.c.enrolment),
    )
    .join(
        receipts,
        (receipts.c.ward == enrolments.c.ward) & (receipts.c.id == enrolments.c.receipt),
    )
    .where(
        lines.c.answer == "returned",
        lines.c.mended_on.is_(None),
        lines.c.withdrawn.is_(False),
        submissions.c.withdrawn.is_(False),
        enrolments.c.withdrawn.is_(False),
        receipts.c.issued_by == bindparam("username"),
        ~is_void(receipts),
    )
)
