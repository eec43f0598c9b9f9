"""Where laptops wait for news: bounded, and the same whichever process took the work in.

One look a second at the heads of all logs serves everybody who waits here, so a thousand listeners
cost the database what one does, and processes need not know of each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.protocol import HOLD_SECONDS
from sync.server.store.database import Database
from sync.server.store.tables import ward_head

MOST = 2_000
EVERY = 1.0
"""Seconds between two looks."""


@dataclass
class _Guest:
    heads: Mapping[str, int]
    called: asyncio.Future[bool | None]


@dataclass
class Lobby:
    """Who waits in one process. Thread: that of its event loop.

    Attributes:
        leaving: whether the process is to end: then nobody is kept.
        most: how many may wait.
        hold: seconds that one is kept at most.
    """

    database: Database
    leaving: Callable[[], bool] = lambda: False
    most: int = MOST
    every: float = EVERY
    hold: float = HOLD_SECONDS
    _guests: dict[str, _Guest] = field(default_factory=dict)
    _looking: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._guests)

    async def news(
        self, device: str, heads: Mapping[str, int], wards: Collection[str]
    ) -> bool | None:
        """Waits until the log of one of these wards stands further than its head here.

        False: not within the time. None: there is no room, or the process ends; of two calls of one
        device the former hears that.
        """
        self._call(device, None)
        if self.leaving() or len(self._guests) >= self.most:
            return None
        mine = {ward: heads.get(ward, 0) for ward in wards}
        guest = _Guest(mine, asyncio.get_running_loop().create_future())
        self._guests[device] = guest
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait((guest.called,), timeout=self.hold)
        finally:
            if self._guests.get(device) is guest:
                del self._guests[device]
        return guest.called.result() if guest.called.done() else False

    async def _look(self) -> None:
        """As long as somebody waits."""
        while self._guests:
            try:
                now = await to_thread.run_sync(self._heads)
            except (DBAPIError, PoolTimeout):
                now = {}  # nobody hears anything until it is back
            for device, guest in list(self._guests.items()):
                if self.leaving():
                    self._call(device, None)
                elif any(now.get(ward, 0) > head for ward, head in guest.heads.items()):
                    self._call(device, True)
            await asyncio.sleep(self.every)

    def _call(self, device: str, said: bool | None) -> None:
        guest = self._guests.pop(device, None)
        if guest is not None and not guest.called.done():
            guest.called.set_result(said)

    def _heads(self) -> dict[str, int]:
        with self.database.read() as connection:
            found = connection.execute(select(ward_head.c.ward, ward_head.c.revision))
            return {ward: revision for ward, revision in found}
