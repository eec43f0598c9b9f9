"""Brings a database to the schema of this version, and gives a new one its epoch."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select, text

from fieldapp import fresh_schema
from fieldapp.clock import Clock, Ids
from fieldapp.errors import SurroundingsMend
from fieldapp.model import CITY
from fieldapp.model.entries import FIRST_CHAIN
from fieldapp.model.sums import schema_mark
from sync.server.store.database import Database, open_database
from sync.server.store.tables import epoch, server_state, ward_head
from sync.server.wardlog.sums import meet_schema

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0022"
"""The newest revision in `migrations/versions`; a test holds that it is."""

_LOCK = 0x6669656C64  # "field": one number that every process of this product locks on


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; with the connection to run on."""
    from alembic.config import Config  # a quarter of a second: only when there is something to do

    config = Config()
    scripts = resources.files("sync.server.store") / "migrations"
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, clock: Clock, ids: Ids) -> None:
    """Creates or upgrades the tables, whole or not at all. Safe to repeat and to race.

    Raises:
        SurroundingsMend: `server.newer_database`: a newer version has been here.
    """
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _bring_to_head(connection)
        if connection.execute(select(server_state.c.epoch)).first() is None:
            _begin(connection, clock, ids)
        meet_schema(connection)


def version(connection: Connection) -> str | None:
    """The schema version of the database; None where nothing was made yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _bring_to_head(connection: Connection) -> None:
    standing = version(connection)
    if standing == HEAD:
        return
    if standing is not None and standing > HEAD:
        raise SurroundingsMend("server.newer_database", detail=f"{standing} > {HEAD}")
    if connection.dialect.name == "sqlite" and fresh_schema.is_empty(connection):
        fresh_schema.replay(connection, _script())
    else:
        _go_through_revisions(connection)


@cache
def _script() -> tuple[str, ...]:
    """What all revisions make of an empty SQLite file."""
    database = open_database("sqlite://")
    with database.write() as connection:
        _go_through_revisions(connection)
        script = fresh_schema.script_of(connection)
    database.close()
    return script


def _go_through_revisions(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


def _begin(connection: Connection, clock: Clock, ids: Ids) -> None:
    """The first life of a new database, in which there is nothing to count yet."""
    first, at = ids.new(), clock.now()
    connection.execute(insert(epoch).values(id=first, parent=None, begun_at=at))
    begun = {"id": 1, "epoch": first, "begun_at": at, "schema_mark": schema_mark()}
    connection.execute(insert(server_state).values(begun))
    add_log(connection, CITY)


def add_log(connection: Connection, ward: str) -> None:
    """Begins the empty log of a ward. A ward that has one keeps it."""
    known = select(ward_head.c.ward).where(ward_head.c.ward == ward)
    if connection.execute(known).first() is None:
        head = {"ward": ward, "revision": 0, "chain": FIRST_CHAIN}
        connection.execute(insert(ward_head).values(head))
