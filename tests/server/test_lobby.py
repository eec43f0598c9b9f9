"""Who waits for news at one process hears of what another one took in; a database that is away
for a while is a while without news."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg

from sync.protocol import LISTEN, Listen, News, pack, unpack
from sync.server.api.app import build_app
from sync.server.api.lobby import Lobby
from sync.server.store.database import open_database
from tests.server.test_health import ON_POSTGRES, push
from tests.support.changes import WARD
from tests.support.live_api import Wire, live_api, whole
from tests.support.ward_office import Office
from tests.sync.test_live import waits

pytestmark = ON_POSTGRES


def test_a_listener_at_one_process_hears_of_another_processs_work(office: Office, url: str) -> None:
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    elsewhere = open_database(url)
    lobby = Lobby(elsewhere, every=0.05)
    there = build_app(replace(office.service, database=elsewhere), lobby=lobby)
    with (
        live_api(build_app(office.service)) as one,
        live_api(there) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        body = pack(Listen({WARD: 0, "city": 1 << 40}))
        hears = pool.submit(Wire(other, lan.who.token).post, LISTEN, body)
        waits(lobby)
        end_all_connections(url)
        push(one, thu, "h1")
        assert unpack(News, whole(hears.result())) == News(True)
    elsewhere.close()


def end_all_connections(url: str) -> None:
    """As a restart of the database does."""
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as operator:
        operator.execute(ended)
