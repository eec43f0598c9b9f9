"""The database: its schema is what the code says, and what its logs say is what its rows hold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, select, text, update

from fieldapp.clock import Ids, SetClock
from fieldapp.errors import SurroundingsMend
from fieldapp.model.changesets import encode
from sync.server.store.database import Database, open_database
from sync.server.store.migrate import HEAD, alembic_config, upgrade
from sync.server.store.tables import log_entry, server_metadata, server_state
from sync.server.verify import verify
from tests.support.changes import WARD, edit
from tests.support.fresh import whole
from tests.support.postgres import Postgres
from tests.support.ward_office import OPENING, Hand, Office, family

# --- schema --------------------------------------------------------------------------------------


def test_a_migrated_database_has_the_schema_that_the_code_says(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, server_metadata()) == []
        assert set(inspect(connection).get_table_names()) == {
            *server_metadata().tables,
            "alembic_version",
        }


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_a_new_file_is_what_all_migrations_one_after_the_other_lead_to(tmp_path: Path) -> None:
    new, led = (open_database(f"sqlite:///{tmp_path / name}.db") for name in ("new", "led"))
    with led.write() as connection:
        command.upgrade(alembic_config(connection), "head")
    for database in (new, led):
        clock = SetClock(OPENING)
        upgrade(database, clock, Ids(clock, Random(1).randbytes))
    assert whole(new.engine) == whole(led.engine)
    for database in (new, led):
        database.close()


def test_upgrading_again_changes_nothing(database: Database, office: Office) -> None:
    def epoch() -> str:
        with database.read() as connection:
            return str(connection.execute(select(server_state.c.epoch)).scalar_one())

    before = epoch()
    upgrade(database, office.clock, office.service.ids)
    assert epoch() == before


def test_a_database_of_a_newer_version_is_left_alone(database: Database, office: Office) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SurroundingsMend) as caught:
        upgrade(database, office.clock, office.service.ids)
    assert caught.value.code == "server.newer_database"


@pytest.mark.postgres
def test_processes_that_start_together_create_one_schema(
    postgres: Postgres, office: Office
) -> None:
    name = postgres.create()
    opened = [open_database(postgres.url(name)) for _ in range(4)]

    def begins(database: Database) -> str:
        upgrade(database, office.clock, Ids(office.clock))
        with database.read() as connection:
            return str(connection.execute(select(server_state.c.epoch)).scalar_one())

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begins, opened))) == 1
    for database in opened:
        database.close()
    postgres.drop(name)


def test_sqlite_syncs_each_commit_to_the_disk(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'server.db'}")
    with database.read() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_database_in_memory_serves_threads_too() -> None:
    database = open_database("sqlite://")
    office = Office(database)
    hands = [office.hires(f"w{n}") for n in range(4)]

    def works(hand: Hand) -> int:
        hand.pushes(
            *(
                hand.writes(0, *family(f"h-{hand.who.username}-{n}", f"p-{hand.who.username}-{n}"))
                for n in range(5)
            )
        )
        return len(hand.pulls().entries)

    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(works, hands)) == 20
    database.close()


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(SurroundingsMend) as caught:
        open_database("mysql://somewhere/x")
    assert caught.value.code == "server.unknown_database"


# --- few statements ------------------------------------------------------------------------------


def test_a_large_batch_costs_hardly_more_statements_than_a_small_one(office: Office) -> None:
    lan = office.hires("lan")
    counted: list[str] = []
    engine = office.service.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: counted.append(given[2]))

    def statements(first: int, count: int) -> int:
        made = [lan.writes(0, *family(f"h{n}", f"p{n}")) for n in range(first, first + count)]
        edits = [
            lan.writes(0, edit("person", f"p{n}", sex=(None, "male")), on=(one.id,))
            for n, one in enumerate(made, first)
        ]
        counted.clear()
        assert {answer.status for answer in lan.pushes(*made, *edits)} == {"applied"}
        return len(counted)

    small, large = statements(0, 2), statements(2, 150)
    assert large <= small + 5


# --- verify --------------------------------------------------------------------------------------


@pytest.fixture
def full(office: Office) -> Office:
    """Four entries, an open conflict among them."""
    lan, minh = office.hires("lan"), office.hires("minh")

    def named(hand: Hand, value: str) -> object:
        return hand.pushes(hand.writes(1, edit("person", "p1", full_name=("A", value))))

    lan.pushes(lan.writes(0, *family()))
    named(lan, "B")
    named(minh, "C")
    lan.pushes(lan.writes(3, *family("h2", "p2")))
    assert verify(office.service.database) == []
    return office


def _sql(statement: str) -> Callable[[Connection], None]:
    return lambda connection: [connection.execute(text(statement)), None][1]


def _other_content(connection: Connection) -> None:
    found = select(log_entry.c.content).where(log_entry.c.ward == WARD, log_entry.c.revision == 2)
    content = bytes(connection.execute(found).scalar_one()).replace(b'"B"', b'"X"')
    changed = update(log_entry).where(log_entry.c.ward == WARD, log_entry.c.revision == 2)
    connection.execute(changed.values(content=content))


TAMPERING: dict[str, tuple[Callable[[Connection], None], str]] = {
    "a field of a row": (
        _sql("UPDATE person SET full_name = 'Z' WHERE id = 'p1'"),
        "row_differs",
    ),
    "the author of a row": (
        _sql("UPDATE person SET changeset = 'other' WHERE id = 'p2'"),
        "row_differs",
    ),
    "a row gone": (_sql("DELETE FROM membership WHERE id = 'm-p1'"), "row_missing"),
    "a row put in": (
        _sql("UPDATE household SET id = 'h9' WHERE id = 'h2'"),
        "row_without_entry",
    ),
    "a conflict settled": (_sql("UPDATE conflict SET open = (1 = 0)"), "conflict_differs"),
    "a conflict gone": (_sql("DELETE FROM conflict"), "conflict_missing"),
    "the last entry gone": (
        _sql(f"DELETE FROM log_entry WHERE revision = 4 AND ward = '{WARD}'"),
        "head_differs",
    ),
    "an entry gone": (
        _sql(f"DELETE FROM log_entry WHERE revision = 2 AND ward = '{WARD}'"),
        "entry_missing",
    ),
    "a content changed": (_other_content, "chain_broken"),
    "a head gone": (_sql(f"DELETE FROM ward_head WHERE ward = '{WARD}'"), "log_without_head"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_is_changed_behind_the_logs_back_is_found(full: Office, what: str) -> None:
    tamper, finding = TAMPERING[what]
    with full.service.database.write() as connection:
        tamper(connection)
    found = verify(full.service.database)
    assert finding in {one.what for one in found}
    assert {one.ward for one in found} == {WARD}


def test_a_found_place_is_named(full: Office) -> None:
    with full.service.database.write() as connection:
        TAMPERING["a field of a row"][0](connection)
    field, total = verify(full.service.database)
    assert (field.what, field.where) == ("row_differs", "person/p1/full_name")
    assert total.what == "row_sum_differs"


# --- pages ---------------------------------------------------------------------------------------


def test_pages_are_cut_by_size_and_hold_at_least_one_entry(office: Office) -> None:
    lan = office.hires("lan")
    made = [lan.writes(0, *family(f"h{n}", f"p{n}")) for n in range(10)]
    lan.pushes(*made)
    for limit in (-5, 1, 2_500, 10_000_000):
        seen: list[str] = []
        pages = 0
        while len(seen) < 10:
            page = lan.pulls(len(seen), limit_bytes=limit)
            assert page.after == len(seen) and page.head == 10 and page.count >= 1
            seen += [entry.content for entry in page.entries]
            pages += 1
        assert seen == [encode(one).decode() for one in made]
        assert pages == {-5: 10, 1: 10, 2_500: 5, 10_000_000: 1}[limit]
