"""A fresh database for each test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.clock import Ids, SetClock
from sync.server.store.database import Database, open_database
from sync.server.store.migrate import upgrade
from tests.support.postgres import Postgres, running_postgres
from tests.support.ward_office import OPENING, Office


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the whole run."""
    try:
        with running_postgres() as running:
            yield running
    except LookupError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def migrated_name(postgres: Postgres) -> str:
    """A PostgreSQL database with all tables, to be copied."""
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "server.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    database, clock = open_database(url), SetClock(OPENING)
    upgrade(database, clock, Ids(clock))
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database, on each engine in turn."""
    if request.param == "sqlite":
        file = tmp_path / "server.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create(template=request.getfixturevalue("migrated_name"))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A fresh, migrated database."""
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def office(database: Database) -> Office:
    """A ward's server."""
    return Office(database)
