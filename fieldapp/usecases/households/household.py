"""One household: its people with their cover, what each should do, and what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.rules.explained import Reason
from fieldapp.rules.hhi import groups as hhi_groups
from fieldapp.rules.hhi import ranks
from fieldapp.rules.hhi.coverage import deadlines, renew
from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.quote import quote_hhi
from fieldapp.rules.visiting.worklist import work_item
from fieldapp.rules.vsi import standing as vsi_standing
from fieldapp.store import own_work
from fieldapp.store.queries import doors as queries_doors
from fieldapp.store.store import Store
from fieldapp.store.work import Basis, take_basis
from fieldapp.usecases.households.cover_ends import open_payers
from fieldapp.usecases.households.doorstep import doorstep_of, household_facts
from fieldapp.usecases.households.facts import CoverSpan, Door, Doors, gather, hhi_covers
from fieldapp.usecases.households.history import HistoryRow, history_of
from fieldapp.usecases.households.households_table import address_of
from fieldapp.usecases.households.older_history import history_since
from fieldapp.usecases.me import WardName, me, name_of, staff_names
from fieldapp.usecases.receipts.money import ReceiptRow, receipt_rows
from fieldapp.usecases.visiting.today import LEVELS

OLDEST_TO_ADVISE = 30


@dataclass(frozen=True)
class MemberRow:
    """A member: what she has, what she should do, what she can't and why."""

    person: str
    name: str
    relationship: str
    sex: str | None
    born_on: date | None
    group: str
    other_groups: tuple[str, ...]
    phone: str | None
    id_number: str | None
    si_number: str | None
    facility: str | None
    note: str
    covers: tuple[CoverSpan, ...]
    advice: Reason
    advice_more: Reason | None
    advice_level: str
    hhi_why_not: Reason | None
    vsi_why_not: Reason | None
    hhi_kind: str
    hhi_hint: Reason
    old_id_number: str | None = None
    card_number: str | None = None
    membership: str = ""
    """The record that says that she lives here."""
    open_payers: tuple[str, ...] = ()
    """Who pays her health insurance without an end that is known."""


@dataclass(frozen=True)
class HouseholdPage:
    """All that the page of a household shows; `basis` goes back with what is saved."""

    ward: str
    ward_name: str
    household: str
    house_number: str
    street: str
    neighbourhood: str
    phone: str | None
    call_hint: str | None
    note: str
    head: str | None
    head_name: str
    members: tuple[MemberRow, ...]
    history: tuple[HistoryRow, ...]
    visits: int
    receipts: tuple[ReceiptRow, ...]
    why: Reason
    stake: Reason | None
    why_level: str
    estimate_dong: int | None
    estimate_people: int
    held_by: str | None
    held_until: date | None
    do_not_contact: bool
    own_pending: int
    ranks_taken: frozenset[int]
    today: date
    basis: Basis
    history_since: datetime | None = None
    """When the oldest action was made of which this laptop has the history; None: of all."""

    @property
    def head_is_missing(self) -> bool:
        """Whether its head lives here no more, as where two laptops moved and crowned one person,
        or nobody ever was head."""
        return bool(self.members) and all(one.person != self.head for one in self.members)


@dataclass(frozen=True)
class Appointment:
    """A visit that was agreed for a day."""

    time: str | None
    head_name: str
    address: str


def household_page(store: Store, ward: str, household: str) -> HouseholdPage:
    """The page of a household.

    Raises:
        UserMends: `entry.gone`: this laptop has no such household (any more).
    """
    user, today, staff = me(store), store.today(), staff_names(store)
    doors, basis, pending = store.read(_read_page, ward, household)
    door = doors.by_id.get(household)
    if door is None:
        raise UserMends("entry.gone", household=household)
    facts = household_facts(doorstep_of(door, doors), me=user.username, today=today)
    item = work_item(facts, today)
    members = tuple(_member(row, doors.covers.get(row.id, []), today) for row in door.members)
    due = [m for m in members if m.hhi_why_not is None and m.hhi_kind != "covered"]
    taken = ranks_taken(door, today)
    return HouseholdPage(
        ward=ward,
        ward_name=_ward_name(user.wards, ward),
        household=household,
        house_number=door.row.house_number,
        street=door.row.street,
        neighbourhood=door.row.neighbourhood,
        phone=door.row.phone,
        call_hint=door.row.call_hint,
        note=door.row.note,
        head=door.row.head,
        head_name=door.row.head_name or "",
        members=members,
        history=history_of(store, ward, door, staff),
        visits=len(door.visits),
        receipts=receipt_rows(store, door, staff),
        why=item.reason,
        stake=item.stake,
        why_level=LEVELS[item.level],
        estimate_dong=_estimate(due, today, taken),
        estimate_people=len(due),
        held_by=name_of(staff, facts.held_by) if facts.held_by else None,
        held_until=facts.held_until,
        do_not_contact=door.row.do_not_contact,
        own_pending=pending,
        ranks_taken=taken,
        today=today,
        basis=basis,
        history_since=history_since(store, ward),
    )


