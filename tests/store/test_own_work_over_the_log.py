"""Own unsettled work laid over what the server sends: the screen never loses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from fieldapp.model import Conflict, Household, Person, conflict_id
from fieldapp.store import tables
from fieldapp.store.rows import read_fields
from fieldapp.store.search import find_people
from fieldapp.store.work import Intent
from tests.support.laptops import WARD, add_person, edit, working
from tests.support.team import Laptop, Team


@pytest.fixture
def lan(team: Team, tmp_path: Path) -> Iterator[Laptop]:
    """A clerk: so that she may decide."""
    laptop = team.laptop(tmp_path / "a", "lan", role="clerk")
    yield laptop
    laptop.profile.close()


@pytest.fixture
def phuc(team: Team, tmp_path: Path) -> Iterator[Laptop]:
    """Another clerk."""
    laptop = team.laptop(tmp_path / "b", "phuc", role="clerk")
    yield laptop
    laptop.profile.close()


def shown(laptop: Laptop, kind: str, record: str) -> dict[str, Any]:
    fields = laptop.store.read(read_fields, WARD, (kind, record))
    assert fields is not None
    return fields


def name(laptop: Laptop, person: str) -> str:
    return str(shown(laptop, "person", person)["full_name"])


def conflict(laptop: Laptop, person: str, field: str = "full_name") -> Conflict:
    """The conflict as this laptop shows it."""
    known = conflict_id(WARD, "person", person, field)

    def query(connection: Connection) -> Conflict:
        row = connection.execute(select(Conflict).where(Conflict.id == known)).one()
        return Conflict(**row._mapping)

    return laptop.store.read(query)


def leftovers(laptop: Laptop) -> tuple[int, int]:
    """How many shadows and marks of own work are left."""

    def query(connection: Connection) -> tuple[int, int]:
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
            for table in (tables.shadow, tables.own_change)
        ]
        return counts[0], counts[1]

    return laptop.store.read(query)


def shared_person(lan: Laptop, phuc: Laptop, **fields: Any) -> str:
    person = add_person(lan.store, "Hằng", **fields)
    lan.synced()
    phuc.synced()
    return person


def push_only(laptop: Laptop) -> None:
    """Its work is acknowledged, but the pages do not come."""
    laptop.sync(laptop.transport(pull=["lost"]))


def pull_only(laptop: Laptop) -> None:
    """What others sent comes, but the own work is not sent: the screen keeps it on top."""
    from sync.client.machine import Standing
    from sync.client.runner import _Sync

    run = _Sync(laptop.store, laptop.transport(), laptop.random, "button")
    run._greet()
    run._pull(WARD, laptop.store.basis(WARD).position.revision)
    assert run._standing() != Standing()


def test_an_own_edit_stays_on_the_screen_when_another_ones_edit_comes(
    lan: Laptop, phuc: Laptop
) -> None:
    person = shared_person(lan, phuc)
    edit(phuc.store, Person, person, full_name="Thu Hằng", phone="0912000111")
    phuc.synced()
    edit(lan.store, Person, person, full_name="Bích Hằng")
    pull_only(lan)
    assert name(lan, person) == "Bích Hằng"
    assert shown(lan, "person", person)["phone"] == "0912000111"
    assert lan.store.read(find_people, "bich")[0].person == person
    assert lan.store.read(find_people, "thu") == []


def test_once_the_log_holds_the_own_work_the_screen_shows_the_log(
    lan: Laptop, phuc: Laptop
) -> None:
    person = shared_person(lan, phuc)
    edit(phuc.store, Person, person, full_name="Thu Hằng")
    phuc.synced()
    edit(lan.store, Person, person, full_name="Bích Hằng")
    lan.synced()
    assert name(lan, person) == "Thu Hằng"
    assert conflict(lan, person).open
    assert leftovers(lan) == (0, 0)


def test_acknowledged_work_stays_laid_over_until_its_page_has_come(
    lan: Laptop, phuc: Laptop
) -> None:
    person = shared_person(lan, phuc)
    edit(lan.store, Person, person, full_name="Bích Hằng")
    push_only(lan)
    assert name(lan, person) == "Bích Hằng"
    edit(lan.store, Person, person, full_name="Bích Hằng Nguyễn")
    newest = lan.store.basis(WARD, ("person", person))
    assert len(newest.own[("person", person)]) == 2
    lan.synced()
    assert name(lan, person) == "Bích Hằng Nguyễn"
    assert leftovers(lan) == (0, 0)


def test_own_edits_of_one_record_lie_over_each_other_in_the_order_of_saving(
    lan: Laptop, phuc: Laptop
) -> None:
    person = shared_person(lan, phuc)
    edit(phuc.store, Person, person, phone="0912000111")
    phuc.synced()
    edit(lan.store, Person, person, full_name="Một")
    lan.clock.forward(days=-400)  # ids made from now on sort before the earlier one
    lan.machine.ids._last = 0
    edit(lan.store, Person, person, full_name="Hai")
    pull_only(lan)
    assert name(lan, person) == "Hai"


def test_notes_of_two_people_are_joined_on_the_screen_before_they_are_sent(
    lan: Laptop, phuc: Laptop
) -> None:
    person = shared_person(lan, phuc, note="một\nhai\nba")
    edit(phuc.store, Person, person, note="một\nhai\nba\nPhúc ghi")
    phuc.synced()
    edit(lan.store, Person, person, note="Lan ghi\nmột\nhai\nba")
    pull_only(lan)
    joined = "Lan ghi\nmột\nhai\nba\nPhúc ghi"
    assert shown(lan, "person", person)["note"] == joined
    lan.synced()
    assert shown(lan, "person", person)["note"] == joined


def test_tags_of_two_people_are_joined_on_the_screen_before_they_are_sent(
    lan: Laptop, phuc: Laptop
) -> None:
    with working(lan.store) as unit:
        home = unit.create(Household(id=unit.fresh_id(), tags=["a", "b"]))
    lan.synced()
    phuc.synced()
    edit(phuc.store, Household, home, tags=["a", "b", "c"])
    phuc.synced()
    edit(lan.store, Household, home, tags=["b"])
    pull_only(lan)
    assert set(shown(lan, "household", home)["tags"]) == {"b", "c"}
    lan.synced()
    phuc.synced()
    assert set(shown(phuc, "household", home)["tags"]) == {"b", "c"}


def quarrel(lan: Laptop, phuc: Laptop) -> str:
    """Both renamed one person; Phúc's name stands, Lan's waits; both laptops know."""
    person = shared_person(lan, phuc)
    edit(phuc.store, Person, person, full_name="Thu Hằng")
    edit(lan.store, Person, person, full_name="Bích Hằng")
    phuc.synced()
    lan.synced()
    phuc.synced()
    return person


def decide(laptop: Laptop, person: str, value: str) -> None:
    found = conflict(laptop, person)
    sides = tuple(side["changeset"] for side in found.sides if side["open"])
    basis = laptop.store.basis(WARD, ("person", person))
    with laptop.store.work(Intent("decide", WARD), basis) as unit:
        unit.decide(found, value, sides=sides)


def test_a_decision_shows_at_once_and_settles_every_side(lan: Laptop, phuc: Laptop) -> None:
    person = quarrel(lan, phuc)
    decide(lan, person, "Bích Hằng")
    assert name(lan, person) == "Bích Hằng"
    assert not conflict(lan, person).open
    assert conflict(phuc, person).open
    lan.synced()
    phuc.synced()
    assert name(phuc, person) == "Bích Hằng"
    assert not conflict(phuc, person).open
    assert not conflict(lan, person).open


def test_a_decision_stays_on_the_screen_while_pages_come(lan: Laptop, phuc: Laptop) -> None:
    person = quarrel(lan, phuc)
    decide(lan, person, "Bích Hằng")
    edit(phuc.store, Person, person, phone="0912000111")
    phuc.synced()
    pull_only(lan)
    assert not conflict(lan, person).open
    assert name(lan, person) == "Bích Hằng"


def test_a_decision_taken_back_opens_the_conflict_again_everywhere(
    lan: Laptop, phuc: Laptop
) -> None:
    person = quarrel(lan, phuc)
    decide(lan, person, "Bích Hằng")
    lan.synced()
    found = conflict(lan, person)
    basis = lan.store.basis(WARD, ("person", person))
    with lan.store.work(Intent("undo_decision", WARD), basis) as unit:
        reopens = tuple(side["changeset"] for side in found.sides)
        unit.decide(found, "Thu Hằng", reopens=reopens)
    assert conflict(lan, person).open
    lan.synced()
    phuc.synced()
    assert conflict(lan, person).open
    assert conflict(phuc, person).open
    assert name(phuc, person) == "Thu Hằng"


def test_two_different_decisions_are_a_conflict_again(lan: Laptop, phuc: Laptop) -> None:
    person = quarrel(lan, phuc)
    decide(lan, person, "Bích Hằng")
    decide(phuc, person, "Thu Hằng")
    lan.synced()
    phuc.synced()
    lan.synced()
    assert conflict(lan, person).open
    assert conflict(phuc, person).open
    assert name(lan, person) == name(phuc, person)


def test_two_laptops_hold_the_same_rows_and_log_after_both_have_synced(
    lan: Laptop, phuc: Laptop
) -> None:
    person = quarrel(lan, phuc)
    add_person(lan.store, "Bảo")
    decide(phuc, person, "Bích Hằng")
    for _ in range(2):
        lan.synced()
        phuc.synced()
    assert _rows(lan) == _rows(phuc)
    assert leftovers(lan) == leftovers(phuc) == (0, 0)


def _rows(laptop: Laptop) -> list[str]:
    names = ("person", "household", "membership", "conflict", "log_entry", "position", "staff")

    def query(connection: Connection) -> list[str]:
        order = "ORDER BY 1, 2"
        return [repr(connection.execute(text(f"SELECT * FROM {n} {order}")).all()) for n in names]

    return laptop.store.read(query)


def test_fields_of_a_newer_program_are_kept_through_an_edit_here(lan: Laptop, phuc: Laptop) -> None:
    with lan.store.work(Intent("register", WARD)) as unit:
        newer = Person(id=unit.fresh_id(), full_name="Hằng", unknown={"blood_group": "O"})
        person = unit.create(newer)
    lan.synced()
    phuc.synced()
    edit(phuc.store, Person, person, full_name="Thu Hằng")
    phuc.synced()
    lan.synced()
    assert shown(phuc, "person", person)["blood_group"] == "O"
    assert shown(lan, "person", person)["blood_group"] == "O"
