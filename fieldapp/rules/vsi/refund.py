"""Money that is given back when voluntary social insurance ends inside what was prepaid.

Years ahead: HT = Σ(i=12n−t+1..12n) 22 % × income / (1+r)^(i−1) less the State's part (QĐ595 Điều
10.6; NĐ159/2025 Điều 8). For 3, 6 or 12 months: the money of the months that are left, less the
State's part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.explained import Step, Value
from fieldapp.rules.horizon import last_known_day, must_be_known
from fieldapp.rules.money.exact import percent_text, round_half_up
from fieldapp.rules.vsi.formulas import given_back
from fieldapp.rules.vsi.income import check_income, income_range, widest_range
from fieldapp.rules.vsi.methods import fund_rate, periodic_row


@dataclass(frozen=True)
class Prepaid:
    """What was prepaid: an income in đồng a month, for 3, 6, 12 months or whole years, of which
    `left` months are to come. `state_part` is the State's part for those, in đồng.

    `paid_on` None: the day is not said. Then any income that could ever be chosen is taken, and
    the newest law that is known.
    """

    income: int
    months: int
    left: int
    state_part: int
    paid_on: date | None = None

    @property
    def day(self) -> date:
        """The day whose law holds. Raises UserMends for one outside the tables."""
        day = self.paid_on or last_known_day("vsi")
        must_be_known("vsi", day)
        return day


@dataclass(frozen=True)
class Refund:
    """What the person gets back, in đồng, and why."""

    refund: int
    explanation: tuple[Step, ...]


def refund_ahead(prepaid: Prepaid, *, rate: Fraction | None = None) -> Refund:
    """What is given back of several years paid ahead; `rate` is the fund's rate in percent a month
    by which they were discounted, None takes that of the table on the day of payment.

    Raises UserMends for years that cannot be paid ahead, more months left than were paid, a State
    part above the money, an income that could not be chosen, and where the rate is not known.
    """
    years = tables.at("vsi_years_ahead", "", prepaid.day).numbers("years")
    if Fraction(prepaid.months, 12) not in years:
        raise UserMends("rules.vsi_years", field="years")
    fraction, told = fund_rate(rate, prepaid.day)
    _check(prepaid)
    money = given_back(_monthly(prepaid), fraction, prepaid.months, prepaid.left)
    return _refund(prepaid, money, (told,))


def refund_periodic(prepaid: Prepaid) -> Refund:
    """What is given back of 3, 6 or 12 months; raises as `refund_ahead` does."""
    periodic_row(prepaid.months, prepaid.day)
    _check(prepaid)
    return _refund(prepaid, _monthly(prepaid) * prepaid.left, ())


def _check(prepaid: Prepaid) -> None:
    incomes = income_range(prepaid.paid_on) if prepaid.paid_on else widest_range()
    check_income(prepaid.income, incomes)
    if not 0 <= prepaid.left <= prepaid.months:
        raise UserMends("rules.vsi_months_left", field="months_left", most=prepaid.months)


def _monthly(prepaid: Prepaid) -> Fraction:
    return tables.at("vsi_rate", "", prepaid.day).number("percent") / 100 * prepaid.income


def _refund(prepaid: Prepaid, money: Fraction, told: tuple[Step, ...]) -> Refund:
    """Takes the State's part off, and rounds once."""
    if not 0 <= prepaid.state_part <= money:
        most = round_half_up(money)
        raise UserMends("rules.vsi_refund_state", field="state_part", most_dong=most)
    rate = tables.at("vsi_rate", "", prepaid.day)
    clause = tables.at("clauses", "vsi_refund", prepaid.day)
    values: dict[str, Value] = {
        "rate": percent_text(rate.number("percent")),
        "income_dong": prepaid.income,
        "months": prepaid.left,
    }
    premium = Step("vsi_premium", values, (rate,))
    taken = Step("vsi_refund", {"support_dong": prepaid.state_part}, (clause,))
    return Refund(round_half_up(money - prepaid.state_part), (premium, *told, taken))
