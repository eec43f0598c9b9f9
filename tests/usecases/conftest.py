"""A canvasser's laptop with the household of the story, on 23 November 2026 at eight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from fieldapp.demo.town import Town, TownHousehold, make_town
from fieldapp.store.file.profile import Profile
from fieldapp.store.receipts import NewLease
from fieldapp.store.store import Store
from fieldapp.usecases.households import people
from tests.support.laptops import WARD, machine, new_profile

DAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def town() -> Town:
    """The demo's town on the day of these tests."""
    return make_town(DAY, households=60)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Profile]:
    """A fresh profile of the canvasser lan, granted the story's ward."""
    grants = [{"ward": WARD, "role": "canvasser", "until": None}]
    made = new_profile(
        tmp_path / "lan", machine(), role="canvasser", full_name="Lê Thị Hồng Lan", grants=grants
    )
    yield made
    made.close()


@pytest.fixture
def store(laptop: Profile) -> Store:
    """The laptop's store."""
    return laptop.store


@pytest.fixture
def leased(store: Store) -> Store:
    """The same store with a receipt book of five numbers."""
    incarnation = str(store.setting("incarnation"))
    store.take_lease(NewLease("BL 26-01", 41906, 41910, incarnation, 41906))
    return store


def register(store: Store, door: TownHousehold) -> str:
    """Registers a household of the town as an imported list does."""
    members = [
        {
            "full_name": person.name,
            "sex": person.sex,
            "born_on": person.born_on,
            "id_number": person.id_number,
            "si_number": person.si_number,
            "phone": person.phone,
            "group": person.group,
            "relationship": person.relationship,
            "covers": [asdict(cover) for cover in person.coverages],
        }
        for person in door.persons
    ]
    fields = {
        "house_number": door.house_number,
        "street": door.street,
        "neighbourhood": door.neighbourhood,
        "phone": door.phone,
    }
    return people.register_household(store, WARD, fields, members, evidence={"kind": "list"})


@pytest.fixture
def home(store: Store, town: Town) -> str:
    """The story's household: Bích Hằng's five, at 123/4/5A Ung Văn Khiêm."""
    return register(store, town.households[0])
