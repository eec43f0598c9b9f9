"""Laptops and the server of the simulation: the product's code on disks in memory."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from argon2 import PasswordHasher
from sqlcipher3 import dbapi2

from fieldapp.clock import Ids, SetClock
from fieldapp.store.file import engine as laptop_engine
from fieldapp.store.receipts import Mark
from fieldapp.store.store import Store
from sync.client.machine import State
from sync.server.admin import Admin
from sync.server.lives import epochs
from sync.server.lives.safe import Line, MemoryLedger, Safe
from sync.server.people.passwords import Passwords
from sync.server.service import Service
from sync.server.store import database as server_database
from sync.server.store.database import Database
from tests.simulation.disk import Disk

HASHER = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class SkewedClock:
    """A laptop's clock: the true time and how far it is off."""

    world: SetClock
    skew: timedelta = timedelta()

    def now(self) -> datetime:
        """What the laptop believes."""
        return self.world.now() + self.skew


@dataclass
class Marks:
    """The mark outside the file. Keeping it is a write of the machine like any other."""

    disk: Disk
    kept: Mark | None = None

    def read(self) -> Mark | None:
        """The mark."""
        return self.kept

    def write(self, mark: Mark) -> None:
        """Keeps it, if the disk still takes anything."""
        try:
            self.disk.before_write()
        except dbapi2.OperationalError as error:
            raise OSError(errno.ENOSPC, str(error)) from error
        self.kept = mark


@dataclass(frozen=True)
class Copy:
    """A copy of a laptop's file, with what the harness knows of that moment."""

    file: Any
    mark: Mark | None
    saved: tuple[str, ...]


class QuickStore(Store):
    """The store, with settings read once in each state of the file: a history reads thousands."""

    disk: Disk

    def setting(self, name: str, default: Any = None) -> Any:
        """A value of this installation."""
        self.disk.must_live()
        value = self.disk.setting(name)
        if value is None:
            return default
        return json.loads(value) if isinstance(value, str) else value


class Laptop:
    """One laptop. `start` begins another run of the program on the same disk."""

    def __init__(self, disk: Disk, clock: SkewedClock) -> None:
        self.disk, self.clock = disk, clock
        self.marks = Marks(disk)
        self.random = Random(0)
        self.forms: list[Any] = []
        self.heard: dict[str, list[Any]] = {}
        self.copies: list[Copy] = []
        self.saved: list[str] = []
        self.floors: set[tuple[str, str]] = set()
        """Where logs have begun late here, by ward and chain."""
        self.logged: dict[str, set[str]] = {}
        """Per ward, the entries of any line of its log that this file has had."""
        self.revoked = self.silenced = self.locked = False
        self.clock_moved = False
        self.name = self.user = self.confirmed_before = ""
        self.greeted_in_time = True
        self.memory: Any = None
        """What the harness knows of the logs, for those that begin late here."""
        self.start()

    def start(self) -> None:
        """The program starts: nothing is remembered but what is on the disk."""
        self.disk.start()
        self.ids = Ids(self.clock, self._random_bytes)
        self.state = State()
        self.forms = []
        self.store = QuickStore(
            self.disk.engine,
            clock=self.clock,
            ids=self.ids,
            marks=self.marks,
            random_bytes=self._random_bytes,
        )
        self.store.disk = self.disk
        if self.name:
            self.store.meet_program()

    def _random_bytes(self, count: int) -> bytes:
        return self.random.randbytes(count)

    def meta(self, name: str) -> Any:
        """A setting, read past the product, as JSON text; None where it is not set."""
        return self.disk.setting(name)


@dataclass
class Ledger(MemoryLedger):
    """The ledger of the server's machine: what is in it stays when the database is put back."""

    disk: Disk | None = None

    def __init__(self, disk: Disk) -> None:
        super().__init__()
        self.disk = disk

    def append(self, lines: Sequence[Line]) -> int:
        """Keeps lines, if the machine lives."""
        assert self.disk is not None
        self.disk.must_live()
        return super().append(lines)


@dataclass
class Server:
    """The server."""

    disk: Disk
    clock: SetClock
    ledger: Ledger = field(init=False)
    older: bool = False
    """It runs a program that lacks the calls that a server may lack."""
    random: Random = field(default_factory=lambda: Random(0))

    def __post_init__(self) -> None:
        turn = threading.RLock()
        self.database = Database(self.disk.engine, turn, turn)
        self.ledger = Ledger(self.disk)
        self.start()

    def start(self) -> None:
        """The process starts again."""
        self.disk.start()
        ids = Ids(self.clock, self._random_bytes)
        safe = Safe(b"k" * 32, self.ledger)
        self.service = Service(self.database, self.clock, ids, self._random_bytes, HASHER, safe)
        self.admin = Admin(self.service)
        if self.disk.ask("SELECT 1 FROM sqlite_master WHERE name = 'server_state'"):
            self.database.in_write(lambda connection: epochs.start(connection, safe))

    @property
    def stopped(self) -> bool:
        """Whether it waits for its operator."""
        return self.disk.ask("SELECT stopped FROM server_state")[0][0] is not None

    def accepted(self) -> None:
        """Its operator says that the database was put back."""
        self.admin.accept_restore()

    def _random_bytes(self, count: int) -> bytes:
        return self.random.randbytes(count)


def laptop_disk() -> Disk:
    """A disk for a laptop's file."""
    return Disk(laptop_engine.begin)


def server_disk() -> Disk:
    """A disk for the server's database."""
    return Disk(server_database.begin)
