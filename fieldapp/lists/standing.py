"""What the ward holds already, indexed for comparison with a list: finding the person of a line.

By a number first; else by name without tones, birth date and near address. Where two people fit,
or the same name and birth live at another address, a person must say: it is never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from fieldapp.lists.cells import Fault
from fieldapp.lists.listed import Listed
from fieldapp.rules.folding import fold
from fieldapp.rules.places.written_address import DoorKey, Place, are_near, door_key

NUMBER_FIELDS = ("id_number", "si_number", "card_number", "old_id_number")

Fields = Mapping[str, Any]
"""Values of a record as the wire carries them: dates are ISO texts."""


@dataclass(slots=True)
class Living:
    """A person of the ward, standing or made by this list.

    Attributes:
        key: the name without tones.
        born: ISO date or "".
        home: the id of the household that she lives in, "" for none.
    """

    id: str
    key: str
    born: str
    numbers: dict[str, str]
    home: str = ""
    withdrawn: bool = False


@dataclass
class Standing:
    """People and households of one ward. `records` are the values by type and id."""

    records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    living: dict[str, Living] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    by_number: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    """By name the people of each year of birth; "": it is not known, or another's counts."""
    by_door: dict[DoorKey, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, str] = field(default_factory=dict)
    memberships: dict[str, str] = field(default_factory=dict)
    """Open membership by person."""
    members: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """People by household."""
    coverages: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """Coverages by person and scheme."""

    def take(self, kind: str, record: str, fields: dict[str, Any]) -> None:
        """Adds a record of any of the four types, people before what refers to them."""
        self.records[kind, record] = fields
        if kind == "person":
            self._take_person(record, fields)
        elif fields.get("withdrawn"):
            return
        elif kind == "household":
            self._take_household(record, fields)
        elif kind == "membership" and fields["household"] and not fields.get("until"):
            self._take_membership(record, fields)
        elif kind == "coverage":
            self.coverages[fields["person"], fields["scheme"]].append(record)

    def _take_person(self, record: str, fields: dict[str, Any]) -> None:
        numbers = {name: fields[name] for name in NUMBER_FIELDS if fields.get(name)}
        key = fold(fields.get("full_name") or "")
        born, withdrawn = fields.get("born_on") or "", bool(fields.get("withdrawn"))
        self.living[record] = Living(record, key, born, numbers, withdrawn=withdrawn)
        if fields.get("merged_into"):
            self.merged[record] = fields["merged_into"]
        for pair in numbers.items():
            self.by_number[pair].append(record)
        # of one that was merged the other's birth counts: she is looked at in any case
        self._name(record, key, "" if fields.get("merged_into") else born)

    def _name(self, record: str, key: str, born: str) -> None:
        self.by_name[key].setdefault(born[:4], []).append(record)

    def _take_household(self, record: str, fields: dict[str, Any]) -> None:
        self.by_door[door_key(fields["house_number"], fields["street"])].append(record)
        if fields.get("household_code"):
            self.by_code[fields["household_code"]] = record

    def _take_membership(self, record: str, fields: dict[str, Any]) -> None:
        person, household = fields["person"], fields["household"]
        self.memberships[person] = record
        self.members[household].append(person)
        if person in self.living:
            self.living[person].home = household

    def learn(self, record: str, name: str, value: Any) -> None:
        """What this list adds to a person counts for its later lines."""
        someone = self.living.get(record)
        if someone is not None and name in NUMBER_FIELDS and value:
            someone.numbers[name] = value
            self.by_number[name, value].append(record)
        elif someone is not None and name == "born_on":
            someone.born = value or ""
            self._name(record, someone.key, someone.born)

    def alive(self, record: str) -> Living | None:
        """The person whom a record stands for, after merges; None for a withdrawn one."""
        seen = set()
        while record in self.merged and record not in seen:
            seen.add(record)
            record = self.merged[record]
        someone = self.living.get(record)
        return None if someone is None or someone.withdrawn else someone

    def place_of(self, someone: Living) -> Place:
        """Where a person lives."""
        home = self.records.get(("household", someone.home))
        return place_in(home) if home else Place()

    # finding

    def find(self, said: Listed) -> Living | Fault | None:
        """The person of a line; None for somebody unknown."""
        by_number = self._by_number(said)
        if by_number is not None:
            return by_number
        return self._by_name(said)

    def _by_number(self, said: Listed) -> Living | Fault | None:
        records = [r for pair in said.numbers.items() for r in self.by_number.get(pair, ())]
        found = {someone.id: someone for r in records if (someone := self.alive(r))}
        if len(found) > 1:
            return Fault("two_people_fit", {"names": self._names(found)})
        if not found:
            return Fault("withdrawn_before") if records else None
        (someone,) = found.values()
        if someone.key != said.key and not self._born_alike(someone, said):
            return Fault("number_of_another", {"name": self._names(found)})
        return someone

    def _by_name(self, said: Listed) -> Living | Fault | None:
        people = {
            s.id: s
            for record in self._namesakes(said)
            if (s := self.alive(record)) and not _contradicts(s, said)
        }
        exact = said.born is not None and said.born.on is not None
        born = {i: s for i, s in people.items() if s.born and self._born_alike(s, said)}
        door = self._at_door(people if not exact else born, said)
        if len(door) == 1:
            return next(iter(door.values()))
        near = {i: s for i, s in born.items() if are_near(self.place_of(s), said.home)}
        if exact and len(near) == 1 and not door:
            return next(iter(near.values()))
        if door or near or (said.born is None and people):
            return Fault("two_people_fit", {"names": self._names(door or near or people)})
        if exact and born:
            where = self.place_of(next(iter(born.values())))
            address = f"{where.house_number} {where.street}".strip()
            return Fault("namesake_elsewhere", {"address": address or "?"})
        unborn = {i: s for i, s in people.items() if not s.born}
        unborn = self._at_door(unborn, said)
        return next(iter(unborn.values())) if len(unborn) == 1 else None

    def _namesakes(self, said: Listed) -> Iterable[str]:
        """Those of the name whose birth does not contradict; a big ward has hundreds of a name."""
        by_year = self.by_name.get(said.key)
        if not by_year:
            return ()
        if said.born is None:
            return chain.from_iterable(by_year.values())
        return chain(by_year.get(f"{said.born.year:04d}", ()), by_year.get("", ()))

    def _at_door(self, people: Mapping[str, Living], said: Listed) -> dict[str, Living]:
        """Those whose birth does not contradict, at the very door of the line."""
        if not said.home.is_a_door:
            return {}
        wanted = door_key(said.home.house_number, said.home.street)
        return {
            record: someone
            for record, someone in people.items()
            if self._born_alike(someone, said, unknown_too=True)
            and door_key(*_door(self.place_of(someone))) == wanted
        }

    @staticmethod
    def _born_alike(someone: Living, said: Listed, *, unknown_too: bool = False) -> bool:
        if said.born is None or not someone.born:
            return unknown_too
        if said.born.on is None:
            return someone.born[:4] == f"{said.born.year:04d}"
        return someone.born == said.born.on.isoformat()

    def _names(self, people: Mapping[str, Living]) -> str:
        told = []
        for record, someone in list(people.items())[:3]:
            where = self.place_of(someone)
            name = self.records["person", record]["full_name"]
            told.append(f"{name} ({where.house_number} {where.street})".replace(" ( )", ""))
        return "; ".join(told)


def place_in(household: Fields) -> Place:
    """The address of a household's record."""
    return Place(
        household.get("house_number") or "",
        household.get("street") or "",
        household.get("neighbourhood") or "",
    )


def _door(place: Place) -> tuple[str, str]:
    return place.house_number, place.street


def _contradicts(someone: Living, said: Listed) -> bool:
    """Both have a number of the same kind, and the numbers differ: two people."""
    return any(said.numbers.get(name, number) != number for name, number in someone.numbers.items())


def standing_of(rows: Iterable[tuple[str, str, dict[str, Any]]]) -> Standing:
    """The index over records: type, id, values; people and households before the others."""
    made = Standing()
    for kind, record, fields in rows:
        made.take(kind, record, fields)
    return made


def iso(day: date | None) -> str | None:
    """A date as records carry it on the wire."""
    return day.isoformat() if day else None
