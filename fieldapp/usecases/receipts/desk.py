"""The money of a ward's desk: numbers given out and used, cash in hand by age, remittances.

Figures are those of what this laptop holds, laid over with what the server said beside the logs at
the end of the last run; each says as of when, and whose machine has not been heard from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.rules.money.cash import Age, age_of
from fieldapp.rules.money.number_check import (
    NumberFault,
    Paper,
    Range,
    Tally,
    check_numbers,
    tally,
)
from fieldapp.store.desk import Lease, Machine, Pending, Told, desk_told
from fieldapp.store.log.freshness import freshness
from fieldapp.store.queries import money as q
from fieldapp.store.store import Store
from fieldapp.usecases.me import StaffName, WardName, desk_wards, name_of, staff_names
from fieldapp.usecases.receipts.remittances import RemittanceRow, remittances


@dataclass(frozen=True)
class MachineRow:
    """A device of the ward's people, and when the server last heard from it."""

    device: str
    name: str
    username: str
    person: str
    last_seen_at: datetime | None
    revoked: bool = False


@dataclass(frozen=True)
class BookRow:
    """A range of numbers: who has it on which machine (None: not known here), how it is used."""

    ward: str
    book: str
    first: int
    last: int
    closed: bool
    leased_at: datetime
    machine: MachineRow | None
    tally: Tally


@dataclass(frozen=True)
class FaultRow:
    """A number that is not as it must be; `ward` and `issued_at` of the receipt that shows it,
    `people` by name in the order of its papers, `machine` the one that has the range."""

    fault: NumberFault
    ward: str
    issued_at: datetime | None
    people: tuple[str, ...]
    machine: MachineRow | None


@dataclass(frozen=True)
class HolderRow:
    """Somebody's cash in hand in a ward.

    Attributes:
        ages: đồng by `rules.money.cash.AGES`, of receipts in the log.
        receipts: how many; `oldest_on` the day of the first.
        waiting_dong: handed in, not counted yet.
        pending_dong: cash of receipts in held work: taken too.
    """

    ward: str
    username: str
    name: str
    ages: Mapping[Age, int]
    receipts: int = 0
    oldest_on: date | None = None
    waiting_dong: int = 0
    pending_dong: int = 0

    @property
    def total_dong(self) -> int:
        """All cash that nobody at the desk has seen, but what was handed in."""
        return sum(self.ages.values()) + self.pending_dong


@dataclass(frozen=True)
class MoneyDesk:
    """Everything at once, of the chosen wards and days.

    Attributes:
        current_at: since when every ward is whole here, the oldest; None: one never was.
        behind: entries that the server is known to have beyond.
        told_at: when the server said what it says beside the logs; None: never.
        machines: of the ward's people, that are not revoked.
    """

    today: date
    since: date
    until: date
    wards: tuple[WardName, ...]
    current_at: datetime | None = None
    behind: int = 0
    told_at: datetime | None = None
    machines: tuple[MachineRow, ...] = ()
    books: tuple[BookRow, ...] = ()
    faults: tuple[FaultRow, ...] = ()
    holders: tuple[HolderRow, ...] = ()
    remittances: tuple[RemittanceRow, ...] = ()
    pending: tuple[Pending, ...] = field(default=())

    @property
    def silent(self) -> tuple[MachineRow, ...]:
        """Machines that the server has not heard from today: their work may be missing here."""
        return tuple(
            one
            for one in self.machines
            if one.last_seen_at is None or business_date(one.last_seen_at) < self.today
        )


def money_desk(
    store: Store, *, since: date | None = None, until: date | None = None, ward: str = ""
) -> MoneyDesk:
    """The desk's money, of all its wards or one; remittances of a span of days (this month up to
    today without one) and those that wait.

    Raises:
        UserMends: `receipts.not_at_desk`, `receipts.days_reversed`.
    """
    first, last = days_of(store, since, until)
    wards = wards_of(store, ward)
    streams = [one.stream for one in wards]
    staff, told = staff_names(store), desk_told(store, streams)
    news = freshness(store, streams)
    moments = [one.current_at for one in news.values()]
    machines = {one.device: _machine(one, staff) for one in told.machines}
    numbers = store.read(q.numbers_of, streams)
    handed_in = store.read(remittances, streams, (first, last), staff)
    return MoneyDesk(
        today=store.today(),
        since=first,
        until=last,
        wards=wards,
        current_at=min((m for m in moments if m), default=None) if all(moments) else None,
        behind=sum(one.behind for one in news.values()),
        told_at=told.told_at,
        machines=tuple(one for one in machines.values() if not one.revoked),
        books=_books(told, numbers, machines),
        faults=_faults(told, numbers, machines, staff),
        holders=_holders(store, streams, told, handed_in, staff),
        remittances=handed_in,
        pending=told.pending,
    )


