"""`fieldapp quote hhi`: the premiums of a household, with their explanation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.cli.quote import numbers, what_if
from fieldapp.cli.quote.pricing import percent, priced_by, tell_quote
from fieldapp.cli.quote.steps import parts_text, step_json, step_lines
from fieldapp.cli.session import Session
from fieldapp.errors import UserMends
from fieldapp.rules.hhi.lines import HhiLine, HhiMember
from fieldapp.rules.hhi.quote import HhiQuote, quote_hhi
from fieldapp.words import Words

MOST_MEMBERS = 200
"""More people than a household has; religious houses and social homes join as households too."""

LONGEST_CARD_YEARS = 10
"""No card that a household has runs on for so long: a slip."""


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
    card_until: str | None


def run_quote_hhi(session: Session, asked: HhiAsked) -> None:
    """Tells what each member pays. Raises UserMends for what cannot be read or priced."""
    paid_on = numbers.day(asked.paid_on, "paid_on")
    months = numbers.whole(asked.months, "months", most=999)
    members = _members(asked)
    ranks = numbers.whole(asked.ranks_taken, "ranks_taken", most=MOST_MEMBERS)
    until = _card_until(asked, paid_on)
    with priced_by(session) as by:
        quote = quote_hhi(members, months=months, paid_on=paid_on, taken=range(1, ranks + 1))
        words, other = session.words, what_if.hhi_answer(quote, until, session.words)
        told = "\n".join([_quote_text(quote, words), *what_if.lines(other, words)])
        tell_quote(session, by, {**_quote_json(quote, words), "what_if": other}, told)


def _card_until(asked: HhiAsked, paid_on: date) -> date | None:
    if asked.card_until is None:
        return None
    until = numbers.day(asked.card_until, "card_until")
    if until.year > paid_on.year + LONGEST_CARD_YEARS:
        raise UserMends("rules.date_out_of_range", field="card_until", day=until)
    return until


def _members(asked: HhiAsked) -> list[HhiMember]:
    """The named members first, then ordinary ones; typed shares are those of the named ones, of
    all where none is named."""
    count = numbers.whole(asked.members, "members", least=1, most=MOST_MEMBERS)
    named = len(asked.member)
    if named > count:
        raise UserMends("cli.members_named", field="member", named=named, members=count)
    helped: dict[str, Any] = {
        "state_percent": percent(asked.state_percent, "state_percent"),
        "local_percent": percent(asked.local_percent, "local_percent"),
        "other_percent": percent(asked.other_percent, "other_percent") or 0,
    }
    if asked.decision_until is not None:
        helped["decision_ends_on"] = numbers.day(asked.decision_until, "decision_until")
    members = []
    for place in range(count):
        groups = asked.member[place].split("+") if place < named else ["household"]
        aid: dict[str, Any] = helped if place < named or not named else {}
        members.append(HhiMember(f"member_{place + 1}", groups[0], tuple(groups[1:]), **aid))
    return members


def _quote_json(quote: HhiQuote, words: Words) -> dict[str, Any]:
    return {
        "scheme": "hhi",
        "paid_on": quote.paid_on,
        "months": quote.months,
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


def _quote_text(quote: HhiQuote, words: Words) -> str:
    lines = []
    for place, line in enumerate(quote.lines, 1):
        group = words.say(f"rules.group_{line.group}")
        rank = line.rank or "–"
        said = words.say("cli.quote_member", place=place, group=group, rank=rank)
        lines += [said, *step_lines(line.explanation, words), *parts_text(line, words)]
    lines += [words.say("cli.quote_total"), *parts_text(quote, words)]
    return "\n".join([*lines, *step_lines(quote.explanation, words)])
