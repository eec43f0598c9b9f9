"""What a ward's desk hears beside the logs: whose receipt numbers are where, receipts in held work,
and when each machine was last heard from.

Only of wards in which the caller is more than a canvasser; of receipts of other wards that bear a
number of a book of these no more than the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select

from fieldapp.clock import business_date, iso
from fieldapp.model import Receipt
from fieldapp.ready import Ready, among
from sync.protocol import DeskTold, LeaseTold, MachineTold, PendingTold
from sync.server.lives.epochs import serving
from sync.server.people.accounts import Caller, grants_of
from sync.server.receipts.standing import PendingReceipt, pending_in
from sync.server.store.tables import device, lease, receipt_book, table_of, user_grant
from sync.server.wardlog.intake import DECIDERS

_RECEIPT = table_of(Receipt).c
_LEASES = Ready(
    select(lease, receipt_book.c.ward)
    .select_from(lease.join(receipt_book, receipt_book.c.book == lease.c.book))
    .where(among(receipt_book.c.ward, "wards"))
    .order_by(lease.c.book, lease.c.first)
)
_WORKING = select(user_grant.c.username).where(among(user_grant.c.ward, "wards"))
_MACHINES = Ready(
    select(device)
    .where(or_(device.c.username.in_(_WORKING), among(device.c.id, "having")))
    .order_by(device.c.username, device.c.id)
)
_BOOKS = select(receipt_book.c.book).where(among(receipt_book.c.ward, "wards"))
_NUMBERS_ELSEWHERE = Ready(
    select(_RECEIPT.book, _RECEIPT.number)
    .where(_RECEIPT.book.in_(_BOOKS), ~among(_RECEIPT.ward, "wards"))
    .order_by(_RECEIPT.book, _RECEIPT.number)
)


def desk_told(connection: Connection, caller: Caller, at: datetime) -> DeskTold:
    """The answer for a caller; without a ward it tells nothing."""
    serving(connection)
    grants = grants_of(connection, caller.username, business_date(at))
    wards = sorted({grant.ward for grant in grants if grant.role in DECIDERS})
    if not wards:
        return DeskTold(iso(at), ())
    leases = _leases(connection, wards)
    return DeskTold(
        iso(at),
        tuple(wards),
        leases,
        tuple(map(_pending, pending_in(connection, wards))),
        _machines(connection, wards, sorted({one.device for one in leases})),
        _elsewhere(connection, wards),
    )


def _leases(connection: Connection, wards: Sequence[str]) -> tuple[LeaseTold, ...]:
    return tuple(
        LeaseTold(
            row.ward,
            row.book,
            row.first,
            row.last,
            row.device,
            iso(row.leased_at),
            row.closed_at is not None,
        )
        for row in _LEASES.all(connection, wards=wards)
    )


def _pending(one: PendingReceipt) -> PendingTold:
    return PendingTold(
        one.ward,
        one.held,
        one.receipt,
        one.book,
        one.number,
        one.amount_dong,
        one.method,
        one.check_code,
        one.author,
        one.device,
        iso(one.received_at),
    )


def _machines(
    connection: Connection, wards: Sequence[str], having: Sequence[str]
) -> tuple[MachineTold, ...]:
    """Devices of whoever was ever granted one of the wards, and those that have their numbers."""
    return tuple(
        MachineTold(
            row.id,
            row.name,
            row.username,
            iso(row.last_seen_at) if row.last_seen_at else None,
            row.revoked_at is not None,
        )
        for row in _MACHINES.all(connection, wards=wards, having=having)
    )


def _elsewhere(connection: Connection, wards: Sequence[str]) -> tuple[tuple[str, int], ...]:
    found = _NUMBERS_ELSEWHERE.all(connection, wards=wards)
    return tuple((row.book, row.number) for row in found)
