"""Facts about households as the rules need them, gathered once from the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import Connection

from fieldapp.rules.hhi.coverage import Cover
from fieldapp.store.merged import shown_in
from fieldapp.store.queries import households as q

HOUSEHOLD = "household"


@dataclass(frozen=True)
class CoverSpan:
    """Something that a person has or had; `paid_here` where it comes from an enrolment of ours."""

    scheme: str
    payer: str
    starts_on: date | None
    ends_on: date | None
    five_year_on: date | None = None
    paid_here: bool = False


@dataclass
class Door:
    """All rows of one household."""

    row: Any
    members: list[Any] = field(default_factory=list)
    visits: list[Any] = field(default_factory=list)
    enrolments: list[Any] = field(default_factory=list)
    """Those that count."""
    paid_for: list[Any] = field(default_factory=list)
    """All that receipts were ever for: those of void ones, too."""
    receipts: list[Any] = field(default_factory=list)
    assignments: list[Any] = field(default_factory=list)
    coverages: list[Any] = field(default_factory=list)
    """What its members are recorded to have, whoever pays."""

    @property
    def standing_receipts(self) -> list[Any]:
        """The receipts whose money counts."""
        return [row for row in self.receipts if row.void_reason is None]

    def holder(self, today: date) -> Any:
        """The assignment in force, or None."""
        held = [a for a in self.assignments if a.until is None or a.until >= today]
        return held[-1] if held else None


@dataclass(frozen=True)
class Doors:
    """Households with all that belongs to them."""

    by_id: dict[str, Door]
    covers: dict[str, list[CoverSpan]]


def gather(connection: Connection, wards: Sequence[str], households: q.Asked = None) -> Doors:
    """Reads the households of wards, or some of them, in a handful of queries."""
    asked = (connection, wards, households)
    doors = {row.id: Door(row) for row in q.household_rows(*asked)}
    for row in q.member_rows(*asked):
        _add(doors, row.household, "members", row)
    for row in q.visit_rows(*asked):
        _add(doors, row.household, "visits", row)
    paid = q.enrolment_rows(*asked)
    for row in paid:
        _add(doors, row.household, "enrolments", row)
    for row in q.paid_for_rows(*asked):
        _add(doors, row.household, "paid_for", row)
    for row in q.receipt_rows(*asked):
        _add(doors, row.household, "receipts", row)
    for row in q.assignment_rows(*asked):
        _add(doors, row.household, "assignments", row)
    home_of = {member.id: door.row.id for door in doors.values() for member in door.members}
    shown_as = shown_in(connection, wards)
    covers = q.coverage_rows(*asked)
    for row in covers:
        _add(doors, home_of.get(shown_as.get(row.person, row.person), ""), "coverages", row)
    if households is not None:
        paid = [*paid, *q.enrolments_elsewhere(connection, wards, households)]
    return Doors(doors, covers_of(covers, paid, shown_as))


def _add(doors: dict[str, Door], household: str, name: str, row: Any) -> None:
    if household in doors:
        getattr(doors[household], name).append(row)


def covers_of(
    coverages: Iterable[Any], paid: Iterable[Any], shown_as: Mapping[str, str]
) -> dict[str, list[CoverSpan]]:
    """What people have by what was recorded and what they paid here, by whom they are shown as."""
    covers: dict[str, list[CoverSpan]] = defaultdict(list)
    for row in coverages:
        covers[shown_as.get(row.person, row.person)].append(
            CoverSpan(row.scheme, row.payer, row.valid_from, row.valid_to, row.five_year_on)
        )
    for row in paid:
        covers[shown_as.get(row.person, row.person)].append(
            CoverSpan(row.scheme, HOUSEHOLD, row.valid_from, row.valid_to, paid_here=True)
        )
    for spans in covers.values():
        spans.sort(key=lambda span: (span.starts_on or date.min, span.ends_on or date.max))
    return covers


def hhi_covers(spans: Sequence[CoverSpan]) -> list[Cover]:
    """The health insurance among the spans, as the rules take it."""
    return [
        Cover(span.starts_on or date.min, span.ends_on, span.payer, span.five_year_on)
        for span in spans
        if span.scheme == "hhi"
    ]


def parse_time(text: str | None) -> time | None:
    """`17:30` as a time of day."""
    return time.fromisoformat(text) if text else None
