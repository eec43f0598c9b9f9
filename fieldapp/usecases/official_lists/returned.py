"""What the agency returned, back at whoever took the enrolment, until it is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.model import SubmissionLine
from fieldapp.reports.forms.content import HouseholdContent, PersonContent
from fieldapp.rules.official_lists.listing import field_meant
from fieldapp.store.queries import households as q
from fieldapp.store.queries import submissions as lists
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases.me import me
from fieldapp.usecases.official_lists.content import (
    household_content,
    kept_household,
    kept_person,
    person_content,
)
from fieldapp.usecases.official_lists.standing import Standings, standings
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.usecases.visiting.visits import NOTE_LIMIT, tidy


@dataclass(frozen=True)
class ReturnedLine:
    """A line that the agency returned.

    Attributes:
        reason: the agency's own words.
        field: the field of person or household that they seem to be about; None where they don't
            tell.
        as_listed: what the list said in that field, "" where it named none.
        now: what the field holds now.
    """

    ward: str
    line: str
    enrolment: str
    person: str
    person_name: str
    household: str
    head_name: str
    address: str
    scheme: str
    months: int
    form: str
    list_number: str
    listed_on: date
    answered_on: date
    reason: str
    field: str | None
    as_listed: str
    now: str
    receipt: str
    participant_dong: int
    collector: str
    mended_on: date | None = None
    mended_note: str = ""


def returned_lines(store: Store, *, everybodys: bool = False) -> tuple[ReturnedLine, ...]:
    """What the agency returned and nobody has mended yet, the oldest answer first.

    Those of the user's own receipts; with `everybodys` all of the wards.
    """
    user = me(store)

    def read(connection: Connection) -> list[ReturnedLine]:
        if not everybodys and not lists.returned_count(connection, user.username):
            return []
        found = [row for ward in user.streams for row in _of_ward(connection, ward)]
        return [row for row in found if everybodys or row.collector == user.username]

    return tuple(sorted(store.read(read), key=lambda row: (row.answered_on, row.line)))


def returned_line(store: Store, ward: str, line: str) -> ReturnedLine:
    """One line that was returned, mended or not.

    Raises:
        UserMends: `submission.not_returned`: it waits for nobody (any more).
    """
    found = store.read(lambda c: [row for row in _of_ward(c, ward, mended=True)])
    row = next((one for one in found if one.line == line), None)
    if row is None:
        raise UserMends("submission.not_returned")
    return row


def mend_returned(store: Store, ward: str, line: str, note: str) -> str:
    """Says that what was wrong is right now, and what was done: it waits for the next list.

    Raises:
        UserMends: `submission.not_returned`, `submission.mended_already`,
            `submission.mended_no_note`, `visits.note_too_long`.
    """
    told = tidy(note)
    row = returned_line(store, ward, line)
    if row.mended_on is not None:
        raise UserMends("submission.mended_already", day=row.mended_on)
    if not told:
        raise UserMends("submission.mended_no_note", field="note")
    if len(told) > NOTE_LIMIT:
        raise UserMends("visits.note_too_long", field="note", limit=NOTE_LIMIT)
    with store.work(Intent("submission.mend", ward)) as work:
        work.edit(SubmissionLine, line, mended_on=store.today(), mended_note=told)
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def _of_ward(connection: Connection, ward: str, *, mended: bool = False) -> list[ReturnedLine]:
    found = standings(connection, (ward,))
    wanted = ("returned", "mended") if mended else ("returned",)
    paid = {row.id: row for row in lists.paid_rows(connection, (ward,))}
    waiting = [row for row in paid.values() if found.of(row.id) in wanted]
    if not waiting:
        return []
    homes = {row.id: row for row in q.household_rows(connection, (ward,))}
    people = {row.id: row for row in lists.people_of_enrolments(connection, ward)}
    members = {row.id: row for row in q.member_rows(connection, (ward,))}
    rows = []
    for paid_row in waiting:
        person, member = people.get(paid_row.person), members.get(paid_row.person)
        relationship = member.relationship if member else ""
        home = homes.get(member.household if member else paid_row.household)
        rows.append(_row(paid_row, found, home, (person, relationship)))
    return rows


def _row(paid: Any, found: Standings, home: Any, today: tuple[Any, str]) -> ReturnedLine:
    line = found.last_line(paid.id)
    person, listed_home = kept_person(line.content), kept_household(line.content)
    field = field_meant(line.reason)
    standing = person_content(*today, line.listed_on) if today[0] is not None else person
    standing_home = household_content(home, "", line.listed_on) if home is not None else listed_home
    return ReturnedLine(
        ward=line.ward,
        line=line.id,
        enrolment=paid.id,
        person=paid.person,
        person_name=person.full_name,
        household=home.id if home else paid.household,
        head_name=(home.head_name or "") if home else listed_home.head_name,
        address=f"{home.house_number} {home.street}" if home else listed_home.address.house,
        scheme=paid.scheme,
        months=paid.months,
        form=line.form,
        list_number=line.list_number,
        listed_on=line.listed_on,
        answered_on=line.answered_on or line.listed_on,
        reason=line.reason,
        field=field,
        as_listed=_shown(field, person, listed_home),
        now=_shown(field, standing, standing_home),
        receipt=receipt_number(paid.receipt_number),
        participant_dong=paid.participant_dong,
        collector=paid.issued_by,
        mended_on=line.mended_on,
        mended_note=line.mended_note,
    )


def _shown(field: str | None, person: PersonContent, home: HouseholdContent) -> str:
    """A field as the forms have it, whatever its type; "" where none is meant."""
    value: Any = getattr(person, field, "") if field else ""
    if field == "house_number":
        value = home.address.house
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")
