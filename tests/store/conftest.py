"""One fresh profile, and a team with two laptops, for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.store.profile import Machine, Profile
from fieldapp.store.store import Store
from tests.support.laptops import machine, new_profile
from tests.support.team import Laptop, Team


@pytest.fixture
def on() -> Machine:
    return machine()


@pytest.fixture
def opened(tmp_path: Path, on: Machine) -> Iterator[Profile]:
    profile = new_profile(tmp_path / "lan", on)
    yield profile
    profile.close()


@pytest.fixture
def store(opened: Profile) -> Store:
    return opened.store


@pytest.fixture
def team() -> Iterator[Team]:
    made = Team()
    yield made
    made.close()


@pytest.fixture
def lan(team: Team, tmp_path: Path) -> Iterator[Laptop]:
    laptop = team.laptop(tmp_path / "a", "lan")
    yield laptop
    laptop.profile.close()


@pytest.fixture
def phuc(team: Team, tmp_path: Path) -> Iterator[Laptop]:
    laptop = team.laptop(tmp_path / "b", "phuc")
    yield laptop
    laptop.profile.close()
