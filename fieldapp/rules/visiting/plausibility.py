"""What of recorded work makes one ask: too fast, always the same, too far apart, money without a
visit, one phone at many doors.

A flag is a question, never a judgement: it says in words what was found, to the person concerned as
to the supervisor, and people answer it. Only what is recorded anyway is looked at; there is no
position and nothing is measured in secret. The thresholds are ours, chosen wide so that an honest
day in a block of flats stays below them; they come from what MiniVAN's reviewers look for (doors by
the hundred within minutes, one answer everywhere), not from a law. They stand in the help, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from fieldapp.rules.explained import Reason, Value
from fieldapp.rules.visiting.outcomes import OUTCOMES

LOOK_BACK_DAYS = 30
"""How far back one looks: older days are settled."""

PACE_MINUTES, PACE_DOORS = 10, 12
"""More doors than this within so many minutes: to knock, wait and write takes longer."""
ALIKE_IN_A_ROW = 10
"""So many answered doors in a row with one outcome, one note and one next day."""
FAR_TIMES = 5
"""So often on one day at a place that is too far from the one before."""
STREET_MINUTES = 1
"""The least time to another street. An alley belongs to the street whose name ends its own."""
NUMBERS_A_MINUTE = 100
"""House numbers that one passes in a minute along a street."""
VISIT_DAYS = 1
"""A receipt belongs to a visit of the same collector at that door, so many days around."""
PHONE_DOORS = 4
"""So many households with one phone that one person wrote down."""

VIETNAM_AHEAD = timedelta(hours=7)
"""Of UTC; without summer time."""

KINDS = ("pace", "alike", "far", "no_visit", "phone")
COMPARED = frozenset(one.code for one in OUTCOMES if one.met) - {"enrolled", "do_not_contact"}
"""Outcomes of a talk at the door that has no other proof: joining has a receipt."""


@dataclass(frozen=True)
class Knock:
    """One recorded visit. `street` is folded; `number` leads the house number, None: it has none.

    `day` is the day in Vietnam, `next_in` the days until the agreed next visit.
    """

    ward: str
    visit: str
    household: str
    canvasser: str
    at: datetime
    day: date
    outcome: str
    note: str = ""
    next_in: int | None = None
    street: str = ""
    number: int | None = None
    where: str = ""
    """The address, as people write it."""


@dataclass(frozen=True)
class Taken:
    """One receipt that stands."""

    ward: str
    receipt: str
    household: str
    collector: str
    day: date
    number: str


@dataclass(frozen=True)
class SharedPhone:
    """One phone at several households, as far as one person wrote it down."""

    ward: str
    phone: str
    canvasser: str
    households: tuple[str, ...]


@dataclass(frozen=True)
class Flag:
    """A question about somebody's work in a ward.

    Attributes:
        on: the day that it is about; None for what has none.
        subject: what tells it from others of its kind: the day, or the phone.
        evidence: ids of the visits, receipts or households that made it, in their order.
    """

    ward: str
    kind: str
    canvasser: str
    on: date | None
    subject: str
    reason: Reason
    evidence: tuple[str, ...]


def flags_of(
    knocks: Iterable[Knock], taken: Iterable[Taken] = (), phones: Iterable[SharedPhone] = ()
) -> tuple[Flag, ...]:
    """All questions, by ward, person and day. One cause is asked about once: what was too fast is
    not also too far apart.

    A day is looked at ward by ward: who holds one of a canvasser's wards sees the same question as
    she does, with evidence that is all there; and the two sides of a street that is a border are
    next to each other, though in two wards.
    """
    every = sorted(knocks, key=lambda one: (one.canvasser, one.at, one.visit))
    found: list[Flag] = []
    for day in _days(every):
        fast = _pace(day)
        hurried = {visit for flag in fast for visit in flag.evidence}
        found += [*fast, *_alike(day), *_far([one for one in day if one.visit not in hurried])]
    found += _without_visit(every, taken)
    found += [_phone(one) for one in phones if len(one.households) >= PHONE_DOORS]
    return tuple(sorted(found, key=lambda f: (f.ward, f.canvasser, f.subject, f.kind)))


def _days(knocks: Sequence[Knock]) -> list[list[Knock]]:
    """The visits of each person in one ward on one day, in their order."""
    days: dict[tuple[str, str, date], list[Knock]] = {}
    for one in knocks:
        days.setdefault((one.ward, one.canvasser, one.day), []).append(one)
    return list(days.values())


def _flag(kind: str, first: Knock, evidence: Sequence[Knock], reason: Reason) -> Flag:
    ids = tuple(dict.fromkeys(one.visit for one in evidence))
    return Flag(first.ward, kind, first.canvasser, first.day, first.day.isoformat(), reason, ids)


def _pace(day: Sequence[Knock]) -> list[Flag]:
    window, first = timedelta(minutes=PACE_MINUTES), 0
    worst: tuple[int, int] = (0, 0)
    hurried: dict[str, Knock] = {}
    for last, one in enumerate(day):
        while one.at - day[first].at > window:
            first += 1
        doors = last - first + 1
        if doors > PACE_DOORS:
            hurried |= {knock.visit: knock for knock in day[first : last + 1]}
            if doors > worst[1] - worst[0]:
                worst = first, last + 1
    if not hurried:
        return []
    burst = day[worst[0] : worst[1]]
    told: dict[str, Value] = {"doors": len(burst), "n": _minutes(burst[0].at, burst[-1].at)}
    reason = Reason("flag_pace", told | _since(burst[0]))
    return [_flag("pace", burst[0], list(hurried.values()), reason)]


def _minutes(first: datetime, last: datetime) -> int:
    """Minutes between two moments, rounded up, at least one."""
    return max(1, -int(-(last - first).total_seconds() // 60))


def _since(one: Knock) -> dict[str, Value]:
    return {"at": (one.at + VIETNAM_AHEAD).time()}


def _alike(day: Sequence[Knock]) -> list[Flag]:
    run: list[Knock] = []
    longest: list[Knock] = []
    for one in (knock for knock in day if knock.outcome in COMPARED):
        run = [*run, one] if run and _answer(run[-1]) == _answer(one) else [one]
        longest = max(longest, run, key=len)
    if len(longest) < ALIKE_IN_A_ROW:
        return []
    told: dict[str, Value] = {"n": len(longest), "note": longest[0].note}
    told |= _since(longest[0])
    reason = Reason("flag_alike_noted" if longest[0].note else "flag_alike", told)
    return [_flag("alike", longest[0], longest, reason)]


def _answer(one: Knock) -> tuple[str, str, int | None]:
    return one.outcome, one.note.casefold(), one.next_in


def _far(day: Sequence[Knock]) -> list[Flag]:
    jumps = [pair for pair in pairwise(day) if pair[1].at - pair[0].at < _least(*pair)]
    if len(jumps) < FAR_TIMES:
        return []
    here, there = max(jumps, key=lambda pair: _least(*pair) - (pair[1].at - pair[0].at))
    told: dict[str, Value] = {"n": len(jumps), "here": here.where, "there": there.where}
    told |= {"minutes": _minutes(here.at, there.at)} | _since(there)
    evidence = [one for pair in jumps for one in pair]
    return [_flag("far", jumps[0][1], evidence, Reason("flag_far", told))]


def _least(here: Knock, there: Knock) -> timedelta:
    """The least time from one door to another of the ward that anybody needs."""
    if here.street != there.street:
        alley = _is_alley_of(here.street, there.street) or _is_alley_of(there.street, here.street)
        return timedelta() if alley else timedelta(minutes=STREET_MINUTES)
    if here.number is None or there.number is None:
        return timedelta()
    return timedelta(minutes=1) * (abs(here.number - there.number) // NUMBERS_A_MINUTE)


def _is_alley_of(alley: str, street: str) -> bool:
    """Whether one opens into the other: "hẻm 12 Ung Văn Khiêm" into "Ung Văn Khiêm"."""
    return bool(street) and alley.endswith(f" {street}")


def _without_visit(knocks: Sequence[Knock], taken: Iterable[Taken]) -> list[Flag]:
    seen: dict[tuple[str, str, str], set[date]] = {}
    for one in knocks:
        seen.setdefault((one.ward, one.household, one.canvasser), set()).add(one.day)
    days: dict[tuple[str, str, date], list[Taken]] = {}
    for paper in taken:
        visited = seen.get((paper.ward, paper.household, paper.collector), set())
        if not any(abs((day - paper.day).days) <= VISIT_DAYS for day in visited):
            days.setdefault((paper.ward, paper.collector, paper.day), []).append(paper)
    return [_papers(papers) for papers in days.values()]


def _papers(papers: Sequence[Taken]) -> Flag:
    first = papers[0]
    numbers = ", ".join(paper.number for paper in papers[:3])
    reason = Reason("flag_no_visit", {"n": len(papers), "numbers": numbers})
    evidence = tuple(paper.receipt for paper in papers)
    day = first.day.isoformat()
    return Flag(first.ward, "no_visit", first.collector, first.day, day, reason, evidence)


def _phone(one: SharedPhone) -> Flag:
    reason = Reason("flag_phone", {"phone": one.phone, "n": len(one.households)})
    return Flag(one.ward, "phone", one.canvasser, None, one.phone, reason, one.households)
