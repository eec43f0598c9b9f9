"""Whom to visit today, and how far the day has got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from fieldapp.rules.places.address import Alley, alley_of, walking_key
from fieldapp.rules.visiting.outcomes import outcome_of
from fieldapp.rules.visiting.worklist import WorkItem, progress
from fieldapp.store.store import Store
from fieldapp.usecases.visiting.days_doors import Days, DaysDoors, Judged
from fieldapp.usecases.visiting.days_rows import (
    LEVELS,
    DoneVisit,
    Placed,
    StateWord,
    TodayRow,
    receipt_number,
    receipts_on,
    record_words,
    visits_on,
    word_of,
)

__all__ = [
    "LEVELS",
    "DaysList",
    "DoneVisit",
    "StateWord",
    "Today",
    "TodayGroup",
    "TodayRow",
    "receipt_number",
    "record_words",
    "todays_list",
    "word_of",
]

BANDS = (14, 30, 90, 10_000)
FILTERS = ("all", "appointment", "ends_30", "late", "never")
FIRST, SCREENFUL, A_FEW = 300, 20, 400


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
    """The day: the doors in order, counted and grouped. Not `whole`: the beginning of it, with
    nothing counted yet."""

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
    whole: bool = True

    @cached_property
    def rows(self) -> tuple[TodayRow, ...]:
        """All rows in their order."""
        return tuple(row for group in self.groups for row in group.rows)

    @cached_property
    def at(self) -> dict[tuple[str, str], int]:
        """Where the row of a ward and a household stands among the rows."""
        return {(row.ward, row.household): place for place, row in enumerate(self.rows)}


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
    return DaysList(store).read(only=only, order=order, scope=scope)


class DaysList:
    """`todays_list` for who asks again and again: what has not changed is not judged anew.

    The arguments of its methods are those of `todays_list`. Thread: one at a time.
    """

    def __init__(self, store: Store) -> None:
        self._doors = DaysDoors(store)

    def read(self, *, only: str = "all", order: str = "urgency", scope: str = "mine") -> Today:
        """The list as it is now."""
        mine = self._doors.of_mine() if scope == "mine" else None
        return _told(mine or self._doors.of_today(), only, order, scope)

    def first(self, *, order: str = "urgency") -> Today | None:
        """The beginning of a list of all households, where it is known before they were judged:
        nothing is counted, and after some hundred rows some are missing. On the first day of a
        file, which knows no beginning, some doors that are due soon."""
        days = None
        if order == "urgency":
            days = self._doors.first_due(FIRST) or self._doors.likely_first(FIRST)
        found = _told(days, "all", order, "mine") if days is not None else None
        return replace(found, whole=False) if found and len(found.rows) >= SCREENFUL else None

    def at_once(self, *, only: str = "all", order: str = "urgency") -> Today | None:
        """What `read` answers, where that takes no more than a moment."""
        days = self._doors.of_mine()
        if days is None and self._doors.left() <= A_FEW:
            days = self._doors.of_today()
        return _told(days, only, order, "mine") if days is not None else None

    def left(self) -> int:
        """How many households are still to be read or judged before `read` answers at once."""
        return self._doors.left()

    def go_on(self) -> None:
        """Reads or judges some of them."""
        self._doors.go_on()

    def remember(self) -> None:
        """Keeps what makes `first` quick on later days."""
        self._doors.put_dates()


def _told(days: Days, only: str, order: str, scope: str) -> Today:
    mine = _scope(days, scope)
    placed = [judged.placed for judged in mine if judged.placed is not None]
    placed.sort(key=lambda one: one.sort_key)
    groups = _groups(placed, order)
    marks = _door_marks(groups)
    if only != "all":
        groups = _groups([one for one in placed if only in one.passes], order)
    counts = Counter(name for one in placed for name in one.passes)
    return _summary(days, mine, groups, marks, {name: counts[name] for name in FILTERS})


def _scope(days: Days, scope: str) -> Sequence[Judged]:
    if scope == "all":
        return days.doors
    username, today = days.view.user.username, days.view.today
    mine, assigned = [], False
    for judged in days.doors:
        holder = judged.step.holder(today) if judged.step.holds else None
        door = judged.door
        visited = door is not None and any(
            visit.canvasser == username for visit in visits_on(door, today)[-3:]
        )
        if visited or (holder is not None and holder.canvasser == username):
            mine.append(judged)
            assigned = assigned or holder is not None
    return mine if assigned else days.doors


def _groups(placed: list[Placed], order: str) -> tuple[TodayGroup, ...]:
    return _walking(placed) if order == "walking" else _by_urgency(placed)


def _walking(placed: list[Placed]) -> tuple[TodayGroup, ...]:
    """Alley by alley, door by door."""
    by_alley: dict[Alley, list[Placed]] = {}
    for one in sorted(placed, key=lambda p: walking_key(p.row.house_number)):
        by_alley.setdefault(alley_of(one.row.house_number, one.row.street), []).append(one)
    return tuple(
        _group(by_alley[alley], alley.prefix or None, alley.street)
        for alley in sorted(by_alley, key=lambda alley: alley.sort_key)
    )


def _by_urgency(placed: list[Placed]) -> tuple[TodayGroup, ...]:
    """What is lost first stands first; the bands follow one another in that order."""
    by_band: dict[str, list[Placed]] = {}
    for one in placed:
        by_band.setdefault(_band(one.item), []).append(one)
    return tuple(_group(rows, None, "", band) for band, rows in by_band.items())


def _band(item: WorkItem) -> str:
    if item.bucket == "done_today":
        return "done"
    if item.urgency_days is None:
        return item.bucket
    return next(f"within_{days}" for days in BANDS if item.urgency_days <= days)


def _group(
    placed: list[Placed], alley: str | None, street: str, band: str | None = None
) -> TodayGroup:
    left = sum(p.item.listed for p in placed)
    return TodayGroup(alley, street, tuple(p.row for p in placed), left, band)


def _summary(
    days: Days,
    mine: Sequence[Judged],
    groups: tuple[TodayGroup, ...],
    marks: tuple[str, ...],
    filters: dict[str, int],
) -> Today:
    today, username = days.view.today, days.view.user.username
    doors = [judged.door for judged in mine if judged.door is not None]
    visits = [  # a door that a colleague did is done, too
        (visit.household, visit.outcome) for door in doors for visit in visits_on(door, today)
    ]
    counted = progress([one.placed.item for one in mine if one.placed is not None], visits)
    receipts = [
        row for door in doors for row in receipts_on(door, today) if row.issued_by == username
    ]
    return Today(
        day=today,
        groups=groups,
        filters=filters,
        doors=marks,
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
