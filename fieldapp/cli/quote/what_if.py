"""What else could be done, below a quote: one more member, another term or income, next month,
waiting past the gap. The same rules as the screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from fieldapp.cli.quote.steps import step_json
from fieldapp.cli.telling import sentence
from fieldapp.rules.hhi import what_if
from fieldapp.rules.hhi.coverage import Cover
from fieldapp.rules.hhi.quote import HhiQuote
from fieldapp.rules.hhi.what_if import NextMonth
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.vsi.quote import VsiQuote
from fieldapp.words import Words
from fieldapp.words.format import long_date, money

Answer = Mapping[str, Any]


def hhi_answer(quote: HhiQuote, card_until: date | None, words: Words) -> dict[str, Any]:
    """What if, of a household; `card_until` is the last day of the card that it has."""
    more, later = what_if.one_more(quote), what_if.hhi_next_month(quote)
    return {
        "one_more": {
            "rank": more.rank,
            "percent": more.percent,
            "participant": more.participant,
            "explanation": [step_json(step, words) for step in more.explanation],
        },
        "terms": [
            {"months": months, **_priced(other, words)}
            for months, other in what_if.hhi_terms(quote).items()
        ],
        "next_month": _next_month(later, quote.participant, words),
        "waiting": _waiting(card_until, quote, words) if card_until else None,
    }


def vsi_answer(quote: VsiQuote, words: Words) -> dict[str, Any]:
    """What if, of one person's social insurance."""
    income = what_if.higher_income(quote)
    return {
        "terms": [
            {"months": months, **_priced(other, words)}
            for months, other in what_if.vsi_terms(quote).items()
        ],
        "income": income
        and {"income": income, **_priced(what_if.vsi_income(quote, income), words)},
        "next_month": _next_month(what_if.vsi_next_month(quote), quote.participant, words),
    }


def _priced(quote: HhiQuote | VsiQuote, words: Words) -> dict[str, Any]:
    """What is paid, and the steps that lead to it: those that several members share once."""
    lines = quote.lines if isinstance(quote, HhiQuote) else ()
    steps = [*quote.explanation, *(step for line in lines for step in line.explanation)]
    told: list[dict[str, Any]] = []
    for step in steps:
        as_json = step_json(step, words)
        if as_json not in told:
            told.append(as_json)
    return {"participant": quote.participant, "explanation": told}


def _next_month(
    later: NextMonth[HhiQuote] | NextMonth[VsiQuote], now: int, words: Words
) -> dict[str, Any]:
    """`refused` says why there is no price then; `same` is told too."""
    priced = _priced(later.quote, words) if later.quote else {"participant": None}
    price = priced["participant"]
    return {
        "paid_on": later.paid_on,
        **priced,
        "change": None if price is None else price - now,
        "same": price == now,
        "refused": later.refused
        and {
            "code": later.refused.code,
            "message": sentence(later.refused, words),
            "field": later.refused.field,
        },
    }


def _waiting(card_until: date, quote: HhiQuote, words: Words) -> dict[str, Any] | None:
    """None for who waits already. When the card began does not matter: it has one end."""
    covers = [Cover(card_until, card_until)]
    waiting = what_if.past_the_gap(covers, paid_on=quote.paid_on, months=quote.months)
    if waiting is None:
        return None
    return {
        "no_wait_by": waiting.no_wait_by,
        "pays_on": waiting.pays_on,
        "first_valid_on": waiting.renewal.first_valid_on,
        "last_valid_on": waiting.renewal.last_valid_on,
        "certain": waiting.renewal.certain,
        "explanation": [step_json(step, words) for step in waiting.renewal.explanation],
    }


def lines(answer: Answer, words: Words) -> list[str]:
    """The same for people."""
    return [words.say("cli.quote_what_if"), *_lines(answer, words)]


def _lines(answer: Answer, words: Words) -> Iterator[str]:
    if more := answer.get("one_more"):
        yield words.say(
            "cli.quote_if_one_more",
            dong=money(more["participant"]),
            rank=more["rank"],
            percent=percent_text(more["percent"]),
        )
    for term in answer["terms"]:
        dong = money(term["participant"])
        yield words.say("cli.quote_if_term", months=term["months"], dong=dong)
    if income := answer.get("income"):
        chosen, dong = money(income["income"]), money(income["participant"])
        yield words.say("cli.quote_if_income", income=chosen, dong=dong)
    yield _later_line(answer["next_month"], words)
    if waiting := answer.get("waiting"):
        limit, first = (long_date(waiting[name]) for name in ("no_wait_by", "first_valid_on"))
        yield words.say("cli.quote_if_waiting", limit=limit, first=first)


def _later_line(later: Answer, words: Words) -> str:
    first = long_date(later["paid_on"])
    if later["refused"]:
        return words.say("cli.quote_if_later_refused", first=first, why=later["refused"]["message"])
    dong, change = money(later["participant"]), later["change"]
    kind = "same" if not change else "more" if change > 0 else "less"
    return words.say(
        f"cli.quote_if_later_{kind}", first=first, dong=dong, change=money(abs(change))
    )
