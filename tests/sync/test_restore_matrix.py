"""The matrix of restores: server, laptop or both put back by an hour, a day or thirty days, with or
without a word of it, between runs or in the middle of a push. Nothing that a laptop keeps is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from fieldapp.usecases.visiting import visits
from sync.client.runner import sync_once
from sync.protocol import Exchange, Push
from tests.simulation import folding, town
from tests.simulation.disk import Disk
from tests.simulation.machines import Laptop
from tests.simulation.memory import Memory
from tests.simulation.wire import Network, Wire
from tests.support.histories import OUTCOMES

WHO = ("server", "laptop", "both")
HOURS = {"an hour": 1, "a day": 24, "thirty days": 720}
CELLS = list(product(WHO, HOURS, ("declared", "silent"), ("idle", "mid-push")))
WARD = town.WARDS[0]


class Office:
    """Two laptops, lan's and hien's, and their server."""

    def __init__(self) -> None:
        folding.forget()
        self.world = town.new_world(2)
        self.network = Network(self.world.server)
        self.memory = Memory()

    @property
    def lan(self) -> Laptop:
        return self.world.laptops[0]

    @property
    def hien(self) -> Laptop:
        return self.world.laptops[1]

    def visits(self, laptop: Laptop, note: str) -> None:
        self.world.clock.forward(seconds=30)
        [(home,), *_] = laptop.disk.ask("SELECT id FROM household WHERE ward = ? ORDER BY id", WARD)
        visits.record_visit(laptop.store, WARD, home, OUTCOMES[0], note=note)

    def syncs(self, laptop: Laptop, meanwhile: Callable[[], None] | None = None) -> Any:
        """A run; `meanwhile` happens between the server's answer to a push and the laptop."""
        wire = Wire(self.network, laptop)
        if meanwhile is not None:
            wire = Interrupted(self.network, laptop, meanwhile)
        state, why = laptop.state, "button"
        if state.phase == "waiting":
            why = "timer"
        report = sync_once(laptop.store, wire, random=laptop.random, state=state, why=why)  # type: ignore[arg-type]  # one of its reasons
        laptop.state = report.state
        assert not isinstance(wire, Interrupted) or wire.happened
        return report

    def settle(self) -> None:
        """The operator accepts what happened, and everybody syncs until nothing is left."""
        for _ in range(3):
            for laptop in self.world.laptops:
                if self.world.server.stopped:
                    self.world.server.accepted()
                self.syncs(laptop)
        assert not self.world.server.stopped
        assert all(laptop.state.phase == "done" for laptop in self.world.laptops)

    def notes(self, disk: Disk) -> set[str]:
        return {row[0] for row in disk.ask("SELECT note FROM visit WHERE ward = ?", WARD)}


class Interrupted(Wire):
    """A way on which something happens right after the first push was answered."""

    def __init__(self, network: Network, laptop: Laptop, meanwhile: Callable[[], None]) -> None:
        super().__init__(network, laptop)
        self._meanwhile: Callable[[], None] | None = meanwhile

    @property
    def happened(self) -> bool:
        return self._meanwhile is None

    def carry(self, name: str, request: Any) -> Any:
        now = self._meanwhile is not None and bool(_pushes(request))
        if now and isinstance(request, Exchange):
            request = replace(request, pulls=())  # its answer is on the way before any page is
        answer = super().carry(name, request)
        if now and self._meanwhile is not None:
            happens, self._meanwhile = self._meanwhile, None
            happens()
        return answer


def _pushes(request: Any) -> tuple[Push, ...]:
    pushes = request.pushes if isinstance(request, Exchange) else (request,)
    return tuple(one for one in pushes if isinstance(one, Push))


class Listening(Wire):
    """A way on which is noted what was pushed."""

    def __init__(self, network: Network, laptop: Laptop) -> None:
        super().__init__(network, laptop)
        self.pushes: list[Push] = []

    def carry(self, name: str, request: Any) -> Any:
        self.pushes += _pushes(request)
        return super().carry(name, request)


def test_own_work_goes_out_again_with_all_places_where_it_stood() -> None:
    office = Office()
    lan, server = office.lan, office.world.server
    office.syncs(lan)
    image = server.disk.copy()
    office.visits(lan, "một")
    lives = []

    def put_back() -> None:
        lives.append(json.loads(lan.meta("epoch")))
        server.disk.put_back(image)
        server.start()
        server.accepted()

    for _ in range(3):
        office.syncs(lan, put_back)  # answered each time, and not come back with a page
    wire = Listening(office.network, lan)
    sync_once(lan.store, wire, random=lan.random, why="button")
    [push] = wire.pushes
    [last], [former] = push.proofs.values(), push.former.values()
    assert [last.epoch, *(at.epoch for at in former)] == lives[::-1]
    assert len(set(lives)) == 3


@pytest.mark.parametrize(("who", "how_old", "said", "when"), CELLS, ids=list(map("-".join, CELLS)))
def test_nothing_that_a_laptop_keeps_is_lost(who: str, how_old: str, said: str, when: str) -> None:
    office = Office()
    lan, hien, server = office.lan, office.hien, office.world.server
    office.visits(lan, "trước")
    office.syncs(lan)
    image, copy = server.disk.copy(), lan.disk.copy()
    office.world.clock.forward(hours=HOURS[how_old])
    for note in ("một", "hai"):  # both laptops know them, the image does not
        office.visits(lan, note)
        office.syncs(lan)
        office.syncs(hien)
    office.visits(hien, "của Hiền")
    office.syncs(hien)
    office.visits(lan, "chưa gửi")

    def put_back() -> None:
        if who in ("server", "both"):
            server.disk.put_back(image)
            server.start()
            if said == "declared":
                server.accepted()

    if when == "mid-push":
        office.syncs(lan, put_back)
    else:
        put_back()
    if who in ("laptop", "both"):
        lan.disk.put_back(copy)
        lan.start()
    office.settle()

    kept = {"trước", "một", "hai", "của Hiền"}
    if who == "server" or (who == "laptop" and when == "mid-push"):
        kept.add("chưa gửi")  # else its only copy was in the file that was put back
    for disk in (server.disk, lan.disk, hien.disk):
        assert office.notes(disk) >= kept
    assert office.notes(lan.disk) == office.notes(hien.disk) == office.notes(server.disk)
    heads = [
        disk.ask("SELECT chain FROM position WHERE ward = ?", WARD)
        for disk in (lan.disk, hien.disk)
    ]
    assert (
        heads[0] == heads[1] == server.disk.ask("SELECT chain FROM ward_head WHERE ward = ?", WARD)
    )
