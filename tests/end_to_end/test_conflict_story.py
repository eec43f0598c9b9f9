"""Two people rename one person without a network: told by two real laptops and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldapp.clock import Ids, SystemClock
from sync.client.sign_in import enrol_device
from sync.protocol import SignIn
from sync.server.admin import Admin, NewUser
from sync.server.service import Service
from sync.server.store.database import open_database
from sync.server.store.tables import log_entry
from sync.server.verify import verify
from tests.end_to_end.desk_process import Desk
from tests.end_to_end.laptop_process import plain_machine
from tests.support.laptops import PASSWORD, WARD
from tests.support.postgres import running_postgres
from tests.support.server_process import ServerProcess

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'server.db'}"
        return
    try:
        with running_postgres() as postgres:
            yield postgres.url(postgres.create())
    except LookupError as missing:
        pytest.skip(str(missing))


@dataclass
class Town:
    """The server, its administrator, and the two desks."""

    server: ServerProcess
    admin: Admin
    lan: Desk
    phuc: Desk


@pytest.fixture
def town(url: str, tmp_path: Path) -> Iterator[Town]:
    clock = SystemClock()
    admin = Admin(Service(open_database(url), clock, Ids(clock)))
    admin.init()
    ward = admin.add_ward("26956", date(2025, 7, 1), "Phường Thạnh Mỹ Tây")
    server = ServerProcess(url)
    server.start()
    desks = []
    for username, role in (("lan", "clerk"), ("phuc", "canvasser")):
        admin.add_user(NewUser(username, username.title(), role, [ward], PASSWORD))
        request = SignIn(username, PASSWORD, username, admin.invite(username))
        enrol_device(tmp_path / username, server.url, request, plain_machine()).close()
        desks.append(Desk(tmp_path / username))
    yield Town(server, admin, *desks)
    for desk in desks:
        desk.kill()
    server.stop()
    admin.service.database.close()


def _sync(*desks: Desk) -> None:
    for desk in desks:
        assert desk.tell("sync") == {"done": True, "trouble": None}


def test_two_people_rename_one_person_and_one_of_them_decides(town: Town) -> None:
    lan, phuc = town.lan, town.phuc
    person = lan.tell("register", name="Hằng")["person"]
    _sync(lan, phuc)

    town.server.kill()
    lan.tell("rename", person=person, name="Bích Hằng")
    phuc.tell("rename", person=person, name="Thu Hằng")
    assert lan.tell("sync")["trouble"] == "sync.no_network"
    assert lan.tell("look", person=person)["name"] == "Bích Hằng"
    assert not lan.tell("look", person=person)["safe"]
    lan.kill()
    phuc.kill()

    town.server.start()
    _sync(phuc, lan, phuc)
    for desk in (lan, phuc):
        seen = desk.tell("look", person=person)
        assert seen == {
            "name": "Thu Hằng",
            "open": True,
            "values": ["Bích Hằng", "Thu Hằng"],
            "conflicts": 1,
            "safe": True,
        }

    assert lan.tell("decide", person=person, value="Bích Hằng") == {"sides": 2}
    _sync(lan, phuc)
    for desk in (lan, phuc):
        seen = desk.tell("look", person=person)
        assert (seen["name"], seen["open"], seen["conflicts"]) == ("Bích Hằng", False, 0)

    with town.admin.service.database.read() as connection:
        found = select(log_entry.c.author).where(log_entry.c.ward == WARD)
        authors = list(connection.execute(found.order_by(log_entry.c.revision)).scalars())
    assert authors == ["lan", "phuc", "lan", "lan"]
    assert verify(town.admin.service.database) == []
