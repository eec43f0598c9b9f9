"""Official lists: what is ready for one, drawing it up, and the lists that there are.

A list is drawn up in one action: the list, its lines, and the step of each enrolment. What lacks a
field that the form needs stays behind and is told, so that whoever took it can mend it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.model import Enrolment, Submission, SubmissionLine
from fieldapp.rules.hhi.ranks import Paid, taken_before
from fieldapp.rules.official_lists import forms
from fieldapp.rules.official_lists.listing import SCHEME_OF, in_lists, may_be_listed, missing_fields
from fieldapp.store.queries import households as q
from fieldapp.store.queries import submissions as lists
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Intent
from fieldapp.usecases.official_lists.content import Listed, kept_content, kept_head
from fieldapp.usecases.official_lists.standing import Standings, standings
from fieldapp.usecases.visiting.today import receipt_number


@dataclass(frozen=True)
class ReadyLine:
    """An enrolment that waits for a list; `again` where the agency had returned it before.

    `missing` are the fields of person or household without which the form would come back; `rank`
    where another of the household has the rank in that year already: the receipt is crossed out
    and the money taken anew.
    """

    enrolment: str
    person: str
    person_name: str
    household: str
    head_name: str
    address: str
    scheme: str
    kind: str
    months: int
    paid_on: date
    participant_dong: int
    receipt: str
    collector: str
    again: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ready:
    """What a list of this form would hold today, and what it can't hold yet.

    Attributes:
        lists: how many lists it would take.
        returned: how many of the scheme wait for whoever took them to mend them.
    """

    form: str
    layout: str
    listed_on: date
    lines: tuple[ReadyLine, ...]
    incomplete: tuple[ReadyLine, ...]
    lists: int
    returned: int
    total_dong: int


@dataclass(frozen=True)
class DrawnList:
    """A list that was drawn up."""

    submission: str
    number: str
    lines: int
    total_dong: int


@dataclass(frozen=True)
class DrawnUp:
    """What drawing up came to: usually one list, more for many lines or organisations."""

    ward: str
    form: str
    layout: str
    listed_on: date
    lists: tuple[DrawnList, ...]
    incomplete: tuple[ReadyLine, ...]


@dataclass(frozen=True)
class _Asked:
    """What is to be listed."""

    ward: str
    form: str
    layout: str
    listed_on: date
    collector: str


@dataclass(frozen=True)
class _Waiting:
    """All that waits for a list of one form in one ward."""

    complete: list[Listed]
    incomplete: list[tuple[Listed, tuple[str, ...]]]
    standings: Standings
    returned: int


def ready_lines(
    store: Store, ward: str, form: str, *, listed_on: date | None = None, collector: str = ""
) -> Ready:
    """What waits for a list: paid, with a receipt that stands, on no list that still counts.

    Args:
        form: `d03`, `d05`, `mau3` or `mau4`; it must be in use on the date of the list.
        listed_on: the date of the list; today without one.
        collector: user name of who took the money; "" for everybody.

    Raises:
        UserMends: `rules.form_unknown`, `rules.form_replaced`, `rules.form_too_old`;
            `submission.listed_later`: the date of the list lies ahead.
    """
    asked = _asked(store, ward, form, listed_on, collector)
    waiting = store.read(_waiting, asked)
    parts = [part for _, group in _by_organisation(store, waiting) for part in _parts(group)]
    ready = tuple(_ready_line(one, waiting.standings) for one in waiting.complete)
    return Ready(
        form=form,
        layout=asked.layout,
        listed_on=asked.listed_on,
        lines=ready,
        incomplete=_incomplete(waiting),
        lists=len(parts),
        returned=waiting.returned,
        total_dong=sum(line.participant_dong for line in ready),
    )


def draw_up(
    store: Store,
    ward: str,
    form: str,
    *,
    listed_on: date | None = None,
    collector: str = "",
    number: str = "",
    note: str = "",
) -> DrawnUp:
    """Draws up what is ready, one action a list, whole households together.

    More than 500 lines, or lines of several organisations, make several lists; `number` (else the
    next one of this user) then gets "-2", "-3" behind it.

    Raises:
        UserMends: as `ready_lines` says; `submission.nothing_ready`.
    """
    asked = _asked(store, ward, form, listed_on, collector)
    waiting = store.read(_waiting, asked)
    if not waiting.complete:
        raise UserMends(
            "submission.nothing_ready",
            incomplete=len(waiting.incomplete),
            returned=waiting.returned,
        )
    drawn: list[DrawnList] = []
    for organisation, group in _by_organisation(store, waiting):
        for part in _parts(group):
            wanted = {one.enrolment.id for one in part}
            suffix = f"-{len(drawn) + 1}" if drawn and number else ""
            made = _draw(store, asked, organisation, wanted, (number and number + suffix, note))
            if made is not None:
                drawn.append(made)
    if not drawn:
        raise UserMends("submission.nothing_ready", incomplete=0, returned=0)
    return DrawnUp(ward, form, asked.layout, asked.listed_on, tuple(drawn), _incomplete(waiting))


def _asked(store: Store, ward: str, form: str, listed_on: date | None, collector: str) -> _Asked:
    day = listed_on or store.today()
    layout = forms.layout(form, day)
    if form not in SCHEME_OF:
        raise UserMends("rules.form_unknown", field="form", form=form)
    if day > store.today():
        raise UserMends("submission.listed_later", field="listed_on", day=day)
    return _Asked(ward, form, layout, day, collector)


def _waiting(connection: Connection, asked: _Asked) -> _Waiting:
    found = standings(connection, (asked.ward,))
    complete, incomplete, returned = [], [], 0
    twice = taken_before(
        Paid(row.id, row.household, row.rank, row.paid_on)
        for row in lists.paid_rows(connection, (asked.ward,))
    )
    for listed in listed_rows(connection, asked.ward, asked.form, asked.collector):
        standing = found.of(listed.enrolment.id)
        returned += standing == "returned"
        if not may_be_listed(standing) or listed.enrolment.paid_on > asked.listed_on:
            continue
        missing = missing_fields(asked.form, listed.needs)
        missing += ("rank",) if listed.enrolment.id in twice else ()
        if missing:
            incomplete.append((listed, missing))
        else:
            complete.append(listed)
    return _Waiting(in_order(complete), incomplete, found, returned)


def in_order(listed: Sequence[Listed]) -> list[Listed]:
    """Household by household, in the order in which they paid; in each as the forms want it."""
    return forms.in_list_order(
        listed,
        household=lambda one: one.enrolment.household,
        rank=lambda one: one.enrolment.rank,
        percent=lambda one: Decimal(one.enrolment.percent or 0),
    )


def listed_rows(connection: Connection, ward: str, form: str, collector: str = "") -> list[Listed]:
    """Enrolments of the form's scheme that count, with all that the form draws on."""
    people = {row.id: row for row in lists.people_of_enrolments(connection, ward)}
    members = {row.id: row for row in q.member_rows(connection, (ward,))}
    homes = {row.id: row for row in q.household_rows(connection, (ward,))}
    staff = {row.username: row for row in q.all_staff(connection)}
    names = {row.stream: row.name for row in q.all_wards(connection)}
    found = []
    for paid in lists.paid_rows(connection, (ward,)):
        wanted = paid.scheme == SCHEME_OF[form] and collector in ("", paid.issued_by)
        person = _survivor(people, paid.person)
        if wanted and person is not None:
            member, taker = members.get(person.id), staff.get(paid.issued_by)
            found.append(
                Listed(
                    enrolment=paid,
                    person=person,
                    relationship=member.relationship if member else "",
                    household=homes.get(member.household if member else paid.household),
                    ward_name=names.get(ward, ""),
                    collector_name=taker.full_name if taker else "",
                    collector_code=taker.collector_code if taker else "",
                )
            )
    return found


