"""Laptops let the beginning of their logs go, and ask the server for it again.

What takes a year in the field takes minutes here. Whether a log begins where it says, and whether
anything is lost by it, the other checks see; here is what the server tells of the time before.
"""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any

from fieldapp.errors import UserMends
from sync.client.history import fetch_older
from sync.client.keeping import Limits
from sync.client.pruning import prune
from tests.simulation.acts import Doing
from tests.simulation.machines import Laptop
from tests.simulation.memory import hash_as_written, must
from tests.simulation.wire import Wire
from tests.support.histories import NothingToDo

LIMITS = Limits(timedelta(minutes=1), timedelta(minutes=3), most_entries=5, worth_it=1)
NOT_TOLD = (
    *("history.older_server", "server.no_such_call"),
    *("server.no_grant", "sync.signed_out", "sync.device_revoked"),
)
"""Why a server may say nothing: an older program, a right or a session that has ended."""


def log_pruned(doing: Doing) -> None:
    """After a run, as the program does it by itself."""
    if not list(prune(doing.store, LIMITS)):
        raise NothingToDo


def older_history_read(play: Any, laptop: Laptop, random: Random) -> None:
    """Somebody wants to see what was done to a household before the log here begins."""
    if not older_is_told(play, laptop):
        raise NothingToDo


def older_is_told(play: Any, laptop: Laptop) -> bool:
    """What comes is what the server's log had there, all of it; whether anything was to come."""
    found = laptop.disk.ask("SELECT ward, floor, floor_chain FROM position WHERE floor > 0")
    asked = False
    for ward, floor, chain in found:
        record = laptop.disk.ask("SELECT id FROM household WHERE ward = ? ORDER BY id", ward)
        if not record:
            continue
        line, key = play.memory.line_at(ward, chain), ("household", record[0][0])
        expected = [
            (place + 1, name)
            for place, name in enumerate(line.ids[:floor])
            if key in [(c["type"], c["id"]) for c in json.loads(line.contents[place])["changes"]]
        ]
        try:
            told = _all_of_it(play, laptop, ward, key)
        except UserMends as refusal:
            must(refusal.code in NOT_TOLD, "older history is told", refusal.code)
            continue
        asked = True
        same = [(entry.revision, json.loads(entry.content)["id"]) for entry in told]
        must(same[::-1] == expected, "older history is told", (laptop.name, same, expected))
        for entry in told:
            was = hash_as_written(line.contents[entry.revision - 1])
            must(hash_as_written(entry.content) == was, "older history is told", entry.revision)
    return asked


def _all_of_it(play: Any, laptop: Laptop, ward: str, key: tuple[str, str]) -> list[Any]:
    wire, before = Wire(play.network, laptop), None
    found: list[Any] = []
    while True:
        older = fetch_older(laptop.store, wire, ward, [key], before)
        found += older.entries
        before = older.before
        if before is None:
            return found
