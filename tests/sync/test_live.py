"""The live lane: what a clerk does is there in seconds, and nothing rests on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
import requests

from fieldapp.store.queries import sync as queries_sync
from sync.client.driver import SyncDriver
from sync.client.live import LiveLane
from sync.client.transport import HttpTransport
from sync.protocol import LISTEN, Listen, News, pack, unpack
from sync.server.api.app import build_app
from sync.server.api.health import Health
from sync.server.api.lobby import Lobby
from tests.support.fault_proxy import fault_proxy
from tests.support.laptops import WARD, add_person
from tests.support.live_api import Wire, live_api, whole
from tests.support.team import Laptop, Team

PATIENCE = 30.0


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(f"sqlite:///{tmp_path / 'server.db'}")
    yield made
    made.close()


@pytest.fixture
def lobby(team: Team) -> Lobby:
    return Lobby(team.service.database, every=0.05, hold=PATIENCE)


@pytest.fixture
def health(team: Team, lobby: Lobby) -> Health:
    made = Health(team.service.database)
    lobby.leaving = lambda: made.leaving
    return made


@pytest.fixture
def address(team: Team, lobby: Lobby, health: Health) -> Iterator[str]:
    with live_api(build_app(team.service, health, lobby=lobby)) as listening:
        yield listening
        health.leave()  # so that whoever still waits is let go


@pytest.fixture
def lan(team: Team, tmp_path: Path) -> Iterator[Laptop]:
    made = team.laptop(tmp_path / "lan", "lan")
    yield made
    made.profile.close()


@pytest.fixture
def clerk(team: Team, tmp_path: Path) -> Iterator[Laptop]:
    made = team.laptop(tmp_path / "thu", "thu", role="clerk")
    yield made
    made.profile.close()


class Listening:
    """A laptop's lane over HTTP alone, with what it heard."""

    def __init__(self, laptop: Laptop, address: str) -> None:
        self.heard, self.rested = threading.Semaphore(0), threading.Semaphore(0)
        token = str(laptop.store.setting("token"))
        self.lane = LiveLane(
            laptop.store,
            lambda: HttpTransport(address, token),
            Random(5),
            self.heard.release,
            self._at_rest,
            pause=0.02,
        )

    def _at_rest(self) -> bool:
        self.rested.release()
        return True


def waits(lobby: Lobby, count: int = 1) -> None:
    """Until so many wait for news."""
    while lobby.waiting < count:
        threading.Event().wait(0.02)


def token_of(laptop: Laptop) -> str:
    return str(laptop.store.setting("token"))


def heads_of(laptop: Laptop) -> dict[str, int]:
    return {w: at for w, (_, at) in laptop.store.read(queries_sync.positions).items()}


def test_what_a_clerk_does_is_there_without_anybody_asking(
    team: Team, lan: Laptop, clerk: Laptop, address: str, lobby: Lobby
) -> None:
    """The whole driver: it comes to rest, hears, and has fetched it."""
    arrived, at_rest = threading.Event(), threading.Event()
    token = token_of(lan)

    def make() -> HttpTransport:
        return HttpTransport(address, token)

    driver = SyncDriver(lan.store, make, lan.clock, Random(3), after_save=0.01, live=make)

    def told(status: object) -> None:
        if driver.state.phase == "done":
            at_rest.set()
            if heads_of(lan).get(WARD):
                arrived.set()

    driver.on_status(told)
    driver.start()
    assert at_rest.wait(PATIENCE)
    waits(lobby)
    assert not arrived.is_set()
    add_person(clerk.store)
    clerk.synced()
    assert arrived.wait(PATIENCE)
    assert driver.stop(PATIENCE)


