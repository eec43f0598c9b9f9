"""What else a household could do, and what that would cost: pure functions of a quote."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.calendar_months import add_months
from fieldapp.rules.hhi.coverage import ONE_DAY, Cover, Renewal, late_card, renew
from fieldapp.rules.hhi.lines import HhiLine, HhiMember
from fieldapp.rules.hhi.quote import HhiQuote, periods, quote_hhi
from fieldapp.rules.vsi.methods import LATE, Payment, terms
from fieldapp.rules.vsi.quote import VsiQuote, quote_vsi

Quote = TypeVar("Quote")


@dataclass(frozen=True)
class Waiting:
    """Who waits past `no_wait_by`, pays on `pays_on` and gets the card of `renewal`: later by the
    wait, and with the five years lost."""

    no_wait_by: date
    pays_on: date
    renewal: Renewal


@dataclass(frozen=True)
class NextMonth(Generic[Quote]):
    """What the same costs on the first of the next month: a quote, or why that day has no price
    (beyond the tables, or refused by the law of that day)."""

    paid_on: date
    quote: Quote | None
    refused: UserMends | None = None


def one_more(quote: HhiQuote) -> HhiLine:
    """What the next ordinary member of the household would pay on top of the quote."""
    return quote_hhi(
        [HhiMember("one_more")],
        months=quote.months,
        paid_on=quote.paid_on,
        taken=quote.ranks_used,
    ).lines[0]


def hhi_terms(quote: HhiQuote) -> dict[int, HhiQuote]:
    """The same members for every term that the day allows, by months."""
    return {
        months: quote_hhi(quote.members, months=months, paid_on=quote.paid_on, taken=quote.taken)
        for months in periods(quote.paid_on)
    }


def hhi_year(members: Sequence[HhiMember], paid_on: date) -> int | None:
    """What a household pays for a year if all of these join together, đồng: the ladder from its
    first place on. 0 for nobody; None where the day has no price for them."""
    if not members:
        return 0
    try:
        return quote_hhi(members, months=12, paid_on=paid_on).participant
    except UserMends:
        return None


def hhi_next_month(quote: HhiQuote) -> NextMonth[HhiQuote]:
    """The same members, paid on the first day of the next month.

    In another calendar year the ladder begins anew.
    """
    paid_on = first_of_next_month(quote.paid_on)
    taken = quote.taken if paid_on.year == quote.paid_on.year else frozenset[int]()
    try:
        later = quote_hhi(quote.members, months=quote.months, paid_on=paid_on, taken=taken)
    except UserMends as refused:
        return NextMonth(paid_on, None, refused)
    return NextMonth(paid_on, later)


def first_of_next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return add_months(day.replace(day=1), 1)


def past_the_gap(covers: Sequence[Cover], *, paid_on: date, months: int) -> Waiting | None:
    """What it costs to wait one day too long; None for who has nothing to lose by waiting."""
    given = renew(covers, paid_on=paid_on, months=months)
    if given is None or given.deadlines is None or given.waits:
        return None
    until = given.deadlines
    pays_on = until.no_wait_by + ONE_DAY
    return Waiting(until.no_wait_by, pays_on, late_card(until, paid_on=pays_on, months=months))


def vsi_terms(quote: VsiQuote) -> dict[int, VsiQuote]:
    """The same income for every periodic term, by months; one whose supports would be more than
    its premium is left out."""
    found = {}
    for months in terms(quote.paid_on):
        with suppress(UserMends):
            found[months] = _again(quote, Payment(months))
    return found


def vsi_next_month(quote: VsiQuote) -> NextMonth[VsiQuote]:
    """The same payment on the first day of the next month; a late one is a month later then."""
    paid_on, payment = first_of_next_month(quote.paid_on), quote.payment
    if payment.method == LATE:
        payment = replace(payment, months_late=payment.months_late + 1)
    try:
        later = quote_vsi(quote.income, payment, paid_on=paid_on, aid=quote.aid)
    except UserMends as refused:
        return NextMonth(paid_on, None, refused)
    return NextMonth(paid_on, later)


def higher_income(quote: VsiQuote) -> int | None:
    """The next income above the quote's by the usual step; None where that passes the ceiling."""
    usual = tables.at("vsi_step", "", quote.paid_on).whole("usual_dong")
    steps = (quote.income - quote.incomes.floor) // usual
    higher = quote.incomes.floor + (steps + 1) * usual
    return higher if higher <= quote.incomes.ceiling else None


def vsi_income(quote: VsiQuote, income: int) -> VsiQuote:
    """The same payment for another income; raises as `quote_vsi` does."""
    return quote_vsi(income, quote.payment, paid_on=quote.paid_on, aid=quote.aid)


def _again(quote: VsiQuote, payment: Payment) -> VsiQuote:
    return quote_vsi(quote.income, payment, paid_on=quote.paid_on, aid=quote.aid)
