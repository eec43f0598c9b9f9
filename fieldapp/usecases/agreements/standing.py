"""How the agreement of each ward stands today, and where nothing should be visited together yet.

Whoever works in a ward may read its agreement. Nothing is ever blocked by one: screens only say
where a joint visit should wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from fieldapp.agreement_rows import FarAgreement, agreement_rows, planned_visits
from fieldapp.errors import UserMends
from fieldapp.model.agreements import Agreement, agreement_id
from fieldapp.rules.agreements import WEEK, Agreed, State, worst
from fieldapp.store.log.freshness import Freshness, freshness
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store
from fieldapp.store.work import Basis
from fieldapp.usecases.agreements.a_week_ago import recorded_on
from fieldapp.usecases.me import WardName, desk_wards, me
from fieldapp.usecases.visiting.today import StateWord, record_words
from fieldapp.usecases.ward_ends import WardEnd, end_of

KIND = Agreement.type_name()
FIELDS = {
    "insurance_office": ("insurance_contact", "insurance_phone"),
    "post_office": ("post_contact", "post_phone"),
    "committee": ("committee_contact", "committee_phone"),
}
"""The fields of contact and phone by party."""
NO_RECORD = Agreement(ward="", id="")
"""What stands of a ward of which nothing was recorded."""
Standing = State | Literal["not_here"]
"""What an agreement is worth; `not_here`: of this ward neither the laptop holds anything nor did
the server tell."""


@dataclass(frozen=True)
class Party:
    """One of the three, with whom to call there."""

    party: str
    contact: str
    phone: str


@dataclass(frozen=True)
class FormerAgreement:
    """The agreement of a ward that became part of another one: it was signed by a committee that
    is no more."""

    ward: str
    name: str
    ended_on: date
    state: Standing
    signed_on: date | None
    document: str


@dataclass(frozen=True)
class AgreementRow:
    """One ward.

    Attributes:
        state, week_ago: what the agreement is worth today, and what was known of it on this day
            of last week (of wards that are not on this laptop: by its dates).
        days_left: days after today on which it holds; None: not in force, or without an end.
        ends_soon: it is to be renewed now.
        waiting_days: since when one waits for a signature; None: signed, or nobody noted it.
        planned: doors of the ward with an appointment, of today or later.
        former: agreements of wards that became part of this one.
        ended_on, became: of a ward that is no more and whose successors are not on this laptop.
        word: its sync word; revision, behind, current_at: as `store.freshness` says of the ward.
        may_edit: the user is at this ward's desk, and its data is on this laptop.
        here: whether it is.
    """

    ward: str
    name: str
    state: Standing
    week_ago: Standing
    days_left: int | None
    ends_soon: bool
    waiting_for: str
    waiting_since: date | None
    waiting_days: int | None
    signed_on: date | None
    valid_until: date | None
    document: str
    parties: tuple[Party, ...]
    note: str
    planned: int
    word: StateWord
    may_edit: bool
    revision: int
    behind: int
    current_at: datetime | None
    former: tuple[FormerAgreement, ...] = ()
    ended_on: date | None = None
    became: tuple[str, ...] = ()
    here: bool = True

    @property
    def changed(self) -> bool:
        """Whether it is worth something else than was known last week."""
        return self.state != self.week_ago

    @property
    def lacks(self) -> bool:
        """Whether it is known that nothing should be visited together there, expired included."""
        return self.state in ("unsigned", "expired")


@dataclass(frozen=True)
class Agreements:
    """All wards of the user, unsigned ones first, the longest wait on top.

    `current_at` is that of the ward that is oldest, of those of which something is known; None
    where one was never whole.
    """

    today: date
    rows: tuple[AgreementRow, ...] = ()
    current_at: datetime | None = None

    @property
    def signed(self) -> int:
        """Wards whose agreement is in force."""
        return sum(row.state == "signed" for row in self.rows)

    @property
    def unsigned(self) -> int:
        """Wards where nothing should be visited together, expired ones included."""
        return sum(row.lacks for row in self.rows)

    @property
    def not_here(self) -> tuple[str, ...]:
        """Wards of which nothing is known: their data is not on this laptop."""
        return tuple(row.ward for row in self.rows if row.state == "not_here")

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Wards whose data is not on this laptop, told by the server or not."""
        return tuple(row.ward for row in self.rows if not row.here)

    def newly(self, state: State) -> int:
        """Wards that came to this state since last week."""
        return sum(row.changed and row.state == state for row in self.rows)

    @property
    def planned(self) -> int:
        """Doors with an appointment in wards that have not signed."""
        return sum(row.planned for row in self.rows if row.lacks)


