"""An imported list travels like any other work: in batches, to every other laptop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldapp.model import Coverage, Household, Person
from fieldapp.store.rows import table_of
from fieldapp.store.search import find_people
from fieldapp.usecases.households import people
from fieldapp.usecases.importing.preview import Choice
from fieldapp.usecases.importing.taking_in import look_at, take_in
from sync.server.verify import verify
from tests.support.books import due_book, register_book
from tests.support.laptops import WARD
from tests.support.team import Laptop, Team
from tests.sync.test_runs import journal_ids, on_server


def lines(count: int, phone: str = "0903555214") -> list[tuple[Any, ...]]:
    return [
        (n, f"H{n // 4:03d}", f"Nguyễn Văn {'ABCDEGHKLM'[n % 10]}", "Chủ hộ" if n % 4 == 0 else
         "Con", f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/1968", "Nam", f"079068{n:06d}", f"{n // 4 + 1}",
         "Nguyễn Xí", "Khu phố 4", phone if n % 4 == 0 else None)
        for n in range(count)
    ]  # fmt: skip


def take(laptop: Laptop, kind: Any, path: Path) -> Any:
    return take_in(laptop.store, look_at(laptop.store, kind, path, Choice(ward=WARD)))


def count(laptop: Laptop, record: Any) -> int:
    query = select(func.count()).select_from(table_of(record.type_name()))
    return laptop.store.read(lambda c: int(c.execute(query).scalar_one()))


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return register_book(tmp_path / "register.xlsx", *lines(600))


def test_a_list_reaches_the_other_laptop_in_batches(
    team: Team, lan: Laptop, phuc: Laptop, register: Path
) -> None:
    lan.synced()
    done = take(lan, "households", register)
    assert (done.new, done.wrong) == (600, 0)
    way = lan.transport()
    assert lan.sync(way).pushed == 150
    batches = [request.contents for name, request in way.calls if name == "push"]
    assert len(batches) > 1
    assert on_server(team) == journal_ids(lan)
    phuc.synced()
    assert (count(phuc, Person), count(phuc, Household)) == (600, 150)
    assert len(phuc.store.read(find_people, "079068000123")) == 1
    assert verify(team.service.database) == []
    again = take(phuc, "households", register)
    assert (again.same, again.new, again.changed) == (600, 0, 0)
    assert take(lan, "households", register).same == 600


def test_two_desks_with_the_same_list_make_everybody_once(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    lan.synced()
    phuc.synced()
    due = [(n, f"Nguyễn Văn {'ABCDEGHKLM'[n % 10]}", f"079068{n:06d}", None, f"{n + 1} Nguyễn Xí",
            "31/12/2026", None) for n in range(30)]  # fmt: skip
    path = due_book(tmp_path / "due.xlsx", *due)
    for laptop in (lan, phuc):
        assert take(laptop, "due", path).new == 30
    for laptop in (lan, phuc, lan):
        laptop.synced()
    for laptop in (lan, phuc):
        counted = [count(laptop, record) for record in (Person, Household, Coverage)]
        assert counted == [30, 30, 30]
    assert verify(team.service.database) == []


def test_a_colleagues_correction_stands_against_the_list_that_comes_again(
    lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    path = register_book(tmp_path / "a.xlsx", *lines(4))
    take(lan, "households", path)
    lan.synced()
    phuc.synced()
    (head,) = phuc.store.read(find_people, "0903555214")
    people.edit_person(phuc.store, WARD, head.person, {"phone": "0912000111"})
    phuc.synced()
    lan.synced()
    done = take(lan, "households", path)
    assert [one.why for one in done.differing] == ["by_hand"]
    newer = register_book(tmp_path / "b.xlsx", *lines(4, phone="0933000222"))
    assert [one.why for one in take(lan, "households", newer).differing] == ["by_hand"]