def _survivor(people: dict[str, Any], person: str) -> Any:
    """The record that stands for a person, past all that were merged into it."""
    seen: set[str] = set()
    while person in people and people[person].merged_into and person not in seen:
        seen.add(person)
        person = people[person].merged_into
    return people.get(person)


def _by_organisation(store: Store, waiting: _Waiting) -> list[tuple[Any, list[Listed]]]:
    """The lines by the organisation that collected them: the head of a list names one."""
    known = {row.code: row for row in store.read(lists.all_organisations)}
    only = next(iter(known.values())) if len(known) == 1 else None
    staff = {row.username: row.organisation for row in store.read(q.all_staff)}
    groups: dict[str, list[Listed]] = {}
    for one in waiting.complete:
        code = staff.get(one.enrolment.issued_by, "")
        groups.setdefault(code or (only.code if only else ""), []).append(one)
    return [(known.get(code), group) for code, group in groups.items()]


def _parts(group: list[Listed]) -> list[list[Listed]]:
    return in_lists(group, together=lambda one: str(one.enrolment.household))


def _draw(
    store: Store, asked: _Asked, organisation: Any, wanted: set[str], said: tuple[str, str]
) -> DrawnList | None:
    """One list of those that still wait; None where none does any more."""
    staff = {row.username: row for row in store.read(q.all_staff)}
    username = str(store.setting("username"))
    with store.work(Intent("submission.draw", asked.ward)) as work:
        waiting = _waiting(work.connection, asked)
        chosen = [one for one in waiting.complete if one.enrolment.id in wanted]
        if not chosen:
            return None
        takers = {one.enrolment.issued_by for one in chosen}
        collector = next(iter(takers)) if len(takers) == 1 else ""
        named = staff.get(collector)
        number = said[0] or _next_number(work.connection, asked, username)
        submission = work.create(
            Submission(
                ward=asked.ward,
                id=work.fresh_id(),
                form=asked.form,
                layout=asked.layout,
                number=number,
                listed_on=asked.listed_on,
                organisation=organisation.code if organisation else "",
                collector=collector,
                made_by=username,
                made_at=store.server_now(),
                head=kept_head(
                    organisation, (named.full_name, named.collector_code) if named else None
                ),
                note=said[1].strip(),
            )
        )
        for place, one in enumerate(chosen, start=1):
            _draw_line(work, asked, (submission, place), one, waiting.standings)
    total = sum(one.enrolment.participant_dong for one in chosen)
    return DrawnList(submission, number, len(chosen), total)


