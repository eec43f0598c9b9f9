"""What a year of health insurance costs households before and after somebody moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.what_if import hhi_year
from fieldapp.store.store import Store
from fieldapp.usecases.households.household import (
    HouseholdPage,
    MemberRow,
    hhi_member,
    household_page,
)

Side = Literal["from", "to", "founded"]


@dataclass(frozen=True)
class YearPrice:
    """One household before and after: who pays as its member, and what all of them pay together
    for a year from today, đồng; None where the day has no price. Of ranks that were taken this year
    it says nothing."""

    side: Side
    head_name: str
    people_before: int
    dong_before: int | None
    people_after: int
    dong_after: int | None


def year_prices(
    store: Store,
    ward: str,
    household: str,
    leaving: Sequence[str],
    *,
    to: str | None = None,
    founds: bool = False,
) -> tuple[YearPrice, ...]:
    """The household that `leaving` leave, and the one that they join (`to`) or found.

    Raises:
        UserMends: `entry.gone`: this laptop has no such household.
    """
    page = household_page(store, ward, household)
    going = [member for member in page.members if member.person in leaving]
    staying = [member for member in page.members if member.person not in leaving]
    prices = [_price("from", page, page.members, staying)]
    if to is not None:
        there = household_page(store, ward, to)
        prices.append(_price("to", there, there.members, [*there.members, *going]))
    if founds and going:
        prices.append(_price("founded", page, [], going))
    return tuple(prices)


def _price(
    side: Side, page: HouseholdPage, before: Sequence[MemberRow], after: Sequence[MemberRow]
) -> YearPrice:
    was, becomes = _payers(before), _payers(after)
    before_dong, after_dong = hhi_year(was, page.today), hhi_year(becomes, page.today)
    return YearPrice(side, page.head_name, len(was), before_dong, len(becomes), after_dong)


def _payers(members: Sequence[MemberRow]) -> list[HhiMember]:
    return [hhi_member(member) for member in members if member.hhi_why_not is None]