def days_of(store: Store, since: date | None, until: date | None) -> tuple[date, date]:
    """The span that was chosen; this month up to today where nothing was.

    Raises:
        UserMends: `receipts.days_reversed`.
    """
    last = until or store.today()
    first = since or last.replace(day=1)
    if first > last:
        raise UserMends("receipts.days_reversed", field="since")
    return first, last


def wards_of(store: Store, ward: str) -> tuple[WardName, ...]:
    """The wards of this desk, or the one that was named.

    Raises:
        UserMends: `receipts.not_at_desk`.
    """
    wards = tuple(one for one in desk_wards(store) if ward in ("", one.stream))
    if not wards:
        raise UserMends("receipts.not_at_desk")
    return wards


def _machine(one: Machine, staff: dict[str, StaffName]) -> MachineRow:
    person = name_of(staff, one.username)
    return MachineRow(one.device, one.name, one.username, person, one.last_seen_at, one.revoked)


def _papers(told: Told, numbers: Sequence[Any]) -> list[Paper]:
    """The receipts of the log, and those in held work that are not in it yet."""
    found = [
        Paper(row.id, row.book, row.number, row.issued_by, row.check_code, bool(row.void))
        for row in numbers
    ]
    here = {paper.receipt for paper in found}
    return found + [
        Paper(one.receipt, one.book, one.number, one.author, one.check_code, pending=True)
        for one in told.pending
        if one.receipt not in here
    ]


def _books(
    told: Told, numbers: Sequence[Any], machines: Mapping[str, MachineRow]
) -> tuple[BookRow, ...]:
    papers: dict[str, list[Paper]] = defaultdict(list)
    for paper in _papers(told, numbers):
        papers[paper.book].append(paper)
    rows = [
        BookRow(
            ward=one.ward,
            book=one.book,
            first=one.first,
            last=one.last,
            closed=one.closed,
            leased_at=one.leased_at,
            machine=machines.get(one.device),
            tally=tally(_range(one), papers[one.book], told.elsewhere),
        )
        for one in told.leases
    ]
    return tuple(sorted(rows, key=lambda row: (-row.tally.missing, row.book, row.first)))


def _range(one: Lease) -> Range:
    return Range(one.book, one.first, one.last, one.closed)


def _faults(
    told: Told,
    numbers: Sequence[Any],
    machines: Mapping[str, MachineRow],
    staff: dict[str, StaffName],
) -> tuple[FaultRow, ...]:
    known = {row.id: (row.ward, row.issued_at) for row in numbers}
    known |= {one.receipt: (one.ward, one.received_at) for one in told.pending}
    found = check_numbers(map(_range, told.leases), _papers(told, numbers), told.elsewhere)
    return tuple(_fault(one, known, told.leases, machines, staff) for one in found)


def _fault(
    fault: NumberFault,
    known: Mapping[str, tuple[str, datetime]],
    leases: Iterable[Lease],
    machines: Mapping[str, MachineRow],
    staff: dict[str, StaffName],
) -> FaultRow:
    lease = next(
        (one for one in leases if one.book == fault.book and one.first <= fault.first <= one.last),
        None,
    )
    paper = fault.papers[0] if fault.papers else None
    ward, issued_at = known[paper.receipt] if paper else (lease.ward if lease else "", None)
    machine = machines.get(lease.device) if lease else None
    people = tuple(name_of(staff, one.issued_by) for one in fault.papers)
    return FaultRow(fault, ward, issued_at, people, machine)


def _holders(
    store: Store,
    streams: Sequence[str],
    told: Told,
    handed_in: Sequence[RemittanceRow],
    staff: dict[str, StaffName],
) -> tuple[HolderRow, ...]:
    today = store.today()
    in_hand = store.read(q.cash_in_hand, streams)
    known = {row.id for row in store.read(q.numbers_of, streams)} if told.pending else set()
    waiting, pending = defaultdict[Any, int](int), defaultdict[Any, int](int)
    for one in handed_in:
        if one.state == "waiting":
            waiting[one.ward, one.handed_by] += one.amount_dong
    for held in told.pending:
        if held.method == "cash" and held.receipt not in known:
            pending[held.ward, held.author] += held.amount_dong
    days = defaultdict[Any, list[Any]](list)
    for row in in_hand:
        days[row.ward, row.issued_by].append(row)
    rows = []
    for place in {*days, *waiting, *pending}:
        ward, username = place
        ages: dict[Age, int] = defaultdict(int)
        for row in days[place]:
            ages[age_of(date.fromisoformat(row.day), today)] += row.dong
        rows.append(
            HolderRow(
                ward,
                username,
                name_of(staff, username),
                dict(ages),
                sum(row.receipts for row in days[place]),
                min((date.fromisoformat(row.day) for row in days[place]), default=None),
                waiting[place],
                pending[place],
            )
        )
    return tuple(sorted(rows, key=_late_first))


def _late_first(row: HolderRow) -> tuple[Any, ...]:
    late, due = row.ages.get("late", 0), row.ages.get("due", 0)
    return (-late, -due, -row.total_dong, row.name, row.ward)
