"""Cash handed in at the desk: noted receipt by receipt, counted, reversed if it was a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.model import Remittance, RemittanceAnswer
from fieldapp.model.remittances import CONFIRMED, REVERSED, answer_id, settled_id
from fieldapp.rules.money.cash import (
    HandedIn,
    RemittanceState,
    named_twice,
    remittance_doubts,
    remittance_state,
)
from fieldapp.store.queries import money as q
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Intent
from fieldapp.usecases.me import StaffName, me, must_be_clerk, name_of, staff_names
from fieldapp.usecases.visiting.visits import tidy

NOTE_LIMIT = 500
MOST = 2_000_000_000
"""Đồng of one remittance: a whole number on the wire has 32 bits. What is beyond takes a second."""


@dataclass(frozen=True)
class Count:
    """What somebody at a desk counted, and said to it."""

    dong: int
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class RemittanceRow:
    """A remittance as a desk sees it.

    Attributes:
        name: whose cash it is; `noted_by` wrote it down.
        receipts: how many it names.
        counts: what desks counted; two or more where they counted different sums.
        counted_dong: None: nobody has counted it, or two sums were counted.
        answered_by, answered_at, note: of the answer that counts.
        doubts: codes of what does not fit (`rules.money.cash.remittance_doubts`).
    """

    ward: str
    remittance: str
    handed_by: str
    name: str
    noted_by: str
    noted_at: datetime
    amount_dong: int
    receipts: int
    state: RemittanceState
    doubts: tuple[str, ...]
    counts: tuple[Count, ...]
    answered_by: str
    answered_at: datetime | None
    note: str

    @property
    def counted_dong(self) -> int | None:
        """What was counted, if that is one sum."""
        return self.counts[0].dong if len(self.counts) == 1 else None


def remittances(
    connection: Connection,
    wards: Sequence[str],
    days: tuple[date, date],
    staff: dict[str, StaffName],
) -> tuple[RemittanceRow, ...]:
    """Those of a span of days, and older ones that wait for an answer; newest first."""
    rows = q.remittance_rows(connection, wards, *days)
    twice = named_twice(q.standing_remittances(connection, wards))
    answers = q.answers_to(connection, wards)
    return tuple(
        _row(connection, row, twice.get(row.id, 0), answers.get((row.ward, row.id), []), staff)
        for row in rows
    )


def _row(
    connection: Connection,
    row: Any,
    twice: int,
    answers: Sequence[Any],
    staff: dict[str, StaffName],
) -> RemittanceRow:
    undone = [one for one in answers if one.how == REVERSED][:1]
    counts = tuple(
        Count(one.counted_dong, name_of(staff, one.answered_by), one.answered_at, one.note)
        for one in answers
        if one.how == CONFIRMED
    )
    one = _handed_in(connection, row, answers, twice)
    last = undone or [one for one in answers if one.how == CONFIRMED][:1]
    return RemittanceRow(
        ward=row.ward,
        remittance=row.id,
        handed_by=row.handed_by,
        name=name_of(staff, row.handed_by),
        noted_by=name_of(staff, row.noted_by),
        noted_at=row.noted_at,
        amount_dong=row.amount_dong,
        receipts=one.receipts,
        state=remittance_state(one),
        doubts=remittance_doubts(one),
        counts=counts,
        answered_by=name_of(staff, last[0].answered_by) if last else "",
        answered_at=last[0].answered_at if last else None,
        note=last[0].note if last else "",
    )


def _handed_in(
    connection: Connection, row: Any, answers: Sequence[Any], twice: int = 0
) -> HandedIn:
    """What is known of a remittance here."""
    known, total, foreign = q.standing_of(connection, row.ward, row.handed_by, row.receipts)
    return HandedIn(
        row.amount_dong,
        tuple(sorted({one.counted_dong for one in answers if one.how == CONFIRMED})),
        any(one.how == REVERSED for one in answers),
        len(set(row.receipts)),
        known,
        total,
        foreign,
        twice,
    )


@dataclass(frozen=True)
class OwnCash:
    """The user's own cash in a ward: in hand since a day, and noted but not counted yet."""

    ward: str
    dong: int
    receipts: int
    oldest_on: date | None
    waiting_dong: int


