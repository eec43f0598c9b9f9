"""A run of a ward's log as it is read: what its entries come to, what the file keeps of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldapp.errors import SurroundingsMend
from fieldapp.model.changesets import Changeset
from fieldapp.model.entries import Effects, Entry, effects, next_chain
from fieldapp.model.record import record_types
from fieldapp.store import overlay
from fieldapp.store.log import own_back, settling
from fieldapp.store.rows import Key


@dataclass(frozen=True)
class Run:
    """A run of one ward's log as a page brought it."""

    ward: str
    epoch: str
    after: int
    chain_at_after: str
    entries: Sequence[Entry]


@dataclass
class Gathered:
    """The sum of a run's outcomes, before any row is written."""

    created: dict[Key, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    edited: dict[Key, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    conflicts: dict[Key, dict[str, Any]] = field(default_factory=dict)

    @property
    def keys(self) -> set[Key]:
        """The records and conflicts that the run touches."""
        return {*self.created, *self.edited, *self.conflicts}

    def take(self, revision: int, done: Effects, kinds: Collection[str]) -> None:
        """Adds one entry's effects on records of these types.

        Types that only a newer program knows have no table here: they stay in the log as they
        came, and their rows are made once this program knows them (`learn_types`).
        """
        by = done.changeset.id
        for key, values in done.created.items():
            if key[0] in kinds:
                self.created[key] = (by, dict(values))
        for key, values in done.edited.items():
            if key[0] not in kinds:
                continue
            target = self.created if key in self.created else self.edited
            standing = target.get(key, (by, {}))[1]
            target[key] = (by, standing | dict(values))
        for conflict in done.conflicts:
            if conflict["type"] not in kinds:
                continue
            wire = dict(conflict)
            row = {name: wire[name] for name in ("record", "field", "sides", "open")}
            row |= {"record_type": wire["type"], "revision": revision}
            self.conflicts[(overlay.CONFLICT, wire["id"])] = row


def read_entry(entry: Entry) -> Effects:
    """What an entry makes of the rows. Raises SurroundingsMend (`sync.broken_page`) for none."""
    try:
        return effects(entry)
    except ValueError as defect:
        raise SurroundingsMend("sync.broken_page", revision=entry.revision) from defect


def entry_row(ward: str, entry: Entry, changeset: str) -> dict[str, Any]:
    """The row that keeps an entry."""
    return {
        "ward": ward,
        "revision": entry.revision,
        "changeset": changeset,
        "content": entry.content,
        "outcome": entry.outcome,
        "chain": entry.chain,
        "epoch": entry.epoch,
        "seal": entry.seal,
    }


def change_rows(ward: str, revision: int, changeset: Changeset) -> list[tuple[Any, ...]]:
    """Which records an entry touched, for `keep_changes`."""
    keys = {change.key for change in changeset.changes}
    return [(ward, kind, record, revision) for kind, record in keys]


class Reading:
    """Reads a run's entries in their order: what they come to, and what the file keeps of them."""

    def __init__(self, run: Run, plain: own_back.Plain) -> None:
        self._run, self._plain = run, plain
        self.gathered, self.chain = Gathered(), run.chain_at_after
        self.entries: list[dict[str, Any]] = []
        self.changed: list[tuple[Any, ...]] = []
        self.made: list[Changeset] = []
        self.ends: list[tuple[str, Entry, str]] = []

    def take(self, entry: Entry) -> None:
        """Adds the next one."""
        ward = self._run.ward
        if entry.own in self._plain.records:
            self._keep(entry, entry.own)
            for key in self._plain.records[entry.own]:
                self.changed.append((ward, *key, entry.revision))
            return
        done = read_entry(entry)
        if done.changeset.ward != ward:
            raise SurroundingsMend("sync.broken_page", revision=entry.revision)
        self._keep(entry, done.changeset.id)
        self.gathered.take(entry.revision, done, record_types())
        self.made += [done.changeset] if done.status != settling.REFUSED else []
        self.changed += change_rows(ward, entry.revision, done.changeset)
        self.ends.append((done.changeset.id, entry, done.status))

    def _keep(self, entry: Entry, changeset: str) -> None:
        self.chain = next_chain(self.chain, changeset, entry.content, entry.outcome)
        if entry.chain not in ("", self.chain):
            raise SurroundingsMend("sync.broken_page", revision=entry.revision)
        row = entry_row(self._run.ward, entry, changeset)
        self.entries.append(row | {"chain": self.chain})
