"""What every backup contains that would still be restored: it can't be lost with the server."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from fieldapp.ready import Question, Ready
from sync.server.lives.lineage import common_with
from sync.server.store.tables import backup

_KEPT = Ready(select(backup).where(backup.c.kept.is_(True)))


def asks_kept() -> Question:
    """What `durable_through` will ask."""
    return _KEPT, {}


def durable_through(connection: Connection, wards: Sequence[str]) -> dict[str, int]:
    """Per ward the revision that every kept backup contains: of the oldest one, not the newest.

    Nothing is durable while there is no backup.
    """
    kept = _KEPT.all(connection)
    if not kept:
        return {}
    return {
        ward: min(
            min(int(one.heads.get(ward, 0)), common_with(connection, ward, one.epoch) or 0)
            for one in kept
        )
        for ward in wards
    }
