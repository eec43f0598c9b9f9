"""Own work that comes back in the log as it was written: most of it does, and nothing of it is new.

Where a changeset only made records, no other own work lies over them and the log has nothing else
to say, the rows are here already: they are read once, for the ward's sum, and their waiting ends.
All else is taken in like the work of others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, func, select

from fieldapp.model.changesets import content_hash, is_erased
from fieldapp.model.entries import Entry
from fieldapp.model.erasing import ERASURE
from fieldapp.model.releases import HeldRelease
from fieldapp.model.sums import row_hash
from fieldapp.ready import Ready, among
from fieldapp.store import shadows, tables
from fieldapp.store.log import settling
from fieldapp.store.rows import Key, by_type, read_states

_SAYS_MORE = frozenset({ERASURE, HeldRelease.type_name()})
"""Records of these types do something when they come."""
_AS_WRITTEN = {"status", "salt"}
_CREATES, _OTHERS = b'"kind":"create"', (b'"kind":"edit"', b'"kind":"decide"')
"""As a canonical content has them; within a text the quotes would be escaped."""

_own, _journal = tables.own_change.c, tables.journal.c
_WAITING = Ready(
    select(_journal.id, _journal.hash).where(
        among(_journal.id), _journal.settled.is_(False), _journal.ward == bindparam("ward")
    )
)
_RECORDS = Ready(
    select(_own.changeset, _own.record_type, _own.record)
    .where(among(_own.changeset))
    .order_by(_own.changeset)
)
_CROWDED = Ready(
    select(_own.record)
    .where(_own.ward == bindparam("ward"), _own.record_type == bindparam("kind"))
    .where(among(_own.record))
    .group_by(_own.record)
    .having(func.count() > 1)
)
_CONTENTS = Ready(select(_journal.id, _journal.content).where(among(_journal.id)))


def contents_of(connection: Connection, changesets: Iterable[str]) -> dict[str, bytes]:
    """The contents of own changesets, of those that the journal still has."""
    found = _CONTENTS.all(connection, ids=list(changesets))
    return {name: bytes(content) for name, content in found if content}


@dataclass(frozen=True)
class Plain:
    """The own changesets of a run that came back as they were written, with their records."""

    records: Mapping[str, list[Key]] = field(default_factory=dict)
    hashes: tuple[int, ...] = ()
    """Of their rows, read from the file as they stand."""
    places: Mapping[str, int] = field(default_factory=dict)
    """The revision of each."""


def plain_in(connection: Connection, ward: str, entries: Iterable[Entry]) -> Plain:
    """Those of the entries whose rows are here already."""
    mine = {one.own: one for one in entries if one.own and _only_made_records(one)}
    if not mine:
        return Plain()
    asked = _WAITING.all(connection, ids=list(mine), ward=ward)
    waiting = [name for name, digest in asked if content_hash(mine[name].content) == digest]
    records: dict[str, list[Key]] = {}
    for changeset, kind, record in _RECORDS.all(connection, ids=waiting):
        records.setdefault(changeset, []).append((kind, record))
    keys = [key for some in records.values() for key in some]
    free = shadows.without_any(connection, ward, keys) - _crowded(connection, ward, keys)
    states = read_states(connection, ward, free)
    plain, hashes = dict[str, list[Key]](), list[int]()
    for changeset, some in records.items():
        whole = len(some) == mine[changeset].content.count(_CREATES)
        if whole and all(k in states and states[k][0] == changeset for k in some):
            plain[changeset] = some
            hashes += [row_hash(*key, *states[key]) for key in some]
    return Plain(plain, tuple(hashes), {name: mine[name].revision for name in plain})


def _only_made_records(entry: Entry) -> bool:
    if is_erased(entry.content) or any(kind in entry.content for kind in _OTHERS):
        return False
    outcome = json.loads(entry.outcome)
    return bool(outcome.get("status") == "applied" and outcome.keys() <= _AS_WRITTEN)


def _crowded(connection: Connection, ward: str, keys: Iterable[Key]) -> set[Key]:
    """The records over which more than one own changeset lies, and those that do more than be."""
    found: set[Key] = set()
    for kind, records in by_type(keys).items():
        several = _CROWDED.column(connection, ward=ward, kind=kind, ids=records)
        found.update((kind, record) for record in (records if kind in _SAYS_MORE else several))
    return found


def settle(connection: Connection, ward: str, epoch: str, plain: Plain) -> None:
    """Ends the waiting of these."""
    if not plain.records:
        return
    ended = {
        name: {"status": "applied", "revision": revision, "epoch": epoch}
        for name, revision in plain.places.items()
    }
    settling.end_waiting(connection, ended)
    freed = [key for some in plain.records.values() for key in some]
    shadows.forget_shadows(connection, ward, freed)
