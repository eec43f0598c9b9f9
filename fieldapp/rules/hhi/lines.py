"""One member's line in the quote of a household: base, rank, supports, and the steps behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.calendar_months import add_months, months_and_days
from fieldapp.rules.explained import Step, Value
from fieldapp.rules.hhi.groups import HOUSEHOLD, Standing
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.money.shares import Shares, share_out

WHOLE = Fraction(100)


@dataclass(frozen=True)
class HhiMember:
    """One member who wants to join. `key` is the caller's own name for the person.

    `group` and `other_groups` are "household", keys of the table `hhi_state_support`, or of
    `hhi_insured_otherwise`. Shares are in percent of the premium: `state_percent` and
    `local_percent` as typed from a decision, None takes those of the tables on the day of payment;
    `other_percent` is what sponsors pay. `decision_ends_on` is the last day of the decision by
    which the State supports the household: who joins late buys the rest of its period.
    """

    key: str
    group: str = HOUSEHOLD
    other_groups: tuple[str, ...] = ()
    state_percent: int | Fraction | None = None
    local_percent: int | Fraction | None = None
    other_percent: int | Fraction = 0
    decision_ends_on: date | None = None


@dataclass(frozen=True)
class HhiLine:
    """What one member pays; `rank` None means that the member stands outside the ladder.

    `group` is the one that counted. `percent` is that of the ladder (100 outside it), the supports
    are in percent of the premium. Amounts in đồng for all months together.
    """

    key: str
    group: str
    rank: int | None
    percent: Fraction
    months: int
    base_salary: int
    state_percent: Fraction
    local_percent: Fraction
    other_percent: Fraction
    gross: int
    state: int
    local: int
    other: int
    participant: int
    explanation: tuple[Step, ...]

    @property
    def reduced_base(self) -> Fraction:
        """Base salary × percentage of the rank in đồng: what Mẫu 3 wants, not money to pay."""
        return self.base_salary * self.percent / 100


@dataclass(frozen=True)
class Basis:
    """The rows that hold on the day of payment, and the longest term that it allows."""

    ladder: tables.Row
    salary: tables.Row
    months: int
    paid_on: date
    longest: int

    def premium(self, months: int) -> Fraction:
        """The premium of the first person in đồng, exact."""
        return self.salary.number("dong") * self.ladder.number("rate") / 100 * months

    def percent(self, rank: int) -> Fraction:
        """The ladder's percentage of a rank, counted from 1; the last one holds for all later."""
        percents = self.ladder.numbers("percents")
        return percents[min(rank, len(percents)) - 1]

    def clause(self, name: str) -> tables.Row:
        """A clause of law of the day of payment."""
        return tables.at("clauses", name, self.paid_on)

    def salary_step(self) -> Step:
        """The base salary and its decree, the same for all members."""
        return Step("base_salary", {"base_dong": self.salary.whole("dong")}, (self.salary,))

    def first_step(self, months: int) -> Step:
        """4.5 % of the base salary for the months: the whole premium."""
        values: dict[str, Value] = {
            "rate": percent_text(self.ladder.number("rate")),
            "base_dong": self.salary.whole("dong"),
            "months": months,
        }
        return Step("hhi_first", values, (self.ladder, self.salary))


@dataclass(frozen=True)
class Taking:
    """How a member takes part: the group that counts, the rank (None: outside the ladder), and
    whether others of the household have paid before in this year."""

    standing: Standing
    rank: int | None
    later: bool


@dataclass(frozen=True)
class _Part:
    """A supporter's share in percent and the row that it comes from; None: it was typed."""

    percent: Fraction
    row: tables.Row | None


def make_line(member: HhiMember, basis: Basis, taking: Taking) -> HhiLine:
    """What one member pays. Raises UserMends for a share below 0, supports above the premium and
    a decision that is over or belongs to nobody whom the State supports."""
    months = _months(member, basis, taking)
    percent = WHOLE if taking.rank is None else basis.percent(taking.rank)
    gross = basis.premium(months) * percent / 100
    state, local, other = _parts(member, basis, taking.standing)
    shares = share_out(
        gross,
        state=gross * state.percent / 100,
        local=gross * local.percent / 100,
        other=gross * other.percent / 100,
    )
    steps = [
        *_base_steps(member, basis, months),
        *_rank_steps(basis, taking, percent),
        *_support_steps((state, local, other), shares),
    ]
    return HhiLine(
        key=member.key,
        group=taking.standing.group,
        rank=taking.rank,
        percent=percent,
        months=months,
        base_salary=basis.salary.whole("dong"),
        state_percent=state.percent,
        local_percent=local.percent,
        other_percent=other.percent,
        gross=shares.gross,
        state=shares.state,
        local=shares.local,
        other=shares.other,
        participant=shares.participant,
        explanation=tuple(steps),
    )


