"""A team on a server in memory, with the laptops of two canvassers: imported by conftests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.team import Laptop, Team


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
