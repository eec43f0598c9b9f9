"""What the processes of a race have in common: who they are, and how they start."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from fieldapp.clock import Ids, SystemClock
from sync.server.service import Service
from sync.server.store.database import open_database
from tests.race.planted import plain_sequence


@dataclass(frozen=True)
class Runner:
    """A user at a device."""

    username: str
    device: str
    token: str


@dataclass(frozen=True)
class Part:
    """The part that one process plays.

    Attributes:
        runners: one thread each.
        commits: transactions of each runner that writes.
        batch: changesets in each of them.
        planted: on a server that counts with a plain sequence.
        notes: the file that it writes down what it saw in.
    """

    url: str
    ward: str
    epoch: str
    runners: tuple[Runner, ...]
    notes: Path
    seed: int
    commits: int = 0
    batch: int = 1
    planted: bool = False

    def service(self) -> Service:
        """The server of this process."""
        clock = SystemClock()
        return Service(open_database(self.url), clock, Ids(clock))

    def world(self) -> AbstractContextManager[object]:
        """The product as it is, or with the planted bug."""
        return plain_sequence() if self.planted else nullcontext()

    def random(self, runner: int) -> Random:
        """The randomness of one runner."""
        return Random(self.seed * 1_000 + runner)

    def start(self, module: str) -> subprocess.Popen[str]:
        """The process that plays this part. It begins with the first line of its input."""
        command = [sys.executable, "-m", module, json.dumps(asdict(self), default=str)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        return subprocess.Popen(command, text=True, **pipes)  # type: ignore[call-overload, no-any-return]  # options of subprocess by name


def read_part(arguments: Sequence[str]) -> Part:
    """The part that `start` put on the command line."""
    said = json.loads(arguments[0])
    said["runners"] = tuple(Runner(**runner) for runner in said["runners"])
    return Part(**said | {"notes": Path(said["notes"])})