def own_cash(store: Store) -> tuple[OwnCash, ...]:
    """The user's cash by ward, those with none left out."""
    user, staff = me(store), staff_names(store)
    rows = store.read(q.cash_in_hand, user.streams, user.username)
    beyond = (store.today(), store.today())
    waiting = [
        one
        for one in store.read(remittances, user.streams, beyond, staff)
        if one.state == "waiting" and one.handed_by == user.username
    ]
    found = []
    for ward in user.streams:
        mine = [row for row in rows if row.ward == ward]
        uncounted = sum(one.amount_dong for one in waiting if one.ward == ward)
        if mine or uncounted:
            oldest = min((date.fromisoformat(row.day) for row in mine), default=None)
            dong, count = sum(row.dong for row in mine), sum(row.receipts for row in mine)
            found.append(OwnCash(ward, dong, count, oldest, uncounted))
    return tuple(found)


def hand_in(store: Store, ward: str, *, until: date | None = None) -> str:
    """Notes that the user hands in her own cash of a ward, taken up to a day (all without one);
    returns the remittance's id. It waits for a desk to count it.

    Raises:
        UserMends: `receipts.nothing_in_hand`, `entry.ward_not_granted`.
    """
    with store.work(Intent("remittance.hand_in", ward)) as work:
        return _note(store, work, ward, str(store.setting("username")), until)[0]


def take_cash(
    store: Store,
    ward: str,
    handed_by: str,
    counted_dong: int | None = None,
    *,
    until: date | None = None,
    note: str = "",
) -> str:
    """Notes at the desk that somebody handed in her cash of a ward, and that it was counted, in
    one; returns the remittance's id. Without `counted_dong` it is what the receipts say.

    Raises:
        UserMends: `receipts.not_at_desk`, `receipts.own_cash`, `receipts.nothing_in_hand`, and as
            `confirm_remittance`.
    """
    must_be_clerk(store, ward, "receipts.not_at_desk")
    _must_be_another(store, handed_by)
    with store.work(Intent("remittance.take", ward)) as work:
        remittance, amount = _note(store, work, ward, handed_by, until)
        _confirm(store, work, remittance, amount, (counted_dong, note))
    return remittance


def confirm_remittance(
    store: Store, ward: str, remittance: str, counted_dong: int | None = None, note: str = ""
) -> str:
    """Says that the money of a remittance was counted and is here; returns the answer's id.

    Raises:
        UserMends: `receipts.not_at_desk`; `entry.gone`; `receipts.already_answered`;
            `receipts.own_cash`: two people see to it that money is there, never one;
            `receipts.count_first`: its receipts no longer add up to what it says (one was crossed
            out), so somebody has to count; `receipts.count_unexplained`: then without a reason;
            `receipts.count_needs_note`: another sum than the remittance says, and no reason;
            `receipts.count_negative`, `receipts.note_long`.
    """
    must_be_clerk(store, ward, "receipts.not_at_desk")
    with store.work(Intent("remittance.confirm", ward)) as work:
        row, one = _known(work.connection, ward, remittance)
        _must_be_another(store, row.handed_by)
        _must_be_open(one, counted=True)
        if one.other_sum and counted_dong is None:
            raise UserMends(
                "receipts.count_first", field="counted_dong", amount_dong=one.standing_dong
            )
        if one.other_sum and not tidy(note):
            raise UserMends("receipts.count_unexplained", field="note")
        return _confirm(store, work, remittance, row.amount_dong, (counted_dong, note))


def settle_count(store: Store, ward: str, remittance: str, counted_dong: int, note: str) -> str:
    """Decides what a remittance came to that two desks counted differently: it is taken back and
    noted anew with what was counted again; returns the new one's id.

    Raises:
        UserMends: `receipts.nothing_to_settle`: there are not two counts of it;
            `receipts.count_unexplained`, and as `confirm_remittance`.
    """
    must_be_clerk(store, ward, "receipts.not_at_desk")
    with store.work(Intent("remittance.settle", ward)) as work:
        row, one = _known(work.connection, ward, remittance)
        _must_be_another(store, row.handed_by)
        if remittance_state(one) != "differs":
            raise UserMends("receipts.nothing_to_settle")
        if not tidy(note):
            raise UserMends("receipts.count_unexplained", field="note")
        _answer(store, work, remittance, REVERSED, (0, tidy(note)))
        made = Remittance(
            ward=ward,
            id=settled_id(ward, remittance, counted_dong),
            handed_by=row.handed_by,
            amount_dong=row.amount_dong,
            receipts=row.receipts,
            noted_by=str(store.setting("username")),
            noted_at=store.server_now(),
        )
        work.create(made)
        _confirm(store, work, made.id, row.amount_dong, (counted_dong, note))
        return made.id


