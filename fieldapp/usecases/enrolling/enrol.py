"""Enrolling: the explained price of a choice, and taking the money against a numbered receipt.

The price comes from `rules` and the payment date; the screen decides nothing. Enrolments, receipt,
notice and visit are one changeset: the money and what it is for are there together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from fieldapp.clock import from_iso
from fieldapp.errors import UserMends
from fieldapp.rules.explained import Reason
from fieldapp.rules.hhi import what_if
from fieldapp.rules.hhi.coverage import Renewal, renew
from fieldapp.rules.hhi.lines import HhiLine
from fieldapp.rules.hhi.quote import HhiQuote, quote_hhi
from fieldapp.rules.people.signature import is_signature, strokes_in
from fieldapp.rules.tables import one_book
from fieldapp.rules.vsi import standing as vsi_standing
from fieldapp.rules.vsi.income import income_range
from fieldapp.rules.vsi.methods import MISSING, PERIODIC, YEARS_AHEAD, Payment
from fieldapp.rules.vsi.quote import VsiQuote, quote_vsi
from fieldapp.rules.vsi.support import Aid, groups_for, months_supported
from fieldapp.store.receipts import LeasedBook, book_in_use
from fieldapp.store.store import CLOCK_SLACK, Store, Unit
from fieldapp.store.work import Intent
from fieldapp.usecases.enrolling.booking import (
    Signed,
    book_members,
    book_receipt,
    note_consent,
    note_visit,
)
from fieldapp.usecases.enrolling.other_choices import other_choices
from fieldapp.usecases.households.facts import gather, hhi_covers
from fieldapp.usecases.households.household import (
    HouseholdPage,
    MemberRow,
    hhi_member,
    ranks_taken,
    vsi_paid_until,
)

CONSENTS = ("spoken", "signed", "paper")
METHODS = ("cash", "transfer")
UNSIGNED = Signed()


@dataclass(frozen=True)
class VsiChoice:
    """One member joining voluntary social insurance at a chosen monthly income, for months or by
    years ahead (`method`).

    `group` is a key of the table `vsi_support`; empty: what the groups of the person say. `missing`
    are the months that she lacks for a pension: their price is tried out beside, never taken.
    """

    person: str
    income_dong: int
    months: int = 6
    group: str = ""
    method: str = PERIODIC
    missing: int = 0


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
    """The explained price of a choice for one payment date.

    `terms` are the totals of the health insurance by months; `what_if` says what other choices
    would change, the most pressing first. `trials` are prices that were only asked for, or why
    there is none; they are in no total.
    """

    choice: Choice
    paid_on: date
    hhi: HhiQuote | None
    vsi: tuple[tuple[str, VsiQuote], ...]
    trials: dict[str, VsiQuote | UserMends]
    names: dict[str, str]
    total_dong: int
    terms: dict[int, int]
    one_more: HhiLine | None
    what_if: tuple[Reason, ...]
    after: tuple[AfterCard, ...]


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
    return income_range(store.today()).floor


def book(store: Store) -> LeasedBook | None:
    """The receipt book in use; None where no number is left."""
    return store.read(_book, str(store.setting("incarnation")))


def _book(connection: Connection, incarnation: str) -> LeasedBook | None:
    return book_in_use(connection, incarnation)


def quote(store: Store, page: HouseholdPage, choice: Choice) -> EnrolQuote:
    """The price of a choice, paid today.

    Raises:
        UserMends: as `quote_hhi` and `quote_vsi` say; `entry.gone` for a member who is not
            in the household.
    """
    with one_book():
        return price(page, choice, store.today())


def price(page: HouseholdPage, choice: Choice, paid_on: date) -> EnrolQuote:
    """The price of a choice for a payment date. Pure."""
    members = {member.person: member for member in page.members}
    if unknown := ({*choice.hhi} | {c.person for c in choice.vsi}) - members.keys():
        raise UserMends("entry.gone", person=min(unknown))
    taken = page.ranks_taken if paid_on.year == page.today.year else frozenset[int]()
    ticked = [hhi_member(members[person]) for person in choice.hhi]
    health = (
        quote_hhi(ticked, months=choice.months, paid_on=paid_on, taken=taken) if ticked else None
    )
    social = tuple((c.person, _vsi_quote(c, members[c.person], paid_on)) for c in choice.vsi)
    names = {person: member.name for person, member in members.items()}
    return EnrolQuote(
        choice=choice,
        paid_on=paid_on,
        hhi=health,
        vsi=social,
        trials={c.person: _trial(c, members[c.person], paid_on) for c in choice.vsi if c.missing},
        names=names,
        total_dong=(health.participant if health else 0) + sum(q.participant for _, q in social),
        terms=_terms(health) if health else {},
        one_more=what_if.one_more(health) if health else None,
        what_if=other_choices(
            [members[person] for person in choice.hhi],
            health,
            [(names[person], quoted) for person, quoted in social],
            months=choice.months,
            paid_on=paid_on,
        ),
        after=tuple(_after(members[person], choice.months, paid_on) for person in choice.hhi),
    )


def _terms(health: HhiQuote) -> dict[int, int]:
    return {months: other.participant for months, other in what_if.hhi_terms(health).items()}


def _vsi_quote(choice: VsiChoice, member: MemberRow, paid_on: date) -> VsiQuote:
    """The price of a person's social insurance; what she paid before counts for the support."""
    _must_be_able(member, paid_on)
    if choice.method not in (PERIODIC, YEARS_AHEAD):  # the months of the others lie behind
        raise UserMends("rules.vsi_method_unknown", field="method", method=choice.method)
    payment = Payment(choice.months, choice.method)
    return quote_vsi(choice.income_dong, payment, paid_on=paid_on, aid=_aid(choice, member))


