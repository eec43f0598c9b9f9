"""`fieldapp quote vsi`: what one person pays for voluntary social insurance, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fieldapp.cli.quote import numbers, what_if
from fieldapp.cli.quote.pricing import (
    MOST_DONG,
    fund_rate,
    must_fit,
    percent,
    priced_by,
    tell_quote,
)
from fieldapp.cli.quote.steps import parts_text, step_json, step_lines
from fieldapp.cli.session import Session
from fieldapp.errors import UserMends
from fieldapp.rules.vsi.methods import LATE, MISSING, PERIODIC, YEARS_AHEAD, Payment
from fieldapp.rules.vsi.quote import VsiQuote, quote_vsi
from fieldapp.rules.vsi.support import Aid
from fieldapp.words import Words

VSI_GROUPS = {
    "poor": "poor",
    "near_poor": "near_poor",
    "minority": "ethnic_minority",
    "ethnic_minority": "ethnic_minority",
    "island": "island",
    "other": "other",
}
VSI_METHODS = {
    "monthly": PERIODIC,
    "years_ahead": YEARS_AHEAD,
    "missing": MISSING,
    "late": LATE,
}


UNFIT = {
    PERIODIC: ("years", "months_late", "fund_rate_percent"),
    YEARS_AHEAD: ("months_late",),
    MISSING: ("years", "months_late"),
    LATE: ("years",),
}
"""The options that a method has no use for."""


@dataclass(frozen=True)
class VsiAsked:
    """What was typed after `quote vsi`; None: not said."""

    paid_on: str
    income: str
    months: str | None
    group: str
    method: str
    years: str | None
    months_late: str | None
    fund_rate_percent: str | None
    local_percent: str | None
    other_percent: str | None
    support_months_used: str


def run_quote_vsi(session: Session, asked: VsiAsked) -> None:
    """Tells what one person pays. Raises UserMends for what cannot be read or priced."""
    paid_on = numbers.day(asked.paid_on, "paid_on")
    income = numbers.whole(asked.income, "income", most=MOST_DONG)
    aid = Aid(
        groups=tuple(_group(name) for name in asked.group.split("+")),
        months_used=numbers.whole(asked.support_months_used, "support_months_used", most=999),
        local_percent=percent(asked.local_percent, "local_percent"),
        other_percent=percent(asked.other_percent, "other_percent") or 0,
    )
    payment = _payment(asked)
    with priced_by(session) as by:
        quote = quote_vsi(income, payment, paid_on=paid_on, aid=aid)
        words, other = session.words, what_if.vsi_answer(quote, session.words)
        told = "\n".join([_quote_text(quote, words), *what_if.lines(other, words)])
        tell_quote(session, by, {**_quote_json(quote, words), "what_if": other}, told)


def _group(name: str) -> str:
    if name not in VSI_GROUPS:
        raise UserMends("rules.vsi_group_unknown", field="group", group=name)
    return VSI_GROUPS[name]


def _payment(asked: VsiAsked) -> Payment:
    """Years ahead are counted in years, everything else in months.

    `--months` beside `--years` is taken and not used: programs that ask for every method in one
    form always say it.
    """
    if asked.method not in VSI_METHODS:
        raise UserMends("rules.vsi_method_unknown", field="method", method=asked.method)
    method = VSI_METHODS[asked.method]
    must_fit(asked.method, {name: getattr(asked, name) for name in UNFIT[method]})
    late = numbers.whole(asked.months_late or "0", "months_late", most=999)
    return Payment(_months(asked), method, late, fund_rate(asked.fund_rate_percent))


def _months(asked: VsiAsked) -> int:
    months = None if asked.months is None else numbers.whole(asked.months, "months", most=999)
    if asked.years is not None:
        return 12 * numbers.whole(asked.years, "years", most=99)
    if months is None:
        raise UserMends("cli.option_missing", field="months", option="--months")
    return months


def _quote_json(quote: VsiQuote, words: Words) -> dict[str, Any]:
    return {
        "scheme": "vsi",
        "paid_on": quote.paid_on,
        "method": quote.payment.method,
        "months": quote.months,
        "income": quote.income,
        "group": quote.group,
        "poverty_line": quote.poverty_dong,
        "support_months": quote.support_months,
        "state_percent": quote.state_percent,
        "local_percent": quote.local_percent,
        "other_percent": quote.other_percent,
        "gross": quote.gross,
        "state": quote.state,
        "local": quote.local,
        "other": quote.other,
        "participant": quote.participant,
        "explanation": [step_json(step, words) for step in quote.explanation],
    }


def _quote_text(quote: VsiQuote, words: Words) -> str:
    steps = step_lines(quote.explanation, words)
    return "\n".join([*steps, *parts_text(quote, words)])
