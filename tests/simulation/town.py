"""The world at the start of every history: made once by the real code, then only copied.

Two wards. The first one has canvassers, a supervisor and a clerk; the second one only the last
two of them. Two households in the first, one in the second, and everybody has synced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from fieldapp.clock import SetClock
from fieldapp.store.file import migrate
from fieldapp.store.receipts import Mark
from fieldapp.usecases.households import people
from sync.client.runner import sync_once
from sync.client.sign_in import settings_of
from sync.protocol import SignIn
from sync.server.admin import NewUser
from tests.simulation.disk import Disk
from tests.simulation.machines import Laptop, Server, SkewedClock, laptop_disk, server_disk
from tests.support.team import Direct

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "sáng nay trời mưa"
WARDS = ("26956.20250701", "26959.20250701")
CREW = (
    ("lan", "canvasser", WARDS[:1]),
    ("hien", "supervisor", WARDS[:1]),
    ("phuc", "canvasser", WARDS[:1]),
    ("thu", "clerk", WARDS),
    ("minh", "canvasser", WARDS),
)
"""Who works where. A history with fewer laptops takes the first ones."""


@dataclass(frozen=True)
class Town:
    """What every history starts from."""

    server: Any
    ledger: tuple[Any, ...]
    laptops: tuple[tuple[str, Any, Mark | None], ...]
    empty: Any
    """The file of a laptop that nobody has signed in on."""
    at: datetime


@dataclass
class World:
    """The server, the laptops, and the true time."""

    clock: SetClock
    server: Server
    laptops: list[Laptop]


@cache
def town() -> Town:
    """The start, made once in this process."""
    clock = SetClock(MORNING)
    server = Server(server_disk(), clock)
    server.random = Random(99)
    server.admin.init()
    for ward, name in zip(WARDS, ("Phường Thạnh Mỹ Tây", "Phường Bình Quới"), strict=True):
        server.admin.add_ward(ward.partition(".")[0], date(2025, 7, 1), name)
        server.admin.add_book(f"BL {ward[:5]}", 1, 5000, ward)
    fresh = laptop_disk()
    migrate.up_to_date(fresh.plain_engine)
    empty = fresh.copy()
    laptops = []
    for number, (username, role, wards) in enumerate(CREW):
        server.admin.add_user(NewUser(username, username.title(), role, list(wards), PASSWORD))
        laptop = Laptop(laptop_disk(), SkewedClock(clock))
        laptop.random = Random(number)
        sign_in(server, laptop, empty, username)
        laptops.append(laptop)
    _first_morning(server, laptops, clock)
    copies = ((one.name, one.disk.copy(), one.marks.kept) for one in laptops)
    return Town(server.disk.copy(), tuple(server.ledger.kept), tuple(copies), empty, clock.now())


def sign_in(server: Server, laptop: Laptop, empty: Any, username: str) -> None:
    """Sets a laptop up for a user, with an empty file, as `sync.client.sign_in` does."""
    laptop.disk.put_back(empty)
    laptop.start()
    request = SignIn(
        username,
        PASSWORD,
        f"máy của {username}",
        server.admin.invite(username),
        device=laptop.ids.new(),
    )
    answer = server.service.for_token(None).sign_in(request)
    incarnation = laptop.ids.new()
    settings = settings_of(answer) | {"offset_ms": 0, "incarnation": incarnation}
    laptop.store.remember(**settings, device_name=request.device_name)
    laptop.name = laptop.user = username


def _first_morning(server: Server, laptops: list[Laptop], clock: SetClock) -> None:
    """Everybody meets the server, some households are registered, everybody syncs again."""
    sync_all(server, laptops)
    for laptop, ward, number in ((laptops[0], 0, 1), (laptops[0], 0, 2), (laptops[4], 1, 3)):
        clock.forward(seconds=60)
        fields = {"house_number": f"12/{number}", "street": "Lê Lợi"}
        members = [
            {"full_name": "Trần Quốc Khoi", "relationship": "00", "phone": "0903555000"},
            {"full_name": "Nguyễn Thị Hằng", "relationship": "02", "note": "một\nhai\nba"},
            {"full_name": "Trần Thị Bé", "relationship": "03"},
        ]
        people.register_household(laptop.store, WARDS[ward], fields, members)
    sync_all(server, laptops)
    sync_all(server, laptops)
    clock.forward(seconds=60)


def sync_all(server: Server, laptops: list[Laptop]) -> None:
    """Everybody syncs, on a network without faults."""
    for laptop in laptops:
        way = Direct(server.service, laptop.store.setting("token"))
        report = sync_once(laptop.store, way, random=laptop.random)
        assert report.done, report.state


class Slots:
    """Disks that are used again and again: an engine that knows its statements is a fast one."""

    def __init__(self, make: Callable[[], Disk]) -> None:
        self._make, self._made, self._used = make, list[Disk](), 0

    def take(self, copy: Any) -> Disk:
        """A disk that holds the copy."""
        if self._used == len(self._made):
            self._made.append(self._make())
        disk = self._made[self._used]
        self._used += 1
        disk.landed = lambda blow: None
        disk.put_back(copy)
        return disk

    def give_back(self) -> None:
        """All disks are free again."""
        self._used = 0


_LAPTOPS, _SERVERS = Slots(laptop_disk), Slots(server_disk)


def new_world(laptops: int) -> World:
    """The world at the start of a history. The one before is gone: its disks are used again."""
    start = town()
    _LAPTOPS.give_back()
    _SERVERS.give_back()
    clock = SetClock(start.at)
    server = Server(_SERVERS.take(start.server), clock)
    server.ledger.kept = list(start.ledger)
    made = []
    for name, copy, mark in start.laptops[:laptops]:
        laptop = one_more(clock, copy)
        laptop.name = laptop.user = name
        laptop.random.seed(name)
        laptop.marks.kept = mark
        made.append(laptop)
    return World(clock, server, made)


def one_more(clock: SetClock, copy: Any, skew: timedelta = timedelta()) -> Laptop:
    """Another laptop, whose file is this copy."""
    return Laptop(_LAPTOPS.take(copy), SkewedClock(clock, skew))
