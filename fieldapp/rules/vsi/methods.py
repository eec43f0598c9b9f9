"""The ways to pay voluntary social insurance, what each costs, and until when one may pay.

Monthly, for 3, 6 or 12 months; several years ahead, discounted; missing months for a pension,
compounded; late months with interest, under the old law only (Luật 41/2024 Điều 36; QĐ595 Điều 9
to 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.calendar_months import add_months, last_day_of_term
from fieldapp.rules.explained import Finding, Step, Value
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.vsi.formulas import paid_ahead, paid_for_missing, paid_late

PERIODIC, YEARS_AHEAD, MISSING, LATE = "periodic", "years_ahead", "missing", "late"
METHODS = (PERIODIC, YEARS_AHEAD, MISSING, LATE)

HIGHEST_FUND_RATE = 3
"""Percent a month; the fund earns less than one. More is a rate of a year, or a slip."""


@dataclass(frozen=True)
class Payment:
    """What is paid: for how many months, by which method.

    `fund_rate` is the fund's rate in percent a month, None takes that of the table on the day of
    payment. `months_late` counts from when a late payment was due.
    """

    months: int
    method: str = PERIODIC
    months_late: int = 0
    fund_rate: Fraction | None = None


@dataclass(frozen=True)
class Cost:
    """The exact premium in đồng and the steps that lead from the plain premium to it."""

    gross: Fraction
    steps: tuple[Step, ...] = ()


def cost(payment: Payment, monthly: Fraction, paid_on: date) -> Cost:
    """What a payment costs; `monthly` is the premium of one month.

    Raises UserMends for a method, a term or a rate that the law of the day does not have, and where
    the fund's rate of the year is not known.
    """
    if payment.method == PERIODIC:
        periodic_row(payment.months, paid_on)
        return Cost(monthly * payment.months)
    if payment.method == YEARS_AHEAD:
        return _ahead(payment, monthly, paid_on)
    if payment.method == MISSING:
        return _missing(payment, monthly, paid_on)
    if payment.method == LATE:
        return _late(payment, monthly, paid_on)
    raise UserMends("rules.vsi_method_unknown", field="method", method=payment.method)


def periodic_row(months: int, day: date) -> tables.Row:
    """The row of a method by its months. Raises UserMends if there is none of so many."""
    if str(months) not in tables.keys("vsi_methods"):
        raise UserMends("rules.vsi_months", field="months", months=months)
    return tables.at("vsi_methods", str(months), day)


def terms(day: date) -> tuple[int, ...]:
    """The months of the periodic methods of a day, the shortest first."""
    return tuple(sorted(row.whole("months") for row in tables.rows_at("vsi_methods", day)))


def _ahead(payment: Payment, monthly: Fraction, paid_on: date) -> Cost:
    row = tables.at("vsi_years_ahead", "", paid_on)
    if Fraction(payment.months, 12) not in row.numbers("years"):
        raise UserMends("rules.vsi_years", field="years")
    rate, told = fund_rate(payment.fund_rate, paid_on)
    gross = paid_ahead(monthly, rate, payment.months)
    return Cost(gross, (told, _formula("vsi_ahead", {"n": payment.months}, row)))


def _missing(payment: Payment, monthly: Fraction, paid_on: date) -> Cost:
    row = tables.at("vsi_missing", "", paid_on)
    most = row.whole("months")
    if not 1 <= payment.months <= most:
        raise UserMends("rules.vsi_missing_months", field="months", most=most)
    rate, told = fund_rate(payment.fund_rate, paid_on)
    gross = paid_for_missing(monthly, rate, payment.months)
    return Cost(gross, (told, _formula("vsi_missing", {"n": payment.months}, row)))


def _late(payment: Payment, monthly: Fraction, paid_on: date) -> Cost:
    row = tables.find("vsi_late", "", paid_on)
    if row is None:
        raise UserMends("rules.vsi_late_not_any_more", field="method", day=paid_on)
    periodic_row(payment.months, paid_on)
    most = row.whole("months")
    if not 1 <= payment.months_late <= most:
        raise UserMends("rules.vsi_months_late", field="months_late", most=most)
    rate, told = fund_rate(payment.fund_rate, paid_on)
    gross = paid_late(monthly * payment.months, rate, payment.months_late)
    return Cost(gross, (told, _formula("vsi_late", {"n": payment.months_late}, row)))


def _formula(code: str, values: dict[str, Value], row: tables.Row) -> Step:
    return Step(code, values, (row,))


def fund_rate(typed: Fraction | None, paid_on: date) -> tuple[Fraction, Step]:
    """r as a fraction of 1, and the step that says where it comes from.

    r is the average monthly rate of the fund in the year BEFORE the payment (QĐ595 Điều 10.3). A
    typed rate goes before that of the table. Raises UserMends("rules.vsi_fund_rate_missing") where
    neither is there, and for a typed one out of range.
    """
    row = tables.find("vsi_fund_rate", "", paid_on)
    if typed is not None:
        check_fund_rate(typed)
        if row is None or row.number("percent") != typed:
            return typed / 100, Step("vsi_fund_rate_typed", _rate_values(typed))
    if row is None:
        raise UserMends("rules.vsi_fund_rate_missing", field="fund_rate_percent", year=paid_on.year)
    percent = row.number("percent")
    return percent / 100, Step("vsi_fund_rate", _rate_values(percent), (row,))


def check_fund_rate(percent: Fraction) -> None:
    """Raises UserMends("rules.vsi_fund_rate_range") for what cannot be percent a month."""
    if not 0 <= percent <= HIGHEST_FUND_RATE:
        raise UserMends(
            "rules.vsi_fund_rate_range", field="fund_rate_percent", most=HIGHEST_FUND_RATE
        )


def _rate_values(percent: Fraction) -> dict[str, Value]:
    return {"percent": percent_text(percent)}


# --- until when -----------------------------------------------------------------------------------


def latest_payment(months: int, starts_on: date) -> date:
    """The last day to pay a term of 1, 3, 6 or 12 months that begins in the month of `starts_on`:
    within its 1st, 3rd, 4th or 7th month. Raises UserMends for another term."""
    row = periodic_row(months, starts_on)
    return last_day_of_term(starts_on.replace(day=1), row.whole("latest_month"))


def missing_opens_on(retires_on: date) -> date:
    """The first day on which missing months may be paid at once: in the month before the one in
    which the person reaches the age of a pension (QĐ595 Điều 9)."""
    return add_months(retires_on.replace(day=1), -1)


def paused(months: int, starts_on: date, paid_on: date) -> Finding | None:
    """Whether a payment comes after the last day of its term: then the payments are paused, and
    the person has to register method and income again (QĐ595 Điều 11.3)."""
    latest = latest_payment(months, starts_on)
    if paid_on <= latest:
        return None
    return Finding("vsi_paused", "warning", {"day": latest}, "paid_on")
