"""Names of invented people: family name by frequency, the rest by sex and decade of birth."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from random import Random
from typing import Any


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "names.toml").read_text("utf-8"))


def weighted(random: Random, weights: dict[str, int]) -> str:
    """One key, as often as its weight says."""
    return random.choices(list(weights), list(weights.values()))[0]


def family_name(random: Random) -> str:
    """A family name; about three of ten are Nguyễn."""
    return weighted(random, _data()["family"])


def fashion(sex: str, born_in: int) -> str:
    """Which table of middle and given names a person of this sex and year of birth takes."""
    age = "old" if born_in < 1975 else "mid" if born_in < 2000 else "young"
    return f"{sex}_{age}"


def personal_name(random: Random, sex: str, born_in: int) -> str:
    """Middle and given name without the family name: "Thị Bích Hằng", "Minh Khôi"."""
    table = _data()[fashion(sex, born_in)]
    middle = weighted(random, table["middle"])
    given = random.choice(table["given"])
    while middle.split()[-1:] == given.split()[:1]:
        given = random.choice(table["given"])
    return f"{middle} {given}".strip()


def full_name(random: Random, family: str, sex: str, born_in: int) -> str:
    """The whole name, family name first; the middle never repeats the family name."""
    personal = personal_name(random, sex, born_in)
    while personal.split()[0] == family:
        personal = personal_name(random, sex, born_in)
    return f"{family} {personal}"
