"""Many laptops in one process: connections that stay open, pushes at their times, and coming back
when told to. What each does on the wire is what the client does; its file is left out."""

from __future__ import annotations

import asyncio
import gzip
import json
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from fieldapp.clock import Ids, SystemClock
from fieldapp.model.changesets import Changeset, Position, encode
from sync.protocol import DIGEST_HEADER, MEDIA_TYPE, VERSION_HEADER, Push, digest, pack
from tests.bench.filled import HOUSEHOLDS, Person
from tests.support.changes import create

CHANGES, IN_A_CHANGESET = 20, 2
BUSY = (429, 503)


@dataclass
class Told:
    """What all of them met with.

    Attributes:
        seconds: from when a push was due until it was acknowledged, however often it was sent.
        sent_away: answers that asked to come back later.
        errors: answers, and breaks, that are neither work done nor that.
        acknowledged: changesets.
    """

    seconds: list[float] = field(default_factory=list)
    sent_away: int = 0
    errors: list[str] = field(default_factory=list)
    acknowledged: int = 0

    def at(self, part: float) -> float:
        """The time within which this part of the pushes was acknowledged."""
        return sorted(self.seconds)[min(int(part * len(self.seconds)), len(self.seconds) - 1)]


@dataclass
class Visitor:
    """One laptop on a connection of its own."""

    who: Person
    address: str
    ids: Ids
    random: Random
    _way: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _number: int = 0

    def work(self) -> bytes:
        """The body of a push of some visits with the notice that was shown."""
        contents = tuple(
            encode(self._changeset()).decode() for _ in range(CHANGES // IN_A_CHANGESET)
        )
        return pack(Push(self.who.ward, contents))

    def _changeset(self) -> Changeset:
        self._number += 1
        home, at = f"h{self.random.randrange(1, HOUSEHOLDS)}", "2026-11-23T01:00:00.000Z"
        visit = {"household": home, "canvasser": self.who.username, "visited_at": at}
        visit |= {"outcome": "not_at_home", "note": "hẹn đến lại sau 16 giờ"}
        notice = {"household": home, "wording": "2026-01", "shown_at": at, "how": "spoken"}
        return Changeset(
            id=self.ids.new(),
            ward=self.who.ward,
            device=self.who.device,
            incarnation="i1",
            number=self._number,
            author=self.who.username,
            action="visit.record",
            made_at=SystemClock().now(),
            offset_ms=0,
            base=Position(self.who.epoch, 0),
            changes=(
                create("visit", self.ids.new(), **visit),
                create("notice", self.ids.new(), **notice),
            ),
        )

    async def push(self, due: float, told: Told) -> None:
        """Hands work in until it is acknowledged; times count from when it was due."""
        body, loop = self.work(), asyncio.get_running_loop()
        while True:
            status, after, answer = await self._post("push", body, told)
            if status == 200:
                answers = json.loads(answer)["answers"]
                if any(one["status"] != "applied" for one in answers):
                    told.errors.append(f"held: {answers[0]['reason']}")
                told.acknowledged += len(answers)
                told.seconds.append(loop.time() - due)
                return
            if status in BUSY:
                told.sent_away += 1
            elif status:
                told.errors.append(str(status))
            await asyncio.sleep(after * (1 + self.random.random() / 4))

    async def open(self) -> None:
        """Opens its connection."""
        host, _, port = self.address.removeprefix("http://").rpartition(":")
        self._way = await asyncio.open_connection(host, int(port))

    async def close(self) -> None:
        """Ends it."""
        if self._way is not None:
            self._way[1].close()
            with suppress(OSError):
                await self._way[1].wait_closed()
        self._way = None

    async def _post(self, call: str, body: bytes, told: Told) -> tuple[int, float, bytes]:
        """Status (0: it broke), seconds to stay away, unpacked body."""
        for fresh in (False, True):
            if self._way is None or fresh:
                await self.close()
                await self.open()
            try:
                return await self._ask(call, body)
            except (OSError, asyncio.IncompleteReadError):
                continue  # one that was kept open had just been closed
        told.errors.append("broken")
        return 0, 2.0, b""

    async def _ask(self, call: str, body: bytes) -> tuple[int, float, bytes]:
        assert self._way is not None
        reader, writer = self._way
        packed = gzip.compress(body, 6)
        said = {
            "Host": "x",
            "Content-Type": MEDIA_TYPE,
            "Content-Encoding": "gzip",
            "Accept-Encoding": "gzip",
            "Content-Length": str(len(packed)),
            "Authorization": f"Bearer {self.who.token}",
            VERSION_HEADER: "1",
            DIGEST_HEADER: digest(body),
        }
        lines = [f"POST /v1/{call} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + packed)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        heard = dict(line.split(": ", 1) for line in head[1:] if line)
        answer = await reader.readexactly(int(heard["content-length"]))
        if heard.get("content-encoding") == "gzip":
            answer = gzip.decompress(answer)
        return int(head[0].split()[1]), float(heard.get("retry-after", 2)), answer
