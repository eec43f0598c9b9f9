"""Household health insurance: what each member of a household pays, and why.

The ladder (100, 70, 60, 50, 40 % of 4.5 % of the base salary) counts the paying members of one
household within a calendar year, in the order in which the household declares them (NĐ146/2018
Điều 7.1e; NĐ188/2025). Members whose premium the State pays in part take no rank and get no ladder
(NĐ146/2018 Điều 7.2). The base salary is that of the day of payment; a later rise changes nothing
(NĐ146/2018 Điều 10.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables
from fieldapp.rules.exact import percent_text, weakest
from fieldapp.rules.explained import Reason, Step, Value
from fieldapp.rules.shares import share_out

HOUSEHOLD = "household"


@dataclass(frozen=True)
class HhiMember:
    """One member who wants to join. `key` is the caller's own name for the person.

    `group` is "household", a key of the table `hhi_state_support`, or a key of
    `hhi_insured_otherwise`. `local_percent` is the locality's part of the premium; None takes the
    city's part on the day of payment from `hhi_local_support`.
    """

    key: str
    group: str = HOUSEHOLD
    local_percent: int | Fraction | None = None


@dataclass(frozen=True)
class HhiLine:
    """What one member pays; `rank` None means that the member stands outside the ladder.

    `percent` is that of the ladder (100 outside it). Amounts in đồng for all months together.
    """

    key: str
    group: str
    rank: int | None
    percent: Fraction
    months: int
    base_salary: int
    gross: int
    state: int
    local: int
    participant: int
    explanation: tuple[Step, ...]


@dataclass(frozen=True)
class HhiQuote:
    """The premium of a household; `explanation` holds what is common to all lines."""

    lines: tuple[HhiLine, ...]
    months: int
    paid_on: date
    base_salary: int
    ranks_taken: int
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
    def participant(self) -> int:
        """What the household pays, in đồng."""
        return sum(line.participant for line in self.lines)

    @property
    def ranks_used(self) -> int:
        """Ranks of the calendar year that are taken once this quote is paid."""
        return self.ranks_taken + sum(line.rank is not None for line in self.lines)


def quote_hhi(
    members: Sequence[HhiMember], *, months: int, paid_on: date, ranks_taken: int = 0
) -> HhiQuote:
    """What the members pay for `months` (3, 6 or 12) if they pay on `paid_on`.

    `ranks_taken` counts the members of the household who have paid by the ladder in the same
    calendar year. Raises UserMends for a term that does not exist, a day before the tables begin,
    an unknown group, a member insured otherwise ("rules.insured_<group>") and a support above
    100 %; DefectFound if a member is given twice or `ranks_taken` is negative.
    """
    _check_call(members, ranks_taken)
    basis = _basis(months, paid_on)
    lines: list[HhiLine] = []
    rank = ranks_taken
    for member in members:
        _refuse(member, paid_on)
        if member.group not in tables.keys("hhi_state_support"):
            rank += 1
            lines.append(_ladder_line(member, basis, rank))
        else:
            lines.append(_supported_line(member, basis))
    return HhiQuote(
        tuple(lines), months, paid_on, basis.salary.whole("dong"), ranks_taken, basis.steps()
    )


def one_more(quote: HhiQuote) -> HhiLine:
    """What the next ordinary member of the household would pay on top of the quote."""
    return quote_hhi(
        [HhiMember("one_more", local_percent=0)],
        months=quote.months,
        paid_on=quote.paid_on,
        ranks_taken=quote.ranks_used,
    ).lines[0]


def periods(day: date) -> tuple[int, ...]:
    """The terms in months that may be paid on a day: 3, 6 and 12 (Luật BHYT Điều 15.6)."""
    return tuple(int(months) for months in tables.at("hhi_periods", "", day).numbers("months"))


def why_not(group: str, day: date) -> Reason | None:
    """Why a member of this group does not pay as a household on that day; None if they may."""
    row = tables.find("hhi_insured_otherwise", group, day)
    return Reason(f"insured_{group}") if row else None


def pays_at_door(group: str) -> bool:
    """Whether a card of this group is renewed by the household itself, with or without support."""
    if group == HOUSEHOLD:
        return True
    otherwise = tables.keys("hhi_insured_otherwise")
    return group in tables.keys("hhi_state_support") and group not in otherwise


def city_percent(group: str, day: date) -> Fraction:
    """The part of the premium in percent that the city pays for a group on that day."""
    row = tables.find("hhi_local_support", group, day)
    return row.number("percent") if row else Fraction(0)


@dataclass(frozen=True)
class _Basis:
    """The rows that hold on the day of payment."""

    ladder: tables.Row
    salary: tables.Row
    months: int
    paid_on: date

    def full(self) -> Fraction:
        """The premium of the first person in đồng, exact."""
        return self.salary.number("dong") * self.ladder.number("rate") / 100 * self.months

    def percent(self, rank: int) -> Fraction:
        """The ladder's percentage of a rank, counted from 1; the last one holds for all later."""
        percents = self.ladder.numbers("percents")
        return percents[min(rank, len(percents)) - 1]

    def steps(self) -> tuple[Step, ...]:
        """The base salary and its decree, the same for all members."""
        base = self.salary.whole("dong")
        return (
            Step("base_salary", {"base_dong": base}, self.salary.source, self.salary.confidence),
        )

    def first_step(self) -> Step:
        """4.5 % of the base salary for the months: the whole premium."""
        return Step(
            "hhi_first",
            {
                "rate": percent_text(self.ladder.number("rate")),
                "base_dong": self.salary.whole("dong"),
                "months": self.months,
            },
            self.ladder.source,
            weakest(self.ladder.confidence, self.salary.confidence),
            self.ladder.article,
        )


