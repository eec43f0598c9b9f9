"""The rows of a day's list: why a household is there, what is at stake, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from fieldapp.clock import business_date
from fieldapp.rules import tables
from fieldapp.rules.explained import Reason
from fieldapp.rules.visiting.worklist import SortKey, WorkItem, work_item
from fieldapp.store.queries import history as queries_log
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store
from fieldapp.usecases.households.doorstep import Doorstep, household_facts
from fieldapp.usecases.households.facts import Door
from fieldapp.usecases.me import Me, StaffName, name_of

StateWord = Literal["on_device", "sent", "needs_fixing", "conflict"]
LEVELS = {"now": "late", "soon": "soon", "later": "calm", "none": "calm"}


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
class Placed:
    """A row of the day with its place in the list, and the filters that let it through."""

    item: WorkItem
    row: TodayRow
    sort_key: SortKey
    passes: frozenset[str]


@dataclass(frozen=True)
class View:
    """What a judgement depends on beside the household: as long as it is the same, so is that."""

    user: Me
    today: date
    staff: dict[str, StaffName]
    book: tables.Book


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


@dataclass(frozen=True)
class Maker:
    """Makes rows of doors."""

    view: View
    words: dict[str, StateWord]

    def place(self, step: Doorstep, door: Door | None) -> Placed | None:
        """The door's row, or None where it is not of this day."""
        today = self.view.today
        facts = household_facts(step, me=self.view.user.username, today=today)
        item = work_item(facts, today)
        done = self._done(door) if door and item.bucket == "done_today" else None
        if item.bucket == "not_listed":
            done = self._done(door) if door else None
            if done is None:
                return None
            item = replace(item, bucket="done_today")
        held = facts.held_by or None
        row = TodayRow(
            ward=step.ward,
            household=step.household,
            house_number=step.house_number,
            street=step.street,
            head_name=step.head_name,
            members=len(step.members),
            bucket=item.bucket,
            reason=item.reason,
            also=item.also,
            stake=item.stake,
            urgency=_urgency(item, done),
            urgency_level=_level(item, done),
            done=done,
            state=word_of(door, self.words) if door else "sent",
            last_visit_on=facts.last_visit_on,
            held_by=name_of(self.view.staff, held) if held else None,
            held_until=facts.held_until,
        )
        return Placed(item, row, item.sort_key, _passes(item))

    def _done(self, door: Door) -> DoneVisit | None:
        visits = visits_on(door, self.view.today)
        if not visits:
            return None
        receipts = receipts_on(door, self.view.today)
        return DoneVisit(
            outcome=visits[-1].outcome,
            at=visits[-1].visited_at,
            note=visits[-1].note,
            next_on=visits[-1].next_on,
            amount_dong=sum(receipt.amount_dong for receipt in receipts),
            receipt=receipt_number(receipts[0].number) if receipts else None,
        )


def visits_on(door: Door, day: date) -> list[Any]:
    """The visits of a day, in their order."""
    return [visit for visit in door.visits if business_date(visit.visited_at) == day]


def receipts_on(door: Door, day: date) -> list[Any]:
    """The receipts of a day whose money counts."""
    return [row for row in door.standing_receipts if business_date(row.issued_at) == day]


def receipt_number(number: int) -> str:
    """A receipt's number as printed: seven digits."""
    return f"{number:07d}"


def _passes(item: WorkItem) -> frozenset[str]:
    """The filters that let a row through, beside `all`."""
    name = {"never_visited": "never", "lapsed": "late"}.get(item.bucket, item.bucket)
    if item.bucket not in ("done_today", "lapsed"):
        reasons = (item.reason, *item.also)
        if any("lapsed" in reason.code for reason in reasons):
            return frozenset(("all", name, "late"))
    return frozenset(("all", name))


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
