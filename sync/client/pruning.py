"""Lets the beginning of the logs go, after a run that brought everything: in small transactions.

Nothing here speaks to the server: what the last greeting said is in the file. The moments are the
server's, so that a laptop's clock that was set decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from fieldapp.clock import from_iso
from fieldapp.store.log import pruning
from fieldapp.store.log.freshness import HEADS
from fieldapp.store.log.pruning import Cut, LogHere
from fieldapp.store.store import Store
from sync.client.keeping import Kept, Limits, floor_for, may_go_upto

AT_ONCE = 100
"""Entries in one transaction: saving waits for no more than that."""
DURABLE = "durable_through"


def prune(store: Store, limits: Limits | None = None) -> Iterator[str]:
    """Lets go what may, a transaction at a time; each tells the ward. What stays and lies there as
    older programs wrote it is shortened, with no ward to tell. Whoever has something better
    to do stops asking: it goes on from there next time.

    Raises FieldappError as every write does; what went before is gone for good, and rightly so.
    """
    told: Mapping[str, Any] = store.setting(HEADS) or {}
    epoch = store.setting("epoch")
    if not told or told.get("epoch") != epoch:
        return
    limits, now = limits or Limits(), from_iso(told["at"])
    durable: Mapping[str, int] = store.setting(DURABLE) or {}
    for here in store.read(pruning.logs_here):
        if here.epoch != epoch:
            continue
        _keep_mark(store, here, told)
        cut = _cut(store, here, durable.get(here.ward), (now, limits))
        while cut is not None and store.cut_log(cut, AT_ONCE):
            yield here.ward
    while store.pack_log(AT_ONCE):
        yield ""


def _keep_mark(store: Store, here: LogHere, told: Mapping[str, Any]) -> None:
    """The server had so much of this log when it greeted."""
    reached = min(here.revision, int(told["revisions"].get(here.ward, 0)))
    known = max((revision for revision, _ in here.marks), default=here.floor)
    if reached > known:
        store.keep_mark(here.ward, reached, told["at"])


def _cut(
    store: Store, here: LogHere, durable: int | None, when: tuple[datetime, Limits]
) -> Cut | None:
    marks = [(revision, from_iso(at)) for revision, at in here.marks]
    kept = Kept(here.floor, here.revision, marks, durable)
    floor = floor_for(kept, *when)
    if floor > here.floor:
        needed = store.read(pruning.needed_after, here.ward, here.epoch)
        floor = floor_for(replace(kept, needed=needed), *when)
    own = min(floor, may_go_upto(kept, *when))
    return Cut(here.ward, here.epoch, floor, own) if own else None
