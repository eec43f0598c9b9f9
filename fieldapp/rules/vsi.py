"""Voluntary social insurance: what a person pays for 1, 3, 6 or 12 months, and why.

The premium is 22 % of a chosen monthly income between the rural poverty line (CN) and 20 base
salaries (Luật 41/2024 Điều 31, 36; before 2025-07-01 QĐ595 Điều 10). The State pays n × k × 22 % ×
CN for at most 120 months paid (NĐ159/2025 Điều 5; before, QĐ595 Điều 12). All values are those of
the day of payment; a later change inside a prepaid period changes nothing (QĐ595 Điều 10.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables
from fieldapp.rules.exact import percent_text, weakest
from fieldapp.rules.explained import Step, Value
from fieldapp.rules.shares import share_out

EVERYONE_ELSE = "other"


@dataclass(frozen=True)
class IncomeRange:
    """The incomes that may be chosen on a day, in đồng a month: floor + m × step up to ceiling."""

    floor: int
    ceiling: int
    step: int


@dataclass(frozen=True)
class VsiQuote:
    """What one person pays; amounts in đồng for all months together.

    `support_months` of the `months` are supported by `support_percent` of 22 % of the poverty line.
    """

    income: int
    months: int
    paid_on: date
    group: str
    incomes: IncomeRange
    support_percent: Fraction
    support_months: int
    gross: int
    state: int
    local: int
    participant: int
    explanation: tuple[Step, ...]


def quote_vsi(
    income: int,
    *,
    months: int,
    paid_on: date,
    group: str = EVERYONE_ELSE,
    support_months_used: int = 0,
    local_percent: int | Fraction | None = None,
) -> VsiQuote:
    """What a person with the chosen monthly `income` (đồng) pays for `months` on `paid_on`.

    `group` is a key of the table `vsi_support`; of several groups take the one with the highest
    rate. `support_months_used` counts the months supported so far. `local_percent` is the
    locality's part of 22 % of the poverty line; None takes the city's from `vsi_local_support`.
    Raises UserMends for an income out of range or off the step, a term that does not exist, an
    unknown group and a day outside the tables; DefectFound for negative months used.
    """
    if support_months_used < 0:
        raise DefectFound("rules.support_months_negative", used=support_months_used)
    _check_method(months, paid_on)
    incomes = income_range(paid_on)
    _check_income(income, incomes)
    basis = _basis(income, months, paid_on)
    support = _support(basis, group, used=support_months_used, local_percent=local_percent)
    gross = basis.rate.number("percent") / 100 * income * months
    shares = share_out(gross, state=support.state, local=support.local)
    return VsiQuote(
        income=income,
        months=months,
        paid_on=paid_on,
        group=group,
        incomes=incomes,
        support_percent=support.percent,
        support_months=support.months,
        gross=shares.gross,
        state=shares.state,
        local=shares.local,
        participant=shares.participant,
        explanation=(basis.step(), *support.steps(shares.state, shares.local)),
    )


def income_range(day: date) -> IncomeRange:
    """The incomes that may be chosen on a day (Luật 41/2024 Điều 31.2; NĐ134/2015)."""
    ceiling = tables.at("vsi_ceiling", "", day).whole("times")
    return IncomeRange(
        floor=tables.at("poverty_line", "", day).whole("dong"),
        ceiling=ceiling * tables.at("base_salary", "", day).whole("dong"),
        step=tables.at("vsi_step", "", day).whole("dong"),
    )


def city_percent(group: str, day: date) -> Fraction:
    """The city's part on a day in percent of 22 % of the poverty line; 0 if it adds nothing."""
    row = tables.find("vsi_local_support", group, day)
    return row.number("percent") if row else Fraction(0)


