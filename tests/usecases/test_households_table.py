"""The list of households: in the order of their cover, a page at a time, found by words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fieldapp.model import Coverage
from fieldapp.rules.folding import fold
from fieldapp.store.file.profile import Profile
from fieldapp.usecases.households import household
from fieldapp.usecases.households.households_table import (
    HouseholdLine,
    any_household,
    households,
    households_table,
    lines_of_households,
)
from fieldapp.usecases.households.merging import merge_people
from tests.support.laptops import WARD, add_family, machine, new_profile, working
from tests.ui.town_store import open_town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Profile]:
    profile = open_town(tmp_path / "profile", households=60)
    yield profile
    profile.close()


def in_order(lines: tuple[HouseholdLine, ...]) -> bool:
    """Whether whose cover ends first stands first."""
    keys = [(one.ends_on or date.max, one.address) for one in lines]
    return keys == sorted(keys)


def test_pages_put_together_are_the_list(town: Profile) -> None:
    store = town.store
    table = households_table(store)
    pages = [lines_of_households(store, table, at, 7) for at in range(0, table.count, 7)]
    lines = tuple(line for page in pages for line in page)
    assert lines == households(store, limit=999)
    assert len(lines) == table.count > 30
    assert in_order(lines)
    for line in lines:
        page = household.household_page(store, line.ward, line.household)
        assert (line.head_name, line.members) == (page.head_name, len(page.members))
    assert any_household(store)


def test_a_list_that_was_narrowed_stays_in_order(town: Profile) -> None:
    table = households_table(town.store)
    some = table.having(" NGUYEN  ")
    lines = lines_of_households(town.store, some, 0, 999)
    assert 0 < some.count < table.count
    assert in_order(lines)
    found = [fold(f"{line.head_name} {line.address}") for line in lines]
    assert all("nguyen" in one for one in found)
    everybody = households(town.store, limit=999)
    assert len(found) == sum("nguyen" in fold(f"{x.head_name} {x.address}") for x in everybody)


def test_what_a_merged_record_has_counts_for_whom_she_is_shown_as(tmp_path: Path) -> None:
    grants = [{"ward": WARD, "role": "clerk", "until": None}]
    desk = new_profile(tmp_path / "minh", machine(), "minh", role="clerk", grants=grants).store
    home, (hang,) = add_family(desk, ["Nguyễn Thị Hằng"], house_number="1", street="Nguyễn Xí")
    _, (again,) = add_family(desk, ["Nguyễn Thị Hàng"], house_number="2", street="Nguyễn Xí")
    third, _ = add_family(desk, ["Lê Văn Tám"], house_number="0", street="Nguyễn Xí")
    with working(desk) as unit:
        until = date(2026, 12, 31)
        unit.create(Coverage(ward=WARD, id=unit.fresh_id(), person=again, valid_to=until))
    merge_people(desk, WARD, again, hang)
    lines = households(desk)
    assert [(line.household, line.ends_on) for line in lines[:2]] == [
        (home, date(2026, 12, 31)),
        (third, None),
    ]
