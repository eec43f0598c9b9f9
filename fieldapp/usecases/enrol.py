"""Enrolling: the explained price of a choice, and taking the money against a numbered receipt.

The price comes from `rules` and the payment date; the screen decides nothing. Enrolments, receipt,
notice and visit are one changeset: the money and what it is for are there together or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import from_iso
from fieldapp.errors import UserMends
from fieldapp.model import Enrolment, Notice, Receipt, Visit
from fieldapp.model.record import to_wire
from fieldapp.rules import hhi, vsi
from fieldapp.rules.calendar_months import last_day_of_term
from fieldapp.rules.coverage import Renewal, renew
from fieldapp.rules.explained import Reason, Step
from fieldapp.rules.hhi import HhiLine, HhiMember, HhiQuote
from fieldapp.rules.vsi import VsiQuote
from fieldapp.store.receipts import LeasedBook, book_in_use
from fieldapp.store.store import CLOCK_SLACK, Store, Unit
from fieldapp.store.work import Intent
from fieldapp.usecases.facts import gather, hhi_covers
from fieldapp.usecases.household import HouseholdPage, MemberRow, ranks_taken

WORDING = "2026-1"
"""Version of the privacy wording that is shown before data and money are taken."""

TERMS = (3, 6, 12)
CONSENTS = ("spoken", "signed")
METHODS = ("cash", "transfer")


@dataclass(frozen=True)
class VsiChoice:
    """One member joining voluntary social insurance at a chosen monthly income."""

    person: str
    income_dong: int
    months: int = 6
    group: str = "other"


@dataclass(frozen=True)
class Choice:
    """What was ticked: members in the order that the household declares, and the term."""

    hhi: tuple[str, ...] = ()
    months: int = 12
    vsi: tuple[VsiChoice, ...] = ()


@dataclass(frozen=True)
class AfterCard:
    """A member's card after the payment; `warn` where the agency's card decides."""

    person: str
    name: str
    valid_from: date
    valid_to: date
    was_from: date | None
    was_to: date | None
    waits: bool
    warn: Reason | None


@dataclass(frozen=True)
class EnrolQuote:
    """The explained price of a choice for one payment date."""

    choice: Choice
    paid_on: date
    hhi: HhiQuote | None
    vsi: tuple[tuple[str, VsiQuote], ...]
    names: dict[str, str]
    total_dong: int
    terms: dict[int, int]
    one_more: HhiLine | None
    after: tuple[AfterCard, ...]
    source: str
    base_salary: int


@dataclass(frozen=True)
class Enrolled:
    """What was saved: the receipt's number and the changeset."""

    changeset: str
    receipt: str
    book: str
    number: str
    amount_dong: int


def lowest_income(store: Store) -> int:
    """The floor of the monthly income for voluntary social insurance today (đồng)."""
    return vsi.income_range(store.today()).floor


def book(store: Store) -> LeasedBook | None:
    """The receipt book in use; None where no number is left."""
    return store.read(_book, str(store.setting("incarnation")))


def _book(connection: Connection, incarnation: str) -> LeasedBook | None:
    return book_in_use(connection, incarnation)


def quote(store: Store, page: HouseholdPage, choice: Choice) -> EnrolQuote:
    """The price of a choice, paid today.

    Raises:
        UserMends: as `rules.hhi.quote_hhi` and `rules.vsi.quote_vsi` say; `entry.gone` for a
            member who is not in the household.
    """
    return price(page, choice, store.today())


def price(page: HouseholdPage, choice: Choice, paid_on: date) -> EnrolQuote:
    """The price of a choice for a payment date. Pure."""
    members = {member.person: member for member in page.members}
    if unknown := ({*choice.hhi} | {c.person for c in choice.vsi}) - members.keys():
        raise UserMends("entry.gone", person=min(unknown))
    ticked = [HhiMember(person, members[person].group) for person in choice.hhi]
    health = _hhi_quote(ticked, choice.months, paid_on, page.ranks_taken) if ticked else None
    social = tuple((c.person, _vsi_quote(c, paid_on)) for c in choice.vsi)
    total = (health.participant if health else 0) + sum(q.participant for _, q in social)
    return EnrolQuote(
        choice=choice,
        paid_on=paid_on,
        hhi=health,
        vsi=social,
        names={person: member.name for person, member in members.items()},
        total_dong=total,
        terms=_terms(ticked, paid_on, page.ranks_taken),
        one_more=hhi.one_more(health) if health else None,
        after=tuple(_after(members[person], choice.months, paid_on) for person in choice.hhi),
        source=health.explanation[0].source if health and health.explanation else "",
        base_salary=health.base_salary if health else 0,
    )


