"""Whom to visit today, why, and what is lost by waiting.

Pure: facts about a household and a day give its place in the list. Cover that ends first stands on
top; nine of ten people of the campaign's target are renewals (domain notes 0.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from fieldapp.rules.explained import Reason
from fieldapp.rules.hhi.coverage import deadlines
from fieldapp.rules.hhi.groups import pays_at_door
from fieldapp.rules.hhi.household_cover import HORIZON_DAYS, HouseholdCover, MemberFacts
from fieldapp.rules.visiting.outcomes import outcome_of

Bucket = Literal[
    "appointment",
    "ends_30",
    "ends_60",
    "ends_90",
    "lapsed",
    "never_visited",
    "other",
    "done_today",
    "not_listed",
]
Level = Literal["now", "soon", "later", "none"]
SortKey = tuple[int, int, bool, time, str]

NOW_DAYS, SOON_DAYS = 14, 30
ENDS: tuple[tuple[int, Bucket], ...] = ((30, "ends_30"), (60, "ends_60"), (HORIZON_DAYS, "ends_90"))
RANK: dict[Bucket, int] = {
    "lapsed": 1,
    "never_visited": 2,
    "other": 3,
    "done_today": 4,
    "not_listed": 5,
}
"""Place in the list of what has no deadline; everything with one stands before, at 0."""


@dataclass(frozen=True)
class HouseholdFacts:
    """What the list needs of a household.

    `next_on`, `next_at` are the day and time agreed or proposed at the last visit, whose outcome
    is `last_outcome`. `held_by` is the name of a colleague who holds it until `held_until`.
    """

    household: str
    members: tuple[MemberFacts, ...] = ()
    last_visit_on: date | None = None
    last_outcome: str = ""
    next_on: date | None = None
    next_at: time | None = None
    moved: bool = False
    do_not_contact: bool = False
    held_by: str = ""
    held_until: date | None = None


@dataclass(frozen=True)
class WorkItem:
    """A household's place in the list of a day.

    `reason` says why it is here and `also` what else is true of it; `stake` is what waiting costs.
    `urgency_days` counts to `deadline`, None without one. `at` is the time of an appointment today.
    """

    household: str
    bucket: Bucket
    reason: Reason
    also: tuple[Reason, ...] = ()
    stake: Reason | None = None
    deadline: date | None = None
    urgency_days: int | None = None
    at: time | None = None

    @property
    def listed(self) -> bool:
        """Whether the household is still to be visited today."""
        return self.bucket not in ("done_today", "not_listed")

    @property
    def level(self) -> Level:
        """How the urgency is shown: up to 14 days or a loss at stake, up to 30, later, none."""
        if self.stake and self.stake.code.startswith("stake_wait"):
            return "now"
        if self.urgency_days is None:
            return "none"
        if self.urgency_days <= NOW_DAYS:
            return "now"
        return "soon" if self.urgency_days <= SOON_DAYS else "later"

    @property
    def sort_key(self) -> SortKey:
        """Deadlines by their day (an appointment at its time), then what has none."""
        has_deadline = self.listed and self.urgency_days is not None
        rank = 0 if has_deadline else RANK.get(self.bucket, 0)
        days = self.urgency_days if has_deadline and self.urgency_days is not None else 0
        return rank, days, self.bucket == "appointment", self.at or time.max, self.household


@dataclass(frozen=True)
class Progress:
    """The doors of a day: those knocked at by their last outcome, and those still to come."""

    doors: int
    done: int
    enrolled: int
    met: int
    not_at_home: int

    @property
    def left(self) -> int:
        """Doors still to come."""
        return self.doors - self.done


def worklist(households: Iterable[HouseholdFacts], today: date) -> list[WorkItem]:
    """All households of a day in order of urgency, those done and not listed at the end."""
    return sorted((work_item(facts, today) for facts in households), key=lambda i: i.sort_key)


def work_item(facts: HouseholdFacts, today: date) -> WorkItem:
    """Where a household stands on the list of `today`, and why."""
    cover = HouseholdCover.of(facts.members, today)
    off = _off_the_list(facts, cover, today)
    if off:
        return off
    due = _due_again(facts, today)
    reasons = [*due, *cover.reasons()]
    bucket = _bucket(facts, cover, appointed=bool(due) and facts.last_outcome == "appointment")
    if not reasons and not facts.last_visit_on:
        reasons.append(_never_visited(cover.uninsured))
    elif not reasons and cover.uninsured:
        reasons.append(Reason("uninsured", {"n": cover.uninsured}))
    if not reasons:
        return WorkItem(facts.household, "not_listed", Reason("nothing_due"))
    deadline = today if bucket == "appointment" else cover.deadline
    return WorkItem(
        facts.household,
        bucket,
        reasons[0],
        also=tuple(reasons[1:]),
        stake=cover.loss or _held(facts, today) or cover.advice,
        deadline=deadline,
        urgency_days=(deadline - today).days if deadline else None,
        at=facts.next_at if bucket == "appointment" and facts.next_on == today else None,
    )


def due_on(facts: HouseholdFacts, today: date) -> date | None:
    """The first day, not before today, on which something may be lost at a household; None if
    there is none.

    On any later day up to that one, a deadline of the household is that day. An appointment whose
    day has come stays due: the first day of the calendar stands for it.
    """
    if facts.last_outcome == "appointment" and facts.next_on:
        if facts.next_on <= today:
            return date.min
        days = [facts.next_on]
    else:
        days = []
    for member in facts.members:
        if member.hhi_ends_on and pays_at_door(member.payer):
            days += [member.hhi_ends_on, deadlines(member.hhi_ends_on).no_wait_by]
        if member.vsi_due:
            days.append(member.vsi_due.day)
    return min([day for day in days if day >= today], default=None)


def progress(items: Iterable[WorkItem], visits_today: Sequence[tuple[str, str]]) -> Progress:
    """Counts doors. `visits_today` are (household, outcome) in order of time; the last one counts.

    A household that is listed again for a later hour of the day counts as done all the same.
    """
    last = dict(visits_today)
    listed = {item.household for item in items if item.listed}
    enrolled = sum(outcome == "enrolled" for outcome in last.values())
    met = sum(outcome_of(outcome).met for outcome in last.values()) - enrolled
    return Progress(
        doors=len(listed | last.keys()),
        done=len(last),
        enrolled=enrolled,
        met=met,
        not_at_home=len(last) - enrolled - met,
    )


def _off_the_list(facts: HouseholdFacts, cover: HouseholdCover, today: date) -> WorkItem | None:
    """Households that nobody need visit today, with the reason; None for the others."""
    if facts.do_not_contact or facts.last_outcome == "do_not_contact":
        return WorkItem(facts.household, "not_listed", Reason("do_not_contact"))
    if facts.moved or facts.last_outcome == "moved":
        return WorkItem(facts.household, "not_listed", Reason("moved"))
    if facts.last_visit_on == today and not _meets_later_today(facts, today):
        reason = Reason(f"done_{outcome_of(facts.last_outcome).code}")
        return WorkItem(facts.household, "done_today", reason)
    if facts.next_on and facts.next_on > today and _can_wait(facts, cover):
        return WorkItem(facts.household, "not_listed", _waits_until(facts, facts.next_on))
    return None


def _meets_later_today(facts: HouseholdFacts, today: date) -> bool:
    return facts.last_outcome == "appointment" and facts.next_on == today


def _can_wait(facts: HouseholdFacts, cover: HouseholdCover) -> bool:
    """A refusal is respected; else one comes earlier if something is lost before the day."""
    if facts.last_outcome == "refused" or not cover.deadline or not facts.next_on:
        return True
    return facts.next_on <= cover.deadline


def _waits_until(facts: HouseholdFacts, day: date) -> Reason:
    if facts.last_outcome == "appointment":
        return Reason("appointment_on", {"day": day})
    code = "refused_until" if facts.last_outcome == "refused" else "waits_until"
    return Reason(code, {"day": day})


def _due_again(facts: HouseholdFacts, today: date) -> list[Reason]:
    """Why one comes again, if a day for it has come."""
    if not facts.next_on or facts.next_on > today:
        return []
    if facts.last_outcome != "appointment":
        return [Reason("come_again", {"day": facts.next_on})]
    if facts.next_on < today:
        return [Reason("appointment_missed", {"day": facts.next_on})]
    if facts.next_at is None:
        return [Reason("appointment_today")]
    return [Reason("appointment_at", {"at": facts.next_at})]


def _bucket(facts: HouseholdFacts, cover: HouseholdCover, *, appointed: bool) -> Bucket:
    if appointed:
        return "appointment"
    until = [bucket for limit, bucket in ENDS if cover.ends_within(limit)]
    if until and until[0] == "ends_30":
        return "ends_30"
    if cover.lapsed or cover.paused:
        return "lapsed"
    if until:
        return until[0]
    return "other" if facts.last_visit_on else "never_visited"


def _never_visited(uninsured: int) -> Reason:
    if uninsured:
        return Reason("never_visited_uninsured", {"n": uninsured})
    return Reason("never_visited")


def _held(facts: HouseholdFacts, today: date) -> Reason | None:
    """A colleague's hold: shown, never in the way."""
    if not facts.held_by or not facts.held_until or facts.held_until < today:
        return None
    return Reason("held_by", {"name": facts.held_by, "day": facts.held_until})
