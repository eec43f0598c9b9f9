"""Bugs of transfers: calls that travel together, and wards that come as they stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from fieldapp.clock import iso
from fieldapp.store import tables
from fieldapp.store.log import arriving, leaving
from fieldapp.store.log import taking_in as log
from sync.protocol import Knocked
from sync.server import service
from tests.simulation.planted.registry import bites, bug, swap

ARRIVALS = ("another_laptop", "server_backed_up")


@bug(55, "grant_taken", "grant_given", "everybody_syncs")
def position_kept_when_a_ward_leaves() -> Any:
    """A ward that was taken away leaves, but for the place that its log had reached."""
    real = leaving.leave_ward

    def leave_ward(connection: Any, ward: str) -> Any:
        here = tables.position.c.ward == ward
        rows = connection.execute(select(tables.position).where(here)).mappings().all()
        touched = real(connection, ward)
        if rows:
            bites()
            connection.execute(insert(tables.position), [dict(row) for row in rows])
        return touched

    return swap(leaving, "leave_ward", leave_ward, sometimes=True)


@bug()
def a_knock_always_finds_everything_as_it_was() -> Any:
    """Whoever knocks is told that there is nothing new."""

    def knock(connection: Any, caller: Any, request: Any, maker: Any) -> Knocked:
        return Knocked(request.nonce, True, iso(maker.clock.now()))

    return swap(service, "knock", knock)


@bug(0, *ARRIVALS)
def a_page_forgets_where_the_log_begins() -> Any:
    """The first page after a snapshot says that the log is whole."""
    real = log._advance

    def advance(connection: Any, run: Any, chain: str, row_sum: Any) -> None:
        real(connection, run, chain, row_sum)
        here = tables.position.c.ward == run.ward
        connection.execute(update(tables.position).where(here).values(floor=0))

    return swap(log, "_advance", advance)


@bug(0, *ARRIVALS, "grant_taken", "grant_given", "server_put_back")
def own_work_that_a_snapshot_holds_waits_for_ever() -> Any:
    """Only a page ends the waiting of own work."""
    return swap(arriving, "_settle_own", lambda connection, told, entries: set())
