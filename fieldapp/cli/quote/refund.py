"""`fieldapp quote refund`: what is given back of voluntary social insurance, and why."""

from __future__ import annotations

from dataclasses import dataclass

from fieldapp.cli.quote import numbers
from fieldapp.cli.quote.pricing import MOST_DONG, fund_rate, must_fit, priced_by, tell_quote
from fieldapp.cli.quote.steps import step_json, step_lines
from fieldapp.cli.session import Session
from fieldapp.errors import UserMends
from fieldapp.rules.vsi.refund import Prepaid, Refund, refund_ahead, refund_periodic
from fieldapp.words.format import money


@dataclass(frozen=True)
class RefundAsked:
    """What was typed after `quote refund`; None: not said."""

    income: str
    years: str | None
    months: str | None
    months_left: str
    fund_rate_percent: str | None
    state_part: str
    paid_on: str | None


def run_quote_refund(session: Session, asked: RefundAsked) -> None:
    """Tells what is given back. Raises UserMends for what cannot be read or reckoned."""
    words = session.words
    with priced_by(session) as by:
        refund = _refund(asked)
        steps = [step_json(step, words) for step in refund.explanation]
        total = words.say("cli.quote_refund", refund=money(refund.refund))
        text = "\n".join([*step_lines(refund.explanation, words), total])
        tell_quote(session, by, {"refund": refund.refund, "explanation": steps}, text)


def _refund(asked: RefundAsked) -> Refund:
    """Of years ahead, or with `--months` of 3, 6 or 12 months."""
    if asked.years is not None and asked.months is None:
        years = numbers.whole(asked.years, "years", most=99)
        return refund_ahead(_prepaid(asked, 12 * years), rate=fund_rate(asked.fund_rate_percent))
    if asked.months is None or asked.years is not None:
        raise UserMends("cli.years_or_months", field="years")
    must_fit("--months", {"fund_rate_percent": asked.fund_rate_percent})
    return refund_periodic(_prepaid(asked, numbers.whole(asked.months, "months", most=999)))


def _prepaid(asked: RefundAsked, months: int) -> Prepaid:
    return Prepaid(
        income=numbers.whole(asked.income, "income", most=MOST_DONG),
        months=months,
        left=numbers.whole(asked.months_left, "months_left", most=999),
        state_part=numbers.whole(asked.state_part, "state_part", most=MOST_DONG),
        paid_on=None if asked.paid_on is None else numbers.day(asked.paid_on, "paid_on"),
    )
