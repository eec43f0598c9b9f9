"""As of when a ward's rows are the server's: what each handshake told of its log, and how far the
log has come here since.

Pages bear no time of their own. A handshake names the head of each log; once the position has come
that far, the ward is as it was at that handshake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.clock import from_iso
from fieldapp.store import queries_sync
from fieldapp.store.store import Store

HEADS, CURRENT_AT = "heads", "current_at"


@dataclass(frozen=True)
class Freshness:
    """One ward's log on this laptop.

    Attributes:
        revision: how far it is here.
        behind: entries that the server was known to have beyond that.
        current_at: server time when nothing was missing, the last time that this is known of;
            None: never yet.
    """

    revision: int = 0
    behind: int = 0
    current_at: datetime | None = None


def freshness(store: Store, wards: Iterable[str]) -> dict[str, Freshness]:
    """How new what this laptop holds of these wards is."""
    heads: Mapping[str, Any] = store.setting(HEADS, {})
    positions, current = store.read(queries_sync.positions), _current(store)
    found = {}
    for ward in wards:
        epoch, revision = positions.get(ward, (heads.get("epoch"), 0))
        head = heads.get("revisions", {}).get(ward, 0) if epoch == heads.get("epoch") else 0
        at = from_iso(current[ward]) if ward in current else None
        found[ward] = Freshness(revision, max(0, head - revision), at)
    return found


def at_greeting(
    store: Store, epoch: str, server_at: str, heads: Mapping[str, int]
) -> dict[str, Any]:
    """What to remember of a handshake: its heads, and what the ones before it had come to."""
    told = {"epoch": epoch, "at": server_at, "revisions": dict(heads)}
    return {CURRENT_AT: _current(store), HEADS: told}


def _current(store: Store) -> dict[str, str]:
    """Server time at which each ward was last known to be whole here."""
    heads: Mapping[str, Any] = store.setting(HEADS, {})
    found: dict[str, str] = dict(store.setting(CURRENT_AT, {}))
    positions = store.read(queries_sync.positions)
    for ward, head in heads.get("revisions", {}).items():
        epoch, revision = positions.get(ward, (heads["epoch"], 0))
        if epoch == heads["epoch"] and revision >= head:
            found[ward] = heads["at"]
    return found
