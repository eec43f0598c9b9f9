"""History from before a ward's log begins here: asked of the server, shown, and not kept.

The digest says that the answer is the server's. Besides, each entry's chain is computed from what
it says and from the chain before it, entries that follow one another must do so in their chains,
too, the last one before the floor must lead to the chain that is kept of it, and own work must be
what it was. The way through all entries in between is not shown: what comes is what the server says
of its log, and never becomes part of the log here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model.changesets import content_hash, decode
from fieldapp.model.entries import Entry, effects, next_chain
from fieldapp.store.log import reunion
from fieldapp.store.queries import history as queries_log
from fieldapp.store.rows import Key
from fieldapp.store.store import Store
from sync.client.load import FIRST_PAGE
from sync.client.together import SPEAKS
from sync.protocol import MOST_RECORDS, FetchHistory, History, SyncProtocol, ToldEntry


@dataclass(frozen=True)
class Older:
    """Entries from before the log begins here, the newest first. `before`: what to ask with for
    those that are older still; None: there are none."""

    entries: tuple[Entry, ...]
    before: int | None


def fetch_older(
    store: Store, transport: SyncProtocol, ward: str, keys: Sequence[Key], before: int | None = None
) -> Older:
    """The next entries that touched one of these records, from before the log here or `before`.

    Raises:
        UserMends: `history.older_server`: its program has no such call; else as the transport
            says (a ward without a grant: `server.no_grant`).
        SurroundingsMend: as the transport says; `sync.incomplete_answer`: what came is not what
            was asked for; `sync.broken_page`: it contradicts itself or what is kept here.
    """
    if "history" not in (store.setting(SPEAKS) or ()):
        raise UserMends("history.older_server")
    floor, _ = store.read(reunion.floor_of, ward)
    start = floor + 1 if before is None else min(before, floor + 1)
    records = tuple(sorted({record for _, record in keys}))[:MOST_RECORDS]
    epoch = str(store.setting("epoch"))
    asked = FetchHistory(ward, epoch, records, start, FIRST_PAGE)
    told = transport.history(asked)
    if told.epoch != epoch:
        raise SurroundingsMend("sync.new_epoch")
    if (told.ward, told.before) != (ward, start) or not _descends(told):
        raise SurroundingsMend("sync.incomplete_answer")
    entries = tuple(_proved(store, asked, told))
    return Older(entries, entries[-1].revision if entries and told.more else None)


def _descends(told: History) -> bool:
    revisions = [told.before, *(one.revision for one in told.entries)]
    follow = all(older < newer for newer, older in pairwise(revisions))
    return follow and revisions[-1] > 0


def _proved(store: Store, asked: FetchHistory, told: History) -> Iterator[Entry]:
    after = dict([store.read(reunion.floor_of, asked.ward)])
    for one in told.entries:
        follows = after.get(one.revision, one.chain) == one.chain
        if not follows or not _is_sound(store, asked, one):
            raise SurroundingsMend("sync.broken_page", revision=one.revision)
        after[one.revision - 1] = one.previous
        yield _entry(one)


def _is_sound(store: Store, asked: FetchHistory, one: ToldEntry) -> bool:
    """Whether it is an entry of this ward on one of these records, with the chain that it names."""
    entry = _entry(one)
    try:
        changeset = decode(entry.content)
        effects(entry)
    except ValueError:
        return False
    mine = store.read(queries_log.own_hash_of, changeset.id)
    return (
        next_chain(one.previous, changeset.id, entry.content, entry.outcome) == one.chain
        and changeset.ward == asked.ward
        and any(change.record in asked.records for change in changeset.changes)
        and mine in (None, content_hash(entry.content))
    )


def _entry(one: ToldEntry) -> Entry:
    content, outcome = one.content.encode(), one.outcome.encode()
    return Entry(one.revision, content, outcome, one.chain, one.epoch, one.seal)
