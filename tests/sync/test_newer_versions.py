"""A laptop among newer ones: what it does not know passes through, and is there once it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fieldapp.model.record import record_types
from fieldapp.store.log.packed import unpack
from fieldapp.store.log.reading import Run
from fieldapp.store.log.sums import SCHEMA_MARK
from fieldapp.store.search import find_people
from fieldapp.usecases import changes
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.visiting import visits
from sync.client.runner import sync_once
from tests.simulation import town
from tests.simulation.folding import stored
from tests.simulation.machines import Laptop
from tests.simulation.town import WARDS, World
from tests.support.team import Direct

WARD = WARDS[0]
NEWER = "visit"
"""The record type that the older program of these tests does not know."""


@pytest.fixture
def world() -> Iterator[World]:
    yield town.new_world(2)


def sync(world: World, laptop: Laptop) -> None:
    world.clock.forward(seconds=60)
    way = Direct(world.server.service, laptop.store.setting("token"))
    report = sync_once(laptop.store, way, random=laptop.random)
    assert report.done and report.trouble is None, report


@contextmanager
def older(laptop: Laptop, monkeypatch: pytest.MonkeyPatch, unknown: str = NEWER) -> Iterator[None]:
    """Within it the laptop takes pages in as a program that never heard of a record type."""
    take = laptop.store.take_run

    def take_run(run: Run) -> Any:
        with monkeypatch.context() as patched:
            patched.delitem(record_types(), unknown)
            patched.setattr("fieldapp.store.log.taking_in.erasing.erase", lambda *said: set())
            return take(run)

    with monkeypatch.context() as patched:
        patched.setattr(laptop.store, "take_run", take_run)
        patched.setattr("sync.client.sums.schema_mark", lambda: "older")
        laptop.store.remember(**{SCHEMA_MARK: "older"})
        yield


def home(laptop: Laptop) -> str:
    found = laptop.disk.ask("SELECT id FROM household WHERE ward = ? ORDER BY id", WARD)
    return str(found[0][0])


def test_records_of_an_unknown_type_wait_in_the_log_until_the_program_knows_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = world.laptops[:2]
    for each in (new, old):
        sync(world, each)
    visit = visits.record_visit(new.store, WARD, home(new), "appointment", note="chiều")
    sync(world, new)
    with older(old, monkeypatch):
        sync(world, old)
        assert not old.disk.ask("SELECT id FROM visit")
        changes.undo(new.store, visit)
        visits.record_visit(new.store, WARD, home(new), "not_at_home")
        sync(world, new)
        sync(world, old)

    old.store.meet_program()
    assert stored(old.disk, WARD).rows == stored(new.disk, WARD).rows
    assert household_page(old.store, WARD, home(old)).visits == 1
    sync(world, old)
    assert not old.store.setting("mended", [])


def test_a_program_that_learns_of_erasures_makes_good_what_it_passed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = world.laptops[1], world.laptops[0]
    for each in (new, old):
        sync(world, each)
    [(person,), *_] = old.disk.ask("SELECT id FROM person WHERE full_name LIKE '%Khoi' ORDER BY id")
    erase_person(new.store, WARD, person)
    sync(world, new)
    with older(old, monkeypatch, "erasure"):
        sync(world, old)
        assert old.store.read(find_people, "0903555000")

    old.store.meet_program()
    assert stored(old.disk, WARD).rows == stored(new.disk, WARD).rows
    names = old.disk.ask("SELECT full_name, phone FROM person WHERE id = ?", person)
    assert [tuple(row) for row in names] == [("", None)]
    assert person not in {hit.person for hit in old.store.read(find_people, "0903555000")}
    log = b"".join(unpack(row[0]) for row in old.disk.ask("SELECT content FROM log_entry"))
    assert log.count("Trần Quốc Khoi".encode()) == 1, "the other household's"
