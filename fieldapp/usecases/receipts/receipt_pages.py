"""Receipts in pages, for a desk that has tens of thousands of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fieldapp.store.queries import money as q
from fieldapp.store.receipt_choice import ReceiptChoice, ReceiptSums
from fieldapp.store.store import Store
from fieldapp.usecases.me import StaffName, name_of, staff_names
from fieldapp.usecases.receipts.desk import days_of, wards_of
from fieldapp.usecases.visiting.today import receipt_number

PAGE = 100
"""Rows of a page."""


@dataclass(frozen=True)
class PageRow:
    """A receipt as a desk lists it; `number` as printed, `handed_in`: a remittance names it."""

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
    void_reason: str | None
    handed_in: bool


def receipt_choice(
    store: Store,
    *,
    since: date | None = None,
    until: date | None = None,
    ward: str = "",
    by: str = "",
    only: str = "",
    sort: str = "at",
    upwards: bool = False,
) -> ReceiptChoice:
    """What a desk wants to see, with the wards and days filled in.

    Raises:
        UserMends: `receipts.not_at_desk`, `receipts.days_reversed`.
    """
    first, last = days_of(store, since, until)
    wards = tuple(one.stream for one in wards_of(store, ward))
    return ReceiptChoice(wards, first, last, by, only, sort, upwards)


def receipt_page(
    store: Store,
    *,
    since: date | None = None,
    until: date | None = None,
    ward: str = "",
    by: str = "",
    only: str = "",
    sort: str = "at",
    upwards: bool = False,
    offset: int = 0,
    limit: int = PAGE,
) -> tuple[PageRow, ...]:
    """One page of the chosen receipts. Raises as `receipt_choice` does."""
    chosen = receipt_choice(
        store, since=since, until=until, ward=ward, by=by, only=only, sort=sort, upwards=upwards
    )
    return page_of(store, chosen, offset, limit)


def page_of(
    store: Store, chosen: ReceiptChoice, offset: int, limit: int = PAGE
) -> tuple[PageRow, ...]:
    """One page of a choice."""
    staff = staff_names(store)
    rows = store.read(q.receipts_in_pages, chosen, offset, limit)
    return tuple(_row(row, staff) for row in rows)


def sums_of(store: Store, chosen: ReceiptChoice) -> ReceiptSums:
    """How many receipts a choice has, and what they add up to."""
    return store.read(q.receipt_sums, chosen)


def _row(row: Any, staff: dict[str, StaffName]) -> PageRow:
    return PageRow(
        ward=row.ward,
        receipt=row.id,
        household=row.household,
        book=row.book,
        number=receipt_number(row.number),
        payer=row.payer,
        address=f"{row.house_number or ''} {row.street or ''}".strip(),
        amount_dong=row.amount_dong,
        method=row.method,
        issued_at=row.issued_at,
        by=name_of(staff, row.issued_by),
        void_reason=row.void_reason,
        handed_in=bool(row.handed_in),
    )
