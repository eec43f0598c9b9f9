"""`fieldapp quote`: premiums with their explanation, without profile or password."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fieldapp.cli import numbers
from fieldapp.cli.session import Session
from fieldapp.cli.steps import step_json, step_lines
from fieldapp.cli.telling import tell
from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.hhi.lines import HhiLine, HhiMember
from fieldapp.rules.hhi.quote import HhiQuote, quote_hhi
from fieldapp.rules.vsi.methods import LATE, MISSING, PERIODIC, YEARS_AHEAD, Payment
from fieldapp.rules.vsi.quote import VsiQuote, quote_vsi
from fieldapp.rules.vsi.refund import Prepaid, Refund, refund_ahead, refund_periodic
from fieldapp.rules.vsi.support import Aid
from fieldapp.words import Words
from fieldapp.words.format import money

MOST_MEMBERS = 200
"""More people than a household has; religious houses and social homes join as households too."""

MOST_DONG = 10**10
"""Far above any premium: what is more is a slip."""

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


@dataclass(frozen=True)
class HhiAsked:
    """What was typed after `quote hhi`; None: not said."""

    paid_on: str
    members: str
    months: str
    member: tuple[str, ...]
    state_percent: str | None
    local_percent: str | None
    other_percent: str | None
    ranks_taken: str
    decision_until: str | None


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


# --- household health insurance -------------------------------------------------------------------


def run_quote_hhi(session: Session, asked: HhiAsked) -> None:
    """Tells what each member pays. Raises UserMends for what cannot be read or priced."""
    paid_on = numbers.day(asked.paid_on, "paid_on")
    months = numbers.whole(asked.months, "months", most=999)
    members = _members(asked)
    ranks = numbers.whole(asked.ranks_taken, "ranks_taken", most=MOST_MEMBERS)
    quote = quote_hhi(members, months=months, paid_on=paid_on, taken=range(1, ranks + 1))
    _tell(session, _hhi_json(quote, session.words), _hhi_text(quote, session.words))


def _members(asked: HhiAsked) -> list[HhiMember]:
    """The named members first, then ordinary ones; typed shares are those of the named ones, of
    all where none is named."""
    count = numbers.whole(asked.members, "members", least=1, most=MOST_MEMBERS)
    named = len(asked.member)
    if named > count:
        raise UserMends("cli.members_named", field="member", named=named, members=count)
    helped: dict[str, Any] = {
        "state_percent": _percent(asked.state_percent, "state_percent"),
        "local_percent": _percent(asked.local_percent, "local_percent"),
        "other_percent": _percent(asked.other_percent, "other_percent") or 0,
    }
    if asked.decision_until is not None:
        helped["decision_ends_on"] = numbers.day(asked.decision_until, "decision_until")
    members = []
    for place in range(count):
        groups = asked.member[place].split("+") if place < named else ["household"]
        aid: dict[str, Any] = helped if place < named or not named else {}
        members.append(HhiMember(f"member_{place + 1}", groups[0], tuple(groups[1:]), **aid))
    return members


def _hhi_json(quote: HhiQuote, words: Words) -> dict[str, Any]:
    return {
        "scheme": "hhi",
        "paid_on": quote.paid_on,
        "months": quote.months,
        "edition": tables.edition(),
        "total_gross": quote.gross,
        "total_state": quote.state,
        "total_local": quote.local,
        "total_other": quote.other,
        "total_participant": quote.participant,
        "members": [_line_json(line, words) for line in quote.lines],
        "explanation": [step_json(step, words) for step in quote.explanation],
    }


def _line_json(line: HhiLine, words: Words) -> dict[str, Any]:
    return {
        "group": line.group,
        "rank": line.rank,
        "percent": line.percent,
        "months": line.months,
        "base_salary": line.base_salary,
        "reduced_base": line.reduced_base,
        "state_percent": line.state_percent,
        "local_percent": line.local_percent,
        "other_percent": line.other_percent,
        "gross": line.gross,
        "state": line.state,
        "local": line.local,
        "other": line.other,
        "participant": line.participant,
        "explanation": [step_json(step, words) for step in line.explanation],
    }


def _hhi_text(quote: HhiQuote, words: Words) -> str:
    lines = []
    for place, line in enumerate(quote.lines, 1):
        group = words.say(f"rules.group_{line.group}")
        rank = line.rank or "–"
        said = words.say("cli.quote_member", place=place, group=group, rank=rank)
        lines += [said, *step_lines(line.explanation, words), *_parts_text(line, words)]
    lines += [words.say("cli.quote_total"), *_parts_text(quote, words)]
    return "\n".join([*lines, *step_lines(quote.explanation, words), _edition(words)])


# --- voluntary social insurance -------------------------------------------------------------------


def run_quote_vsi(session: Session, asked: VsiAsked) -> None:
    """Tells what one person pays. Raises UserMends for what cannot be read or priced."""
    paid_on = numbers.day(asked.paid_on, "paid_on")
    income = numbers.whole(asked.income, "income", most=MOST_DONG)
    aid = Aid(
        groups=tuple(_group(name) for name in asked.group.split("+")),
        months_used=numbers.whole(asked.support_months_used, "support_months_used", most=999),
        local_percent=_percent(asked.local_percent, "local_percent"),
        other_percent=_percent(asked.other_percent, "other_percent") or 0,
    )
    quote = quote_vsi(income, _payment(asked), paid_on=paid_on, aid=aid)
    _tell(session, _vsi_json(quote, session.words), _vsi_text(quote, session.words))


def _group(name: str) -> str:
    if name not in VSI_GROUPS:
        raise UserMends("rules.vsi_group_unknown", field="group", group=name)
    return VSI_GROUPS[name]


def _payment(asked: VsiAsked) -> Payment:
    """Years ahead are counted in years, everything else in months."""
    if asked.method not in VSI_METHODS:
        raise UserMends("rules.vsi_method_unknown", field="method", method=asked.method)
    method = VSI_METHODS[asked.method]
    said = "0" if asked.months_late is None else asked.months_late
    late = numbers.whole(said, "months_late", most=999)
    return Payment(_months(asked, method), method, late, _rate(asked.fund_rate_percent))


def _months(asked: VsiAsked, method: str) -> int:
    months = None if asked.months is None else numbers.whole(asked.months, "months", most=999)
    years = None if asked.years is None else numbers.whole(asked.years, "years", most=99)
    if method == YEARS_AHEAD and years is not None:
        return 12 * years
    if months is None:
        raise UserMends("cli.option_missing", field="months", option="--months")
    return months


def _vsi_json(quote: VsiQuote, words: Words) -> dict[str, Any]:
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
        "edition": tables.edition(),
        "gross": quote.gross,
        "state": quote.state,
        "local": quote.local,
        "other": quote.other,
        "participant": quote.participant,
        "explanation": [step_json(step, words) for step in quote.explanation],
    }


def _vsi_text(quote: VsiQuote, words: Words) -> str:
    steps = step_lines(quote.explanation, words)
    return "\n".join([*steps, *_parts_text(quote, words), _edition(words)])


def run_quote_refund(session: Session, asked: RefundAsked) -> None:
    """Tells what is given back. Raises UserMends for what cannot be read or reckoned."""
    refund = _refund(asked)
    explanation = [step_json(step, session.words) for step in refund.explanation]
    answer = {
        "refund": refund.refund,
        "edition": tables.edition(),
        "explanation": explanation,
    }
    total = session.words.say("cli.quote_refund", refund=money(refund.refund))
    steps = step_lines(refund.explanation, session.words)
    _tell(session, answer, "\n".join([*steps, total, _edition(session.words)]))


def _refund(asked: RefundAsked) -> Refund:
    """Of years ahead, or with `--months` of 3, 6 or 12 months."""
    if (asked.years is None) == (asked.months is None):
        raise UserMends("cli.years_or_months", field="years")
    if asked.years is None:
        return refund_periodic(
            _prepaid(asked, numbers.whole(asked.months or "", "months", most=999))
        )
    years = numbers.whole(asked.years, "years", most=99)
    return refund_ahead(_prepaid(asked, 12 * years), rate=_rate(asked.fund_rate_percent))


def _prepaid(asked: RefundAsked, months: int) -> Prepaid:
    return Prepaid(
        income=numbers.whole(asked.income, "income", most=MOST_DONG),
        months=months,
        left=numbers.whole(asked.months_left, "months_left", most=999),
        state_part=numbers.whole(asked.state_part, "state_part", most=MOST_DONG),
        paid_on=None if asked.paid_on is None else numbers.day(asked.paid_on, "paid_on"),
    )


# --- what they share ------------------------------------------------------------------------------


def _percent(text: str | None, field: str) -> Fraction | None:
    return None if text is None else numbers.percent(text, field)


def _rate(text: str | None) -> Fraction | None:
    return None if text is None else numbers.decimal(text, "fund_rate_percent")


def _parts_text(parts: HhiLine | HhiQuote | VsiQuote, words: Words) -> list[str]:
    """Who pays what, without those who pay nothing."""
    named = {
        "gross": parts.gross,
        "state": parts.state,
        "local": parts.local,
        "other": parts.other,
        "participant": parts.participant,
    }
    always = "gross", "participant"
    return [
        words.say(f"cli.quote_{name}", dong=money(dong))
        for name, dong in named.items()
        if dong or name in always
    ]


def _edition(words: Words) -> str:
    return words.say("cli.quote_edition", edition=tables.edition())


def _tell(session: Session, answer: dict[str, Any], text: str) -> None:
    tell(answer, text, as_json=session.common.json)
