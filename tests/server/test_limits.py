"""What one process takes on, and what it makes others wait for: real sockets, real PostgreSQL."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import psycopg
import pytest

from fieldapp.model.changesets import encode
from sync.client.runner import sync_once
from sync.client.transport import HttpTransport
from sync.protocol import Answers, Handshake, Problem, Pull, Push, pack, unpack
from sync.server.api.app import build_app
from sync.server.api.gate import SOONEST, SPREAD, Bounds
from sync.server.store.database import Limits, open_database
from tests.server.test_health import push, wait_until_it_waits
from tests.support.changes import WARD, create
from tests.support.laptops import add_person
from tests.support.live_api import Wire, live_api, whole
from tests.support.team import Team
from tests.support.ward_office import Office

ON_POSTGRES = pytest.mark.parametrize(
    "url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
OTHER = "27000.20250701"


@pytest.fixture
def limited(office: Office, url: str) -> Iterator[Office]:
    """The office again, on a database that ends what takes too long."""
    database = open_database(url, Limits(8, 1, statement_ms=400, lock_ms=300, idle_ms=300))
    office.service = replace(office.service, database=database)
    yield office
    database.close()


@ON_POSTGRES
def test_a_ward_that_is_locked_for_long_makes_its_callers_come_back(
    limited: Office, url: str
) -> None:
    lan = limited.hires("lan")
    with live_api(build_app(limited.service)) as address:
        body = pack(Push(WARD, (encode(lan.writes(0, create("household", "h1"))).decode(),)))
        with psycopg.connect(url) as holder:
            holder.execute("SELECT * FROM ward_head WHERE ward = %s FOR UPDATE", [WARD])
            answer = Wire(address, lan.who.token).post("push", body)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert push(address, lan, "h2").answers[0].revision == 1


@ON_POSTGRES
def test_a_transaction_in_which_nothing_is_asked_is_ended_and_its_ward_is_free(
    limited: Office, url: str
) -> None:
    lan = limited.hires("lan")
    stuck = limited.service.database.engine.connect()
    stuck.exec_driver_sql(f"SELECT * FROM ward_head WHERE ward = '{WARD}' FOR UPDATE")
    with live_api(build_app(limited.service)) as address:
        assert push(address, lan, "h1").answers[0].revision == 1
    stuck.invalidate()
    stuck.close()


@ON_POSTGRES
def test_a_heavy_laptop_waits_for_itself(office: Office, url: str) -> None:
    """Its calls hang on a ward that somebody holds; another ward's laptop goes on."""
    office.admin.add_ward("27000", date(2025, 7, 1), "Phường khác")
    heavy, other = office.hires("heavy"), office.hires("other", "canvasser", OTHER)
    bounds = Bounds(running=3, each=2)
    with (
        live_api(build_app(office.service, bounds=bounds)) as address,
        ThreadPoolExecutor(6) as pool,
        psycopg.connect(url) as holder,
    ):
        holder.execute("SELECT * FROM ward_head WHERE ward = %s FOR UPDATE", [WARD])
        hanging = [pool.submit(push, address, heavy, f"h{n}") for n in range(6)]
        wait_until_it_waits(url)
        for number in range(5):
            made = other.writes(0, create("household", f"o{number}"), ward=OTHER)
            body = Push(OTHER, (encode(made).decode(),))
            answers = Wire(address, other.who.token).call("push", body, Answers)
            assert answers.answers[0].status == "applied"
        assert not any(one.done() for one in hanging)
        holder.rollback()
        assert sorted(one.result().answers[0].revision or 0 for one in hanging) == [*range(1, 7)]


@ON_SQLITE
def test_who_is_sent_away_is_told_when_to_come_back(office: Office) -> None:
    lan = office.hires("lan")
    with live_api(build_app(office.service, bounds=Bounds(running=0, waiting=0))) as address:
        answers = [
            Wire(address, lan.who.token).post("pull", pack(Pull(WARD, lan.who.epoch, 0)))
            for _ in range(12)
        ]
    assert {one.status_code for one in answers} == {503}
    assert {unpack(Problem, whole(one)).code for one in answers} == {"server.busy"}
    pauses = [int(one.headers["Retry-After"]) for one in answers]
    assert all(SOONEST <= pause <= SOONEST + SPREAD for pause in pauses)
    assert len(set(pauses)) > 2


@ON_SQLITE
def test_calls_that_carry_no_work_are_short(office: Office) -> None:
    lan = office.hires("lan")
    with live_api(build_app(office.service)) as address:
        wire = Wire(address, lan.who.token)
        padded = pack(Handshake("i1", "2026-11-23T01:00:00.000Z"))[:-1] + b" " * 1_000_000 + b"}"
        refused = [
            wire.post("greet", padded),
            wire.post("greet", padded, packed=gzip.compress(padded)),
        ]
        assert {one.status_code for one in refused} == {413}
        assert wire.post("push", padded).status_code == 400


def test_laptops_sent_away_together_wait_as_told_and_do_not_come_back_together(
    tmp_path: Path,
) -> None:
    team = Team(f"sqlite:///{tmp_path / 'server.db'}")
    laptops = [team.laptop(tmp_path / name, name) for name in ("lan", "phuc", "hien")]
    waits = set()
    with live_api(build_app(team.service, bounds=Bounds(running=0, waiting=0))) as address:
        for seed, laptop in enumerate(laptops):
            add_person(laptop.store)
            way = HttpTransport(address, str(laptop.store.setting("token")))
            state = sync_once(laptop.store, way, random=Random(seed)).state
            way.close()
            assert (state.phase, state.asked_to_wait) == ("waiting", True)
            assert state.trouble is not None and state.trouble.retry_after is not None
            assert state.next_try_at is not None
            wait = (state.next_try_at - laptop.clock.now()).total_seconds()
            assert state.trouble.retry_after <= wait <= 1.25 * state.trouble.retry_after
            waits.add(wait)
    assert len(waits) == len(laptops)
    for laptop in laptops:
        assert laptop.synced().phase == "done"
        laptop.profile.close()
    team.close()
