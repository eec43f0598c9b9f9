"""The schema of the laptop's file and its migrations."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from fieldapp.errors import SurroundingsMend
from fieldapp.store.file import engine as engines
from fieldapp.store.file import migrate
from fieldapp.store.schema import schema
from tests.support.fresh import whole
from tests.support.refusals import refused

KEY = bytes(32)


@pytest.fixture
def file(tmp_path: Path) -> Engine:
    return engines.open_engine(tmp_path / "field.db", KEY)


def revisions() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    return config


def go_through_revisions(file: Engine) -> None:
    config = revisions()
    with file.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(revisions()).get_heads() == [migrate.HEAD]


def test_a_new_file_is_what_all_migrations_one_after_the_other_lead_to(
    file: Engine, tmp_path: Path
) -> None:
    migrate.up_to_date(file)
    led = engines.open_engine(tmp_path / "led.db", KEY)
    go_through_revisions(led)
    assert whole(file) == whole(led)


def test_the_migrations_make_exactly_the_schema_of_the_models(file: Engine) -> None:
    go_through_revisions(file)
    with file.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, schema()) == []


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith("person_search")


def test_a_file_that_is_up_to_date_is_left_alone(file: Engine) -> None:
    migrate.up_to_date(file)
    with file.begin() as connection:
        before = connection.execute(text("PRAGMA schema_version")).scalar()
    migrate.up_to_date(file)
    with file.begin() as connection:
        assert connection.execute(text("PRAGMA schema_version")).scalar() == before


def test_a_file_of_a_newer_program_is_refused_and_not_changed(file: Engine) -> None:
    migrate.up_to_date(file)
    with file.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with refused(SurroundingsMend, "store.newer"):
        migrate.up_to_date(file)
    assert migrate.version(file) == "9999"


def test_a_migration_that_fails_half_way_leaves_the_file_as_it_was(file: Engine) -> None:
    """The last table of the first schema is there already: everything before it is undone."""
    last = list(schema().sorted_tables)[-1].name
    with file.execution_options(writes=True).begin() as connection:
        connection.execute(text(f"CREATE TABLE {last} (x)"))
    with pytest.raises(Exception, match="already exists"):
        migrate.up_to_date(file)
    assert inspect(file).get_table_names() == [last]


def test_every_connection_is_durable_and_checks_references(file: Engine) -> None:
    with file.connect() as connection:
        said = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert said == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_a_build_of_sqlite_that_can_lose_data_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(Exception, match="old_sqlite"):
        engines.open_engine(tmp_path / "field.db", KEY)
    assert not (tmp_path / "field.db").exists()
