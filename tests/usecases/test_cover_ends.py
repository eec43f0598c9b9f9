"""Somebody else's cover that ended: recorded with its day, and only then priced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling.enrol import Choice, quote
from fieldapp.usecases.households import people
from fieldapp.usecases.households.cover_ends import end_cover
from fieldapp.usecases.households.household import HouseholdPage, MemberRow, household_page
from tests.support.laptops import WARD

PAPER = {"kind": "typed"}
OPEN: Mapping[str, Any] = {
    "scheme": "hhi",
    "payer": "employer",
    "valid_from": date(2020, 6, 1),
    "five_year_on": date(2025, 6, 1),
}


def door(store: Store, group: str, *covers: Mapping[str, Any], others: tuple[str, ...] = ()) -> str:
    """A household of one member of a group with covers."""
    fields = {"house_number": "9", "street": "D2"}
    member: dict[str, Any] = {"full_name": "Trần Văn Tư", "relationship": "00"}
    member |= {"born_on": date(1980, 5, 1), "group": group, "other_groups": list(others)}
    return people.register_household(store, WARD, fields, [member | {"covers": covers}])


def look(store: Store, home: str) -> tuple[HouseholdPage, MemberRow]:
    page = household_page(store, WARD, home)
    return page, page.members[0]


def end(store: Store, home: str, day: date, payer: str = "employer") -> str:
    page, member = look(store, home)
    return end_cover(store, WARD, member.person, payer, day, evidence=PAPER, basis=page.basis)


@pytest.mark.parametrize("payer", ["employer", "household", "merit"])
def test_a_member_with_an_open_card_is_not_quoted_and_is_told_what_to_do(
    store: Store, payer: str
) -> None:
    page, member = look(store, door(store, "household", {**OPEN, "payer": payer}))
    assert member.hhi_why_not is not None and member.hhi_why_not.code == "covered_without_end"
    assert (member.open_payers, page.estimate_dong) == ((payer,), None)
    with pytest.raises(UserMends) as refused:
        quote(store, page, Choice((member.person,)))
    assert refused.value.code == "enrolment.covered_without_end"
    assert refused.value.field == member.person


def test_after_the_end_is_recorded_the_card_goes_on_with_the_household(store: Store) -> None:
    home = door(store, "employer", OPEN)
    end(store, home, date(2026, 10, 31))
    page, member = look(store, home)
    assert (member.group, member.hhi_why_not, member.open_payers) == ("household", None, ())
    assert (member.hhi_kind, member.covers[0].ends_on) == ("rejoin", date(2026, 10, 31))
    (card,) = quote(store, page, Choice((member.person,))).after
    assert (card.valid_from, card.waits) == (page.today, False)
    (line,) = [row for row in page.history if row.text.code == "history.cover_ended"]
    assert line.text.values == {"day": date(2026, 10, 31)} and line.can_undo


def test_it_can_be_taken_back(store: Store) -> None:
    home = door(store, "employer", OPEN)
    changeset = end(store, home, date(2026, 10, 31))
    (pending,) = [row for row in changes.pending(store) if row.changeset == changeset]
    assert pending.household == home and pending.can_undo
    changes.undo(store, changeset)
    _, member = look(store, home)
    assert (member.group, member.open_payers) == ("employer", ("employer",))
    assert member.covers[0].ends_on is None


def test_a_cover_that_was_never_recorded_is_recorded_as_it_ended(store: Store) -> None:
    home = door(store, "pension", others=("pension", "near_poor"))
    changeset = end(store, home, date(2026, 11, 20), "pension")
    _, member = look(store, home)
    assert (member.group, member.other_groups) == ("household", ("near_poor",))
    (span,) = member.covers
    assert (span.payer, span.starts_on, span.ends_on) == ("pension", None, date(2026, 11, 20))
    changes.undo(store, changeset)
    _, member = look(store, home)
    assert (member.group, member.covers) == ("pension", ())


def test_of_several_covers_only_the_named_one_ends(store: Store) -> None:
    home = door(store, "household", OPEN, {**OPEN, "payer": "merit"})
    assert set(look(store, home)[1].open_payers) == {"employer", "merit"}
    end(store, home, date(2026, 10, 31))
    _, member = look(store, home)
    assert member.open_payers == ("merit",) and member.hhi_why_not is not None


@pytest.mark.parametrize(
    ("payer", "day", "evidence", "code", "field"),
    [
        ("merit", date(2026, 10, 31), PAPER, "entry.no_open_cover", "payer"),
        ("employer", date(2020, 5, 31), PAPER, "entry.cover_ends_before_it_begins", "ended_on"),
        ("employer", date(2027, 11, 25), PAPER, "entry.cover_ends_far", "ended_on"),
        ("employer", date(2026, 10, 31), {}, "entry.no_evidence", "evidence"),
        ("employer", date(2026, 10, 31), {"kind": "guess"}, "entry.no_evidence", "evidence"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    store: Store, payer: str, day: date, evidence: dict[str, str], code: str, field: str
) -> None:
    home = door(store, "household", OPEN)
    before = changes.pending(store)
    _, member = look(store, home)
    with pytest.raises(UserMends) as refused:
        end_cover(store, WARD, member.person, payer, day, evidence=evidence)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert changes.pending(store) == before


def test_a_card_may_end_on_its_first_day_and_a_year_ahead(store: Store) -> None:
    home = door(store, "household", OPEN)
    end(store, home, date(2020, 6, 1))
    assert look(store, home)[1].hhi_kind == "rejoin"
    home = door(store, "household", OPEN)
    end(store, home, date(2027, 11, 24))
    assert look(store, home)[1].hhi_kind == "covered"


def test_further_groups_are_entered_and_counted(store: Store) -> None:
    home = door(store, "household", others=("near_poor", "near_poor", "ethnic_minority"))
    page, member = look(store, home)
    assert member.other_groups == ("near_poor", "ethnic_minority")
    health = quote(store, page, Choice((member.person,))).hhi
    assert health is not None and health.lines[0].group == "near_poor"
    people.edit_person(store, WARD, member.person, {"other_groups": ["average_farm"]})
    assert look(store, home)[1].other_groups == ("average_farm",)
    fields = {"full_name": "Trần Thị Năm", "other_groups": ["near_poor"]}
    added = people.add_member(store, WARD, home, fields, "08")
    (other,) = [m for m in look(store, home)[0].members if m.person == added]
    assert other.other_groups == ("near_poor",)
    fields = {"full_name": "Trần Văn Sáu", "other_groups": ["rich"]}
    with pytest.raises(UserMends) as refused:
        people.add_member(store, WARD, home, fields, "08")
    assert (refused.value.code, refused.value.field) == ("rules.hhi_group_unknown", "other_groups")
