"""Receipts as screens list them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from fieldapp.store.queries.doors import doors_of_newest_receipts
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import Door, Doors, gather
from fieldapp.usecases.me import StaffName, me, name_of, staff_names
from fieldapp.usecases.visiting.today import StateWord, receipt_number, record_words


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt; `number` as printed, `lines` how many people or terms it pays for."""

    ward: str
    receipt: str
    household: str
    book: str
    number: str
    payer: str
    address: str
    amount_dong: int
    method: str
    issued_at: datetime
    by: str
    state: StateWord
    lines: int
    void_reason: str | None = None
    """Why it was crossed out; None for a receipt that stands."""

    @property
    def is_void(self) -> bool:
        """Whether it counts for nothing."""
        return self.void_reason is not None

    @property
    def counted_dong(self) -> int:
        """What it adds to a sum."""
        return 0 if self.is_void else self.amount_dong


def receipt_rows(
    store: Store, door: Door, staff: dict[str, StaffName], words: dict[str, StateWord] | None = None
) -> tuple[ReceiptRow, ...]:
    """The receipts of one household, newest first."""
    words = record_words(store, (door.row.ward,)) if words is None else words
    paid = Counter(row.receipt for row in door.paid_for)
    return tuple(
        ReceiptRow(
            ward=row.ward,
            receipt=row.id,
            household=row.household,
            book=row.book,
            number=receipt_number(row.number),
            payer=row.payer,
            address=f"{door.row.house_number} {door.row.street}",
            amount_dong=row.amount_dong,
            method=row.method,
            issued_at=row.issued_at,
            by=name_of(staff, row.issued_by),
            state=words.get(row.id, "sent"),
            lines=paid[row.id],
            void_reason=row.void_reason,
        )
        for row in door.receipts
    )


def receipts(
    store: Store, *, household: str | None = None, limit: int = 500
) -> tuple[ReceiptRow, ...]:
    """Receipts of the user's wards or of one household, newest first."""
    user, staff = me(store), staff_names(store)
    doors = store.read(_doors, user.streams, household, limit)
    words = record_words(store, user.streams)
    found = [
        row
        for door in doors.by_id.values()
        if door.receipts
        for row in receipt_rows(store, door, staff, words)
    ]
    return tuple(sorted(found, key=lambda r: r.issued_at, reverse=True)[:limit])


def _doors(
    connection: Connection, wards: tuple[str, ...], household: str | None, limit: int
) -> Doors:
    """The household, or all to whom one of the newest receipts was given."""
    homes = [household] if household else doors_of_newest_receipts(connection, wards, limit)
    return gather(connection, wards, homes) if homes else Doors({}, {})