@pytest.mark.parametrize(
    "faults",
    [["portal"], ["cut_to_nothing"], ["reset_half_way"], ["trouble_500", "html_401", "flipped"]],
    ids=str,
)
def test_trouble_on_the_way_is_a_pause_and_changes_nothing(
    lan: Laptop, clerk: Laptop, address: str, lobby: Lobby, faults: list[str]
) -> None:
    lan.synced()
    before = heads_of(lan), lan.store.setting("epoch"), token_of(lan)
    add_person(clerk.store)
    clerk.synced()
    with fault_proxy(address) as proxy:
        proxy.plan = list(faults)
        listening = Listening(lan, proxy.url)
        listening.lane.start()
        assert listening.heard.acquire(timeout=PATIENCE)
        assert listening.lane.stop(PATIENCE)
        assert proxy.plan == []
    assert (heads_of(lan), lan.store.setting("epoch"), token_of(lan)) == before


def test_a_wait_is_ended_by_the_laptop_at_once(lan: Laptop, address: str, lobby: Lobby) -> None:
    lan.synced()
    listening = Listening(lan, address)
    listening.lane.start()
    waits(lobby)
    assert listening.lane.stop(PATIENCE)


def test_a_server_that_does_not_know_the_call_is_not_asked(lan: Laptop, address: str) -> None:
    lan.sync(lan.transport(greet=[lambda told: replace(told, speaks=("exchange",))]))
    with fault_proxy(address) as proxy:
        listening = Listening(lan, proxy.url)
        listening.lane.start()
        for _ in range(3):
            assert listening.rested.acquire(timeout=PATIENCE)
        assert listening.lane.stop(PATIENCE)
        assert proxy.seen == []


def test_who_comes_when_the_lobby_is_full_is_not_kept(
    lan: Laptop, clerk: Laptop, address: str, lobby: Lobby
) -> None:
    lobby.most = 1
    first = Listening(lan, address)
    lan.synced()
    first.lane.start()
    waits(lobby)
    answer = Wire(address, token_of(clerk)).post(LISTEN, pack(Listen({WARD: 0})))
    assert (answer.status_code, answer.content) == (204, b"")
    assert first.lane.stop(PATIENCE)


def test_of_two_calls_of_one_device_the_later_waits(
    team: Team, lan: Laptop, clerk: Laptop, address: str, lobby: Lobby
) -> None:
    lan.synced()
    answers: list[requests.Response] = []
    body = pack(Listen(heads_of(lan)))

    def asks() -> None:
        answers.append(Wire(address, token_of(lan)).post(LISTEN, body))

    first = threading.Thread(target=asks)
    first.start()
    waits(lobby)
    second = threading.Thread(target=asks)
    second.start()
    first.join(PATIENCE)
    assert [one.status_code for one in answers] == [204]
    waits(lobby)
    add_person(clerk.store)
    clerk.synced()
    second.join(PATIENCE)
    assert unpack(News, whole(answers[1])) == News(True)


def test_a_process_that_ends_keeps_nobody(
    lan: Laptop, address: str, lobby: Lobby, health: Health
) -> None:
    lan.synced()
    answers: list[requests.Response] = []
    body = pack(Listen(heads_of(lan)))
    waiting = threading.Thread(
        target=lambda: answers.append(Wire(address, token_of(lan)).post(LISTEN, body))
    )
    waiting.start()
    waits(lobby)
    health.leave()
    waiting.join(PATIENCE)
    assert answers[0].status_code == 204


def test_nobody_hears_of_a_ward_that_is_not_granted(
    team: Team, lan: Laptop, address: str, lobby: Lobby
) -> None:
    other = team.admin.add_ward("27000", date(2025, 7, 1), "Phường khác")
    lan.synced()
    lobby.hold = 0.2
    foreign = heads_of(lan) | {other: -1, "nowhere": -1}
    answer = Wire(address, token_of(lan)).post(LISTEN, pack(Listen(foreign)))
    assert unpack(News, whole(answer)) == News(False)
    assert Wire(address, None).post(LISTEN, pack(Listen({}))).status_code == 401
    team.admin.revoke_device(str(lan.store.setting("device")))
    assert Wire(address, token_of(lan)).post(LISTEN, pack(Listen({}))).status_code == 403
