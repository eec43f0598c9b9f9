"""A city to measure: real PostgreSQL that syncs to its disk, the server as a process, laptops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import psycopg

from fieldapp.clock import Ids, SystemClock
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine, Profile
from sync.client.line import Lines
from sync.client.runner import SyncReport, sync_once
from sync.client.sign_in import enrol_device
from sync.client.transport import HttpTransport
from sync.protocol import SignIn
from sync.server.admin import Admin, NewUser
from sync.server.cli.parts import opened
from tests.bench.harness import busy_of
from tests.bench.workload import Created
from tests.support.laptops import CHEAP, PASSWORD
from tests.support.postgres import MEASURED, Postgres, running_postgres
from tests.support.server_process import ServerProcess

ACTION = "list.households"


@dataclass
class Laptop:
    """A real profile folder with its encrypted file, signed in."""

    profile: Profile
    url: str
    ids: Ids
    random: Random = field(default_factory=lambda: Random(1))
    lines: Lines = field(default_factory=lambda: Lines(SystemClock()))

    def register(self, ward: str, actions: Iterable[list[Created]]) -> None:
        """Writes actions into the file, as a list that is taken in does: nothing is sent."""
        with self.profile.store.works(ward, ACTION) as works:
            for created in actions:
                works.add({"source": "bench"}, created=created)

    def sync(self, url: str | None = None) -> SyncReport:
        """One run over the connection of the one before, as an open program makes one."""
        store = self.profile.store
        transport = HttpTransport(url or self.url, str(store.setting("token")), self.lines)
        try:
            report = sync_once(store, transport, random=self.random)
        finally:
            transport.close()
        assert report.done, report.state
        return report


@dataclass
class City:
    """The server and whoever has signed in on it."""

    admin: Admin
    server: ServerProcess
    postgres: Postgres
    database: str
    folder: Path
    database_process: int = 0
    _laptops: list[Laptop] = field(default_factory=list)

    def ward(self, code: int) -> str:
        """A new ward."""
        return self.admin.add_ward(str(code), date(2025, 7, 1), f"Phường {code}")

    def laptop(self, name: str, *wards: str) -> Laptop:
        """A new user with a new laptop."""
        self.admin.add_user(NewUser(name, name, "canvasser", list(wards), PASSWORD, "female"))
        clock = SystemClock()
        ids = Ids(clock)
        request = SignIn(name, PASSWORD, name, self.admin.invite(name))
        machine = Machine(clock, ids, NoKeystore(), CHEAP)
        profile = enrol_device(self.folder / name, self.server.url, request, machine)
        made = Laptop(profile, self.server.url, ids)
        self._laptops.append(made)
        return made

    def count(self, statement: str, values: Mapping[str, object] | None = None) -> int:
        """A number of the server's database, read past the server."""
        with psycopg.connect(self.postgres.url(self.database)) as connection:
            found = connection.execute(statement, values).fetchone()
        assert found is not None
        return int(found[0])

    def busy(self) -> float:
        """Seconds that server and database have been busy."""
        return busy_of(self.server.pid) + busy_of(self.database_process)

    def go_home(self) -> None:
        """Closes every laptop's file."""
        for laptop in self._laptops:
            laptop.profile.close()
        self._laptops.clear()


def process_of(postgres: Postgres, database: str) -> int:
    """The process that starts all others of the database server."""
    with psycopg.connect(postgres.url(database)) as connection:
        mine = connection.info.backend_pid
        return int(Path(f"/proc/{mine}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def city(folder: Path) -> Iterator[City]:
    """An empty server for as long as the block runs."""
    data = folder / "server"
    with running_postgres(MEASURED) as postgres:
        database = postgres.create()
        with opened(postgres.url(database), data) as admin:
            server = ServerProcess(postgres.url(database), data=data)
            server.start()
            made = City(admin, server, postgres, database, folder, process_of(postgres, database))
            try:
                yield made
            finally:
                made.go_home()
                server.stop()
