"""How many calls run at once, who waits for a turn, and who is sent away to come back later.

Turns go round by device: one laptop that asks for much waits for itself, nobody waits behind all of
it. A call that can't be served soon is told so before it costs anything (503 with `Retry-After`,
which is spread by chance, so that those who were sent away together do not come back together).
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field

from sync.protocol import BODY_LIMIT
from sync.server.refusals import Refused

SOONEST, SPREAD = 10, 50
"""`Retry-After` lies between these seconds: the first, and so many more."""
STRANGER = ""
"""The key of all calls without a token: they wait for each other."""


@dataclass(frozen=True)
class Bounds:
    """What one process takes on at once.

    Attributes:
        running: calls that are worked on, each with a connection to the database.
        each: of these, for one device.
        waiting: calls that wait for a turn.
        each_waiting: of these, for one device.
        patience: seconds that a call waits for its turn.
        body_bytes: of all bodies that are here, unpacked.
        each_body_bytes: of these, for one device: two of the largest.
    """

    running: int = 16
    each: int = 2
    waiting: int = 400
    each_waiting: int = 8
    patience: float = 15.0
    body_bytes: int = 128_000_000
    each_body_bytes: int = 2 * BODY_LIMIT


@dataclass
class Gate:
    """The turns of one process. Thread: that of its event loop."""

    bounds: Bounds
    chance: Callable[[int], bytes]
    running: int = 0
    body_bytes: int = 0
    _running: Counter[str] = field(default_factory=Counter)
    _bodies: Counter[str] = field(default_factory=Counter)
    _queues: OrderedDict[str, deque[asyncio.Future[None]]] = field(default_factory=OrderedDict)

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return sum(map(len, self._queues.values()))

    def busy(self, status: int = 503) -> Refused:
        """Come back in a while, each in another one."""
        after = SOONEST + self.chance(1)[0] * SPREAD // 255
        return Refused("server.busy", status, retry_after=after)

    @contextmanager
    def room(self, device: str) -> Iterator[Callable[[int], None]]:
        """Counts the bytes of one body, as they come, until it is done with.

        The counter raises Refused: 503 where all bodies together are too much, 429 where those of
        this device are: whoever sends slowly and much keeps nobody else out.
        """
        mine = 0

        def more(size: int) -> None:
            nonlocal mine
            if self._bodies[device] + size > self.bounds.each_body_bytes:
                raise self.busy(429)
            if self.body_bytes + size > self.bounds.body_bytes:
                raise self.busy()
            mine += size
            self.body_bytes += size
            self._bodies[device] += size

        try:
            yield more
        finally:
            self.body_bytes -= mine
            self._bodies[device] -= mine
            if not self._bodies[device]:
                del self._bodies[device]

    @asynccontextmanager
    async def turn(
        self, device: str, measured: AbstractContextManager[object] | None = None
    ) -> AsyncIterator[None]:
        """Waits for a turn of this device, which lasts as long as the block; the wait is measured.

        Raises:
            Refused: 503 `server.busy`: too many wait, or it took too long; 429: too many of this
                device's wait.
        """
        with measured or nullcontext():
            await self._wait(device)
        try:
            yield
        finally:
            self._count(device, -1)
            self._call_next()

    async def _wait(self, device: str) -> None:
        if not self._queues and self._may_run(device):
            self._count(device, 1)
            return
        queue = self._queues.get(device, ())
        most = self.bounds.waiting if device == STRANGER else self.bounds.each_waiting
        if len(queue) >= most:
            raise self.busy(429)
        if self.waiting >= self.bounds.waiting:
            raise self.busy()
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(device, deque()).append(called)
        self._call_next()
        try:
            await asyncio.wait((called,), timeout=self.bounds.patience)
        except asyncio.CancelledError:
            self._forget(device, called)
            raise
        if not called.done():
            self._forget(device, called)
            raise self.busy()

    def _forget(self, device: str, called: asyncio.Future[None]) -> None:
        """One that waits no more; a turn that it was given meanwhile goes on to the next."""
        if called.done():
            self._count(device, -1)
            self._call_next()
            return
        queue = self._queues[device]
        queue.remove(called)
        if not queue:
            del self._queues[device]

    def _call_next(self) -> None:
        """Gives turns out, round by device, as long as there are some."""
        for device in list(self._queues):
            if self.running >= self.bounds.running:
                return
            if not self._may_run(device):
                continue
            queue = self._queues[device]
            queue.popleft().set_result(None)
            self._count(device, 1)
            self._queues.move_to_end(device)
            if not queue:
                del self._queues[device]

    def _may_run(self, device: str) -> bool:
        free = self.running < self.bounds.running
        return free and self._running[device] < self.bounds.each

    def _count(self, device: str, by: int) -> None:
        self.running += by
        self._running[device] += by
        if not self._running[device]:
            del self._running[device]