def _read_page(connection: Connection, ward: str, household: str) -> tuple[Doors, Basis, int]:
    """Rows, basis and count of own unsettled work in one read: what the user sees is what she
    builds on."""
    doors = gather(connection, (ward,), household)
    door = doors.by_id.get(household)
    people = [("person", row.id) for row in door.members] if door else []
    people += [("membership", row.membership) for row in door.members] if door else []
    covers = [("coverage", row.id) for row in door.coverages] if door else []
    basis = take_basis(connection, ward, (("household", household), *people, *covers))
    return doors, basis, _pending(connection, ward, door) if door else 0


def _pending(connection: Connection, ward: str, door: Door) -> int:
    keys = {("household", door.row.id), *(("person", row.id) for row in door.members)}
    keys |= {("visit", row.id) for row in door.visits}
    keys |= {("enrolment", row.id) for row in door.enrolments}
    keys |= {("receipt", row.id) for row in door.receipts}
    return len({own for key in keys for own in own_work.laid_over(connection, ward, key)})


def _ward_name(wards: tuple[WardName, ...], stream: str) -> str:
    return next((ward.name for ward in wards if ward.stream == stream), stream)


def hhi_member(member: MemberRow) -> HhiMember:
    """A member as the quote of the household takes her."""
    group, *others = hhi_groups.groups_for((member.group, *member.other_groups))
    return HhiMember(member.person, group, tuple(others))


def ranks_taken(door: Door, today: date) -> frozenset[int]:
    """The ranks of this calendar year's ladder that are paid already (NĐ146/2018 Điều 7.1e)."""
    paid = ((row.rank, row.paid_on) for row in door.enrolments if row.scheme == "hhi")
    return ranks.taken_in(today.year, paid)


def _estimate(due: list[MemberRow], today: date, taken: frozenset[int]) -> int | None:
    """What a year costs; None where nobody is due, and where the tables do not reach to today."""
    if not due:
        return None
    members = [hhi_member(member) for member in due]
    try:
        return quote_hhi(members, months=12, paid_on=today, taken=taken).participant
    except UserMends:
        return None


# --- one member ------------------------------------------------------------------------------


def _member(row: Any, spans: list[CoverSpan], today: date) -> MemberRow:
    cards = [span for span in spans if span.scheme == "hhi"]
    kind, hint = _hhi_kind(cards, today)
    groups = (row.group, *row.other_groups)
    why_not = why_no_hhi(groups, cards, today)
    advice, more, level = _advice(cards, why_not, kind, today)
    return MemberRow(
        person=row.id,
        name=row.full_name,
        relationship=row.relationship,
        sex=row.sex,
        born_on=row.born_on,
        group=row.group,
        other_groups=tuple(row.other_groups),
        phone=row.phone,
        id_number=row.id_number,
        si_number=row.si_number,
        facility=row.facility,
        note=row.note,
        covers=tuple(spans),
        advice=advice,
        advice_more=more,
        advice_level=level,
        hhi_why_not=why_not,
        vsi_why_not=_vsi_why_not(row, spans, today),
        hhi_kind=kind,
        hhi_hint=hint,
        old_id_number=row.old_id_number,
        card_number=row.card_number,
        membership=row.membership,
        open_payers=open_payers(groups, spans, today),
    )


