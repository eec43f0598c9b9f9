"""Bugs of pruning: what goes too early, and what of the log's beginning is forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from fieldapp.model.entries import FIRST_CHAIN
from fieldapp.store import tables
from fieldapp.store.log import pruning
from sync.client import keeping
from sync.client import pruning as client
from sync.server import service
from tests.simulation.planted.registry import bites, both, bug, swap

PRUNED = ("log_pruned", "server_backed_up", "everybody_syncs", "syncs")


@bug(0, *PRUNED, "server_put_back", "edits_a_household")
def log_pruned_above_what_is_durable() -> Any:
    """What no backup has goes like anything else, own work, too."""

    def may_go_upto(kept: keeping.Kept, *_: Any) -> int:
        return max(kept.revision - 1, 0)

    return both(*(swap(module, "may_go_upto", may_go_upto) for module in (keeping, client)))


@bug(0, *PRUNED)
def log_forgets_its_chain_where_it_begins() -> Any:
    """The revision is kept, the chain there is not."""
    real = pruning.cut_log

    def cut_log(connection: Any, cut: pruning.Cut, most: int) -> bool:
        went = real(connection, cut, most)
        if went:
            bites()
            here = update(tables.position).where(tables.position.c.ward == cut.ward)
            connection.execute(here.values(floor_chain=FIRST_CHAIN))
        return went

    return swap(pruning, "cut_log", cut_log, sometimes=True)


@bug(0, *PRUNED, "older_history_read")
def server_tells_the_newest_entries_only() -> Any:
    """Of what was done before, the first entry is all."""
    real = service.history_of

    def history_of(connection: Any, request: Any) -> Any:
        told = real(connection, request)
        return replace(told, entries=told.entries[:1], more=False)

    return swap(service, "history_of", history_of)
