"""Real processes killed at random points, from a seed; at the end nothing is lost or doubled.

`python -m tests.end_to_end.torture --kills 200 --seed 7`. Laptops save, push and pull; they and the
servers get SIGKILL while they save, push or take a page in. With `--postgres` several servers stand
on one PostgreSQL, which is killed too, and the way to them is rough (`support.rough_way`). Whatever
a laptop said was saved must be on the server exactly once, and the server must be what its log adds
up to.
"""

from __future__ import annotations

import argparse
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from argon2 import PasswordHasher
from sqlalchemy import select, text

from fieldapp.clock import Ids, SystemClock
from fieldapp.store import tables
from fieldapp.store.file import profile
from sync.client.sign_in import enrol_device
from sync.protocol import SignIn
from sync.server.admin import Admin, NewUser
from sync.server.people.passwords import Passwords
from sync.server.service import Service
from sync.server.store.database import open_database
from sync.server.store.tables import lease, log_entry, table_of
from sync.server.verify import verify
from tests.end_to_end.laptop_process import plain_machine
from tests.support.laptops import PASSWORD, WARD
from tests.support.postgres import Postgres, running_postgres
from tests.support.rough_way import RoughWay
from tests.support.server_process import ServerProcess

PHASES = ("save", "greeting", "pushing", "pulling", "done")
PATIENCE = 120.0
"""Seconds without a line from a laptop that mean that it hangs."""


