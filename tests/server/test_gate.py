"""Turns at the gate: how many run, who is next, who is sent away. On a loop without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sync.server.api.gate import SOONEST, SPREAD, STRANGER, Bounds, Gate
from sync.server.refusals import Refused


class Hall:
    """Calls that come to a gate, stay until they are let out, and note when they ran."""

    def __init__(self, **bounds: Any) -> None:
        self.gate = Gate(Bounds(**bounds), lambda size: bytes([128] * size))
        self.ran: list[str] = []
        self._out: dict[str, asyncio.Event] = {}
        self._calls: list[asyncio.Task[None]] = []

    async def comes(self, *names: str) -> None:
        """Calls by name, whose first letter is the device."""
        for name in names:
            self._out[name] = asyncio.Event()
            self._calls.append(asyncio.create_task(self._call(name)))
            await self.settles()

    async def goes(self, *names: str) -> None:
        """Ends calls."""
        for name in names:
            self._out[name].set()
            await self.settles()

    async def _call(self, name: str) -> None:
        async with self.gate.turn(name[0]):
            self.ran.append(name)
            await self._out[name].wait()

    async def settles(self) -> None:
        """Until nothing more happens by itself."""
        for _ in range(10):
            await asyncio.sleep(0)

    def cancel(self, number: int) -> None:
        """The task of one call is ended from outside."""
        self._calls[number].cancel()

    async def ends(self) -> None:
        """Lets everybody out."""
        for out in self._out.values():
            out.set()
        await asyncio.gather(*self._calls, return_exceptions=True)
        assert (self.gate.running, self.gate.waiting) == (0, 0)


def on_a_loop(story: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def test() -> None:
        asyncio.run(story())

    test.__doc__ = story.__doc__
    return test


@on_a_loop
async def test_a_device_that_asks_for_much_waits_for_itself() -> None:
    hall = Hall(running=4, each=2)
    await hall.comes("a1", "a2", "a3", "a4", "a5", "b1", "c1")
    assert hall.ran == ["a1", "a2", "b1", "c1"]
    await hall.goes("b1")
    assert hall.ran[4:] == []  # there is room, but not for this device
    await hall.goes("a1")
    assert hall.ran[4:] == ["a3"]
    await hall.ends()


@on_a_loop
async def test_turns_go_round_by_device() -> None:
    hall = Hall(running=1)
    await hall.comes("a1", "a2", "a3", "b1", "b2", "c1")
    for name in ("a1", "a2", "b1", "c1", "a3"):
        await hall.goes(name)
    assert hall.ran == ["a1", "a2", "b1", "c1", "a3", "b2"]
    await hall.ends()


@on_a_loop
async def test_who_comes_when_too_many_wait_is_sent_away_at_once() -> None:
    hall = Hall(running=1, waiting=3, each_waiting=2)
    await hall.comes("a1", "a2", "a3")
    with pytest.raises(Refused) as own:
        await hall.gate.turn("a").__aenter__()
    assert (own.value.code, own.value.status) == ("server.busy", 429)
    await hall.comes("b1")
    with pytest.raises(Refused) as full:
        await hall.gate.turn("c").__aenter__()
    assert (full.value.code, full.value.status) == ("server.busy", 503)
    assert full.value.retry_after == SOONEST + 128 * SPREAD // 255
    await hall.ends()


@on_a_loop
async def test_who_waited_too_long_is_sent_away_and_holds_no_place() -> None:
    hall = Hall(running=1, patience=0.0)
    await hall.comes("a1")
    with pytest.raises(Refused) as tired:
        await hall.gate.turn("b").__aenter__()
    assert tired.value.status == 503
    await hall.ends()


@on_a_loop
async def test_a_call_that_is_ended_gives_its_place_or_its_turn_back() -> None:
    hall = Hall(running=1)
    await hall.comes("a1", "b1", "c1")
    hall.cancel(1)
    await hall.settles()
    hall._out["a1"].set()
    await asyncio.sleep(0)
    hall.cancel(2)  # just as it is given the turn
    await hall.settles()
    await hall.comes("d1")
    assert hall.ran[-1] == "d1"
    await hall.ends()


@on_a_loop
async def test_strangers_wait_for_each_other_and_for_nobody_else() -> None:
    hall = Hall(running=4, each=2, each_waiting=1, waiting=10)
    gate = hall.gate
    first = [gate.turn(STRANGER) for _ in range(2)]
    for turn in first:
        await turn.__aenter__()
    waiting = [asyncio.create_task(gate.turn(STRANGER).__aenter__()) for _ in range(5)]
    await hall.comes("a1")
    assert (hall.ran, gate.waiting) == (["a1"], 5)
    for call in waiting:
        call.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for turn in first:
        await turn.__aexit__(None, None, None)
    await hall.ends()


def test_bodies_of_one_device_leave_room_for_others() -> None:
    gate = Gate(Bounds(body_bytes=100, each_body_bytes=40), lambda size: bytes(size))
    with gate.room("a") as first, gate.room("a") as second, gate.room("b") as other:
        first(30)
        with pytest.raises(Refused) as full:
            second(20)
        assert (full.value.status, full.value.retry_after) == (429, SOONEST)
        other(40)
    with gate.room("a") as more:
        more(40)


def test_bodies_together_are_bounded_and_given_back() -> None:
    gate = Gate(Bounds(body_bytes=100), lambda size: bytes(size))
    with gate.room("a") as more:
        more(60)
        with pytest.raises(Refused) as full, gate.room("b") as other:
            other(30)
            other(30)
        assert (full.value.status, full.value.retry_after) == (503, SOONEST)
        assert gate.body_bytes == 60
    assert gate.body_bytes == 0