@dataclass(frozen=True)
class Unsigned:
    """A ward without an agreement in force: `expired_on` is the last day of one that ended."""

    name: str
    expired_on: date | None = None


@dataclass(frozen=True)
class _Recorded:
    """What is recorded of the wards of this laptop, and which of them are no more."""

    today: date
    rows: Mapping[str, Any]
    ends: Mapping[str, WardEnd]
    known: frozenset[str]
    news: Mapping[str, Freshness]

    def agreed(self, ward: str) -> Agreed:
        row = self.rows.get(ward, NO_RECORD)
        return Agreed(row.state, row.signed_on, row.valid_until)

    def heirs(self, ward: str, shown: Iterable[str]) -> list[str]:
        """What a ward became part of, as far as it is on this laptop; nothing for one in force."""
        end = self.ends.get(ward)
        return [stream for stream, _ in end.became if stream in shown] if end else []


@dataclass(frozen=True)
class _Read:
    """What all rows are made of."""

    recorded: _Recorded
    planned: Mapping[str, int]
    words: Mapping[str, StateWord]
    desk: frozenset[str]
    week_ago: Mapping[str, Agreed]
    far: Mapping[str, FarAgreement]
    here: frozenset[str]


def agreements(store: Store, *, far: Mapping[str, FarAgreement] | None = None) -> Agreements:
    """How all wards of the user stand today.

    A ward that is no more is told under what it became part of, if the user has that.

    Args:
        far: what the server told of wards that are not on this laptop.
    """
    user, today = me(store), store.today()
    read = _read(store, user.wards, today, far or {})
    shown = {ward.stream for ward in user.wards}
    under: dict[str, list[WardName]] = {}
    for ward in user.wards:
        for stream in read.recorded.heirs(ward.stream, shown):
            under.setdefault(stream, []).append(ward)
    rows = [
        _row(read, ward, under.get(ward.stream, ()))
        for ward in user.wards
        if not read.recorded.heirs(ward.stream, shown)
    ]
    rows.sort(key=_needs_help_first)
    moments = [one.current_at for one in rows if one.state != "not_here"]
    oldest = min((m for m in moments if m), default=None) if all(moments) else None
    return Agreements(today, tuple(rows), oldest)


def _needs_help_first(row: AgreementRow) -> tuple[bool, bool, bool, int]:
    waits = row.waiting_days if row.waiting_days is not None else -1
    return row.state == "signed", row.state == "not_here", not row.ends_soon, -waits


def unsigned_wards(store: Store, wards: Sequence[str]) -> dict[str, Unsigned]:
    """Those of these wards in which nothing should be visited together yet, and since when; not
    those of which nothing is known here.

    A ward that is no more counts by what it became part of, where that is on this laptop.
    """
    user, today = me(store), store.today()
    known = {ward.stream: ward for ward in user.wards}
    read = _recorded(store, [ward.stream for ward in user.wards], today)
    found: dict[str, Unsigned] = {}
    for ward in dict.fromkeys(wards):
        heirs = [one for one in read.heirs(ward, known) or [ward] if one in read.known]
        if not heirs:
            continue
        state = worst([read.agreed(one).state(today) for one in heirs])
        if state == "signed":
            continue
        named = next(one for one in heirs if read.agreed(one).state(today) == state)
        name = known[named].name if named in known else named.partition(".")[0]
        ended = read.agreed(named).valid_until if state == "expired" else None
        found[ward] = Unsigned(name, ended)
    return found


