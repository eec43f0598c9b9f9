"""What the enrolments place shows: rows under a filter, in an order. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.usecases.enrolling.dossiers import EnrolmentRow
from ui.places.receipts.sorting import Sorting

FILTERS = ("all", "hhi", "vsi", "returned", "look")


VALUES: Mapping[str, Callable[[EnrolmentRow], Any]] = {
    "person": lambda row: row.person_name,
    "scheme": lambda row: row.scheme,
    "kind": lambda row: row.kind,
    "months": lambda row: row.months,
    "paid": lambda row: (row.paid_on, row.enrolment),
    "until": lambda row: row.valid_to,
    "amount": lambda row: row.participant_dong,
    "receipt": lambda row: row.receipt,
    "state": lambda row: (row.state, row.step),
    "list": lambda row: row.list_number,
}

NEWEST_FIRST = Sorting("paid")


@dataclass(frozen=True)
class RecordsState:
    """The enrolments that this laptop knows, the filter, the order."""

    rows: tuple[EnrolmentRow, ...] = ()
    only: str = "all"
    sorting: Sorting = NEWEST_FIRST

    def passes(self, row: EnrolmentRow, only: str) -> bool:
        """Whether a row stands under a filter; `look` is what a person should look at."""
        if only == "returned":
            return row.step == "returned"
        if only == "look":
            return row.state in ("needs_fixing", "conflict")
        return only == "all" or row.scheme == only

    def shown(self) -> tuple[EnrolmentRow, ...]:
        """The rows under the filter, in order."""
        return self.sorting.sorted((r for r in self.rows if self.passes(r, self.only)), VALUES)

    def counts(self) -> dict[str, int]:
        """How many rows each filter has."""
        return {only: sum(self.passes(row, only) for row in self.rows) for only in FILTERS}

    def total_dong(self) -> int:
        """What the shown enrolments add up to."""
        return sum(row.participant_dong for row in self.rows if self.passes(row, self.only))

    def row(self, key: str) -> EnrolmentRow | None:
        """A row by its key."""
        return next((row for row in self.rows if row.enrolment == key), None)