def _hhi_kind(cards: list[CoverSpan], today: date) -> tuple[str, Reason]:
    """`new`, `renewal`, `rejoin`, or `covered` long enough; with a hint for the tick list."""
    if not cards:
        return "new", Reason("advice.never_insured")
    last = max(cards, key=lambda span: span.ends_on or date.max)
    if last.ends_on is None or last.ends_on > today + timedelta(days=90):
        until = {"day": last.ends_on} if last.ends_on else {}
        return "covered", Reason("advice.covered" if until else "advice.covered_open", until)
    if last.ends_on >= today:
        return "renewal", Reason("advice.renew_from", {"day": last.ends_on})
    return "rejoin", Reason("advice.lapsed_since", {"day": last.ends_on})


def _advice(
    cards: list[CoverSpan], why_not: Reason | None, kind: str, today: date
) -> tuple[Reason, Reason | None, str]:
    last = max(cards, key=lambda span: span.ends_on or date.max) if cards else None
    if why_not is not None:
        more = None
        if last is not None and last.ends_on is not None and last.ends_on >= today:
            more = Reason("advice.ask_again", {"day": last.ends_on})
        return Reason("advice.no_need"), more, "none"
    if last is None or last.ends_on is None:
        return Reason("advice.could_join"), None, "none"
    five = _five_year(last, today)
    if kind == "covered":
        return Reason("advice.no_need_yet"), five, "none"
    limits = deadlines(last.ends_on)
    if kind == "renewal":
        soon = (last.ends_on - today).days <= OLDEST_TO_ADVISE
        return (
            Reason("advice.renew_before", {"day": limits.renew_by}),
            five,
            "soon" if soon else "none",
        )
    if today <= limits.no_wait_by:
        return Reason("advice.rejoin_before", {"day": limits.no_wait_by}), five, "late"
    new = renew(hhi_covers(cards), paid_on=today, months=12)
    first = {"day": new.first_valid_on} if new else {}
    return Reason("advice.rejoin_waits", first), None, "late"


def why_no_hhi(groups: tuple[str, ...], cards: Sequence[CoverSpan], today: date) -> Reason | None:
    """Why somebody of these groups, with these cards, does not pay as a member; None: she may."""
    return _hhi_why_not(groups, today) or _open_cover(cards)


def _hhi_why_not(groups: tuple[str, ...], today: date) -> Reason | None:
    """Why a person does not pay as a household, by the first of her groups that says so."""
    reasons = (hhi_groups.why_not(group, today) for group in groups)
    return next((reason for reason in reasons if reason is not None), None)


def _open_cover(cards: Sequence[CoverSpan]) -> Reason | None:
    """Nobody can say when a card of the household would begin while another has no end."""
    still = any(span.ends_on is None for span in cards)
    return Reason("covered_without_end") if still else None


def _five_year(span: CoverSpan, today: date) -> Reason | None:
    if span.five_year_on is None:
        return None
    complete = span.five_year_on <= today
    code = "advice.five_years_complete" if complete else "advice.five_years"
    return Reason(code, {"month": f"{span.five_year_on:%m/%Y}"})


def _vsi_why_not(row: Any, spans: list[CoverSpan], today: date) -> Reason | None:
    groups = (row.group, *row.other_groups)
    return vsi_standing.why_not(groups, row.born_on, today, paid_until=vsi_paid_until(spans))


def vsi_paid_until(spans: Sequence[CoverSpan]) -> date | None:
    """The last day of the social insurance that was paid; None without any.

    A day on a due list, which has no first day, is the last one to pay, and not paid at all.
    """
    ends = [
        span.ends_on for span in spans if span.scheme == "vsi" and span.starts_on and span.ends_on
    ]
    return max(ends, default=None)


def appointments_on(store: Store, day: date) -> tuple[Appointment, ...]:
    """What is agreed for a day already, by time; not where nobody may knock any more."""
    found = []
    for door in store.read(_agreed, me(store).streams, day):
        if door.row.do_not_contact:
            continue
        last = door.visits[-1] if door.visits else None
        if last is not None and last.next_on == day and last.outcome == "appointment":
            head = door.row.head_name or ""
            found.append(Appointment(last.next_time, head, address_of(door.row)))
    return tuple(sorted(found, key=lambda a: (a.time or "99", a.head_name)))


def _agreed(connection: Connection, wards: tuple[str, ...], day: date) -> list[Door]:
    homes = queries_doors.agreed_doors(connection, wards, day)
    return list(gather(connection, wards, homes).by_id.values()) if homes else []
