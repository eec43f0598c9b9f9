"""What the receipts place shows: rows under a filter, in an order, and the book. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.clock import business_date
from fieldapp.store.receipts import LeasedBook
from fieldapp.usecases.receipts.money import ReceiptRow
from fieldapp.usecases.receipts.remittances import OwnCash
from ui.places.receipts.sorting import Sorting

FILTERS = ("all", "today", "cash", "transfer", "void")
VALUES: Mapping[str, Callable[[ReceiptRow], Any]] = {
    "number": lambda row: (row.book, row.number),
    "at": lambda row: (row.issued_at, row.number),
    "payer": lambda row: row.payer,
    "method": lambda row: row.method,
    "amount": lambda row: row.amount_dong,
    "state": lambda row: (not row.is_void, row.state),
}

NEWEST_FIRST = Sorting("at")


@dataclass(frozen=True)
class ReceiptsState:
    """The receipts that this laptop knows, the filter, the order, the book in use,
    and the user's own cash."""

    rows: tuple[ReceiptRow, ...] = ()
    book: LeasedBook | None = None
    cash: tuple[OwnCash, ...] = ()
    today: date = date.min
    only: str = "all"
    sorting: Sorting = NEWEST_FIRST

    def passes(self, row: ReceiptRow, only: str) -> bool:
        """Whether a row stands under a filter."""
        if only == "today":
            return business_date(row.issued_at) == self.today
        if only == "void":
            return row.is_void
        return only == "all" or row.method == only

    def shown(self) -> tuple[ReceiptRow, ...]:
        """The rows under the filter, in order."""
        return self.sorting.sorted((r for r in self.rows if self.passes(r, self.only)), VALUES)

    def counts(self) -> dict[str, int]:
        """How many rows each filter has."""
        return {only: sum(self.passes(row, only) for row in self.rows) for only in FILTERS}

    def total_dong(self) -> int:
        """What the shown receipts add up to; void ones add nothing."""
        return sum(row.counted_dong for row in self.rows if self.passes(row, self.only))

    def row(self, key: str) -> ReceiptRow | None:
        """A row by its key."""
        return next((row for row in self.rows if row.receipt == key), None)
