"""Whom to visit today, and how far the day has got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from fieldapp.clock import business_date
from fieldapp.rules.explained import Reason
from fieldapp.rules.places.address import Alley, alley_of, walking_key
from fieldapp.rules.visiting.outcomes import outcome_of
from fieldapp.rules.visiting.worklist import WorkItem, progress, work_item
from fieldapp.store import queries_households as q
from fieldapp.store import queries_log
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import Door, Doors, gather, household_facts
from fieldapp.usecases.me import StaffName, me, name_of, staff_names

StateWord = Literal["on_device", "sent", "needs_fixing", "conflict"]
LEVELS = {"now": "late", "soon": "soon", "later": "calm", "none": "calm"}
BANDS = (14, 30, 90, 10_000)


@dataclass(frozen=True)
class DoneVisit:
    """Today's last visit at a door."""

    outcome: str
    at: datetime
    note: str
    next_on: date | None
    amount_dong: int
    receipt: str | None


@dataclass(frozen=True)
class TodayRow:
    """A household of the day: why it is here, what is at stake, how urgent it is."""

    ward: str
    household: str
    house_number: str
    street: str
    head_name: str
    members: int
    bucket: str
    reason: Reason
    also: tuple[Reason, ...]
    stake: Reason | None
    urgency: Reason
    urgency_level: str
    done: DoneVisit | None
    state: StateWord
    last_visit_on: date | None
    held_by: str | None
    held_until: date | None


@dataclass(frozen=True)
class TodayGroup:
    """Households under one heading: an alley or a street's own doors, or a band of urgency.

    In walking order `alley` (None for the street's own doors) and `street` name it; in order of
    urgency `band` does: `within_14`, `within_30`, `within_90`, `lapsed`, `never_visited`,
    `other`, `done`.
    """

    alley: str | None
    street: str
    rows: tuple[TodayRow, ...]
    left: int
    band: str | None = None


@dataclass(frozen=True)
class Today:
    """The day: the doors in order, counted and grouped."""

    day: date
    groups: tuple[TodayGroup, ...]
    filters: dict[str, int]
    doors: tuple[str, ...]
    visited: int
    total: int
    enrolled: int
    talked: int
    absent: int
    collected_dong: int
    receipts: int


@dataclass(frozen=True)
class _Placed:
    item: WorkItem
    row: TodayRow
    alley: Alley


def todays_list(
    store: Store, *, only: str = "all", order: str = "urgency", scope: str = "mine"
) -> Today:
    """The households of the day, most urgent first or in walking order.

    Args:
        only: a filter: `all`, `appointment`, `ends_30`, `late`, `never`.
        order: `urgency` (cover that ends first on top) or `walking` (alley by alley).
        scope: `mine`, the households assigned to the user (all of the wards where nothing is
            assigned to her); or `all`.
    """
    user, today = me(store), store.today()
    doors = store.read(gather, user.streams)
    maker = _Maker(
        doors, user.username, today, staff_names(store), record_words(store, user.streams)
    )
    mine = _scope(doors, user.username, today, scope)
    placed = [p for p in (maker.place(door) for door in mine) if p is not None]
    shown = [p for p in placed if _passes(p, only)]
    return _summary(placed, _groups(shown, order), maker, mine)


def record_words(store: Store, wards: Sequence[str]) -> dict[str, StateWord]:
    """The sync word by record id, for records that are not simply sent."""
    words: dict[str, Any] = dict(store.read(q.record_states))
    for conflict in store.read(queries_log.conflict_rows, wards=tuple(wards)):
        words[conflict.record] = "conflict"
    return words


def word_of(door: Door, words: dict[str, StateWord]) -> StateWord:
    """The worst word among a household, its people, and its latest visit and money."""
    parts = [door.row.id, *(row.id for row in door.members)]
    parts += [row.id for rows in (door.visits, door.enrolments, door.receipts) for row in rows]
    found = {words[part] for part in parts if part in words}
    ranked: tuple[StateWord, ...] = ("conflict", "needs_fixing", "on_device")
    return next((word for word in ranked if word in found), "sent")


def _scope(doors: Doors, username: str, today: date, scope: str) -> list[Door]:
    everyone = list(doors.by_id.values())
    if scope == "all":
        return everyone
    mine = []
    for door in everyone:
        holder = door.holder(today)
        visited = any(
            visit.canvasser == username and business_date(visit.visited_at) == today
            for visit in door.visits[-3:]
        )
        if visited or (holder is not None and holder.canvasser == username):
            mine.append(door)
    assigned = any(door.holder(today) for door in mine)
    return mine if assigned else everyone


