"""Enrolments as screens list them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.rules.people.signature import strokes_in
from fieldapp.store.queries.doors import doors_with_enrolments
from fieldapp.store.queries.households import signatures
from fieldapp.store.queries.submissions import people_of_enrolments
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import Door, Doors, gather
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
    signature: tuple[tuple[int, ...], ...] = ()
    """What the household signed with it on a screen."""


def enrolments(store: Store) -> tuple[EnrolmentRow, ...]:
    """The enrolments of the user's wards, newest first."""
    wards = me(store).streams
    words = record_words(store, wards)

    def read(connection: Connection) -> list[EnrolmentRow]:
        homes = doors_with_enrolments(connection, wards)
        doors = gather(connection, wards, homes) if homes else Doors({}, {})
        found = _Found(
            standings(connection, wards),
            {row.id: row.full_name for w in wards for row in people_of_enrolments(connection, w)},
            signatures(connection, wards),
        )
        return [row for door in doors.by_id.values() for row in _rows(door, words, found)]

    return tuple(sorted(store.read(read), key=lambda row: row.enrolment, reverse=True))


@dataclass(frozen=True)
class _Found:
    """What is read beside the doors: where lists stand, names (also of who moved on since), and
    what was signed, by receipt."""

    lists: Standings
    names: Mapping[str, str]
    signed: Mapping[str, Any]


def _rows(door: Door, words: dict[str, StateWord], found: _Found) -> list[EnrolmentRow]:
    numbers = {receipt.id: receipt_number(receipt.number) for receipt in door.receipts}
    return [
        EnrolmentRow(
            ward=row.ward,
            enrolment=row.id,
            person=row.person,
            person_name=found.names.get(row.person, ""),
            household=row.household,
            address=f"{door.row.house_number} {door.row.street}",
            scheme=row.scheme,
            kind=row.kind,
            months=row.months,
            paid_on=row.paid_on,
            valid_to=row.valid_to,
            participant_dong=row.participant_dong,
            receipt=numbers.get(row.receipt, ""),
            step=found.lists.of(row.id),
            state=_word(row.id, words, found.lists),
            signature=strokes_in(getattr(found.signed.get(row.receipt), "signature", ())),
            **_list(found.lists.last_line(row.id)),
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
