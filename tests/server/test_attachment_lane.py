"""Contents of papers over HTTP, on both databases: a bad line, and a laptop that is killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.store.attachments import contents as attachments
from fieldapp.usecases.households.papers import keep_paper
from fieldapp.usecases.households.scans import scan_of
from sync.client.attachments import send_all
from sync.client.transport import HttpTransport
from sync.server.store.tables import attachment_piece
from sync.server.verify import verify
from tests.support.fault_proxy import fault_proxy, http_server
from tests.support.laptops import WARD, add_family
from tests.support.scans import photo
from tests.support.team import Laptop, Team

SCAN = scan_of(photo())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team on a server of each kind."""
    if request.param == "sqlite":
        made = Team(f"sqlite:///{tmp_path / 'server.db'}")
        yield made
        made.close()
        return
    postgres = request.getfixturevalue("postgres")
    name = postgres.create()
    made = Team(postgres.url(name))
    yield made
    made.close()
    postgres.drop(name)


def test_over_a_bad_line_with_a_process_that_is_killed(city: Team, tmp_path: Path) -> None:
    lan = city.laptop(tmp_path / "a", "lan")
    home, _ = add_family(lan.store, ["Nguyễn Thị Hoa"])
    added = keep_paper(lan.store, WARD, home, SCAN, "declaration")
    lan.synced()
    token = lan.store.setting("token")
    with http_server(city.service) as address, fault_proxy(address) as proxy:
        lan.profile.close()
        child = os.fork()
        if not child:
            _send_and_die(lan, proxy.url, token)
        _, how = os.waitpid(child, 0)
        assert os.WEXITSTATUS(how) == 9
        profile = lan.reopened()
        proxy.plan = [
            "none",
            "cut_with_length",
            "none",
            "flipped",
            "none",
            "never_arrives",
            "portal",
        ]
        for _ in range(10):
            way = HttpTransport(proxy.url, token)
            send_all(profile.store, way)
            way.close()
        assert profile.store.read(attachments.standing, profile.store.setting("epoch")) == (0, 0)
        assert profile.store.read(attachments.content_of, WARD, added.sha256) == SCAN.content
        profile.close()
    assert verify(city.service.database, city.service.safe) == []
    with city.service.database.read() as connection:
        sealed = [bytes(row.sealed) for row in connection.execute(select(attachment_piece))]
    assert not any(SCAN.content[100:140] in piece for piece in sealed)


def _send_and_die(lan: Laptop, address: str, token: str) -> None:
    """In a process of its own: the server took the second piece, and nobody heard it."""
    profile = lan.reopened()
    way = HttpTransport(address, token)
    plain = way.carry

    def carry(name: str, request: Any) -> Any:
        answer = plain(name, request)
        if name == "put_piece" and request.number == 1:
            os._exit(9)
        return answer

    way.carry = carry  # type: ignore[method-assign]  # this laptop dies where it stands
    send_all(profile.store, way)
    os._exit(0)
