"""Brings a database to the schema of this version, and gives a new one its epoch."""

from __future__ import annotations

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, insert, select, text

from fieldapp.clock import Clock, Ids
from fieldapp.errors import SurroundingsMend
from fieldapp.model import CITY
from fieldapp.model.entries import FIRST_CHAIN
from sync.server.database import Database
from sync.server.sums import meet_schema
from sync.server.tables import epoch, server_state, ward_head

_LOCK = 0x6669656C64  # "field": one number that every process of this product locks on


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; with the connection to run on."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("sync.server") / "migrations"))
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
        try:
            command.upgrade(alembic_config(connection), "head")
        except CommandError as defect:
            raise SurroundingsMend("server.newer_database", detail=str(defect)) from defect
        if connection.execute(select(server_state.c.epoch)).first() is None:
            first, at = ids.new(), clock.now()
            connection.execute(insert(epoch).values(id=first, parent=None, begun_at=at))
            connection.execute(insert(server_state).values(id=1, epoch=first, begun_at=at))
            add_log(connection, CITY)
        meet_schema(connection)


def add_log(connection: Connection, ward: str) -> None:
    """Begins the empty log of a ward. A ward that has one keeps it."""
    known = select(ward_head.c.ward).where(ward_head.c.ward == ward)
    if connection.execute(known).first() is None:
        head = {"ward": ward, "revision": 0, "chain": FIRST_CHAIN}
        connection.execute(insert(ward_head).values(head))
