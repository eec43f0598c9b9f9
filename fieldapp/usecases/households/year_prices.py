"""What a year of health insurance costs households before and after somebody moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from fieldapp.rules.hhi.groups import groups_for
from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.what_if import hhi_year
from fieldapp.store.merged import shown_in
from fieldapp.store.queries.households import coverages_of, one_person
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import covers_of
from fieldapp.usecases.households.household import (
    HouseholdPage,
    MemberRow,
    hhi_member,
    household_page,
    why_no_hhi,
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
    household: str | None,
    leaving: Sequence[str],
    *,
    to: str | None = None,
    founds: bool = False,
) -> tuple[YearPrice, ...]:
    """The household that `leaving` leave (None: they live in none), and the one that they join
    (`to`) or found.

    Raises:
        UserMends: `entry.gone`: this laptop has no such household.
    """
    if household is None:
        return _joined(store, ward, leaving, to) if to else ()
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


def _joined(store: Store, ward: str, people: Sequence[str], to: str) -> tuple[YearPrice, ...]:
    """The household that people join who live in none."""
    there = household_page(store, ward, to)
    was = _payers(there.members)
    new = store.read(_payers_alone, ward, people, there.today)
    return (_told("to", there, was, [*was, *new]),)


def _payers_alone(
    connection: Connection, ward: str, people: Sequence[str], today: date
) -> list[HhiMember]:
    """Those of these people who pay as a household's members."""
    shown, found = shown_in(connection, (ward,)), []
    for person in people:
        row = one_person(connection, ward, person)
        if row is None:
            continue
        own = [person, *(other for other, into in shown.items() if into == person)]
        cards = covers_of(coverages_of(connection, ward, own), (), shown).get(person, [])
        group, *others = groups_for((row.group, *row.other_groups))
        if why_no_hhi((row.group, *row.other_groups), cards, today) is None:
            found.append(HhiMember(person, group, tuple(others)))
    return found


def _price(
    side: Side, page: HouseholdPage, before: Sequence[MemberRow], after: Sequence[MemberRow]
) -> YearPrice:
    return _told(side, page, _payers(before), _payers(after))


def _told(
    side: Side, page: HouseholdPage, was: Sequence[HhiMember], becomes: Sequence[HhiMember]
) -> YearPrice:
    before_dong, after_dong = hhi_year(was, page.today), hhi_year(becomes, page.today)
    return YearPrice(side, page.head_name, len(was), before_dong, len(becomes), after_dong)


def _payers(members: Sequence[MemberRow]) -> list[HhiMember]:
    return [hhi_member(member) for member in members if member.hhi_why_not is None]
