"""Anybody takes an own action back, a clerk also those of others, as long as nobody went on."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.usecases import changes
from fieldapp.usecases.households import people
from fieldapp.usecases.households.change_page import ChangePage, change_page
from fieldapp.usecases.households.household import HouseholdPage, household_page
from tests.support.team import Laptop, Team


def page_of(laptop: Laptop, ward: str, household: str) -> HouseholdPage:
    return household_page(laptop.store, ward, household)


def newest(laptop: Laptop, page: HouseholdPage) -> ChangePage:
    changeset = page.history[0].changeset
    assert changeset is not None
    return change_page(laptop.store, page.ward, page.household, changeset)


def test_a_clerk_takes_back_what_a_canvasser_wrote_and_a_colleague_is_told_why_not(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    lan.synced()
    fields, member = {"house_number": "1", "street": "D2"}, {"full_name": "Trần Tư"}
    home = people.register_household(lan.store, team.ward, fields, [member])
    (person,) = (m.person for m in page_of(lan, team.ward, home).members)
    people.edit_person(lan.store, team.ward, person, {"full_name": "Trần Tứ"})
    lan.synced()
    phuc.synced()
    clerk = team.laptop(tmp_path / "c", "hien", role="clerk")
    clerk.synced()

    told = newest(phuc, page_of(phuc, team.ward, home))
    assert told.refusal == "history.undo_no_right" and told.by == "Lan"
    assert [(f.field, f.old, f.new) for f in told.fields] == [("full_name", "Trần Tư", "Trần Tứ")]
    with pytest.raises(UserMends, match=r"history\.undo_no_right"):
        changes.undo(phuc.store, told.changeset)

    assert newest(clerk, page_of(clerk, team.ward, home)).refusal is None
    people.edit_person(lan.store, team.ward, person, {"full_name": "Trần Tự"})
    assert changes.undo(clerk.store, told.changeset)
    assert page_of(clerk, team.ward, home).members[0].name == "Trần Tư"
    for laptop in (lan, clerk, lan):
        laptop.synced()
    disputed = page_of(clerk, team.ward, home)
    assert disputed.members[0].name == "Trần Tự", "what came first stands until somebody decides"
    assert {row.state for row in disputed.history if row.text.code == "history.undone"} == {
        "conflict"
    }
    clerk.profile.close()


def test_where_somebody_went_on_it_says_so(team: Team, lan: Laptop) -> None:
    lan.synced()
    fields, member = {"house_number": "1", "street": "D2"}, {"full_name": "Trần Tư"}
    home = people.register_household(lan.store, team.ward, fields, [member])
    (person,) = (m.person for m in page_of(lan, team.ward, home).members)
    first = people.edit_person(lan.store, team.ward, person, {"phone": "0903555214"})
    people.edit_person(lan.store, team.ward, person, {"phone": "0903555215"})
    assert first is not None
    assert change_page(lan.store, team.ward, home, first).refusal == "history.changed_since"
    with pytest.raises(UserMends, match=r"history\.changed_since"):
        changes.undo(lan.store, first)
    with pytest.raises(UserMends, match=r"history\.cannot_undo"):
        change_page(lan.store, team.ward, home, "nobody's")
