"""Hands over, at the end of a run, what was seen or taken out here; a supervisor's laptop reads the
server's list on. It is no part of the run: what fails is tried again at the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fieldapp.errors import FieldappError, UserMends
from fieldapp.store import happenings
from fieldapp.store.happenings import Heard
from fieldapp.store.store import Store
from sync.client.together import SPEAKS
from sync.protocol import MOST_READ, AuditTold, HandOver, HappenedThere, SyncProtocol

SPOKEN = "audit"
"""The call, as a server names it in its greeting."""
HEARD_IN = "audit_epoch"
"""The setting that names the life of the server's database whose list is read here."""
HEARD_OF = "audit_wards"
"""The setting that names the wards of which the list is read here from its first line on."""
KNOWN = (HEARD_IN, HEARD_OF)
READERS = frozenset({"supervisor", "admin"})


def hand_over(store: Store, transport: SyncProtocol, known: Mapping[str, Any]) -> None:
    """Hands over until nothing is left, and reads on until nothing is new. `known`: settings, those
    of `KNOWN` among them."""
    grants, epoch = known.get("grants", []), str(known.get("epoch"))
    wards = sorted({grant["ward"] for grant in grants if grant["role"] in READERS})
    but = [] if _anew(known, wards) else wards
    try:
        others, waiting = store.read(happenings.loose_ends, but, epoch)
        if others:
            store.forget_audit(but)
        if (known.get(HEARD_IN), known.get(HEARD_OF)) != (known.get("epoch"), wards):
            store.remember(**{HEARD_IN: known.get("epoch"), HEARD_OF: wards})
        if SPOKEN in (known.get(SPEAKS) or ()) and (waiting or wards):
            while _one_more(store, transport, reads=bool(wards)):
                pass
    except FieldappError:
        return


def hand_over_the_rest(store: Store, transport: SyncProtocol, speaks: object) -> None:
    """Hands over what a revoked device has not, before its key goes; it reads nothing.

    Raises:
        SurroundingsMend: of the way to the server; what is left goes at the next try.
    """
    if not isinstance(speaks, list) or SPOKEN not in speaks:
        return
    try:
        while _one_more(store, transport, reads=False):
            pass
    except UserMends:  # a server that takes nothing of a revoked device: it will not, ever
        return


def _anew(known: Mapping[str, Any], wards: list[str]) -> bool:
    """Lines of wards that were taken away leave; all of them where a ward is new, for its lines
    stand before the last one that was read, and after a restore, for then the server numbers what
    comes anew."""
    restored = known.get(HEARD_IN) not in (None, known.get("epoch"))
    heard_of = known.get(HEARD_OF)
    return restored or not isinstance(heard_of, list) or not {*wards} <= {*heard_of}


def _one_more(store: Store, transport: SyncProtocol, *, reads: bool) -> bool:
    """One call; whether another one has something to do."""
    epoch = str(store.setting("epoch"))
    waiting = store.read(happenings.to_hand_over, epoch)
    if not waiting and not reads:
        return False
    lines = tuple(HappenedThere(**asdict(one)) for one in waiting)
    after = store.read(happenings.last_heard) if reads else None
    told = transport.audit(HandOver(lines, after))
    if told.epoch != epoch or {*told.ids} != {one.id for one in waiting}:
        return False
    heard = [_heard(one) for one in told.lines]
    store.handed_over(told.ids, heard, epoch=epoch, refused=dict(told.refused))
    return len(waiting) == happenings.AT_ONCE or len(told.lines) == MOST_READ


def _heard(one: AuditTold) -> Heard:
    return Heard(
        one.number,
        one.ward,
        one.kind,
        one.actor,
        one.person,
        dict(one.details or {}),
        one.happened_at,
        one.noted_at,
    )
