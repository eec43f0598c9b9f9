"""Streets and alleys of the town: real streets of three real wards, invented house numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from fieldapp.demo.people import TownWard

WARDS_SINCE = date(2025, 7, 1)
"""Since when the ward codes mean these borders (NQ1685/NQ-UBTVQH15)."""

STORY_ALLEY = ("Ung Văn Khiêm", "123/4")
STORY_DOOR = ("Ung Văn Khiêm", "123/4/5A")


@dataclass(frozen=True)
class Address:
    """A door, and how a card of before 2025 writes the place."""

    ward_code: str
    house_number: str
    street: str
    neighbourhood: str
    on_card: str


@cache
def _wards() -> list[dict[str, Any]]:
    text = (resources.files(__package__) / "places.toml").read_text("utf-8")
    wards: list[dict[str, Any]] = tomllib.loads(text)["ward"]
    return wards


def town_wards() -> tuple[TownWard, ...]:
    """The three wards, the one of the story first."""
    return tuple(TownWard(ward["code"], ward["name"], WARDS_SINCE) for ward in _wards())


def shares(households: int) -> dict[str, int]:
    """How many of the households stand in each ward, by ward code."""
    found = {ward["code"]: households * ward["share"] // 100 for ward in _wards()}
    found[_wards()[0]["code"]] += households - sum(found.values())
    return found


def addresses(random: Random, ward_code: str, count: int) -> Iterator[Address]:
    """`count` different doors of a ward, alley by alley, next to and never at the story's door."""
    ward = next(ward for ward in _wards() if ward["code"] == ward_code)
    taken = {STORY_DOOR}
    alley: tuple[str, str] | None = STORY_ALLEY if ward is _wards()[0] else None
    while len(taken) <= count:
        street, stem = alley or _alley(random, ward["streets"])
        alley = None
        for number in _doors(random, stem):
            if len(taken) <= count and (street, number) not in taken:
                taken.add((street, number))
                yield _address(ward, street, stem, number)


def _alley(random: Random, streets: list[str]) -> tuple[str, str]:
    """A street and the part of the house number that an alley shares; empty on the street."""
    street = random.choice(streets)
    depth = random.choices((0, 1, 2), (20, 50, 30))[0]
    parts = [random.randrange(3, 420), random.randrange(2, 90)][:depth]
    return street, "/".join(map(str, parts))


def _doors(random: Random, stem: str) -> list[str]:
    """Four to twelve neighbouring house numbers behind the same stem."""
    number = random.randrange(1, 60) if stem else random.randrange(3, 400)
    found = []
    for _ in range(random.randrange(4, 13)):
        letter = random.choices(("", "A", "B", "C"), (82, 11, 5, 2))[0]
        found.append(f"{stem}/{number}{letter}" if stem else f"{number}{letter}")
        number += random.choice((1, 2, 2, 4))
    return found


def _address(ward: dict[str, Any], street: str, stem: str, number: str) -> Address:
    """The door with its neighbourhood and old ward: an alley lies in one of each."""
    place = ward["streets"].index(street) * 7 + int(number.split("/")[0].rstrip("ABC")) // 60
    old_ward = ward["old_wards"][ward["streets"].index(street) % len(ward["old_wards"])]
    return Address(
        ward_code=ward["code"],
        house_number=number,
        street=street,
        neighbourhood=f"Khu phố {1 + place % 32}",
        on_card=f"{number} {street}, {old_ward}, Quận Bình Thạnh, TP. Hồ Chí Minh",
    )
