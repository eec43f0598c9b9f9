"""A process of writers: `python -m tests.race.writer PART`. Notes what was acknowledged.

Each line of its notes: the changeset's id and the revision that the server gave it.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from random import Random
from typing import TextIO

from fieldapp.clock import Ids, SystemClock
from fieldapp.model.changesets import Changeset, Position, encode
from sync.protocol import Push, SyncProtocol
from tests.race.part import Part, Runner, read_part
from tests.support.changes import create

STREETS = ("Lê Lợi", "Nguyễn Xí", "Phan Văn Trị", "Hai Bà Trưng")


class Writer:
    """One writer, who pushes households without a pause."""

    def __init__(self, part: Part, runner: Runner, random: Random, session: SyncProtocol) -> None:
        self._part, self._runner, self._session = part, runner, session
        self._clock = SystemClock()
        self._ids = Ids(self._clock, random.randbytes)
        self._random, self._numbers = random, count(1)
        self.seen = 0

    def writes(self, notes: TextIO) -> None:
        """All of its commits, each noted once it was acknowledged."""
        for _ in range(self._part.commits):
            contents = tuple(encode(self._made()).decode() for _ in range(self._part.batch))
            answers = self._session.push(Push(self._part.ward, contents)).answers
            for answer in answers:
                assert answer.status == "applied", answer
                assert answer.revision is not None
                self.seen = answer.revision
            notes.write("".join(f"{a.changeset} {a.revision}\n" for a in answers))

    def _made(self) -> Changeset:
        fields = {"street": self._random.choice(STREETS), "note": "Đi vắng buổi sáng. " * 4}
        return Changeset(
            id=self._ids.new(),
            ward=self._part.ward,
            device=self._runner.device,
            incarnation="i1",
            number=next(self._numbers),
            author=self._runner.username,
            action="register",
            made_at=self._clock.now(),
            offset_ms=0,
            salt="s",
            base=Position(self._part.epoch, self.seen),
            changes=(create("household", self._ids.new(), **fields),),
        )


def main(part: Part) -> None:
    """The process."""
    service = part.service()
    with part.world(), part.notes.open("w") as notes, ThreadPoolExecutor(len(part.runners)) as pool:
        writers = [
            Writer(part, runner, part.random(number), service.for_token(runner.token))
            for number, runner in enumerate(part.runners)
        ]
        print("ready", flush=True)
        sys.stdin.readline()
        for done in [pool.submit(writer.writes, notes) for writer in writers]:
            done.result()
    service.database.close()


if __name__ == "__main__":
    main(read_part(sys.argv[1:]))
