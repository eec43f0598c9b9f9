"""What else a household could choose when it enrols, and what that costs: for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from fieldapp.rules.explained import Reason, Value
from fieldapp.rules.hhi import what_if
from fieldapp.rules.hhi.quote import HhiQuote
from fieldapp.rules.vsi.income import income_range
from fieldapp.rules.vsi.quote import VsiQuote
from fieldapp.usecases.households.facts import hhi_covers
from fieldapp.usecases.households.household import MemberRow


def other_choices(
    ticked: Sequence[MemberRow],
    health: HhiQuote | None,
    social: Sequence[tuple[str, VsiQuote]],
    *,
    months: int,
    paid_on: date,
) -> tuple[Reason, ...]:
    """The most pressing first: waiting past the gap, an income that ends, what changes next month,
    the other terms, and at last that next month is the same. `social` is by the persons' names."""
    later = list(_if_next_month(health)) if health else []
    same = [reason for reason in later if reason.code == SAME]
    return (
        *_if_waiting(ticked, months, paid_on),
        *(reason for name, quoted in social for reason in _if_income_ends(name, quoted)),
        *(reason for reason in later if reason.code != SAME),
        *(_if_other_terms(name, quoted) for name, quoted in social),
        *same,
    )


SAME = "enrolment.if_next_month_same"


def _if_waiting(ticked: Sequence[MemberRow], months: int, paid_on: date) -> list[Reason]:
    """Who is the first to lose something by waiting too long, until when, and what."""
    found = []
    for member in ticked:
        waiting = what_if.past_the_gap(hhi_covers(member.covers), paid_on=paid_on, months=months)
        if waiting is not None:
            first = waiting.renewal.first_valid_on
            values: dict[str, Value] = {
                "name": member.name,
                "limit": waiting.no_wait_by,
                "first": first,
            }
            until = waiting.renewal.deadlines
            unsure = until is not None and until.open
            code = "enrolment.if_waits_open" if unsure else "enrolment.if_waits"
            found.append((waiting.no_wait_by, Reason(code, values)))
    return [min(found, key=lambda one: one[0])[1]] if found else []


def _if_next_month(health: HhiQuote) -> list[Reason]:
    """What the same costs on the first of next month, that it is the same too; nothing where that
    day has no price."""
    later = what_if.hhi_next_month(health).quote
    if later is None:
        return []
    more = later.participant - health.participant
    if not more:
        values: dict[str, Value] = {"first": later.paid_on, "total_dong": later.participant}
        return [Reason(SAME, values)]
    code = "enrolment.if_next_month_more" if more > 0 else "enrolment.if_next_month_less"
    values = {
        "first": later.paid_on,
        "total_dong": later.participant,
        "change_dong": abs(more),
    }
    return [Reason(code, values)]


def _if_income_ends(name: str, social: VsiQuote) -> Iterator[Reason]:
    """That the chosen income is below the lowest one of next month, or what it costs then where
    that is not the same."""
    later = what_if.vsi_next_month(social)
    values: dict[str, Value] = {"name": name, "first": later.paid_on}
    if later.refused is not None and later.refused.code == "rules.vsi_income_low":
        values |= {"floor_dong": income_range(later.paid_on).floor}
        yield Reason("enrolment.if_vsi_income_low", values)
    elif later.quote is not None and later.quote.participant != social.participant:
        values |= {"total_dong": later.quote.participant}
        yield Reason("enrolment.if_vsi_next_month", values)


def _if_other_terms(name: str, social: VsiQuote) -> Reason:
    """What the other terms of the social insurance cost."""
    others = what_if.vsi_terms(social)
    values = {f"m{months}_dong": other.participant for months, other in others.items()}
    return Reason("enrolment.if_vsi_terms", {"name": name, **values})
