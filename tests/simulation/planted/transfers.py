"""Bugs of transfers: calls that travel together, and wards that come as they stand."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from fieldapp.clock import iso
from fieldapp.store import arriving, log, tables
from sync.protocol import Knocked
from sync.server import service
from tests.simulation.planted.registry import bug

ARRIVALS = ("another_laptop", "server_backed_up")


@bug()
def a_knock_always_finds_everything_as_it_was() -> Any:
    """Whoever knocks is told that there is nothing new."""

    def knock(connection: Any, caller: Any, request: Any, maker: Any) -> Knocked:
        return Knocked(request.nonce, True, iso(maker.clock.now()))

    return patch.object(service, "knock", knock)


@bug(0, *ARRIVALS)
def a_page_forgets_where_the_log_begins() -> Any:
    """The first page after a snapshot says that the log is whole."""
    real = log._advance

    def advance(connection: Any, run: Any, chain: str, row_sum: Any) -> None:
        real(connection, run, chain, row_sum)
        here = tables.position.c.ward == run.ward
        connection.execute(update(tables.position).where(here).values(floor=0))

    return patch.object(log, "_advance", advance)


@bug(0, *ARRIVALS, "grant_taken", "grant_given", "server_put_back")
def own_work_that_a_snapshot_holds_waits_for_ever() -> Any:
    """Only a page ends the waiting of own work."""
    return patch.object(arriving, "_settle_own", lambda connection, told, entries: set())