@dataclass
class LaptopProcess:
    """One laptop's process, started again after each kill; what it said is kept over all lives."""

    folder: Path
    heard: queue.SimpleQueue[tuple[LaptopProcess, str]]
    saved: list[str] = field(default_factory=list)
    receipts: list[tuple[str, int]] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None

    def __hash__(self) -> int:
        return id(self)

    def start(self, seed: int, *options: str) -> None:
        """Begins its next life."""
        command = [sys.executable, "-m", "tests.end_to_end.laptop_process"]
        command += [str(self.folder), str(seed), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._reader.start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            match line.split():
                case ["saved", changeset] if line.endswith("\n"):
                    self.saved.append(changeset)
                case ["receipt", book, number] if line.endswith("\n"):
                    self.receipts.append((book, int(number)))
            self.heard.put((self, line.strip()))
        process.stdout.close()

    def kill(self) -> None:
        """Ends this life, if there is one; every line that it got out counts."""
        if self._process is not None:
            self._process.kill()
            self.wait()

    def wait(self) -> int:
        """Waits for the end of this life, and until all that it said was heard."""
        assert self._process is not None and self._reader is not None
        code = self._process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        return code


@dataclass
class Result:
    """What a torture found; `faults` must be empty."""

    kills: Counter[str]
    saved: int
    entries: int
    receipts: int
    landed: Counter[str]
    """What requests met on their way."""
    faults: list[str]


class Torture:
    """One server, some laptops, one seed."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        database: str = "",
        laptops: int = 2,
        servers: int = 1,
        rough: float = 0.0,
        restart: Callable[[], None] | None = None,
    ) -> None:
        """`rough`: the share of requests that meet a fault; `restart`: of the database itself."""
        self._random = Random(seed)
        self._heard: queue.SimpleQueue[tuple[LaptopProcess, str]] = queue.SimpleQueue()
        self._database = database or f"sqlite:///{folder / 'server.db'}"
        self._servers = [ServerProcess(self._database) for _ in range(servers)]
        self._way = RoughWay(self._ports, Random(seed + 1), 0.0)
        self._rough, self._restart = rough, restart
        self._laptops = [LaptopProcess(folder / f"laptop{n}", self._heard) for n in range(laptops)]
        self._kills: Counter[str] = Counter()

    def run(self, kills: int) -> Result:
        """Sets up, kills so often, lets everything end well, and looks."""
        self._set_up()
        try:
            for laptop in self._laptops:
                self._start(laptop)
            for number in range(kills):
                self._kill_one(database=number == kills // 2)
            for laptop in self._laptops:
                laptop.kill()
            self._way.rough = 0.0
            for server in self._servers:
                server.stop()
                server.start()
            faults = self._drain()
        finally:
            for laptop in self._laptops:
                laptop.kill()
            for server in self._servers:
                server.kill()
            self._way.close()
        return self._look(faults)

    def _ports(self) -> list[int]:
        return [server.port for server in self._servers]

    # setting up

    def _open(self) -> Admin:
        clock = SystemClock()
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        database = open_database(self._database)
        return Admin(Service(database, clock, Ids(clock), passwords=cheap))

    def _set_up(self) -> None:
        admin = self._open()
        admin.init()
        ward = admin.add_ward("26956", date(2025, 7, 1), "Phường Thạnh Mỹ Tây")
        assert ward == WARD
        admin.add_book("AA/26", 1, 100_000, ward)
        names = [laptop.folder.name for laptop in self._laptops]
        for name in names:
            admin.add_user(NewUser(name, name, "canvasser", [ward], PASSWORD))
        invitations = [admin.invite(name) for name in names]
        admin.service.database.close()
        for server in self._servers:
            server.start()
        for laptop, name, invitation in zip(self._laptops, names, invitations, strict=True):
            request = SignIn(name, PASSWORD, name, invitation)
            enrol_device(laptop.folder, self._way.url, request, plain_machine()).close()
        self._way.rough = self._rough

    def _start(self, laptop: LaptopProcess, *options: str) -> None:
        laptop.start(self._random.randrange(1 << 30), *options)

    # killing

    def _kill_one(self, *, database: bool) -> None:
        """Waits until somebody begins the chosen thing, and a moment more; then kills.

        `database`: that it is the database, where it can be.
        """
        drawn = self._random.random()
        of_server = drawn < 0.3
        wanted = "pushing" if of_server else self._random.choice(PHASES)
        victim = self._hear(f"at {wanted}")
        time.sleep(self._random.random() ** 2 * 0.06)
        if self._restart is not None and (database or drawn < 0.06):
            self._restart()
            self._kills["database"] += 1
            return
        if of_server:
            server = self._random.choice(self._servers)
            server.kill()
            server.start(wait=False)
            self._kills["server"] += 1
            return
        victim.kill()
        self._kills[wanted] += 1
        self._start(victim)

    def _hear(self, line: str) -> LaptopProcess:
        while not self._heard.empty():  # what was said long ago is no sign of now
            self._heard.get()
        while True:
            laptop, said = self._heard.get(timeout=PATIENCE)
            if said == line:
                return laptop

    # looking

    def _drain(self) -> list[str]:
        """Two rounds, so that each laptop has what the others sent."""
        faults = []
        for _ in range(2):
            for laptop in self._laptops:
                self._start(laptop, "--drain")
            for laptop in self._laptops:
                if laptop.wait() != 0:
                    faults.append(f"{laptop.folder.name} did not drain")
        return faults

    def _look(self, faults: list[str]) -> Result:
        admin = self._open()
        with admin.service.database.read() as connection:
            found = select(log_entry.c.changeset).where(log_entry.c.ward == WARD)
            entries = list(connection.execute(found.order_by(log_entry.c.revision)).scalars())
            receipt = table_of(_receipt())
            issued = connection.execute(select(receipt.c.book, receipt.c.number))
            numbers = [(book, number) for book, number in issued]
            leases = connection.execute(select(lease.c.book, lease.c.first, lease.c.last)).all()
        faults += [f"server: {finding}" for finding in verify(admin.service.database)]
        faults += [f"held: {held}" for held in admin.held()]
        admin.service.database.close()
        faults += _not_once("log", entries) + _not_once("receipts", numbers)
        faults += _gaps(numbers, [tuple(row) for row in leases])
        for laptop in self._laptops:
            faults += self._compare(laptop, entries, numbers)
        saved = sum(len(laptop.saved) for laptop in self._laptops)
        return Result(self._kills, saved, len(entries), len(numbers), self._way.landed, faults)

    def _compare(
        self, laptop: LaptopProcess, entries: list[str], numbers: list[tuple[str, int]]
    ) -> list[str]:
        name, here = laptop.folder.name, set(entries)
        faults = [f"{name}: {c} was saved and is lost" for c in laptop.saved if c not in here]
        faults += [f"{name}: receipt {r} is lost" for r in laptop.receipts if r not in numbers]
        opened = profile.unlock(laptop.folder, PASSWORD, plain_machine())
        journal = select(tables.journal.c.id, tables.journal.c.settled)
        log = select(tables.log_entry.c.changeset).where(tables.log_entry.c.ward == WARD)
        ordered = log.order_by(tables.log_entry.c.revision)
        mine = opened.store.read(lambda c: c.execute(journal).all())
        pulled = opened.store.read(lambda c: list(c.execute(ordered).scalars()))
        sound = opened.store.read(lambda c: c.execute(text("PRAGMA integrity_check")).scalar())
        opened.close()
        kept = {changeset for changeset, _ in mine}
        faults += [f"{name}: {c} is not in its journal" for c in laptop.saved if c not in kept]
        faults += [f"{name}: {c} is not settled" for c, settled in mine if not settled]
        faults += [f"{name}: {c} is not on the server" for c in kept - here]
        if pulled != entries:
            faults.append(f"{name}: its log differs from the server's")
        return faults if sound == "ok" else [*faults, f"{name}: file {sound}"]


def _receipt() -> type:
    from fieldapp.model import Receipt

    return Receipt


def _not_once(what: str, things: list) -> list[str]:
    return [f"{what}: {thing} {n} times" for thing, n in Counter(things).items() if n > 1]


def _gaps(numbers: list[tuple[str, int]], leases: list[tuple[str, int, int]]) -> list[str]:
    """Each leased range is used from its first number on, none left out."""
    faults = []
    for book, first, last in leases:
        used = sorted(n for b, n in numbers if b == book and first <= n <= last)
        if used != list(range(first, first + len(used))):
            faults.append(f"receipts of {book} {first}-{last}: {used}")
    return faults


def on_postgres(folder: Path, seed: int, postgres: Postgres, laptops: int, kills: int) -> Result:
    """A torture of two servers on a PostgreSQL that dies as well, over a rough way."""
    url = postgres.url(postgres.create())
    options = {"laptops": laptops, "servers": 2, "rough": 0.25, "restart": postgres.restart}
    return Torture(folder, seed, database=url, **options).run(kills)


def main() -> int:
    """The program: prints what was done, exit code 1 for a fault."""
    reads = argparse.ArgumentParser()
    reads.add_argument("--kills", type=int, default=200)
    reads.add_argument("--seed", type=int, default=1)
    reads.add_argument("--laptops", type=int, default=2)
    reads.add_argument("--postgres", action="store_true", help="several servers on PostgreSQL")
    said = reads.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leaves no process behind
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if said.postgres:
            with running_postgres() as postgres:
                result = on_postgres(Path(folder), said.seed, postgres, said.laptops, said.kills)
        else:
            torture = Torture(Path(folder), said.seed, laptops=said.laptops)
            result = torture.run(said.kills)
    print(f"seed {said.seed}: {sum(result.kills.values())} kills {dict(result.kills)}")
    print(f"{result.saved} saved, {result.entries} in the log, {result.receipts} receipts")
    print(f"on the way: {dict(result.landed)}")
    print(f"{time.monotonic() - began:.0f} s, {len(result.faults)} faults")
    for fault in result.faults[:20]:
        print(" ", fault)
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