def _terms(ticked: Sequence[HhiMember], paid_on: date, taken: int) -> dict[int, int]:
    if not ticked:
        return {}
    return {months: _hhi_quote(ticked, months, paid_on, taken).participant for months in TERMS}


def _hhi_quote(ticked: Sequence[HhiMember], months: int, paid_on: date, taken: int) -> HhiQuote:
    return hhi.quote_hhi(ticked, months=months, paid_on=paid_on, ranks_taken=taken)


def _vsi_quote(choice: VsiChoice, paid_on: date) -> VsiQuote:
    return vsi.quote_vsi(
        choice.income_dong, months=choice.months, paid_on=paid_on, group=choice.group
    )


def _renewal(member: MemberRow, months: int, paid_on: date) -> Renewal:
    """The card that a payment gives.

    Raises:
        UserMends: `enrolment.covered_without_end`: a cover without an end is running.
    """
    given = renew(hhi_covers(member.covers), paid_on=paid_on, months=months)
    if given is None:
        given = renew((), paid_on=paid_on, months=months)
    if given is None:
        raise UserMends("enrolment.covered_without_end", name=member.name)
    return given


def _after(member: MemberRow, months: int, paid_on: date) -> AfterCard:
    given = _renewal(member, months, paid_on)
    cards = [span for span in member.covers if span.scheme == "hhi"]
    last = max(cards, key=lambda span: span.ends_on or date.max) if cards else None
    warn = None if given.certain else Reason("enrolment.about", {"day": given.first_valid_on})
    return AfterCard(
        person=member.person,
        name=member.name,
        valid_from=given.first_valid_on,
        valid_to=given.last_valid_on,
        was_from=last.starts_on if last else None,
        was_to=last.ends_on if last else None,
        waits=given.waits,
        warn=warn,
    )


# --- taking the money --------------------------------------------------------------------------


def enrol(
    store: Store,
    page: HouseholdPage,
    choice: Choice,
    *,
    method: str,
    payer: str,
    consent: str,
) -> Enrolled:
    """Takes the money: enrolments, receipt with the next number, notice and visit, in one.

    Args:
        method: `cash` or `transfer`.
        payer: who hands over the money, as printed on the receipt.
        consent: how the household agreed to the use of its data: `spoken` or `signed`.

    Raises:
        UserMends: `enrolment.nothing_chosen`, `enrolment.no_consent`, `enrolment.no_payer`,
            `enrolment.clock_behind` (the clock is older than the last handshake: dates on the
            paper would be wrong), `enrolment.changed_since` (covers or receipts of the household
            are no longer those that the price was made from), `receipts.book_used_up`,
            `receipts.sync_first`, or a rule's.
        SurroundingsMend: the file can't take it (`store.disk_full`); nothing was written and no
            number was used.
    """
    _must_be_complete(choice, method, payer, consent)
    _must_be_in_time(store)
    quoted = quote(store, page, choice)
    with store.work(Intent("enrolment.pay", page.ward), page.basis) as work:
        _must_be_as_quoted(work, page, quoted)
        receipt, number = _book_receipt(work, store, page, (quoted, method, payer))
        _book_members(work, page, quoted, receipt)
        _note_consent(work, store, page, consent)
        _note_visit(work, store, page, receipt)
    assert work.saved.changeset is not None
    return Enrolled(
        work.saved.changeset.id, receipt, number[0], f"{number[1]:07d}", quoted.total_dong
    )


def _must_be_complete(choice: Choice, method: str, payer: str, consent: str) -> None:
    if not choice.hhi and not choice.vsi:
        raise UserMends("enrolment.nothing_chosen", field="members")
    if consent not in CONSENTS:
        raise UserMends("enrolment.no_consent", field="consent")
    if not payer.strip():
        raise UserMends("enrolment.no_payer", field="payer")
    if method not in METHODS:
        raise UserMends("enrolment.no_method", field="method")


def _must_be_in_time(store: Store) -> None:
    greeted_at = store.setting("greeted_at")
    if greeted_at is not None and store.server_now() < from_iso(greeted_at) - CLOCK_SLACK:
        raise UserMends("enrolment.clock_behind")


