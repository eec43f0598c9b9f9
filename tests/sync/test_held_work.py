"""Held work on its author's laptop: it stays until it has ended, and its author sees the end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from fieldapp.model import Person
from fieldapp.model.changesets import content_hash
from fieldapp.model.releases import REFUSE
from fieldapp.store import tables
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.history import troubled_work
from fieldapp.store.rows import read_fields
from fieldapp.usecases.changes import troubled
from sync.client.machine import State
from sync.client.status import read_status
from sync.server.verify import verify
from tests.support.laptops import WARD, add_person, edit
from tests.support.team import Laptop, Team


def shown(laptop: Laptop, person: str) -> Any:
    return laptop.store.read(read_fields, WARD, ("person", person))


def held_one(team: Team, lan: Laptop) -> str:
    """A person in work that is held; her id."""
    lan.synced()
    team.admin.revoke_grant("lan", WARD)
    person = add_person(lan.store, "Hằng")
    assert lan.sync().done
    return person


def four_words(laptop: Laptop) -> tuple[int, int, int]:
    status = read_status(laptop.store, State())
    return status.unsent, status.sent, status.needs_fixing


def test_refused_work_ends_on_its_authors_laptop_and_is_told(team: Team, lan: Laptop) -> None:
    person = held_one(team, lan)
    team.admin.release(team.admin.held()[0]["id"], REFUSE)
    team.admin.grant("lan", WARD, "canvasser")
    lan.synced()
    assert shown(lan, person)["withdrawn"] is True
    assert four_words(lan) == (0, 0, 1)
    (row,) = troubled(lan.store)
    assert (row.state, row.reason) == ("needs_fixing", "refused")
    lan.clock.forward(days=15)
    team.clock.forward(days=15)
    lan.synced()
    assert four_words(lan) == (0, 1, 0), "told long enough"
    assert lan.store.read(queries_sync.held_here, 10) == ()


def test_what_can_never_enter_a_log_ends_with_its_refusal(team: Team, lan: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    unreadable = b'{"note":"no changeset"}'
    with lan.store._write() as connection:
        spoilt = {"content": unreadable, "hash": content_hash(unreadable)}
        connection.execute(update(tables.journal).values(spoilt))
    lan.synced()
    assert four_words(lan) == (0, 0, 1)
    team.admin.release(team.admin.held()[0]["id"], REFUSE)
    lan.synced()
    assert shown(lan, person) is None, "the overlay has ended"
    with lan.store._write() as connection:
        assert connection.execute(tables.own_change.select()).all() == []
    assert verify(team.service.database) == []


def test_an_author_without_a_grant_hears_the_end_at_the_greeting(team: Team, lan: Laptop) -> None:
    held_one(team, lan)
    team.admin.release(team.admin.held()[0]["id"])
    lan.sync()
    assert four_words(lan) == (0, 1, 0)


def test_what_is_built_on_held_work_waits_and_comes_in_with_it(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    person = held_one(team, lan)
    edit_without_grant(lan, team, person)
    assert sorted(one.reason or "" for one in lan.store.read(troubled_work)) == [
        "missing_on",
        "no_grant",
    ]
    (first,) = [one["id"] for one in team.admin.held() if one["reason"] == "no_grant"]
    team.admin.release(first)
    lan.synced()
    phuc.synced()
    assert shown(phuc, person)["full_name"] == shown(lan, person)["full_name"] == "Hạnh"
    assert four_words(lan) == (0, 2, 0)


def edit_without_grant(lan: Laptop, team: Team, person: str) -> None:
    team.admin.grant("lan", WARD, "canvasser")
    lan.synced()
    edit(lan.store, Person, person, full_name="Hạnh")
    lan.synced()
