"""One fresh profile, and a team with two laptops, for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.store import Store
from tests.support.laptops import machine, new_profile
from tests.support.team_fixtures import lan, phuc, team

__all__ = ["lan", "phuc", "team"]


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
