"""The figures of a campaign: people who joined against targets, of one ward, of all, of one person.

Pure: rows of payments (`ward`, `scheme`, `kind`, `paid_on`, `issued_by`) and of targets come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.rules.campaign import Pace, Span, counted_kind, pace

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
    """

    scheme: str
    kind: str
    target: int | None
    done: int
    waiting: int
    pace: Pace


Grouped = Mapping[tuple[str, str, str], Sequence[Any]]
"""Payments by ward, scheme and counted kind: with many wards no figure looks through all."""


def grouped(rows: Iterable[Any]) -> Grouped:
    found: dict[tuple[str, str, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row.ward, row.scheme, counted_kind(row.kind)), []).append(row)
    return found


@dataclass(frozen=True)
class Count:
    """What the figures are counted from."""

    span: Span
    today: date
    targets: Sequence[Any]
    done: Grouped
    waiting: Grouped

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
        by: str = "",
        comparable: bool = True,
    ) -> Figure:
        """The people of these wards (and of one canvasser) against a target."""
        kinds = ("new", "renewal") if kind == BOTH else (kind,)
        keys = [(ward, scheme, one) for ward in wards for one in kinds]

        def mine(grouped: Grouped) -> list[Any]:
            found = [row for key in keys for row in grouped.get(key, ())]
            return [row for row in found if by in ("", row.issued_by)]

        done, first = mine(self.done), self.span.lately(self.today)[0]
        lately = sum(first <= row.paid_on < self.today for row in done)
        judged = pace(self.span, self.today, target, len(done), lately, comparable=comparable)
        return Figure(scheme, kind, target, len(done), len(mine(self.waiting)), judged)


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
