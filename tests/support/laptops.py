"""Laptops for tests: a profile folder with its encrypted file, on a clock and from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from fieldapp.clock import Ids, SetClock
from fieldapp.model import Household, Membership, Person
from fieldapp.store.file import profile
from fieldapp.store.file.keys import Cost
from fieldapp.store.file.profile import Card, Machine, Profile
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Intent

WARD = "26956.20250701"
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""08:00 in Ho Chi Minh City."""
PASSWORD = "sáng nay trời mưa"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


@dataclass
class KeptSecrets:
    """A keystore in memory."""

    secrets: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> str | None:
        return self.secrets.get(name)

    def write(self, name: str, secret: str) -> bool:
        self.secrets[name] = secret
        return True


def machine(clock: SetClock | None = None, seed: int = 1) -> Machine:
    """A machine whose clock, ids and keystore belong to the test."""
    standing = clock or SetClock(MORNING)
    return Machine(standing, Ids(standing, Random(seed).randbytes), KeptSecrets(), CHEAP)


def new_profile(folder: Path, on: Machine, username: str = "lan", **settings: Any) -> Profile:
    """A fresh profile that never met a server."""
    card = Card(f"device-{username}", "https://sync.test", username, username.title(), "laptop")
    standing = {"device": f"device-{username}", "username": username} | settings
    return profile.create(folder, card, PASSWORD, on, standing)


@contextmanager
def working(store: Store, action: str = "test") -> Iterator[Unit]:
    """One action in the ward of the tests."""
    with store.work(Intent(action, WARD)) as unit:
        yield unit


def add_person(store: Store, name: str = "Nguyễn Thị Hằng", **fields: Any) -> str:
    """Saves a person; returns her id."""
    with working(store, "register") as unit:
        return unit.create(Person(id=unit.fresh_id(), full_name=name, **fields))


def add_family(store: Store, names: list[str], **household: Any) -> tuple[str, list[str]]:
    """Saves a household and its members in one action; their ids."""
    with working(store, "register") as unit:
        home = unit.create(Household(id=unit.fresh_id(), **household))
        people = []
        for name in names:
            person = unit.create(Person(id=unit.fresh_id(), full_name=name))
            unit.create(Membership(id=unit.fresh_id(), person=person, household=home))
            people.append(person)
    return home, people


def edit(store: Store, record: Any, record_id: str, **fields: Any) -> None:
    """Saves an edit of one record on what stands now."""
    basis = store.basis(WARD, (record.type_name(), record_id))
    with store.work(Intent("edit", WARD), basis) as unit:
        unit.edit(record, record_id, **fields)
