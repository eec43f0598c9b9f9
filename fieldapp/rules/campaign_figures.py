"""The figures of a campaign: people who joined against targets, of one ward, of all, of one person.

Pure: rows of payments (`ward`, `scheme`, `kind`, `paid_on`, `issued_by`) and of targets come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from fieldapp.rules.campaign import Pace, Span, counted_kind, pace
from fieldapp.rules.campaign_course import Reported, per_day

FIGURES = (("vsi", "new"), ("vsi", "renewal"), ("hhi", "renewal"), ("hhi", "new"))
BOTH = "both"
"""Kind of the figure that adds up new and continuing people."""


@dataclass(frozen=True)
class Figure:
    """People of one scheme and kind against their target.

    Attributes:
        target: None where nobody set one.
        done: people whose payment the server has confirmed.
        waiting: further people of this laptop's own work that it has not.
        per_day: people of each day since the first one (`campaign_course.per_day`).
        late: those of them who were not known yet when the day was reported.
        reported: what stood here on an earlier day; None where that is not known of every ward.
    """

    scheme: str
    kind: str
    target: int | None
    done: int
    waiting: int
    pace: Pace
    per_day: tuple[int, ...] = ()
    late: tuple[int, ...] = ()
    reported: Reported | None = None


_PAID_ON: Callable[[Any], date] = attrgetter("paid_on")

Grouped = Mapping[tuple[str, str, str], Sequence[Any]]
"""Payments by ward, scheme and counted kind: with many wards no figure looks through all."""


def grouped(rows: Iterable[Any]) -> Grouped:
    found: defaultdict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.ward, row.scheme, row.kind].append(row)
    by_kind: defaultdict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for (ward, scheme, kind), group in found.items():
        by_kind[ward, scheme, counted_kind(kind)] += group
    return dict(by_kind)


@dataclass(frozen=True)
class ReportMark:
    """When a ward's figures were here on an earlier day, and the last day that was over by then."""

    until: date
    at: datetime


@dataclass(frozen=True)
class Reports:
    """What was reported before: the payments that counted then, by ward, scheme and kind; the mark
    of each ward that has one; and the ids of payments that came since."""

    marks: Mapping[str, ReportMark] = field(default_factory=dict)
    counted: Grouped = field(default_factory=dict)
    came_since: frozenset[str] = frozenset()


NOTHING_REPORTED = Reports()


@dataclass(frozen=True)
class Count:
    """What the figures are counted from."""

    span: Span
    today: date
    targets: Sequence[Any]
    done: Grouped
    waiting: Grouped
    reports: Reports = NOTHING_REPORTED

    def target(self, scheme: str, kind: str, ward: str, collector: str = "") -> int | None:
        """The target that names just this ward (and person); None without one."""
        wanted = (scheme, kind, ward, "", collector)
        people = [t.people for t in self.targets if _aim(t) == wanted]
        return sum(people) if people else None

    def figure(
        self,
        scheme: str,
        kind: str,
        wards: Sequence[str],
        target: int | None,
        *,
        comparable: bool = True,
    ) -> Figure:
        """The people of these wards against a target."""
        kinds = ("new", "renewal") if kind == BOTH else (kind,)
        keys = [(ward, scheme, one) for ward in wards for one in kinds]

        def mine(grouped: Grouped) -> list[Any]:
            return [row for key in keys for row in grouped.get(key, ())]

        done, first = mine(self.done), self.span.lately(self.today)[0]
        lately = sum(first <= day < self.today for day in map(_PAID_ON, done))
        judged = pace(self.span, self.today, target, len(done), lately, comparable=comparable)
        late = [row for row in done if self._is_late(row)] if self.reports.came_since else ()
        return Figure(
            scheme,
            kind,
            target,
            len(done),
            len(mine(self.waiting)),
            judged,
            per_day=per_day(self.span, self.today, map(_PAID_ON, done)),
            late=per_day(self.span, self.today, map(_PAID_ON, late)),
            reported=self._reported(wards, done, mine(self.reports.counted)),
        )

    def _is_late(self, row: Any) -> bool:
        mark = self.reports.marks.get(row.ward)
        return mark is not None and row.paid_on <= mark.until and row.id in self.reports.came_since

    def _reported(
        self, wards: Sequence[str], done: Sequence[Any], then: Sequence[Any]
    ) -> Reported | None:
        """What stood before; only where each ward has a mark is that one figure, up to the day that
        was over in all of them."""
        marks = [self.reports.marks.get(ward) for ward in wards]
        known = [mark for mark in marks if mark is not None]
        if not known or len(known) < len(marks):
            return None
        until = min(mark.until for mark in known)
        was = sum(row.paid_on <= until for row in then)
        now = sum(row.paid_on <= until for row in done)
        return Reported(was, now, until, min(mark.at for mark in known))


def by_collector(count: Count, also: Iterable[str]) -> dict[str, Count]:
    """The same, of each who took money, and of some more; nobody looks through everybody's."""
    parts = [_split(rows) for rows in (count.done, count.waiting, count.reports.counted)]
    names = {*also, *(name for part in parts for name in part)}
    done, waiting, counted = parts
    return {
        name: replace(
            count,
            done=done.get(name, {}),
            waiting=waiting.get(name, {}),
            reports=replace(count.reports, counted=counted.get(name, {})),
        )
        for name in names
    }


def _split(rows: Grouped) -> dict[str, dict[tuple[str, str, str], list[Any]]]:
    found: dict[str, dict[tuple[str, str, str], list[Any]]] = {}
    for key, group in rows.items():
        for row in group:
            found.setdefault(row.issued_by, {}).setdefault(key, []).append(row)
    return found


def _aim(target: Any) -> tuple[str, str, str, str, str]:
    return (
        target.scheme,
        target.kind,
        target.ward_stream,
        target.organisation,
        target.collector,
    )


def totals(count: Count, wards: Sequence[str], *, whole: bool) -> tuple[tuple[Figure, ...], int]:
    """The sums; and how many wards have no target where others have one."""
    found: list[Figure] = []
    untargeted: set[str] = set()
    for scheme, kind in (*FIGURES, ("hhi", BOTH)):
        aimed = {ward: _target(count, scheme, kind, ward) for ward in wards}
        with_target = [ward for ward, people in aimed.items() if people is not None]
        if with_target:
            target = sum(people for people in aimed.values() if people is not None)
            untargeted |= {*wards} - {*with_target}
            found.append(count.figure(scheme, kind, with_target, target))
        else:
            target_of_city = _target(count, scheme, kind, "")
            found.append(count.figure(scheme, kind, wards, target_of_city, comparable=whole))
    return tuple(found), len(untargeted)


def _target(count: Count, scheme: str, kind: str, ward: str) -> int | None:
    """The ward's target (`""`: the city's); that of `both` only where both kinds have one."""
    if kind != BOTH:
        return count.target(scheme, kind, ward)
    parts = [count.target(scheme, one, ward) for one in ("new", "renewal")]
    known = [people for people in parts if people is not None]
    return sum(known) if len(known) == len(parts) else None
