"""What an operator sees: figures on a port of their own, and logs that name nobody."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import psycopg
import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from fieldapp.model.changesets import encode
from sync.client.runner import sync_once
from sync.client.transport import HttpTransport
from sync.protocol import RUN_HEADER, Greeting, Handshake, Push, SignIn, pack
from sync.server.api.app import build_app
from sync.server.api.metrics import Metrics
from tests.server.test_health import ON_POSTGRES, push, wait_until_it_waits
from tests.support.changes import WARD, edit
from tests.support.laptops import add_person
from tests.support.live_api import Wire, live_api
from tests.support.server_process import ServerProcess
from tests.support.team import Team
from tests.support.ward_office import PASSWORD, Office, family

SECRETS = ("Nguyễn Thị Bí Mật", "0912345678", "079188001234", "hem-nho-27-3", PASSWORD)


@pytest.fixture
def figures(office: Office) -> Iterator[tuple[str, Metrics]]:
    """The address of the API, and the figures of its process."""
    metrics = Metrics()
    with live_api(build_app(office.service, metrics=metrics)) as address:
        yield address, metrics


def read(metrics: Metrics) -> dict[str, float]:
    """All figures over their own port, by name and labels."""
    server = metrics.serve(0)
    try:
        host, port = server.server_address[:2]
        assert host == "127.0.0.1"
        text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    finally:
        server.shutdown()
        server.server_close()
    found = {}
    for kind in text_string_to_metric_families(text):
        for sample in kind.samples:
            labels = ",".join(value for _, value in sorted(sample.labels.items()) if value)
            found[f"{sample.name} {labels}".strip()] = sample.value
    return found


def test_what_was_done_and_how_it_stands_is_counted(
    office: Office, figures: tuple[str, Metrics]
) -> None:
    address, metrics = figures
    lan, phuc, clerk = office.hires("lan"), office.hires("phuc"), office.hires("thu", "clerk")
    push(address, lan, "h1")
    made = encode(lan.writes(1, edit("person", "p-h1", full_name=("A", "B")))).decode()
    for _ in range(3):
        Wire(address, lan.who.token).post("push", pack(Push(WARD, (made,))))
    other = phuc.writes(1, edit("person", "p-h1", full_name=("A", "C")))
    missing = phuc.writes(1, edit("person", "nobody", full_name=("A", "C")))
    contents = tuple(encode(one).decode() for one in (other, missing))
    Wire(address, phuc.who.token).post("push", pack(Push(WARD, contents)))
    Wire(address, "no such token").post("greet", pack(Handshake("i1", "2026-11-23T01:00:00.000Z")))
    wrong = Handshake("i1", "2026-11-23T04:00:00.000Z")
    Wire(address, clerk.who.token).call("greet", wrong, Greeting)
    office.clock.forward(days=4)

    found = read(metrics)
    assert found["fieldapp_changesets_total applied"] == 4  # the repeated answer, too
    assert found["fieldapp_changesets_repeated_total"] == 2
    assert found["fieldapp_changesets_total conflict"] == 1
    assert found["fieldapp_changesets_total unknown_record,held"] == 1
    assert found["fieldapp_held unknown_record"] == 1
    assert found["fieldapp_conflicts_open"] == 1
    assert found[f"fieldapp_log_head {WARD}"] == 3
    assert found["fieldapp_calls_total push,ok"] == 5
    assert found["fieldapp_calls_total greet,server.sign_in_first"] == 1
    assert found["fieldapp_call_seconds_count push"] == 5
    assert (found["fieldapp_devices"], found["fieldapp_devices_silent"]) == (3, 3)
    assert found["fieldapp_devices_wrong_clock"] == 1
    assert found["fieldapp_clock_offset_worst_seconds"] == 3 * 3600
    assert (found["fieldapp_epochs"], found["fieldapp_stopped"]) == (1, 0)
    assert found["fieldapp_ledger_lines"] > 0
    assert found["fieldapp_turn_wait_seconds_count"] == 7
    assert found["fieldapp_pool_wait_seconds_count"] > 7
    assert found["process_resident_memory_bytes"] > 0
    assert not any(secret in name for name in found for secret in ("lan", "phuc", "thu"))


def test_the_world_is_not_told(office: Office, figures: tuple[str, Metrics]) -> None:
    assert requests.get(f"{figures[0]}/metrics", timeout=30).status_code == 404


@ON_POSTGRES
def test_a_database_that_is_away_is_a_figure_and_no_trouble(
    office: Office, figures: tuple[str, Metrics], url: str
) -> None:
    name = office.service.database.engine.url.database
    with psycopg.connect(url.replace(f"/{name}", "/postgres"), autocommit=True) as operator:
        renamed = f'ALTER DATABASE "{name}" RENAME TO "{name}_away"'
        office.service.database.close()
        operator.execute(renamed)
        assert read(figures[1])["fieldapp_database_up"] == 0
        operator.execute(f'ALTER DATABASE "{name}_away" RENAME TO "{name}"')
    assert read(figures[1])["fieldapp_database_up"] == 1


@ON_POSTGRES
def test_postgresql_knows_the_run_that_a_transaction_is_for(
    office: Office, figures: tuple[str, Metrics], url: str
) -> None:
    lan = office.hires("lan")
    made = encode(lan.writes(0, *family())).decode()
    wire, run = Wire(figures[0], lan.who.token), "0123456789abcdef"
    asked = "SELECT DISTINCT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as holder:
        holder.execute("SELECT * FROM ward_head WHERE ward = %s FOR UPDATE", [WARD])
        body = pack(Push(WARD, (made,)))
        answer = pool.submit(wire.post, "push", body, headers={RUN_HEADER: run})
        wait_until_it_waits(url)
        with psycopg.connect(url) as looking:
            assert looking.execute(asked).fetchall() == [(f"fieldapp {run}",)]
        holder.rollback()
        assert answer.result().status_code == 200
    hostile = "'; DROP TABLE person; --"
    again = wire.post("push", body, headers={RUN_HEADER: hostile})
    assert again.status_code == 200


def test_one_id_leads_from_the_laptops_run_to_the_servers_lines_and_those_name_nobody(
    tmp_path: Path,
) -> None:
    """A day with work, a conflict, held work, wrong passwords, junk, a cut call and a defect."""
    url = f"sqlite:///{tmp_path / 'server.db'}"
    team = Team(url)
    lan, phuc = (team.laptop(tmp_path / name, name) for name in ("bi-mat-lan", "bi-mat-phuc"))
    team.service.database.close()
    server = ServerProcess(url, data=tmp_path, log=tmp_path / "log")
    server.start()
    runs = []
    for turn, laptop in enumerate((lan, phuc, lan)):
        name, phone, number, lane, _ = SECRETS
        add_person(laptop.store, name, phone=phone, id_number=number, note=lane)
        way = HttpTransport(server.url, str(laptop.store.setting("token")))
        assert sync_once(laptop.store, way, random=Random(turn)).done
        runs.append(way.run)
        way.close()
    wire = Wire(server.url, str(lan.store.setting("token")))
    wire.post("push", pack(Push(WARD, tuple(f'{{"a":"{one}"' for one in SECRETS))))
    wire.post("push", f'{{"ward": "{SECRETS[0]}", "contents": "{SECRETS[1]}"}}'.encode())
    wire.post("pull", f'{{"ward": ["{SECRETS[0]}"]}}'.encode())
    wire.post("sign-in", pack(SignIn("bi-mat-lan", SECRETS[0], SECRETS[1], SECRETS[2])))
    wire.post(f"push?{SECRETS[1]}", pack(Push(WARD, ())))
    cut(server.port, SECRETS[0])
    break_the_database(tmp_path / "server.db")
    defect = pack(Push(WARD, (pack({"a": SECRETS[0]}).decode(),)))
    assert wire.post("push", defect).status_code == 500
    server.stop()
    for laptop in (lan, phuc):
        laptop.profile.close()

    log = (tmp_path / "log").read_text()
    for secret in (*SECRETS, "bi-mat", "Bi-Mat", WARD):
        assert secret not in log, secret
        assert json.dumps(secret) not in log
    lines = [json.loads(line) for line in log.splitlines()]
    calls = [line for line in lines if "call" in line]
    assert len(set(runs)) == 3
    for run in runs:
        told = [line for line in calls if line["run"] == run]
        assert told and {line["outcome"] for line in told} == {"ok"}
    assert {"server.broken_body", "server.wrong_sign_in"} <= {line["outcome"] for line in calls}
    assert any("defect" in line and line["where"] for line in lines)
    assert all(line["ms"] >= 0 and line["in"] >= 0 for line in calls)


def cut(port: int, said: str) -> None:
    """A call that ends in the middle of its body."""
    with socket.create_connection(("127.0.0.1", port)) as way:
        way.sendall(
            b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
            b"Content-Type: application/vnd.fieldapp.v1+json\r\nFieldapp-Protocol: 1\r\n\r\n"
            + said.encode()
        )


def break_the_database(path: Path) -> None:
    """Takes a row away without which there is no server."""
    from sqlcipher3 import dbapi2

    with dbapi2.connect(str(path)) as connection:
        connection.execute("DELETE FROM server_state")