def _draw_line(
    work: Unit, asked: _Asked, place: tuple[str, int], one: Listed, found: Standings
) -> None:
    work.create(
        SubmissionLine(
            ward=asked.ward,
            id=found.next_id(asked.ward, one.enrolment.id),
            submission=place[0],
            enrolment=one.enrolment.id,
            number=place[1],
            content=kept_content(one, asked.listed_on),
        )
    )
    if one.enrolment.state == "paid":
        work.edit(Enrolment, one.enrolment.id, state="listed")


def _next_number(connection: Connection, asked: _Asked, username: str) -> str:
    """Counts a user's lists of the year, in whichever ward: neither two desks nor two wards of one
    desk give out the same number."""
    wards = {asked.ward, *(row.stream for row in q.all_wards(connection))}
    ending = f"/{asked.listed_on.year}/{username.upper()}"
    given = {
        row.number.removesuffix(ending)
        for row in lists.submission_rows(connection, tuple(wards))
        if row.made_by == username and row.number.endswith(ending)
    }
    last = max((int(number) for number in given if number.isdecimal()), default=0)
    return f"{last + 1:03d}{ending}"


def _incomplete(waiting: _Waiting) -> tuple[ReadyLine, ...]:
    return tuple(
        _ready_line(one, waiting.standings, missing) for one, missing in waiting.incomplete
    )


def _ready_line(one: Listed, found: Standings, missing: tuple[str, ...] = ()) -> ReadyLine:
    paid, home = one.enrolment, one.household
    return ReadyLine(
        enrolment=paid.id,
        person=one.person.id,
        person_name=one.person.full_name,
        household=paid.household,
        head_name=(home.head_name or "") if home else "",
        address=f"{home.house_number} {home.street}" if home else "",
        scheme=paid.scheme,
        kind=paid.kind,
        months=paid.months,
        paid_on=paid.paid_on,
        participant_dong=paid.participant_dong,
        receipt=receipt_number(paid.receipt_number),
        collector=paid.issued_by,
        again=found.of(paid.id) == "mended",
        missing=missing,
    )
