"""A person who is to be erased, and where something of her still stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldapp.store.rows import read_fields
from fieldapp.store.search import find_people
from fieldapp.usecases.households import people
from fieldapp.usecases.visiting import visits
from sync.server.lives.backups import make_backup, prepared, restore
from tests.support.laptops import WARD
from tests.support.scanning import found_in
from tests.support.team import Laptop, Team

NAME, PHONE, NUMBER = "Nguyễn Thị Khuyênh", "0903555777", "079168000001"
HERS = (NAME, PHONE, NUMBER, "khuyenh", "hay đi vắng", NUMBER[::-1], PHONE[::-1])
"""What must not be found anywhere, also as the search keeps it."""


@pytest.fixture
def tri(team: Team, tmp_path: Path) -> Iterator[Laptop]:
    laptop = team.laptop(tmp_path / "c", "tri", role="supervisor")
    yield laptop
    laptop.profile.close()


def family(lan: Laptop) -> tuple[str, str]:
    """A household of two, her and her son; her id and the household's."""
    members = [
        {"full_name": NAME, "relationship": "00", "phone": PHONE, "id_number": NUMBER,
         "sex": "female", "born_on": "1968-11-21", "note": "hay đi vắng"},
        {"full_name": "Trần Văn Bảo", "relationship": "03"},
    ]  # fmt: skip
    home = {"house_number": "12", "street": "Nguyễn Xí"}
    people.register_household(lan.store, WARD, home, members)
    (found,) = lan.store.read(find_people, NUMBER)
    assert found.household is not None
    people.edit_person(lan.store, WARD, found.person, {"phone": "0903555778"})
    people.edit_person(lan.store, WARD, found.person, {"phone": PHONE})
    visits.record_visit(lan.store, WARD, found.household, "considering", note=f"gặp chị {NAME}")
    return found.person, found.household


def everybody(*laptops: Laptop) -> None:
    for _ in range(2):
        for laptop in laptops:
            laptop.synced()


def left(where: Laptop | Team) -> list[tuple[str, str]]:
    """Where something of her still stands."""
    if isinstance(where, Laptop):
        return where.store.read(found_in, HERS)
    with where.service.database.read() as connection:
        return found_in(connection, HERS)


def row(laptop: Laptop, person: str) -> Any:
    return laptop.store.read(read_fields, WARD, ("person", person))


def put_back(team: Team, backup: Path) -> None:
    copy = backup.with_suffix(".copy")
    shutil.copyfile(backup, copy)
    prepared(copy, team.service)
    restore(team.service, copy)


def backed_up(team: Team, path: Path) -> Path:
    assert make_backup(team.service, path) == []
    return path
