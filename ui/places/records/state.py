"""What the enrolments place shows: rows under a filter, in an order. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.store.store import Store
from fieldapp.usecases.facts import Door, gather
from fieldapp.usecases.me import me
from fieldapp.usecases.today import StateWord, receipt_number, record_words
from ui.places.receipts.sorting import Sorting

FILTERS = ("all", "hhi", "vsi", "look")


@dataclass(frozen=True)
class EnrolmentRow:
    """One person's participation in one scheme for one period."""

    ward: str
    enrolment: str
    person_name: str
    household: str
    address: str
    scheme: str
    kind: str
    months: int
    paid_on: date
    valid_to: date | None
    participant_dong: int
    receipt: str
    step: str
    state: StateWord


def enrolments(store: Store) -> tuple[EnrolmentRow, ...]:
    """The enrolments of the user's wards, newest first. Blocking: on the database worker."""
    wards = me(store).streams
    words = record_words(store, wards)

    def read(connection: Connection) -> list[EnrolmentRow]:
        doors = gather(connection, wards)
        return [row for door in doors.by_id.values() for row in _rows(door, words)]

    return tuple(sorted(store.read(read), key=lambda row: row.enrolment, reverse=True))


def _rows(door: Door, words: dict[str, StateWord]) -> list[EnrolmentRow]:
    names = {member.id: member.full_name for member in door.members}
    numbers = {receipt.id: receipt_number(receipt.number) for receipt in door.receipts}
    return [
        EnrolmentRow(
            ward=row.ward,
            enrolment=row.id,
            person_name=names.get(row.person, ""),
            household=row.household,
            address=f"{door.row.house_number} {door.row.street}",
            scheme=row.scheme,
            kind=row.kind,
            months=row.months,
            paid_on=row.paid_on,
            valid_to=row.valid_to,
            participant_dong=row.participant_dong,
            receipt=numbers.get(row.receipt, ""),
            step=row.state,
            state=words.get(row.id, "sent"),
        )
        for row in door.enrolments
    ]


VALUES: Mapping[str, Callable[[EnrolmentRow], Any]] = {
    "person": lambda row: row.person_name,
    "scheme": lambda row: row.scheme,
    "kind": lambda row: row.kind,
    "months": lambda row: row.months,
    "paid": lambda row: (row.paid_on, row.enrolment),
    "until": lambda row: row.valid_to,
    "amount": lambda row: row.participant_dong,
    "receipt": lambda row: row.receipt,
    "state": lambda row: row.state,
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
