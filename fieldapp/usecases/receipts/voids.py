"""Crossing a receipt out: it keeps its number in the book, and counts for nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.model import Enrolment, ReceiptVoid, SubmissionLine
from fieldapp.model.derived import derived_id
from fieldapp.store.queries import households as q
from fieldapp.store.queries import submissions as lists
from fieldapp.store.rows import read_fields
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Intent
from fieldapp.usecases.official_lists.standing import Standings, standings
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.usecases.visiting.visits import tidy

REASON_LIMIT = 500


def void_id(ward: str, receipt: str) -> str:
    """The id of a receipt's void: the same at both desks."""
    return derived_id(ReceiptVoid.type_name(), ward, receipt)


def void_receipt(store: Store, ward: str, receipt: str, reason: str) -> str:
    """Crosses a receipt out and withdraws what it paid for, in one; returns the changeset's id.

    Lines of a list that was drawn up and not sent fall away with it. Nothing brings the receipt
    back: the money is given back to the payer, or taken anew against another number.

    Raises:
        UserMends: `receipts.void_no_reason`, `receipts.void_reason_long`; `receipts.void_already`;
            `receipts.void_not_yours` (a canvasser crosses out her own receipts, a clerk any);
            `receipts.void_on_sent_list` (the agency has it: a refund goes through the agency);
            `entry.gone`.
    """
    told = tidy(reason)
    if not told:
        raise UserMends("receipts.void_no_reason", field="reason")
    if len(told) > REASON_LIMIT:
        raise UserMends("receipts.void_reason_long", field="reason", limit=REASON_LIMIT)
    with store.work(Intent("receipt.void", ward)) as work:
        row = _receipt(work.connection, ward, receipt)
        _must_be_allowed(store, ward, row)
        paid = [e for e in lists.paid_rows(work.connection, (ward,)) if e.receipt == receipt]
        found = standings(work.connection, (ward,))
        _must_not_be_sent(row, paid, found)
        work.create(
            ReceiptVoid(
                ward=ward,
                id=void_id(ward, receipt),
                receipt=receipt,
                reason=told,
                voided_by=store.setting("username"),
                voided_at=store.server_now(),
            )
        )
        for enrolment in paid:
            _withdraw(work, enrolment.id, found)
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def _receipt(connection: Connection, ward: str, receipt: str) -> Any:
    row = next((r for r in q.receipt_rows(connection, (ward,)) if r.id == receipt), None)
    if row is None:
        raise UserMends("entry.gone", receipt=receipt)
    known = read_fields(connection, ward, (ReceiptVoid.type_name(), void_id(ward, receipt)))
    if known is not None:
        raise UserMends("receipts.void_already", number=receipt_number(row.number))
    return row


def _must_be_allowed(store: Store, ward: str, row: Any) -> None:
    roles = {grant["role"] for grant in store.setting("grants", []) if grant["ward"] == ward}
    if row.issued_by != store.setting("username") and roles <= {"canvasser"}:
        raise UserMends("receipts.void_not_yours", number=receipt_number(row.number))


def _must_not_be_sent(row: Any, paid: list[Any], found: Standings) -> None:
    for enrolment in paid:
        if found.of(enrolment.id) in ("sent", "accepted"):
            line = found.last_line(enrolment.id)
            raise UserMends(
                "receipts.void_on_sent_list",
                number=receipt_number(row.number),
                list=line.list_number,
                form=line.form,
            )


def _withdraw(work: Unit, enrolment: str, found: Standings) -> None:
    work.edit(Enrolment, enrolment, withdrawn=True)
    if found.of(enrolment) == "listed":
        work.edit(SubmissionLine, found.last_line(enrolment).id, withdrawn=True)
