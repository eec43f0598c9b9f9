"""What was asked ahead is told once, and not after a change."""

from __future__ import annotations

from sqlalchemy import select, update

from fieldapp.ready import Ready, ask_ahead
from sync.server.store.database import Database
from sync.server.store.inserting import Insertion
from sync.server.store.tables import ward_head
from tests.server.test_health import ON_POSTGRES

pytestmark = ON_POSTGRES


def test_what_was_asked_ahead_is_told_once_and_not_after_a_change(database: Database) -> None:
    """And a question with other values is asked."""
    head = Ready(select(ward_head.c.revision).where(ward_head.c.ward == "w"))
    change = Ready(update(ward_head).values(revision=7))
    with database.write() as connection:
        Insertion(ward_head).run(connection, [{"ward": "w", "revision": 1, "chain": "c"}])
        ask_ahead(connection, [(head, {})])
        behind = "UPDATE ward_head SET revision = 5"
        connection.exec_driver_sql(behind)
        assert [head.value(connection), head.value(connection)] == [1, 5]
        ask_ahead(connection, [(head, {})])
        change.run(connection)
        assert head.value(connection) == 7
        ask_ahead(connection, [(head, {})])
        Insertion(ward_head).run(connection, [{"ward": "v", "revision": 1, "chain": "c"}])
        connection.exec_driver_sql(behind)
        assert head.value(connection) == 5
    with database.read() as connection:
        assert head.value(connection) == 5, "nothing of it outlives its transaction"