def _trial(choice: VsiChoice, member: MemberRow, paid_on: date) -> VsiQuote | UserMends:
    """What the missing months would cost at once, or why that cannot be said."""
    payment = Payment(choice.missing, MISSING)
    try:
        return quote_vsi(choice.income_dong, payment, paid_on=paid_on, aid=_aid(choice, member))
    except UserMends as refused:
        return refused


def _aid(choice: VsiChoice, member: MemberRow) -> Aid:
    groups = (choice.group,) if choice.group else (member.group, *member.other_groups)
    paid = [
        (span.starts_on, span.ends_on)
        for span in member.covers
        if span.scheme == "vsi" and span.starts_on and span.ends_on
    ]
    return Aid(groups if choice.group else groups_for(groups), months_supported(paid))


def _must_be_able(member: MemberRow, paid_on: date) -> None:
    """Raises where the law, or what is paid already, keeps a person out of social insurance."""
    groups = (member.group, *member.other_groups)
    until = vsi_paid_until(member.covers)
    reason = vsi_standing.why_not(groups, member.born_on, paid_on, paid_until=until)
    if reason is not None:
        raise UserMends(f"rules.{reason.code}", field="vsi", **reason.values)


def _renewal(member: MemberRow, months: int, paid_on: date) -> Renewal:
    """The card that a payment gives.

    Raises:
        UserMends: `enrolment.covered_without_end`: a cover without an end is running.
    """
    given = renew(hhi_covers(member.covers), paid_on=paid_on, months=months)
    if given is None:
        raise UserMends("enrolment.covered_without_end", field=member.person, name=member.name)
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
    signed: Signed = UNSIGNED,
    shown_dong: int | None = None,
) -> Enrolled:
    """Takes the money: enrolments, receipt with the next number, notice and visit, in one.

    Args:
        method: `cash` or `transfer`.
        payer: who hands over the money, as printed on the receipt.
        consent: how the household agreed to the use of its data: `spoken`, `signed`, or `paper`:
            signed on paper.
        signed: the signature, where it was written on the screen.
        shown_dong: the total that was told before; None: none was.

    Raises:
        UserMends: `enrolment.nothing_chosen`, `enrolment.no_consent`, `enrolment.no_signature`
            (what is given as one is none), `enrolment.no_payer`,
            `enrolment.clock_behind` (the clock is older than the last handshake: dates on the
            paper would be wrong), `enrolment.changed_since` (covers or receipts of the household
            are no longer those that the price was made from), `enrolment.price_changed` (another
            day or other tables have come since the price was told), `receipts.book_used_up`,
            `receipts.sync_first`, or a rule's.
        SurroundingsMend: the file can't take it (`store.disk_full`); nothing was written and no
            number was used.
    """
    _must_be_complete(choice, method, payer, consent)
    _must_be_signed(page, signed)
    _must_be_in_time(store)
    with store.work(Intent("enrolment.pay", page.ward), page.basis) as work:
        quoted = quote(store, page, choice)
        _must_be_as_quoted(work, page, quoted)
        _must_cost_the_same(quoted, shown_dong)
        receipt, number = book_receipt(work, store, page, (quoted, method, payer))
        book_members(work, page, quoted, receipt)
        note_consent(work, store, page, (consent, signed, receipt))
        note_visit(work, store, page, receipt)
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


def _must_be_signed(page: HouseholdPage, signed: Signed) -> None:
    """Raises for strokes that are no signature, or of nobody of the household."""
    if not signed.strokes and signed.person is None:
        return
    known = strokes_in(signed.strokes) == signed.strokes
    members = {member.person for member in page.members}
    if not known or not is_signature(signed.strokes) or signed.person not in {None, *members}:
        raise UserMends("enrolment.no_signature", field="signed")


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


def _must_cost_the_same(quoted: EnrolQuote, shown_dong: int | None) -> None:
    """Raises where the household would pay another sum than it was told."""
    if shown_dong is not None and shown_dong != quoted.total_dong:
        raise UserMends(
            "enrolment.price_changed", shown_dong=shown_dong, total_dong=quoted.total_dong
        )