def _months(member: HhiMember, basis: Basis, taking: Taking) -> int:
    """The chosen term; or the months that a decision still runs, a month begun counts whole."""
    ends_on = member.decision_ends_on
    if ends_on is None:
        return basis.months
    if taking.standing.support is None:
        raise UserMends("rules.hhi_decision_without_support", field=member.key)
    if ends_on < basis.paid_on:
        raise UserMends("rules.hhi_decision_over", field=member.key, day=ends_on)
    if ends_on >= add_months(basis.paid_on, basis.longest):
        return basis.longest
    months, days = months_and_days(basis.paid_on, ends_on + timedelta(days=1))
    return months + (days > 0)


def _parts(member: HhiMember, basis: Basis, found: Standing) -> tuple[_Part, _Part, _Part]:
    state = _known(found.support, member.state_percent)
    city = tables.find("hhi_local_support", found.group, basis.paid_on)
    local = _known(city, member.local_percent)
    other = _Part(Fraction(member.other_percent), None)
    for name, part in (("state", state), ("local", local), ("other", other)):
        if part.percent < 0:
            raise UserMends("rules.percent_negative", field=f"{name}_percent")
    return state, local, other


def _known(row: tables.Row | None, typed: int | Fraction | None) -> _Part:
    """A share as typed, else the table's; one that agrees with the table is the table's."""
    of_table = row.number("percent") if row else Fraction(0)
    if typed is None or typed == of_table:
        return _Part(of_table, row)
    return _Part(Fraction(typed), None)


def _base_steps(member: HhiMember, basis: Basis, months: int) -> list[Step]:
    steps = [basis.first_step(months)]
    if member.decision_ends_on is not None:
        values: dict[str, Value] = {"day": member.decision_ends_on, "months": months}
        steps.append(Step("hhi_rest_of_decision", values, (basis.clause("hhi_rest_of_decision"),)))
    return steps


def _rank_steps(basis: Basis, taking: Taking, percent: Fraction) -> list[Step]:
    """Why this rank, or why none."""
    if taking.rank is None:
        return _outside_steps(basis, taking.standing)
    steps = []
    if taking.rank > 1:
        values: dict[str, Value] = {"percent": percent_text(percent), "rank": taking.rank}
        steps.append(Step("hhi_rank", values, (basis.ladder,)))
    if taking.later:
        clause = basis.clause("hhi_later_rank")
        steps.append(Step("hhi_later_rank", {"rank": taking.rank}, (clause,)))
    return steps


def _outside_steps(basis: Basis, found: Standing) -> list[Step]:
    """Who pays alone by law has no ladder; who is supported has none, and takes no rank."""
    if found.support is not None and not found.support.number("percent"):
        return [Step("hhi_no_ladder", rows=(found.support,))]
    steps = [Step("hhi_no_rank", rows=(basis.clause("hhi_no_rank"),))]
    if found.several:
        steps.append(Step("hhi_highest", rows=(basis.clause("hhi_several_groups"),)))
    return steps


def _support_steps(parts: tuple[_Part, _Part, _Part], shares: Shares) -> list[Step]:
    state, local, other = parts
    return [
        *_support_step("hhi_state", state, shares.state),
        *_support_step("hhi_local", local, shares.local),
        *_support_step("hhi_other", other, shares.other),
    ]


def _support_step(code: str, part: _Part, dong: int) -> list[Step]:
    """The step of a share, by its row or as typed; nothing for a share of 0."""
    if not part.percent:
        return []
    values: dict[str, Value] = {"percent": percent_text(part.percent), "support_dong": dong}
    if part.row is None:
        return [Step(f"{code}_typed", values)]
    return [Step(code, values, (part.row,))]