@dataclass(frozen=True)
class _Maker:
    """Makes rows of doors."""

    doors: Doors
    username: str
    today: date
    staff: dict[str, StaffName]
    words: dict[str, StateWord]

    def place(self, door: Door) -> _Placed | None:
        """The door's row, or None where it is not of this day."""
        facts = household_facts(door, self.doors, me=self.username, today=self.today)
        item = work_item(facts, self.today)
        done = self._done(door) if item.bucket == "done_today" else None
        if item.bucket == "not_listed":
            done = self._done(door)
            if done is None:
                return None
            item = replace(item, bucket="done_today")
        held = facts.held_by or None
        row = TodayRow(
            ward=door.row.ward,
            household=door.row.id,
            house_number=door.row.house_number,
            street=door.row.street,
            head_name=door.row.head_name or "",
            members=len(door.members),
            bucket=item.bucket,
            reason=item.reason,
            also=item.also,
            stake=item.stake,
            urgency=_urgency(item, done),
            urgency_level=_level(item, done),
            done=done,
            state=word_of(door, self.words),
            last_visit_on=facts.last_visit_on,
            held_by=name_of(self.staff, held) if held else None,
            held_until=facts.held_until,
        )
        return _Placed(item, row, alley_of(door.row.house_number, door.row.street))

    def _done(self, door: Door) -> DoneVisit | None:
        visits = [v for v in door.visits if business_date(v.visited_at) == self.today]
        if not visits:
            return None
        receipts = [r for r in door.standing_receipts if business_date(r.issued_at) == self.today]
        return DoneVisit(
            outcome=visits[-1].outcome,
            at=visits[-1].visited_at,
            note=visits[-1].note,
            next_on=visits[-1].next_on,
            amount_dong=sum(receipt.amount_dong for receipt in receipts),
            receipt=receipt_number(receipts[0].number) if receipts else None,
        )


def receipt_number(number: int) -> str:
    """A receipt's number as printed: seven digits."""
    return f"{number:07d}"


def _urgency(item: WorkItem, done: DoneVisit | None) -> Reason:
    """The few words at the right of a row."""
    if done is not None:
        return Reason(f"outcome_{done.outcome}")
    if item.at is not None:
        return Reason("urgency.at_time", {"time": f"{item.at:%H:%M}"})
    if item.bucket == "appointment":
        return Reason("urgency.appointment")
    if item.urgency_days is None:
        return Reason("urgency.never" if item.bucket == "never_visited" else "urgency.any_day")
    if item.urgency_days == 0:
        return Reason("urgency.last_day")
    return Reason("urgency.days_left", {"n": item.urgency_days})


def _level(item: WorkItem, done: DoneVisit | None) -> str:
    if done is not None:
        return "done"
    return "time" if item.at is not None else LEVELS[item.level]


def _passes(placed: _Placed, only: str) -> bool:
    bucket = placed.item.bucket
    return {
        "all": True,
        "appointment": bucket == "appointment",
        "ends_30": bucket == "ends_30",
        "late": bucket == "lapsed" or any("lapsed" in r.code for r in _reasons(placed)),
        "never": bucket == "never_visited",
    }[only]


def _reasons(placed: _Placed) -> tuple[Reason, ...]:
    if placed.item.bucket == "done_today":
        return ()
    return (placed.item.reason, *placed.item.also)


def _groups(placed: list[_Placed], order: str) -> tuple[TodayGroup, ...]:
    return _walking(placed) if order == "walking" else _by_urgency(placed)


def _walking(placed: list[_Placed]) -> tuple[TodayGroup, ...]:
    """Alley by alley, door by door."""
    by_alley: dict[Alley, list[_Placed]] = {}
    for one in sorted(placed, key=lambda p: walking_key(p.row.house_number)):
        by_alley.setdefault(one.alley, []).append(one)
    return tuple(
        _group(by_alley[alley], alley.prefix or None, alley.street)
        for alley in sorted(by_alley, key=lambda alley: alley.sort_key)
    )


def _by_urgency(placed: list[_Placed]) -> tuple[TodayGroup, ...]:
    """What is lost first stands first; the bands follow one another in that order."""
    by_band: dict[str, list[_Placed]] = {}
    for one in sorted(placed, key=lambda p: p.item.sort_key):
        by_band.setdefault(_band(one.item), []).append(one)
    return tuple(_group(rows, None, "", band) for band, rows in by_band.items())


def _band(item: WorkItem) -> str:
    if item.bucket == "done_today":
        return "done"
    if item.urgency_days is None:
        return item.bucket
    return next(f"within_{days}" for days in BANDS if item.urgency_days <= days)


def _group(
    placed: list[_Placed], alley: str | None, street: str, band: str | None = None
) -> TodayGroup:
    left = sum(p.item.listed for p in placed)
    return TodayGroup(alley, street, tuple(p.row for p in placed), left, band)


def _summary(
    placed: list[_Placed], groups: tuple[TodayGroup, ...], maker: _Maker, mine: list[Door]
) -> Today:
    today = maker.today
    visits = [
        (v.household, v.outcome)
        for door in mine
        for v in door.visits
        if business_date(v.visited_at) == today  # a door that a colleague did is done, too
    ]
    counted = progress([p.item for p in placed], visits)
    receipts = [
        r
        for door in mine
        for r in door.standing_receipts
        if business_date(r.issued_at) == today and r.issued_by == maker.username
    ]
    keys = ("all", "appointment", "ends_30", "late", "never")
    return Today(
        day=today,
        groups=groups,
        filters={key: sum(_passes(p, key) for p in placed) for key in keys},
        doors=_door_marks(groups),
        visited=counted.done,
        total=counted.doors,
        enrolled=counted.enrolled,
        talked=counted.met,
        absent=counted.not_at_home,
        collected_dong=sum(r.amount_dong for r in receipts),
        receipts=len(receipts),
    )


def _door_marks(groups: tuple[TodayGroup, ...]) -> tuple[str, ...]:
    marks, next_is_marked = [], False
    for row in (row for group in groups for row in group.rows):
        if row.done is not None:
            marks.append(_done_mark(row.done.outcome))
        else:
            marks.append("to_come" if next_is_marked else "next")
            next_is_marked = True
    return tuple(marks)


def _done_mark(outcome: str) -> str:
    if outcome == "enrolled":
        return "enrolled"
    return "talked" if outcome_of(outcome).met else "absent"
