"""Several API processes on one PostgreSQL are restarted in turn while work goes up.

FIELDAPP_RESTARTS says how many restarts (2 without it; `make load` makes 50).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

import psycopg
import pytest
import requests

from fieldapp.clock import Ids, SystemClock
from fieldapp.model.changesets import Changeset, encode
from sync.protocol import Answers, Push, SignedIn, SignIn
from sync.server.admin import Admin, NewUser
from sync.server.cli.parts import opened
from sync.server.verify import verify
from tests.support.balancer import Balancer, balancer
from tests.support.changes import WARD, changeset, create
from tests.support.live_api import Wire
from tests.support.server_process import ServerProcess
from tests.support.ward_office import PASSWORD

RESTARTS = int(os.environ.get("FIELDAPP_RESTARTS", "2"))
PROCESSES = 3
WRITERS = 4
BETWEEN = 12
"""Acknowledgements that have to come between two restarts."""

pytestmark = pytest.mark.parametrize(
    "url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@dataclass
class Acknowledged:
    """What writers were told, and a way to wait for more of it."""

    revisions: dict[str, int] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    _more: threading.Condition = field(default_factory=threading.Condition)

    def note(self, name: str, revision: int) -> None:
        """One more."""
        with self._more:
            self.revisions[name] = revision
            self._more.notify_all()

    def wait_for(self, more: int) -> None:
        """Until so many more have come."""
        with self._more:
            wanted = len(self.revisions) + more
            assert self._more.wait_for(lambda: len(self.revisions) >= wanted, 60)


@dataclass
class Writer:
    """A laptop that hands one changeset in after the other, each until it is acknowledged."""

    who: SignedIn
    ids: Ids
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def works(self, address: str, told: Acknowledged) -> None:
        """Goes on until it is ended."""
        while not told.ended.is_set():
            made = self._writes()
            while (answers := self._hands_in(address, made)) is None:
                told.ended.wait(0.02)
            [answer] = answers.answers
            assert (answer.status, answer.changeset) == ("applied", made.id)
            assert answer.revision is not None
            told.note(made.id, answer.revision)

    def _writes(self) -> Changeset:
        who = {"author": self.who.username, "device": self.who.device, "ward": WARD}
        record = create("household", self.ids.new(), street="Lê Lợi")
        number = next(self._numbers)
        return changeset(self.ids.new(), 0, record, epoch=self.who.epoch, number=number, **who)

    def _hands_in(self, address: str, made: Changeset) -> Answers | None:
        try:
            body = Push(WARD, (encode(made).decode(),))
            return Wire(address, self.who.token).call("push", body, Answers)
        except (requests.ConnectionError, AssertionError):  # broken, busy: sent again
            return None


@pytest.fixture
def admin(url: str, tmp_path: Path) -> Iterator[Admin]:
    with opened(url, tmp_path) as admin:
        admin.add_ward("26956", date(2025, 7, 1), "Phường Cầu Ông Lãnh")
        yield admin


@contextmanager
def processes(url: str, folder: Path, before: Balancer) -> Iterator[list[ServerProcess]]:
    """Several API processes behind the balancer."""
    with ExitStack() as ends:
        made = [ServerProcess(url, data=folder) for _ in range(PROCESSES)]
        for server in made:
            server.start()
            ends.callback(server.stop)
            before.take_in(server.url)
        yield made


def hire(admin: Admin, name: str) -> Writer:
    admin.add_user(NewUser(name, name.title(), "canvasser", [WARD], PASSWORD, "female"))
    request = SignIn(name, PASSWORD, "máy", admin.invite(name))
    clock = SystemClock()
    return Writer(admin.service.for_token(None).sign_in(request), Ids(clock))


def test_rolling_restarts_lose_no_acknowledgement_and_break_no_call(
    admin: Admin, url: str, tmp_path: Path
) -> None:
    writers = [hire(admin, f"w{n}") for n in range(WRITERS)]
    told = Acknowledged()
    with (
        balancer() as before,
        processes(url, tmp_path, before) as servers,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        working = [pool.submit(one.works, before.url, told) for one in writers]
        try:
            for restart in range(RESTARTS):
                told.wait_for(BETWEEN)
                server = servers[restart % PROCESSES]
                before.take_out(server.url)
                server.stop()
                server.start()
                before.take_in(server.url)
            told.wait_for(BETWEEN)
        finally:
            told.ended.set()
        for one in working:
            one.result()
        assert before.broken == 0
    with psycopg.connect(url) as looking:
        kept = dict(
            looking.execute(
                "SELECT changeset, revision FROM log_entry WHERE ward = %s", [WARD]
            ).fetchall()
        )
    assert kept == told.revisions
    assert verify(admin.service.database, admin.service.safe) == []
