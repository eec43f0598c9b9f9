"""A database of the first released schema, with rows in it, comes to today's with nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, insert, select, text

from fieldapp.clock import Ids, SetClock
from fieldapp.model import Enrolment, Household, Person, Receipt, Staff
from fieldapp.model.record import CITY, Record
from sync.server.store.database import Database, open_database
from sync.server.store.migrate import alembic_config, upgrade
from sync.server.store.tables import server_state, table_of
from tests.store.test_upgrade import ADDED, COMMON, ROWS
from tests.support.laptops import MORNING
from tests.support.postgres import Postgres

RECORDS: tuple[type[Record], ...] = (Household, Person, Receipt, Enrolment)
STAFF = COMMON | {"ward": CITY, "id": "s1", "username": "lan", "full_name": "Lê Thị Hồng Lan"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as the first released server left it."""
    postgres: Postgres | None = None
    url, name = f"sqlite:///{tmp_path / 'server.db'}", ""
    if request.param == "postgres":
        postgres = request.getfixturevalue("postgres")
        name = postgres.create()
        url = postgres.url(name)
    opened = open_database(url)
    with opened.write() as connection:
        command.upgrade(alembic_config(connection), "0001")
        for record in RECORDS:
            fill(connection, record, COMMON | ROWS[record.type_name()])
        fill(connection, Staff, STAFF | {"sex": "female", "role": "canvasser"})
        begun = {"id": 1, "epoch": "epoch-1", "begun_at": MORNING}
        connection.execute(insert(server_state).values(begun))
    yield opened
    opened.close()
    if postgres is not None:
        postgres.drop(name)


def fill(connection: Connection, record: type[Record], row: dict[str, object]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(
        text(f"INSERT INTO {record.type_name()} ({names}) VALUES ({values})"), typed(row)
    )


def typed(row: dict[str, object]) -> dict[str, object]:
    """Truth values as a database with a type for them wants them."""
    flags = ("withdrawn", "do_not_contact")
    return {name: bool(value) if name in flags else value for name, value in row.items()}


def upgraded(database: Database) -> None:
    clock = SetClock(MORNING)
    upgrade(database, clock, Ids(clock))


def test_rows_of_the_first_schema_are_all_there_after_the_upgrade(first: Database) -> None:
    upgraded(first)
    with first.read() as connection:
        assert connection.execute(select(server_state.c.epoch)).scalar_one() == "epoch-1"
        for record in RECORDS:
            row = connection.execute(select(table_of(record))).one()
            assert row.id == ROWS[record.type_name()]["id"]
            for name, value in ADDED.get(record.type_name(), {}).items():
                assert getattr(row, name) == value
        staff = connection.execute(select(table_of(Staff))).one()
        assert (staff.username, staff.collector_code, staff.organisation) == ("lan", "", "")
        paid = connection.execute(select(table_of(Enrolment))).one()
        assert (paid.participant_dong, paid.rank, paid.state) == (1_366_200, 1, "paid")


class CutShort(Exception):
    """The upgrade ended here."""


def test_an_upgrade_cut_short_at_any_statement_leaves_the_first_schema(first: Database) -> None:
    """Whole or not at all, whichever statement is the last that came through."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    number, done = 0, False
    while not done:
        number += 1
        count = 0

        def cut(*_: object, at: int = number) -> None:
            nonlocal count
            count += 1
            if count == at:
                raise CutShort

        event.listen(first.engine, "before_cursor_execute", cut)
        try:
            upgraded(first)
            done = True
        except CutShort:
            pass
        event.remove(first.engine, "before_cursor_execute", cut)
        with first.read() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        assert version == (head if done else "0001")
    assert number > 20