def reverse_remittance(store: Store, ward: str, remittance: str, reason: str) -> str:
    """Says that a remittance was noted by mistake: its receipts are in hand again; returns the
    answer's id.

    Raises:
        UserMends: `receipts.reverse_no_reason`, `receipts.note_long`, `entry.gone`,
            `receipts.already_reversed`, `receipts.not_at_desk`.
    """
    told = tidy(reason)
    if not told:
        raise UserMends("receipts.reverse_no_reason", field="reason")
    must_be_clerk(store, ward, "receipts.not_at_desk")
    with store.work(Intent("remittance.reverse", ward)) as work:
        _, one = _known(work.connection, ward, remittance)
        _must_be_open(one, counted=False)
        return _answer(store, work, remittance, REVERSED, (0, told))


def _note(
    store: Store, work: Unit, ward: str, handed_by: str, until: date | None
) -> tuple[str, int]:
    """A new remittance of what is in somebody's hand, as much as one can hold; its id and sum."""
    last = until.isoformat() if until else "9999"
    rows = q.receipts_in_hand(work.connection, ward, handed_by)
    wanted = [row for row in rows if row.day <= last]
    sums = accumulate(row.amount_dong for row in wanted)
    chosen = [row for row, so_far in zip(wanted, sums, strict=True) if so_far <= MOST]
    if not chosen:
        raise UserMends("receipts.nothing_in_hand", field="handed_by")
    made = Remittance(
        ward=ward,
        id=work.fresh_id(),
        handed_by=handed_by,
        amount_dong=sum(row.amount_dong for row in chosen),
        receipts=[row.id for row in chosen],
        noted_by=str(store.setting("username")),
        noted_at=store.server_now(),
    )
    work.create(made)
    return made.id, made.amount_dong


def _confirm(
    store: Store, work: Unit, remittance: str, amount: int, said: tuple[int | None, str]
) -> str:
    counted, note = amount if said[0] is None else said[0], tidy(said[1])
    if counted < 0:
        raise UserMends("receipts.count_negative", field="counted_dong")
    if counted != amount and not note:
        raise UserMends("receipts.count_needs_note", field="note", amount_dong=amount)
    return _answer(store, work, remittance, CONFIRMED, (counted, note))


def _answer(store: Store, work: Unit, remittance: str, how: str, said: tuple[int, str]) -> str:
    ward = work.intent.ward
    if len(said[1]) > NOTE_LIMIT:
        raise UserMends("receipts.note_long", field="note", limit=NOTE_LIMIT)
    made = RemittanceAnswer(
        ward=ward,
        id=answer_id(ward, remittance, how, said[0]),
        remittance=remittance,
        how=how,
        counted_dong=said[0],
        note=said[1],
        answered_by=str(store.setting("username")),
        answered_at=store.server_now(),
    )
    work.create(made)
    return made.id


def _known(connection: Connection, ward: str, remittance: str) -> tuple[Any, HandedIn]:
    """A remittance as it stands."""
    row = q.remittance(connection, ward, remittance)
    if row is None:
        raise UserMends("entry.gone", record=remittance)
    answers = q.answers_to(connection, (ward,), remittance).get((ward, remittance), [])
    return row, _handed_in(connection, row, answers)


def _must_be_another(store: Store, handed_by: str) -> None:
    if handed_by == store.setting("username"):
        raise UserMends("receipts.own_cash")


def _must_be_open(one: HandedIn, *, counted: bool) -> None:
    if one.reversed:
        raise UserMends("receipts.already_reversed")
    if counted and one.counts:
        raise UserMends("receipts.already_answered")
