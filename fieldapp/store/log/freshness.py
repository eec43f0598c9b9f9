"""As of when a ward's rows are the server's: what each handshake told of its log, and how far the
log has come here since.

Pages bear no time of their own. A handshake names the head of each log; once the position has come
that far, the ward is as it was at that handshake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import business_date, from_iso
from fieldapp.store.file.open_file import OpenFile
from fieldapp.store.meta import read_several
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.history import begins_after

HEADS, CURRENT_AT = "heads", "current_at"
REPORTED = "reported"
"""The setting that keeps how each ward stood here at the last word of an earlier day: epoch,
revision, moment. A quiet day has its own, though no entry came."""
PEOPLE_KNOWN = "people_known"
"""The setting that keeps what the server last told of people and devices
(`sync.protocol.People` as JSON)."""


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


def freshness(store: OpenFile, wards: Iterable[str]) -> dict[str, Freshness]:
    """How new what this laptop holds of these wards is."""
    heads, positions, current = store.read(_here)
    found = {}
    for ward in wards:
        epoch, revision = positions.get(ward, (heads.get("epoch"), 0))
        head = heads.get("revisions", {}).get(ward, 0) if epoch == heads.get("epoch") else 0
        at = from_iso(current[ward]) if ward in current else None
        found[ward] = Freshness(revision, max(0, head - revision), at)
    return found


def at_greeting(connection: Connection, server_at: str, heads: Mapping[str, int]) -> dict[str, Any]:
    """What to remember of a handshake: its heads, and what the ones before it had come to."""
    known = read_several(connection, ("epoch", REPORTED))
    told = {"epoch": str(known.get("epoch")), "at": server_at, "revisions": dict(heads)}
    _, positions, current = _here(connection)
    today = business_date(from_iso(server_at))
    reported = {w: one for w, one in known.get(REPORTED, {}).items() if w in positions}
    for ward, at in current.items():
        if ward in positions and business_date(from_iso(at)) < today:
            reported[ward] = [*positions[ward], at]
    return {CURRENT_AT: current, HEADS: told, REPORTED: reported}


def reported_before(
    connection: Connection, wards: Iterable[str], today: date
) -> dict[str, tuple[int, datetime]]:
    """Up to which revision each ward's log was here when it was last whole on an earlier day, and
    the moment; only where the log since is here, too."""
    _, positions, current = _here(connection)
    told = read_several(connection, (REPORTED,)).get(REPORTED, {})
    found = {}
    for ward in (one for one in wards if one in positions):
        epoch, revision = positions[ward]
        if ward in current and business_date(from_iso(current[ward])) < today:
            found[ward] = revision, from_iso(current[ward])
        elif ward in told and told[ward][0] == epoch:
            upto, at = int(told[ward][1]), from_iso(told[ward][2])
            if begins_after(connection, ward) <= upto and business_date(at) < today:
                found[ward] = upto, at
    return found


def _here(
    connection: Connection,
) -> tuple[Mapping[str, Any], dict[str, tuple[str, int]], dict[str, str]]:
    """The heads last told, the positions, and the server time at which each ward was last known to
    be whole here."""
    told = read_several(connection, (HEADS, CURRENT_AT))
    heads: Mapping[str, Any] = told.get(HEADS, {})
    found: dict[str, str] = dict(told.get(CURRENT_AT, {}))
    positions = queries_sync.positions(connection)
    for ward, head in heads.get("revisions", {}).items():
        epoch, revision = positions.get(ward, (heads["epoch"], 0))
        if epoch == heads["epoch"] and revision >= head:
            found[ward] = heads["at"]
    return heads, positions, found