@dataclass(frozen=True)
class _Basis:
    """The rows that hold on the day of payment, for one income and term."""

    rate: tables.Row
    poverty: tables.Row
    income: int
    months: int
    paid_on: date

    def step(self) -> Step:
        """22 % of the income for the months."""
        values: dict[str, Value] = {
            "rate": percent_text(self.rate.number("percent")),
            "income_dong": self.income,
            "months": self.months,
        }
        rate = self.rate
        return Step("vsi_premium", values, rate.source, rate.confidence, rate.article)

    def supported(self, percent: Fraction, months: int) -> Fraction:
        """n × k × 22 % × CN in đồng, exact."""
        share = self.rate.number("percent") / 100 * self.poverty.number("dong")
        return months * percent / 100 * share


@dataclass(frozen=True)
class _Support:
    """The support of one quote, exact, with the rows it came from."""

    basis: _Basis
    row: tables.Row
    limit: tables.Row
    months: int
    percent: Fraction
    local_percent: Fraction
    local_row: tables.Row | None
    state: Fraction
    local: Fraction

    def steps(self, state: int, local: int) -> list[Step]:
        """State and local part, and the end of the support if it falls inside the months."""
        steps = []
        if state:
            mark = weakest(self.row.confidence, self.basis.poverty.confidence)
            values = self._values(self.percent, state)
            steps.append(Step("vsi_state", values, self.row.source, mark, self.row.article))
        if local:
            source, mark = self._local_origin()
            steps.append(Step("vsi_local", self._values(self.local_percent, local), source, mark))
        if self.percent and self.months < self.basis.months:
            used_up: dict[str, Value] = {
                "limit": self.limit.whole("months"),
                "months": self.months,
            }
            origin = self.limit.source, self.limit.confidence
            steps.append(Step("vsi_support_ends", used_up, *origin))
        return steps

    def _values(self, percent: Fraction, dong: int) -> dict[str, Value]:
        return {
            "percent": percent_text(percent),
            "rate": percent_text(self.basis.rate.number("percent")),
            "poverty_dong": self.basis.poverty.whole("dong"),
            "months": self.months,
            "support_dong": dong,
        }

    def _local_origin(self) -> tuple[str, str]:
        if self.local_row and self.local_row.number("percent") == self.local_percent:
            return self.local_row.source, self.local_row.confidence
        return "", "U"


def _basis(income: int, months: int, paid_on: date) -> _Basis:
    rate = tables.at("vsi_rate", "", paid_on)
    return _Basis(rate, tables.at("poverty_line", "", paid_on), income, months, paid_on)


def _support(
    basis: _Basis, group: str, *, used: int, local_percent: int | Fraction | None
) -> _Support:
    if group not in tables.keys("vsi_support"):
        raise UserMends("rules.vsi_group_unknown", field="group", group=group)
    row = tables.at("vsi_support", group, basis.paid_on)
    limit = tables.at("vsi_support_limit", "", basis.paid_on)
    months = min(basis.months, max(0, limit.whole("months") - used))
    percent = row.number("percent")
    if local_percent is None:
        local_percent = city_percent(group, basis.paid_on)
    if local_percent < 0:
        raise UserMends("rules.percent_negative", field="local_percent")
    return _Support(
        basis=basis,
        row=row,
        limit=limit,
        months=months,
        percent=percent,
        local_percent=Fraction(local_percent),
        local_row=tables.find("vsi_local_support", group, basis.paid_on),
        state=basis.supported(percent, months),
        local=basis.supported(Fraction(local_percent), months),
    )


def _check_method(months: int, paid_on: date) -> None:
    if str(months) not in tables.keys("vsi_methods"):
        raise UserMends("rules.vsi_months", field="months", months=months)
    tables.at("vsi_methods", str(months), paid_on)


def _check_income(income: int, incomes: IncomeRange) -> None:
    if income < incomes.floor:
        raise UserMends("rules.vsi_income_low", field="income", floor_dong=incomes.floor)
    if income > incomes.ceiling:
        raise UserMends("rules.vsi_income_high", field="income", ceiling_dong=incomes.ceiling)
    over = (income - incomes.floor) % incomes.step
    if over:
        raise UserMends(
            "rules.vsi_income_off_step",
            field="income",
            step_dong=incomes.step,
            below_dong=income - over,
            above_dong=min(income - over + incomes.step, incomes.ceiling),
        )
