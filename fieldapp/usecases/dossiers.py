"""Enrolments as screens list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from fieldapp.store.store import Store
from fieldapp.usecases.facts import Door, gather
from fieldapp.usecases.me import me
from fieldapp.usecases.today import StateWord, receipt_number, record_words


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
    """The enrolments of the user's wards, newest first."""
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
