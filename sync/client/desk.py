"""Asks, at the end of a run, for what a ward's desk hears beside the logs, and keeps it.

It is no part of the run: where it fails, what was heard before stays, with its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.store.desk import DESK_TOLD
from fieldapp.store.store import Store
from sync.client.together import SPEAKS
from sync.protocol import AskDesk, SyncProtocol

SPOKEN = "desk"
"""The call, as a server names it in its greeting."""


def hear_desk(store: Store, transport: SyncProtocol, known: Mapping[str, Any]) -> None:
    """Hears it anew for whoever sits at a desk; from anybody else what was kept is taken away.
    `known`: settings, that of what was kept among them."""
    roles = {grant["role"] for grant in known.get("grants", [])}
    if roles <= {"canvasser"}:
        if known.get(DESK_TOLD) is not None:
            store.remember(**{DESK_TOLD: None})
        return
    if SPOKEN not in (known.get(SPEAKS) or ()):
        return
    try:
        told = transport.desk(AskDesk())
        store.remember(**{DESK_TOLD: asdict(told)})
    except FieldappError:
        return
