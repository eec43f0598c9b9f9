"""Asks, at the end of a run, for what a ward's desk hears beside the logs, and keeps it.

It is no part of the run: where it fails, what was heard before stays, with its time.
"""

from __future__ import annotations

from dataclasses import asdict

from fieldapp.errors import FieldappError
from fieldapp.store.desk import DESK_TOLD
from fieldapp.store.store import Store
from sync.protocol import AskDesk, SyncProtocol

SPOKEN = "desk"
"""The call, as a server names it in its greeting."""


def hear_desk(store: Store, transport: SyncProtocol, speaks: object) -> None:
    """Hears it anew for whoever sits at a desk; from anybody else what was kept is taken away."""
    roles = {grant["role"] for grant in store.setting("grants", [])}
    if roles <= {"canvasser"}:
        if store.setting(DESK_TOLD) is not None:
            store.remember(**{DESK_TOLD: None})
        return
    if not isinstance(speaks, list) or SPOKEN not in speaks:
        return
    try:
        told = transport.desk(AskDesk())
        store.remember(**{DESK_TOLD: asdict(told)})
    except FieldappError:
        return
