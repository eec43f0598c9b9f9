"""Household health insurance: what each member of a household pays, and why.

The ladder (100, 70, 60, 50, 40 % of 4.5 % of the base salary) counts the paying members of one
household within a calendar year, in the order in which the household declares them (NĐ146/2018
Điều 7.1e; NĐ188/2025). Members whose premium the State pays in part take no rank and get no ladder
(NĐ146/2018 Điều 7.2). The base salary is that of the day of payment; a later rise changes nothing
(NĐ146/2018 Điều 10.3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables
from fieldapp.rules.explained import Step
from fieldapp.rules.hhi.groups import standing
from fieldapp.rules.hhi.lines import Basis, HhiLine, HhiMember, Taking, make_line
from fieldapp.rules.hhi.ranks import free_ranks
from fieldapp.rules.horizon import must_be_known


@dataclass(frozen=True)
class HhiQuote:
    """The premium of a household; `explanation` holds what is common to all lines.

    `members` and `taken` (ranks of the calendar year that were paid before) are what it was asked
    for.
    """

    lines: tuple[HhiLine, ...]
    members: tuple[HhiMember, ...]
    months: int
    paid_on: date
    base_salary: int
    taken: frozenset[int]
    explanation: tuple[Step, ...]

    @property
    def gross(self) -> int:
        """The whole premium in đồng, supports included."""
        return sum(line.gross for line in self.lines)

    @property
    def state(self) -> int:
        """The State's part in đồng."""
        return sum(line.state for line in self.lines)

    @property
    def local(self) -> int:
        """The locality's part in đồng."""
        return sum(line.local for line in self.lines)

    @property
    def other(self) -> int:
        """The sponsors' part in đồng."""
        return sum(line.other for line in self.lines)

    @property
    def participant(self) -> int:
        """What the household pays, in đồng."""
        return sum(line.participant for line in self.lines)

    @property
    def ranks_used(self) -> frozenset[int]:
        """Ranks of the calendar year that are taken once this quote is paid."""
        return self.taken.union(line.rank for line in self.lines if line.rank is not None)


def quote_hhi(
    members: Sequence[HhiMember], *, months: int, paid_on: date, taken: Collection[int] = ()
) -> HhiQuote:
    """What the members pay for `months` (3, 6 or 12) if they pay on `paid_on`.

    `taken` are the ranks of the household's ladder that were paid for in the same calendar year.
    Raises UserMends for a term that does not exist, a day outside the tables, an unknown group, a
    member insured otherwise ("rules.insured_<group>") and a support above 100 %; DefectFound if a
    member is given twice or a rank below 1 is taken.
    """
    _check_call(members, taken)
    basis = _basis(months, paid_on)
    ranks = iter(free_ranks(taken, len(members)))
    return HhiQuote(
        lines=tuple(_line(member, basis, ranks, later=bool(taken)) for member in members),
        members=tuple(members),
        months=months,
        paid_on=paid_on,
        base_salary=basis.salary.whole("dong"),
        taken=frozenset(taken),
        explanation=(basis.salary_step(),),
    )


def periods(day: date) -> tuple[int, ...]:
    """The terms in months that may be paid on a day: 3, 6 and 12 (Luật BHYT Điều 15.6)."""
    return tuple(int(months) for months in tables.at("hhi_periods", "", day).numbers("months"))


def _check_call(members: Sequence[HhiMember], taken: Collection[int]) -> None:
    keys = [member.key for member in members]
    if len(set(keys)) != len(keys):
        raise DefectFound("rules.member_twice", keys=keys)
    if any(rank < 1 for rank in taken):
        raise DefectFound("rules.ranks_below_one", taken=sorted(taken))


def _basis(months: int, paid_on: date) -> Basis:
    must_be_known("hhi", paid_on)
    terms = periods(paid_on)
    if months not in terms:
        raise UserMends("rules.hhi_months", field="months", months=months)
    ladder = tables.at("hhi_ladder", "", paid_on)
    return Basis(ladder, tables.at("base_salary", "", paid_on), months, paid_on, max(terms))


def _line(member: HhiMember, basis: Basis, ranks: Iterator[int], *, later: bool) -> HhiLine:
    """One member's line; takes the next of the free ranks if she pays by the ladder."""
    found = standing((member.group, *member.other_groups), basis.paid_on, field=member.key)
    by_ladder = found.support is None and not member.state_percent
    return make_line(member, basis, Taking(found, next(ranks) if by_ladder else None, later))
