"""The files of official lists and declarations: written from what the list kept.

A list can be written again at any time, and says what it said on its day: in the layout of its
date, of the people as they were named then. Lines that fell away, or that stand on another list,
are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.reports.forms.content import Declaration, HealthLine, ListHead, SocialLine
from fieldapp.rules.official_lists import forms
from fieldapp.rules.people.signature import strokes_in
from fieldapp.store.queries import households as q
from fieldapp.store.queries import submissions as lists
from fieldapp.store.store import Store
from fieldapp.usecases.noting import noted_export, sha256_of
from fieldapp.usecases.official_lists.content import (
    Listed,
    content_line,
    declaration,
    list_head,
    person_content,
)
from fieldapp.usecases.official_lists.lists import fell_away
from fieldapp.usecases.official_lists.standing import standings
from fieldapp.usecases.official_lists.submissions import in_order, listed_rows

LISTED_AS = {"vsi": "d05", "hhi": "d03"}
"""The list whose lines are the people of a scheme who declare."""


@dataclass(frozen=True)
class ListContent:
    """A list as the writers take it."""

    form: str
    layout: str
    head: ListHead
    lines: tuple[HealthLine | SocialLine, ...]


@dataclass(frozen=True)
class WrittenList:
    """A file that was written."""

    path: Path
    form: str
    layout: str
    number: str
    lines: int
    total_dong: int


def list_content(store: Store, ward: str, submission: str) -> ListContent:
    """A list as it was drawn up, without the lines that fell away.

    Raises:
        UserMends: `entry.gone`: this laptop has no such list.
    """

    def read(connection: Connection) -> ListContent:
        rows = lists.submission_rows(connection, (ward,), submission)
        if not rows:
            raise UserMends("entry.gone", record=submission)
        paid = {row.id: row for row in lists.all_paid_rows(connection, (ward,))}
        counting = {row.id for row in lists.paid_rows(connection, (ward,))}
        lines = [
            content_line(paid[line.enrolment], line.content)
            for line in lists.line_rows(connection, (ward,), submission=submission)
            if not fell_away(line, counting) and line.enrolment in paid
        ]
        (row,) = rows
        return ListContent(row.form, row.layout, list_head(row), tuple(lines))

    return store.read(read)


def write_submission(store: Store, ward: str, submission: str, path: Path) -> WrittenList:
    """Writes a list as a workbook, whole or not at all.

    Raises:
        UserMends: `entry.gone`, `submission.empty`: no line of it is left.
        SurroundingsMend: the file can't be written (`reports.…`).
    """
    from fieldapp.reports.forms import write_list  # the writers load when they are needed

    content = list_content(store, ward, submission)
    if not content.lines:
        raise UserMends("submission.empty", number=content.head.number)
    choices = {"form": content.form, "submission": submission}
    with noted_export(store, "list", (ward,), choices, masked=False) as came:
        write_list(path, content.form, content.head, content.lines)
        came.to(rows=len(content.lines), sha256=sha256_of(path))
    total = sum(line.participant_dong for line in content.lines)
    return WrittenList(
        path, content.form, content.layout, content.head.number, len(content.lines), total
    )


def declarations(
    store: Store,
    ward: str,
    form: str,
    *,
    declared_on: date | None = None,
    person: str = "",
    household: str = "",
    submission: str = "",
) -> tuple[Declaration, ...]:
    """What people declare on TK1-TS (`tk1`) or Mẫu 2 (`mau2`), with the members of the household.

    Of one person, one household, the new ones of a list, or all new ones of the ward whose papers
    the agency does not have yet.

    Raises:
        UserMends: `rules.form_unknown`, `rules.form_replaced`, `rules.form_too_old`;
            `submission.nothing_declared`.
    """
    day = declared_on or store.today()
    schemes = forms.schemes_of(form, day)
    if not schemes:
        raise UserMends("rules.form_unknown", field="form", form=form)

    def read(connection: Connection) -> tuple[Declaration, ...]:
        rows = [one for s in schemes for one in listed_rows(connection, ward, LISTED_AS[s])]
        listed = {
            line.enrolment
            for line in lists.line_rows(connection, (ward,), submission=submission or None)
            if submission
        }
        chosen = [
            one
            for one in in_order(rows)
            if _is_meant(one, person, household, listed if submission else None)
        ]
        if not (person or household or submission):
            chosen = _not_handed_in(connection, ward, chosen)
        members = q.member_rows(connection, (ward,))
        signed = q.signatures(connection, (ward,))
        return tuple(
            declaration(
                one,
                tuple(
                    person_content(row, row.relationship, day)
                    for row in members
                    if row.household == one.enrolment.household
                ),
                day,
                _signature(signed.get(one.enrolment.receipt), one),
            )
            for one in _last_of_each(chosen)
        )

    found = store.read(read)
    if not found:
        raise UserMends("submission.nothing_declared", form=form)
    return found


def _signature(signed: Any, one: Listed) -> tuple[tuple[int, ...], ...]:
    """What the person herself signed with the receipt: nobody else's name stands under a form."""
    own = signed is not None and signed.signed_by in (one.enrolment.person, one.person.id)
    return strokes_in(signed.signature) if own else ()


def _is_meant(one: Listed, person: str, household: str, listed: set[str] | None) -> bool:
    """Named people declare whatever they join; else only who is new does (NĐ188 Mẫu 2)."""
    paid = one.enrolment
    if person:
        return bool(paid.person == person)
    if household:
        return bool(paid.household == household)
    return bool(paid.kind == "new" and (listed is None or paid.id in listed))


def _not_handed_in(connection: Connection, ward: str, chosen: list[Listed]) -> list[Listed]:
    """Those whose papers the agency does not have yet, or has given back."""
    found = standings(connection, (ward,))
    return [one for one in chosen if found.of(one.enrolment.id) not in ("sent", "accepted")]


def _last_of_each(chosen: list[Listed]) -> list[Listed]:
    """One declaration a person and scheme, from the last enrolment."""
    last = {(one.enrolment.person, one.enrolment.scheme): one for one in chosen}
    return list(last.values())


def write_declarations_of(
    store: Store,
    ward: str,
    form: str,
    path: Path,
    *,
    declared_on: date | None = None,
    person: str = "",
    household: str = "",
    submission: str = "",
) -> int:
    """Writes declarations as PDF, one a page; how many. Raises as `declarations` says."""
    found = declarations(
        store,
        ward,
        form,
        declared_on=declared_on,
        person=person,
        household=household,
        submission=submission,
    )
    from fieldapp.reports.forms import write_declarations

    choices = {"form": form, "household": household, "submission": submission}
    with noted_export(store, "declarations", (ward,), choices, masked=False) as came:
        write_declarations(path, found, form=form)
        came.to(rows=len(found), sha256=sha256_of(path))
    return len(found)