@dataclass(frozen=True)
class AgreementPage:
    """One ward's agreement, and what a form of it stands on: `basis` goes back with the record."""

    row: AgreementRow
    basis: Basis


def agreement_page(store: Store, ward: str) -> AgreementPage:
    """One ward's agreement.

    Raises:
        UserMends: `visit_log.not_granted`.
    """
    basis = store.basis(ward, (KIND, agreement_id(ward)))
    row = next((one for one in agreements(store).rows if one.ward == ward), None)
    if row is None:
        raise UserMends("visit_log.not_granted", field="ward", ward=ward)
    return AgreementPage(row, basis)


def _recorded(store: Store, streams: Sequence[str], today: date) -> _Recorded:
    names = {row.stream: row for row in store.read(q.all_wards)}
    ended = {stream: end_of(stream, names.get(stream), today) for stream in streams}
    rows = store.read(agreement_rows, streams)
    ends = {stream: end for stream, end in ended.items() if end is not None}
    news = freshness(store, streams)
    known = {ward for ward, new in news.items() if new.revision or new.current_at}
    return _Recorded(today, rows, ends, frozenset({*known, *rows}), news)


def _read(
    store: Store, wards: Sequence[WardName], today: date, far: Mapping[str, FarAgreement]
) -> _Read:
    streams = [ward.stream for ward in wards]
    own = _recorded(store, streams, today)
    told = {ward: one for ward, one in far.items() if ward in streams and ward not in own.known}
    rows = {**own.rows, **{ward: one.agreement for ward, one in told.items()}}
    planned = store.read(planned_visits, streams, today)
    return _Read(
        recorded=replace(own, rows=rows, known=own.known | told.keys()),
        planned={**planned, **{ward: one.planned for ward, one in told.items()}},
        words=record_words(store, streams),
        desk=frozenset(ward.stream for ward in desk_wards(store)),
        week_ago=store.read(recorded_on, own.rows, today - WEEK),
        far=told,
        here=own.known,
    )


def _row(read: _Read, ward: WardName, former: Iterable[WardName]) -> AgreementRow:
    stream, recorded, new = ward.stream, read.recorded, read.recorded.news[ward.stream]
    row, end = recorded.rows.get(stream, NO_RECORD), recorded.ends.get(stream)
    today, agreed = recorded.today, recorded.agreed(stream)
    known, here = stream in recorded.known, stream in read.here
    state: Standing = agreed.state(today) if known else "not_here"
    waits = row.waiting_since if state == "unsigned" else None
    merged, told = [stream, *(one.stream for one in former)], read.far.get(stream)
    return AgreementRow(
        ward=stream,
        name=ward.name,
        state=state,
        week_ago=read.week_ago.get(stream, agreed).last_week(today) if known else state,
        days_left=agreed.days_left(today),
        ends_soon=agreed.ends_soon(today),
        waiting_for=row.waiting_for if state == "unsigned" else "",
        waiting_since=waits,
        waiting_days=max(0, (today - waits).days) if waits else None,
        signed_on=row.signed_on,
        valid_until=row.valid_until,
        document=row.document,
        parties=tuple(
            Party(party, getattr(row, contact), getattr(row, phone))
            for party, (contact, phone) in FIELDS.items()
        ),
        note=row.note,
        planned=sum(read.planned.get(one, 0) for one in merged),
        word=read.words.get(row.id, "sent"),
        may_edit=stream in read.desk and here,
        revision=new.revision,
        behind=new.behind,
        current_at=new.current_at if here else told.at if told else None,
        former=tuple(_former(recorded, one) for one in former),
        ended_on=end.ended_on if end else None,
        became=end.names if end else (),
        here=here,
    )


def _former(recorded: _Recorded, ward: WardName) -> FormerAgreement:
    row, end = recorded.rows.get(ward.stream, NO_RECORD), recorded.ends[ward.stream]
    known = ward.stream in recorded.known
    return FormerAgreement(
        ward.stream,
        ward.name,
        end.ended_on,
        recorded.agreed(ward.stream).state(end.ended_on) if known else "not_here",
        row.signed_on,
        row.document,
    )
