"""Voluntary social insurance: what a person pays, who helps, and why.

The premium is 22 % of a chosen monthly income between the rural poverty line (CN) and 20 base
salaries (Luật 41/2024 Điều 31, 36; before 2025-07-01 QĐ595 Điều 10). All values are those of the
day of payment; a later change inside a prepaid period changes nothing (QĐ595 Điều 10.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fieldapp.rules import tables
from fieldapp.rules.explained import Step, Value
from fieldapp.rules.horizon import must_be_known
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.money.shares import share_out
from fieldapp.rules.vsi.income import IncomeRange, check_income, income_range
from fieldapp.rules.vsi.methods import LATE, MISSING, Cost, Payment, cost
from fieldapp.rules.vsi.support import Aid, Support, support_for

_SCOPES = {MISSING: "vsi_support_missing", LATE: "vsi_support_late"}
"""The methods whose support rests on a clause of its own."""


@dataclass(frozen=True)
class VsiQuote:
    """What one person pays; amounts in đồng for all months together.

    `group` is the one that counted. `support_months` of the months are supported, by percents of
    22 % of the poverty line `poverty_dong`. `payment` and `aid` are what was asked for.
    """

    income: int
    payment: Payment
    aid: Aid
    paid_on: date
    incomes: IncomeRange
    group: str
    poverty_dong: int
    support_months: int
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
    def months(self) -> int:
        """The months that are paid."""
        return self.payment.months


def quote_vsi(income: int, payment: Payment, *, paid_on: date, aid: Aid | None = None) -> VsiQuote:
    """What a person with the chosen monthly `income` (đồng) pays on `paid_on`.

    Without `aid` it is somebody of no special group with support for all months. Raises UserMends
    for an income out of range or off the step, a term or method that does not exist on that day, a
    rate of the fund that is missing, an unknown group, supports above the premium and a day outside
    the tables; DefectFound for negative months used.
    """
    must_be_known("vsi", paid_on)
    helped = aid or Aid()
    incomes = income_range(paid_on)
    check_income(income, incomes)
    rate = tables.at("vsi_rate", "", paid_on)
    price = cost(payment, rate.number("percent") / 100 * income, paid_on)
    scope = _SCOPES.get(payment.method)
    support = support_for(helped, months=payment.months, paid_on=paid_on, scope=scope)
    shares = share_out(
        price.gross,
        state=support.dong(support.percent),
        local=support.dong(support.local_percent),
        other=support.dong(support.other_percent),
    )
    steps = _premium_steps(income, payment, rate, price)
    return VsiQuote(
        income=income,
        payment=payment,
        aid=helped,
        paid_on=paid_on,
        incomes=incomes,
        group=support.group,
        poverty_dong=support.poverty.whole("dong"),
        support_months=support.months,
        state_percent=support.percent,
        local_percent=support.local_percent,
        other_percent=support.other_percent,
        gross=shares.gross,
        state=shares.state,
        local=shares.local,
        other=shares.other,
        participant=shares.participant,
        explanation=(
            *steps,
            *_income_steps(income, paid_on, support),
            *support.steps(shares, income),
        ),
    )


def _premium_steps(income: int, payment: Payment, rate: tables.Row, price: Cost) -> list[Step]:
    """22 % of the income for the months, then what the method makes of it."""
    values: dict[str, Value] = {
        "rate": percent_text(rate.number("percent")),
        "income_dong": income,
        "months": payment.months,
    }
    return [Step("vsi_premium", values, (rate,)), *price.steps]


def _income_steps(income: int, paid_on: date, support: Support) -> list[Step]:
    """That the law of the day names no step, where the income is off the usual one."""
    row = tables.at("vsi_step", "", paid_on)
    usual = row.whole("usual_dong")
    if (income - support.poverty.whole("dong")) % usual == 0:
        return []
    return [Step("vsi_step_open", {"step_dong": usual}, (row,))]
