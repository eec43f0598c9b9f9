"""Hears, once a day, who was erased out of own work in wards that have left this laptop.

The log that tells of an erasure comes here no more, and the own work is still in the journal. It is
no part of the run: what fails is tried again at the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync.client.together import SPEAKS
from sync.protocol import MOST_NAMED, NameOwn, SyncProtocol

SPOKEN = "bare"
"""The call, as a server names it in its greeting."""
HEARD_ON = "bare_heard_on"
"""The setting that says when it was asked last: the day, and of which wards."""


def hear_bare(store: Store, transport: SyncProtocol, known: Mapping[str, Any]) -> None:
    """Asks for what erasures left of own work in wards without a grant. `known`: settings."""
    if SPOKEN not in (known.get(SPEAKS) or ()):
        return
    granted = [grant["ward"] for grant in known.get("grants", [])]
    elsewhere = store.read(queries_sync.wards_elsewhere, granted)
    asked = [store.today().isoformat(), elsewhere] if elsewhere else None
    if asked is None or store.setting(HEARD_ON) == asked:
        return
    named = store.read(queries_sync.own_elsewhere, granted)
    try:
        for start in range(0, len(named), MOST_NAMED):
            some = {name: digest for _, name, digest in named[start : start + MOST_NAMED]}
            while some:
                told = transport.bare(NameOwn(tuple(some.items())))
                store.take_bare(
                    {name: text.encode() for name, text in told.contents if name in some}
                )
                some = {name: some[name] for name in told.left if name in some and told.contents}
        store.remember(**{HEARD_ON: asked})
    except FieldappError:
        return
