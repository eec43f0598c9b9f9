"""What a process says of itself, and how it ends: told by its own address, over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import requests

from fieldapp.model.changesets import encode
from sync.protocol import Answers, Handshake, Problem, Push, pack, unpack
from sync.server.api.app import build_app
from sync.server.api.health import LEAST_FREE, Health
from sync.server.lives import keeping
from sync.server.lives.safe import FileLedger, Safe
from tests.support.changes import WARD
from tests.support.live_api import Wire, live_api, whole
from tests.support.server_process import ServerProcess
from tests.support.ward_office import Hand, Office, family

ON_POSTGRES = pytest.mark.parametrize(
    "url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
WELL = {"disk": "ok", "epoch": "ok", "migrations": "ok", "pool": "ok", "process": "ok"}


@pytest.fixture
def health(office: Office, tmp_path: Path) -> Health:
    return Health(office.service.database, tmp_path)


@pytest.fixture
def address(office: Office, health: Health) -> Iterator[str]:
    with live_api(build_app(office.service, health)) as listening:
        yield listening


def ready(address: str) -> tuple[int, dict[str, str]]:
    """The status, and what is said of each part."""
    answer = requests.get(f"{address}/ready", timeout=30)
    said = json.loads(whole(answer))
    assert said["ready"] == (answer.status_code == 200)
    return answer.status_code, said["parts"]


def test_a_process_that_may_be_sent_calls_says_so(address: str) -> None:
    assert ready(address) == (200, WELL)


def test_a_database_that_waits_for_its_operator_takes_no_calls(
    office: Office, address: str
) -> None:
    office.service.database.in_write(lambda c: keeping.stop(c, {"why": "test"}))
    assert ready(address) == (503, WELL | {"epoch": "restored"})


def test_a_schema_of_an_older_program_is_not_ready_and_one_of_a_newer_is(
    office: Office, address: str
) -> None:
    def move_to(version: str) -> None:
        office.service.database.in_write(
            lambda c: c.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
        )

    move_to("0003")
    assert ready(address) == (503, WELL | {"migrations": "older"})
    move_to("9999")
    assert ready(address) == (200, WELL)


def test_a_disk_without_room_is_told_before_work_meets_it(address: str, health: Health) -> None:
    health.least_free = 1 << 62
    assert ready(address) == (503, WELL | {"disk": "full"})
    health.least_free, health.folder = LEAST_FREE, Path("/nowhere/at/all")
    assert ready(address) == (503, WELL | {"disk": "gone"})


@ON_POSTGRES
def test_a_database_that_is_away_is_named_and_life_goes_on(
    office: Office, url: str, address: str
) -> None:
    name = office.service.database.engine.url.database
    elsewhere = url.replace(f"/{name}", "/postgres")
    away = f"UPDATE pg_database SET datallowconn = false WHERE datname = '{name}'"
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(elsewhere, autocommit=True) as operator:
        operator.execute(away)
        operator.execute(ended, [name])
        unasked = {"epoch": "unknown", "migrations": "unknown", "pool": "no_connection"}
        assert ready(address) == (503, WELL | unasked)
        assert requests.get(f"{address}/live", timeout=30).status_code == 200
        operator.execute(away.replace("false", "true"))
    assert ready(address) == (200, WELL)


@ON_POSTGRES
def test_a_ledger_that_cannot_be_written_makes_laptops_come_back(
    office: Office, tmp_path: Path
) -> None:
    """Nothing of the call is kept: what the ledger lacks must not be in the database."""
    office.admin.add_book("Q1", 1, 500, WARD)
    lan = office.hires("lan")
    nowhere = Safe(office.service.safe.key, FileLedger(tmp_path / "gone" / "ledger.jsonl"))
    greet = Handshake("i1", "2026-11-23T01:00:00.000Z")
    with live_api(build_app(replace(office.service, safe=nowhere))) as address:
        answer = Wire(address, lan.who.token).post("greet", pack(greet))
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert unpack(Problem, whole(answer)).code == "server.busy"
    lease = lan.session.greet(greet).lease
    assert lease is not None and lease.first == 1


def test_a_process_that_leaves_says_so_and_closes_what_is_kept_open(
    address: str, health: Health, office: Office
) -> None:
    lan = office.hires("lan")
    health.leave()
    assert ready(address) == (503, WELL | {"process": "stopping"})
    made = encode(lan.writes(0, *family())).decode()
    wire = Wire(address, lan.who.token)
    assert wire.call("push", Push(WARD, (made,)), Answers).answers[0].status == "applied"
    assert requests.get(f"{address}/live", timeout=30).headers["Connection"] == "close"


@ON_POSTGRES
def test_a_call_under_way_is_finished_and_answered_before_the_process_ends(
    office: Office, url: str, tmp_path: Path
) -> None:
    """The call waits for its ward, whose lock somebody holds; meanwhile the process is asked to
    stop, says so, and takes nothing new."""
    lan, phuc = office.hires("lan"), office.hires("phuc")
    server = ServerProcess(url, data=tmp_path, options=("--notice", "3600"))
    server.start()
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as holder:
        holder.execute("SELECT * FROM ward_head WHERE ward = %s FOR UPDATE", [WARD])
        answer = pool.submit(push, server.url, lan, "h1")
        wait_until_it_waits(url)
        server.ask_to_stop()
        assert ready(server.url) == (503, WELL | {"process": "stopping"})
        server.ask_to_stop()  # a second time: the notice is over
        wait_until_nobody_listens(server.url)
        with pytest.raises(requests.ConnectionError):
            push(server.url, phuc, "h2")
        holder.rollback()
        assert answer.result().answers[0].revision == 1
    assert server.exit_code() == 0


def push(address: str, who: Hand, house: str) -> Answers:
    made = encode(who.writes(0, *family(house, f"p-{house}"))).decode()
    return Wire(address, who.who.token).call("push", Push(WARD, (made,)), Answers)


def wait_until_it_waits(url: str) -> None:
    """Until a statement waits for a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(url, autocommit=True) as looking:
        while not looking.execute(waiting).fetchone():
            threading.Event().wait(0.02)


def wait_until_nobody_listens(address: str) -> None:
    """Until a connection is refused."""
    while True:
        try:
            requests.get(f"{address}/live", timeout=30)
        except requests.ConnectionError:
            return
        threading.Event().wait(0.02)
