"""Schema migrations of the laptop's file: a light look at the version, Alembic only when needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlcipher3 import dbapi2

from fieldapp import fresh_schema
from fieldapp.errors import SurroundingsMend

HEAD = "0022"
"""The newest revision in `migrations/versions`; a test holds that it is."""


def up_to_date(engine: Engine) -> None:
    """Brings the file to the newest schema, in one transaction.

    Raises:
        SurroundingsMend: `store.newer`: a newer program wrote this file; nothing was changed.
    """
    standing = version(engine)
    if standing == HEAD:
        return
    if standing is not None and standing > HEAD:
        raise SurroundingsMend("store.newer", file=standing, program=HEAD)
    _upgrade(engine)


def version(engine: Engine) -> str | None:
    """The schema version of the file; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        if fresh_schema.is_empty(connection):
            fresh_schema.replay(connection, _script())
        else:
            _go_through_revisions(connection)


@cache
def _script() -> tuple[str, ...]:
    """What all revisions make of an empty file."""
    engine = create_engine("sqlite://", module=dbapi2)
    with engine.connect() as connection:
        _go_through_revisions(connection)
        script = fresh_schema.script_of(connection)
    engine.dispose()
    return script


def _go_through_revisions(connection: Connection) -> None:
    from alembic import command  # 0.7 s: only when there is something to do
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
