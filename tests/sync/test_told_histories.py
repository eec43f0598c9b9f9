"""Histories that broke earlier drafts of the sync, told on whole laptops: each one ends well.

Those that the merge alone can tell stand in `test_merge`, those of one ward's log in
`tests/server/test_ward_stories`. These need a laptop with its screens, its outbox and its grants.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fieldapp.model import Household, Person
from fieldapp.store.log.reading import Run
from fieldapp.store.rows import read_fields
from fieldapp.store.work import Intent
from fieldapp.usecases.households import people
from fieldapp.usecases.visiting import visits
from sync.client.runner import SyncReport, sync_once
from sync.protocol import Calls, Exchange, Exchanged, Page, Pull, Push
from tests.simulation import town
from tests.simulation.folding import stored
from tests.simulation.machines import Laptop
from tests.simulation.town import WARDS, World, one_more, sign_in
from tests.support.team import Direct

WARD, OTHER = WARDS


@pytest.fixture
def world() -> Iterator[World]:
    yield town.new_world(5)


class Way(Direct):
    """The way to the server of one laptop; pages as short as wanted."""

    limit = 400_000

    def pull(self, request: Pull) -> Page:
        return super().pull(replace(request, limit_bytes=self.limit))

    def exchange(self, request: Exchange) -> Exchanged:
        return super().exchange(replace(request, limit_bytes=self.limit))


def way(world: World, laptop: Laptop) -> Way:
    return Way(world.server.service, laptop.store.setting("token"))


def sync(world: World, laptop: Laptop, over: Calls | None = None) -> SyncReport:
    world.clock.forward(seconds=60)
    return sync_once(laptop.store, over or way(world, laptop), random=laptop.random)


def home(laptop: Laptop) -> str:
    found = laptop.disk.ask("SELECT id FROM household WHERE ward = ? ORDER BY id", WARD)
    return str(found[0][0])


def head(laptop: Laptop) -> str:
    return str(laptop.disk.ask("SELECT head FROM household WHERE id = ?", home(laptop))[0][0])


def fields(laptop: Laptop, kind: str, record: str) -> dict[str, Any]:
    return laptop.store.read(read_fields, WARD, (kind, record)) or {}


def rename(laptop: Laptop, name: str) -> None:
    people.edit_person(laptop.store, WARD, head(laptop), {"full_name": name})


def conflicts(laptop: Laptop) -> list[tuple[str, list[Any]]]:
    rows = laptop.disk.ask("SELECT field, sides FROM conflict WHERE open ORDER BY id")
    return [(field, [s["value"] for s in json.loads(sides) if s["open"]]) for field, sides in rows]


def outbox(laptop: Laptop) -> list[tuple[str, str]]:
    """Content and state of what was done here, oldest first."""
    rows = laptop.disk.ask("SELECT content, state FROM journal ORDER BY rowid")
    return [(bytes(content).decode(), state) for content, state in rows]


def test_a1_any_first_page_is_a_state(world: World) -> None:
    lan, phuc = world.laptops[0], world.laptops[2]
    for number in range(4):
        visits.record_visit(lan.store, WARD, home(lan), "considering", note=str(number))
        people.edit_household(lan.store, WARD, home(lan), {"street": "Lê Lợi", "note": f"{number}"})
    sync(world, lan)
    fresh = one_more(world.clock, town.town().empty)
    fresh.random.seed(1)
    sign_in(world.server, fresh, town.town().empty, phuc.user)
    short = way(world, fresh)
    short.limit = 1
    seen = []

    def look(_: Any) -> None:
        rows = stored(fresh.disk, WARD).rows
        seen.append(len(rows))
        homes = {key[1] for key in rows if key[0] == "household"}
        assert all(row["household"] in homes for key, row in rows.items() if key[0] == "membership")
        assert all(row["household"] in homes for key, row in rows.items() if key[0] == "visit")

    report = sync_once(fresh.store, short, random=fresh.random, on_state=look)
    assert report.done
    assert len(set(seen)) > 3
    assert stored(fresh.disk, WARD).rows == stored(lan.disk, WARD).rows


def test_a3_b15_a_page_taken_over_own_work_neither_hides_it_nor_overwrites_what_came(
    world: World,
) -> None:
    lan, hien = world.laptops[0], world.laptops[1]
    rename(lan, "Trần Quốc Khôi")
    rename(hien, "Trần Quốc Khởi")
    assert sync(world, hien).done
    revision = lan.disk.ask("SELECT revision FROM position WHERE ward = ?", WARD)[0][0]
    epoch = lan.store.setting("epoch")
    page = way(world, lan).pull(Pull(WARD, epoch, revision))  # her push was lost, her pull is not
    entries = [entry.entry() for entry in page.entries]
    lan.store.take_run(Run(WARD, page.epoch, page.after, page.chain_at_after, entries))
    assert fields(lan, "person", head(lan))["full_name"] == "Trần Quốc Khôi"
    rename(lan, "Trần Quốc Khối")
    assert fields(lan, "person", head(lan))["full_name"] == "Trần Quốc Khối"
    assert sync(world, lan).done
    assert fields(lan, "person", head(lan))["full_name"] == "Trần Quốc Khởi"
    named = {"Trần Quốc Khởi", "Trần Quốc Khôi", "Trần Quốc Khối"}
    assert [(field, set(values)) for field, values in conflicts(lan)] == [("full_name", named)]


def test_b1_the_second_of_two_edits_waits_for_the_first(world: World) -> None:
    lan, hien = world.laptops[0], world.laptops[1]
    rename(lan, "Trần Quốc Khôi")
    rename(lan, "Trần Quốc Khối")
    first, second = (content for content, state in outbox(lan) if state == "unsent")
    over = way(world, lan)
    answer = over.push(Push(WARD, (second,))).answers[0]  # a parcel brought it
    assert (answer.status, answer.reason) == ("held", "missing_on")
    assert over.push(Push(WARD, (first,))).answers[0].status == "applied"
    assert sync(world, lan).done
    assert sync(world, hien).done
    assert fields(hien, "person", head(hien))["full_name"] == "Trần Quốc Khối"
    assert conflicts(hien) == []


def test_b2_who_withdraws_a_household_learns_of_the_visit_that_she_had_not_seen(
    world: World,
) -> None:
    lan, hien = world.laptops[0], world.laptops[1]
    visits.record_visit(lan.store, WARD, home(lan), "considering")
    basis = hien.store.basis(WARD, ("household", home(hien)))
    with hien.store.work(Intent("household.edit", WARD), basis) as work:
        work.edit(Household, home(hien), withdrawn=True)
    for laptop in (lan, hien, lan):
        assert sync(world, laptop).done
    for laptop in (lan, hien):
        assert fields(laptop, "household", home(laptop))["withdrawn"] is False
        assert [field for field, _ in conflicts(laptop)] == ["withdrawn"]


def test_b3_a_phone_number_from_the_year_2040_is_asked_about(world: World) -> None:
    lan, hien = world.laptops[0], world.laptops[1]
    lan.clock.skew = timedelta(days=365 * 14)
    people.edit_household(lan.store, WARD, home(lan), {"phone": "0903555214"})
    lan.clock.skew = timedelta()
    world.clock.forward(minutes=5)
    people.edit_household(hien.store, WARD, home(hien), {"phone": "0912000111"})
    for laptop in (lan, hien, lan):
        assert sync(world, laptop).done
    assert [(field, set(values)) for field, values in conflicts(hien)] == [
        ("phone", {"0903555214", "0912000111"})
    ]


def test_b8_work_held_for_want_of_a_right_takes_along_what_was_built_on_it(world: World) -> None:
    lan, hien = world.laptops[0], world.laptops[1]
    admin = world.server.admin
    rename(lan, "Trần Quốc Khôi")
    admin.revoke_grant("lan", WARD)
    over = way(world, lan)
    (held,) = (content for content, state in outbox(lan) if state == "unsent")
    assert over.push(Push(WARD, (held,))).answers[0].reason == "no_grant"
    admin.grant("lan", WARD, "canvasser")
    rename(lan, "Trần Quốc Khối")
    visits.record_visit(lan.store, WARD, home(lan), "considering")
    assert sync(world, lan).done
    assert fields(lan, "person", head(lan))["full_name"] == "Trần Quốc Khối"
    reasons = [row["reason"] for row in admin.held()]
    assert sorted(reasons) == ["missing_on", "no_grant"]  # the visit does not wait
    admin.release(next(row["id"] for row in admin.held() if row["reason"] == "no_grant"))
    assert admin.held() == []
    for laptop in (lan, hien):
        assert sync(world, laptop).done
        assert fields(laptop, "person", head(laptop))["full_name"] == "Trần Quốc Khối"
    assert {state for _, state in outbox(lan)} == {"acknowledged"}


def test_b10_whoever_pushes_into_a_foreign_ward_learns_nothing_of_it(world: World) -> None:
    lan, minh = world.laptops[0], world.laptops[4]
    person = minh.disk.ask("SELECT id FROM person WHERE ward = ? ORDER BY id", OTHER)[0][0]
    with minh.store.work(Intent("person.edit", OTHER)) as work:
        work.edit(Person, person, full_name="Nguyễn Thị Bí Mật")
    assert sync(world, minh).done
    content = json.loads(outbox(lan)[0][0])
    content |= {"id": lan.ids.new(), "ward": OTHER, "on": [], "base": ["", 0]}
    change = {"kind": "edit", "type": "person", "id": person, "fields": {"full_name": ["a", "b"]}}
    content["changes"] = [change]
    answers = way(world, lan).push(Push(OTHER, (json.dumps(content),)))
    assert answers.answers[0].reason == "no_grant"
    assert "Bí Mật" not in repr(answers)


def test_c3_a_revoked_device_hands_its_work_in_until_the_last_is_acknowledged(
    world: World,
) -> None:
    lan, hien = world.laptops[0], world.laptops[1]
    rename(lan, "Trần Quốc Khôi")
    world.server.admin.revoke_device(lan.store.setting("device"))
    visits.record_visit(lan.store, WARD, home(lan), "considering")
    report = sync(world, lan)
    assert report.trouble is not None
    assert report.trouble.code == "sync.device_erased"
    assert {state for _, state in outbox(lan)} == {"acknowledged", "held"}
    for row in world.server.admin.held():
        assert row["reason"] == "revoked_device"
        world.server.admin.release(row["id"])
    assert sync(world, hien).done
    assert fields(hien, "person", head(hien))["full_name"] == "Trần Quốc Khôi"


def test_c6_a_ward_taken_away_and_given_back_goes_on_where_it_stood(world: World) -> None:
    lan, hien = world.laptops[0], world.laptops[1]
    admin = world.server.admin
    admin.revoke_grant("lan", WARD)
    assert sync(world, lan).done
    rename(hien, "Trần Quốc Khởi")
    assert sync(world, hien).done
    admin.grant("lan", WARD, "canvasser")
    assert sync(world, lan).done
    assert stored(lan.disk, WARD).rows == stored(hien.disk, WARD).rows
