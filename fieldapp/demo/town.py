"""An invented piece of Ho Chi Minh City: the same town for the same day and seed, everywhere.

Wards and streets are real, everybody who lives there is made up: names are drawn from lists, and
numbers have the right shape and plainly free digits (zeros). A likeness to a living person, and a
number that somebody really has, would be chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from fieldapp.demo import people
from fieldapp.demo.covers import CardEnd, card_end, covers_of, group_of
from fieldapp.demo.families import Member, deck
from fieldapp.demo.names import full_name
from fieldapp.demo.numbers import Numbers
from fieldapp.demo.people import (
    Town,
    TownCoverage,
    TownHousehold,
    TownPerson,
    TownStaff,
    TownVisit,
    TownWard,
)
from fieldapp.demo.places import Address, addresses, shares, town_wards
from fieldapp.demo.spans import age_on, days_after, months_after
from fieldapp.demo.story import WARD as STORY_WARD
from fieldapp.demo.story import story_household
from fieldapp.demo.visiting import past_visits

__all__ = [
    "STAFF",
    "Town",
    "TownCoverage",
    "TownHousehold",
    "TownPerson",
    "TownStaff",
    "TownVisit",
    "TownWard",
    "card_text",
    "make_town",
]

STAFF = (
    TownStaff("lan", "Lê Thị Hồng Lan", "female", "canvasser", ("26956", "26929")),
    TownStaff("phuc", "Đỗ Hữu Phúc", "male", "canvasser", ("26956", "26905")),
    TownStaff("hien", "Vũ Thu Hiền", "female", "clerk", ("26956", "26929", "26905")),
    TownStaff("tri", "Ngô Minh Trí", "male", "supervisor", ("26956", "26929", "26905")),
)

CARDS_SINCE = date(2021, 3, 1)
"""Since when there are identity cards with a chip and a QR code."""


def make_town(day: date, seed: int = 1, households: int = 640) -> Town:
    """The town as it stands on `day`: about 3.5 people a household, the story's household first.

    Dates of cards, visits and births lie around `day`. Raises ValueError for less than one
    household.
    """
    if households < 1:
        raise ValueError(f"a town of {households} households")
    random = Random(f"town {seed}")
    numbers = Numbers()
    found = [story_household(day, numbers)]
    shapes = deck(random, households)
    for number, address in enumerate(_doors(random, households), start=2):
        maker = _Maker(Random(f"household {seed} {number}"), numbers, day)
        found.append(maker.household(f"h{number:05}", address, shapes[number - 1](maker.random)))
    return Town(day, seed, town_wards(), STAFF, tuple(found))


def card_text(person: TownPerson) -> str:
    """The text in the QR code of the identity card, seven fields (cards of 2021 to June 2024)."""
    fields = (
        person.id_number,
        person.old_id_number,
        person.card_name,
        f"{person.born_on:%d%m%Y}",
        "Nữ" if person.sex == "female" else "Nam",
        person.card_address,
        f"{person.card_issued_on:%d%m%Y}",
    )
    return "|".join(fields)


def _doors(random: Random, households: int) -> Iterator[Address]:
    """The doors of all households but the story's, ward by ward."""
    for code, count in shares(households).items():
        yield from addresses(random, code, count - (code == STORY_WARD))


class _Maker:
    """Makes one household from its own stream of chance."""

    def __init__(self, random: Random, numbers: Numbers, day: date) -> None:
        self.random = random
        self.numbers = numbers
        self.day = day
        self.taken: set[str] = set()

    def household(self, key: str, address: Address, members: list[Member]) -> TownHousehold:
        """The household behind a door, with its people, cards and past visits."""
        end = card_end(self.random, self.day)
        persons = tuple(
            self._person(f"{key}-{number}", member, address, end)
            for number, member in enumerate(members, start=1)
        )
        mine = tuple(s.username for s in STAFF[:2] if address.ward_code in s.ward_codes)
        paying = any(person.group == "household" for person in persons)
        enrolled = paying and end.span == "later" and (end.on or self.day) > self._renewed_lately()
        return TownHousehold(
            key=key,
            ward_code=address.ward_code,
            house_number=address.house_number,
            street=address.street,
            neighbourhood=address.neighbourhood,
            phone=next((person.phone for person in persons if person.phone), ""),
            assigned_to=self.random.choice((*mine, *mine, "")),
            persons=persons,
            visits=past_visits(self.random, mine, day=self.day, enrolled=enrolled),
        )

    def _renewed_lately(self) -> date:
        """A card of twelve months that ends after this day was paid within two months."""
        return days_after(months_after(self.day, 12), -60)

    def _person(self, key: str, member: Member, address: Address, end: CardEnd) -> TownPerson:
        random, day = self.random, self.day
        born_on = days_after(day, -round(member.age * 365.2425))
        age = age_on(born_on, day)
        group = group_of(random, born_on, day)
        name = self._name(member, born_on.year)
        return TownPerson(
            key=key,
            name=name,
            sex=member.sex,
            born_on=born_on,
            relationship=member.relationship,
            id_number=self.numbers.citizen_id(random, member.sex, born_on.year),
            old_id_number=self.numbers.old_id(random) if age > 40 and age % 3 else "",
            si_number=self.numbers.social_insurance(random),
            phone=self._phone(member.relationship, age),
            group=group,
            coverages=covers_of(random, group, born_on, day=day, end=end),
            card_name=name,
            card_address=address.on_card,
            card_issued_on=self._issued_on(born_on),
        )

    def _name(self, member: Member, born_in: int) -> str:
        """A name whose last word nobody else of the household has."""
        while True:
            name = full_name(self.random, member.family, member.sex, born_in)
            if name.split()[-1] not in self.taken:
                self.taken.add(name.split()[-1])
                return name

    def _phone(self, relationship: str, age: int) -> str:
        """Heads have a phone, other adults mostly, children and the very old none."""
        has = relationship == people.HEAD or (15 < age < 80 and self.random.random() < 0.6)
        return self.numbers.phone(self.random) if has else ""

    def _issued_on(self, born_on: date) -> date:
        """When the card was issued: since there are such cards, after birth, before the day."""
        earliest = max(CARDS_SINCE, days_after(born_on, 20))
        return days_after(earliest, self.random.randrange(max(1, (self.day - earliest).days)))
