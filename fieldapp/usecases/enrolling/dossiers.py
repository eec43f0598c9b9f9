"""Enrolments as screens list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import Door, gather
from fieldapp.usecases.me import me
from fieldapp.usecases.official_lists.standing import Standings, is_live, standings
from fieldapp.usecases.visiting.today import StateWord, receipt_number, record_words


@dataclass(frozen=True)
class EnrolmentRow:
    """One person's participation in one scheme for one period.

    Attributes:
        step: where it stands: `paid`, `listed`, `sent`, `accepted`, `returned` or `mended`.
        state: the sync word; what the agency returned needs fixing.
        list_number: of the list that it is on, or was on last; "" for none.
        reason: why the agency returned it, in the agency's words.
    """

    ward: str
    enrolment: str
    person: str
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
    list_number: str = ""
    list_form: str = ""
    listed_on: date | None = None
    sent_on: date | None = None
    answered_on: date | None = None
    reason: str = ""
    mended_note: str = ""


def enrolments(store: Store) -> tuple[EnrolmentRow, ...]:
    """The enrolments of the user's wards, newest first."""
    wards = me(store).streams
    words = record_words(store, wards)

    def read(connection: Connection) -> list[EnrolmentRow]:
        doors = gather(connection, wards)
        found = standings(connection, wards)
        return [row for door in doors.by_id.values() for row in _rows(door, words, found)]

    return tuple(sorted(store.read(read), key=lambda row: row.enrolment, reverse=True))


def _rows(door: Door, words: dict[str, StateWord], found: Standings) -> list[EnrolmentRow]:
    names = {member.id: member.full_name for member in door.members}
    numbers = {receipt.id: receipt_number(receipt.number) for receipt in door.receipts}
    return [
        EnrolmentRow(
            ward=row.ward,
            enrolment=row.id,
            person=row.person,
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
            step=found.of(row.id),
            state=_word(row.id, words, found),
            **_list(found.last_line(row.id)),
        )
        for row in door.enrolments
    ]


def _word(enrolment: str, words: dict[str, StateWord], found: Standings) -> StateWord:
    word = words.get(enrolment, "sent")
    return "needs_fixing" if word == "sent" and found.of(enrolment) == "returned" else word


def _list(line: Any) -> dict[str, Any]:
    """What the last line says of itself; nothing of one that was taken back."""
    if line is None or not is_live(line):
        return {}
    return {
        "list_number": line.list_number,
        "list_form": line.form,
        "listed_on": line.listed_on,
        "sent_on": line.sent_on,
        "answered_on": line.answered_on,
        "reason": line.reason,
        "mended_note": line.mended_note,
    }