def _check_call(members: Sequence[HhiMember], ranks_taken: int) -> None:
    keys = [member.key for member in members]
    if len(set(keys)) != len(keys):
        raise DefectFound("rules.member_twice", keys=keys)
    if ranks_taken < 0:
        raise DefectFound("rules.ranks_negative", ranks_taken=ranks_taken)


def _basis(months: int, paid_on: date) -> _Basis:
    allowed = periods(paid_on)
    if months not in allowed:
        raise UserMends("rules.hhi_months", field="months", months=months)
    ladder = tables.at("hhi_ladder", "", paid_on)
    return _Basis(ladder, tables.at("base_salary", "", paid_on), months, paid_on)


def _refuse(member: HhiMember, paid_on: date) -> None:
    """Refuses who is insured otherwise; before the day of that rule they paid as a household."""
    reason = why_not(member.group, paid_on)
    if reason:
        raise UserMends(f"rules.{reason.code}", field=member.key, group=member.group)
    if member.group not in _known_groups():
        raise UserMends("rules.hhi_group_unknown", field=member.key, group=member.group)


def _known_groups() -> frozenset[str]:
    return frozenset({HOUSEHOLD}).union(
        tables.keys("hhi_state_support"), tables.keys("hhi_insured_otherwise")
    )


def _ladder_line(member: HhiMember, basis: _Basis, rank: int) -> HhiLine:
    percent = basis.percent(rank)
    steps = [basis.first_step()]
    if rank > 1:
        values: dict[str, Value] = {"percent": percent_text(percent), "rank": rank}
        ladder = basis.ladder
        steps.append(Step("hhi_rank", values, ladder.source, ladder.confidence, ladder.article))
    return _line(member, basis, rank=rank, percent=percent, state=None, steps=steps)


def _supported_line(member: HhiMember, basis: _Basis) -> HhiLine:
    support = tables.at("hhi_state_support", member.group, basis.paid_on)
    steps = [basis.first_step()]
    return _line(member, basis, rank=None, percent=Fraction(100), state=support, steps=steps)


def _line(
    member: HhiMember,
    basis: _Basis,
    *,
    rank: int | None,
    percent: Fraction,
    state: tables.Row | None,
    steps: list[Step],
) -> HhiLine:
    gross = basis.full() * percent / 100
    state_percent = state.number("percent") if state else Fraction(0)
    local_percent = _local_percent(member, basis.paid_on)
    shares = share_out(gross, state=gross * state_percent / 100, local=gross * local_percent / 100)
    if state:
        steps.append(_state_step(state, shares.state))
    if local_percent:
        steps.append(_local_step(member, basis.paid_on, local_percent, shares.local))
    return HhiLine(
        key=member.key,
        group=member.group,
        rank=rank,
        percent=percent,
        months=basis.months,
        base_salary=basis.salary.whole("dong"),
        gross=shares.gross,
        state=shares.state,
        local=shares.local,
        participant=shares.participant,
        explanation=tuple(steps),
    )


def _local_percent(member: HhiMember, paid_on: date) -> Fraction:
    if member.local_percent is None:
        return city_percent(member.group, paid_on)
    if member.local_percent < 0:
        raise UserMends("rules.percent_negative", field="local_percent")
    return Fraction(member.local_percent)


def _state_step(row: tables.Row, dong: int) -> Step:
    percent = row.number("percent")
    code = "hhi_state" if percent else "hhi_no_ladder"
    values: dict[str, Value] = {"percent": percent_text(percent), "support_dong": dong}
    return Step(code, values if percent else {}, row.source, row.confidence, row.article)


def _local_step(member: HhiMember, paid_on: date, percent: Fraction, dong: int) -> Step:
    """The locality's part; without a row of the city the share was passed in: not verified."""
    values: dict[str, Value] = {"percent": percent_text(percent), "support_dong": dong}
    row = tables.find("hhi_local_support", member.group, paid_on)
    if row and row.number("percent") == percent:
        return Step("hhi_local", values, row.source, row.confidence, row.article)
    return Step("hhi_local", values, "", "U")