def _must_be_as_quoted(work: Unit, page: HouseholdPage, quoted: EnrolQuote) -> None:
    """Raises where a page that came in, or another form, paid for the same people meanwhile."""
    doors = gather(work.connection, (page.ward,), page.household)
    door = doors.by_id.get(page.household)
    if door is None:
        raise UserMends("entry.gone", household=page.household)
    choice = quoted.choice
    chosen = {*choice.hhi} | {one.person for one in choice.vsi}
    present = {row.id for row in door.members}
    same = all(
        tuple(doors.covers.get(member.person, [])) == member.covers and member.person in present
        for member in page.members
        if member.person in chosen
    )
    if not same or ranks_taken(door, quoted.paid_on) != page.ranks_taken:
        raise UserMends("enrolment.changed_since")


def _book_receipt(
    work: Unit, store: Store, page: HouseholdPage, paid: tuple[EnrolQuote, str, str]
) -> tuple[str, tuple[str, int]]:
    quoted, method, payer = paid
    book_name, number = work.receipt_number()
    receipt = work.create(
        Receipt(
            ward=page.ward,
            id=work.fresh_id(),
            household=page.household,
            book=book_name,
            number=number,
            payer=payer.strip(),
            amount_dong=quoted.total_dong,
            method=method,
            issued_by=store.setting("username"),
            issued_at=store.server_now(),
            check_code=_check_code(store, book_name, number, quoted.total_dong),
        )
    )
    return receipt, (book_name, number)


def _check_code(store: Store, book_name: str, number: int, amount: int) -> str:
    """Four signs by which two papers with one number from two machines can be told apart."""
    named = f"{store.setting('device')}\n{store.setting('incarnation')}\n{book_name}\n{number}"
    return hashlib.sha256(f"{named}\n{amount}".encode()).hexdigest()[:4].upper()


def _book_members(work: Unit, page: HouseholdPage, quoted: EnrolQuote, receipt: str) -> None:
    members = {member.person: member for member in page.members}
    for line in quoted.hhi.lines if quoted.hhi else ():
        member = members[line.key]
        given = _renewal(member, quoted.choice.months, quoted.paid_on)
        common = _common(work, page, (receipt, line.key, quoted.paid_on))
        work.create(
            Enrolment(
                **common,
                scheme="hhi",
                kind="renewal" if member.hhi_kind == "covered" else member.hhi_kind,
                months=line.months,
                valid_from=given.first_valid_on,
                valid_to=given.last_valid_on,
                rank=line.rank,
                percent=int(line.percent),
                gross_dong=line.gross,
                state_dong=line.state,
                local_dong=line.local,
                participant_dong=line.participant,
                quote_basis=_basis(line.explanation),
            )
        )
    for choice, (person, social) in zip(quoted.choice.vsi, quoted.vsi, strict=True):
        common = _common(work, page, (receipt, person, quoted.paid_on))
        first = quoted.paid_on.replace(day=1)
        known = any(span.scheme == "vsi" for span in members[person].covers)
        work.create(
            Enrolment(
                **common,
                scheme="vsi",
                kind="renewal" if known else "new",
                months=choice.months,
                valid_from=first,
                valid_to=last_day_of_term(first, choice.months),
                income_dong=choice.income_dong,
                gross_dong=social.gross,
                state_dong=social.state,
                local_dong=social.local,
                participant_dong=social.participant,
                quote_basis=_basis(social.explanation),
            )
        )


def _common(work: Unit, page: HouseholdPage, paid: tuple[str, str, date]) -> dict[str, Any]:
    receipt, person, paid_on = paid
    return {
        "ward": page.ward,
        "id": work.fresh_id(),
        "person": person,
        "household": page.household,
        "receipt": receipt,
        "paid_on": paid_on,
    }


def _basis(steps: Sequence[Step]) -> list[Any]:
    """The steps that the resident was told, as JSON."""
    told = []
    for step in steps:
        wire = asdict(step)
        wire["values"] = {name: to_wire(value) for name, value in step.values.items()}
        told.append(wire)
    return told


def _note_consent(work: Unit, store: Store, page: HouseholdPage, consent: str) -> None:
    work.create(
        Notice(
            ward=page.ward,
            id=work.fresh_id(),
            household=page.household,
            wording=WORDING,
            consented=True,
            how=consent,
            shown_by=store.setting("username"),
            shown_at=store.server_now(),
        )
    )


def _note_visit(work: Unit, store: Store, page: HouseholdPage, receipt: str) -> None:
    work.create(
        Visit(
            ward=page.ward,
            id=work.fresh_id(),
            household=page.household,
            canvasser=store.setting("username"),
            visited_at=store.server_now(),
            receipt=receipt,
            outcome="enrolled",
        )
    )
