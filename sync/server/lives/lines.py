"""Lines of a ward's log that were lost in a restore, as far as laptops have proved them.

A changeset's base names a place on the line that its author saw. Where that line was lost, the
entries on it are known by what laptops offered back: each with the chain before and after it, so
that the way from any place back to where both lines are one can be followed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from fieldapp.model.changesets import Position, canonical
from fieldapp.model.entries import FIRST_CHAIN, stood_in
from fieldapp.ready import Question, Ready
from sync.log_view import Sighted
from sync.server.lives.lineage import common_with
from sync.server.store.tables import log_entry, was_entry

Place = tuple[str, str, str]
_ANY = Ready(select(was_entry.c.chain).where(was_entry.c.ward == bindparam("ward")).limit(1))
_CHAIN = Ready(
    select(log_entry.c.chain).where(
        log_entry.c.ward == bindparam("ward"), log_entry.c.revision == bindparam("revision")
    )
)


def asks_any(ward: str) -> Question:
    """Whether anything of lost lines is known."""
    return _ANY, {"ward": ward}


@dataclass(frozen=True)
class WasEntry:
    """Where a changeset stood on a line that was lost, and what it came to there."""

    ward: str
    chain: str
    previous: str
    epoch: str
    revision: int
    changeset: str
    outcome: bytes

    @property
    def sealed(self) -> bool:
        """Whether its outcome is what the log had, not only what an author says of it."""
        return not json.loads(self.outcome).get("told", False)

    def applied(self, place: Place) -> bool:
        """Whether its change of a field applied there as written: then it had seen all before."""
        outcome: dict[str, Any] = json.loads(self.outcome)
        return outcome["status"] == "applied" or any(
            (one["record_type"], one["record"], one["field"]) == place and one["how"] == "applied"
            for one in outcome.get("fields", ())
        )

    @property
    def stood(self) -> frozenset[Place] | None:
        """The fields that were accepted there; None: all that it changed."""
        return stood_in(self.outcome)


def told_outcome(stood: Collection[Place] | None) -> bytes:
    """What stands for an outcome that nobody kept: which fields were accepted, as told."""
    if stood is None:
        return canonical({"status": "applied", "told": True})
    names = ("record_type", "record", "field")
    fields = [dict(zip(names, place, strict=True), how="agreed") for place in stood]
    return canonical({"status": "merged", "told": True, "fields": fields})


def sealed_chains(connection: Connection, ward: str, chains: Collection[str]) -> set[str]:
    """Which of these end in an entry of a lost line that is known with its outcome."""
    columns = was_entry.c
    found = select(was_entry).where(columns.ward == ward, columns.chain.in_(chains))
    entries = [WasEntry(**row) for row in connection.execute(found).mappings()]
    return {entry.chain for entry in entries if entry.sealed}


class LostLines:
    """The lost lines of one ward, within one transaction. Nothing is stored before `write`."""

    def __init__(self, connection: Connection, ward: str, epoch: str) -> None:
        self._connection, self._ward, self._epoch = connection, ward, epoch
        self._chains: dict[int, str] = {0: FIRST_CHAIN}
        self._known: dict[str, WasEntry] | None = None
        self._new: dict[str, WasEntry] = {}
        self._sighted: dict[Position, Sighted] = {}

    def read_ahead(self, bases: Iterable[Position]) -> None:
        """Loads the chains at these places in one query."""
        self._load_chains({base.revision for base in bases if base.chain})

    def any(self) -> bool:
        """Whether any entry of a lost line has been proved."""
        if self._known is None and _ANY.first(self._connection, ward=self._ward) is None:
            self._known = {}
        return self._known is None or bool(self._known)

    def sighted(self, base: Position) -> Sighted:
        """What lay at or before a place, on whichever line it is."""
        if base not in self._sighted:
            self._sighted[base] = self._look(base)
        return self._sighted[base]

    def _look(self, base: Position) -> Sighted:
        if not base.chain:
            return Sighted(base.revision if base.epoch == self._epoch else 0)
        chain, revision = base.chain, base.revision
        met: dict[str, frozenset[Place] | None] = {}
        while not self._is_ours(revision, chain):
            entry = self._loaded().get(chain)
            if entry is None:  # nobody has proved this part of the line: what is common is known
                common = common_with(self._connection, self._ward, base.epoch) or 0
                return Sighted(min(common if base.epoch != self._epoch else 0, revision), met)
            met[entry.changeset] = entry.stood
            chain, revision = entry.previous, entry.revision - 1
        return Sighted(revision, met)

    def applied_behind(self, changeset: str, place: Place) -> list[Sighted]:
        """What lay before a changeset on each line on which its change of a field applied."""
        if not self.any():
            return []
        return [
            self.sighted(Position(entry.epoch, entry.revision - 1, entry.previous))
            for entry in self._loaded().values()
            if entry.changeset == changeset and entry.applied(place)
        ]

    def note(self, entry: WasEntry) -> None:
        """Notes an entry of a lost line; one of this log's own line is none."""
        known = self._loaded().get(entry.chain)
        if self._is_ours(entry.revision, entry.chain) or (known and known.sealed >= entry.sealed):
            return
        self._loaded()[entry.chain] = entry
        self._new[entry.chain] = entry
        self._sighted.clear()

    def write(self) -> None:
        """Stores what was noted."""
        if not self._new:
            return
        told = (was_entry.c.ward == self._ward) & was_entry.c.chain.in_(list(self._new))
        self._connection.execute(delete(was_entry).where(told))
        self._connection.execute(insert(was_entry), [asdict(one) for one in self._new.values()])
        self._new = {}

    def _is_ours(self, revision: int, chain: str) -> bool:
        self._load_chains({revision})
        return self._chains.get(revision) == chain

    def _load_chains(self, revisions: set[int]) -> None:
        for missing in sorted(revisions - self._chains.keys()):
            chain = _CHAIN.value(self._connection, ward=self._ward, revision=missing)
            if chain is not None:
                self._chains[missing] = chain

    def _loaded(self) -> dict[str, WasEntry]:
        if self._known is None:
            found = select(was_entry).where(was_entry.c.ward == self._ward)
            rows = self._connection.execute(found).mappings()
            self._known = {row["chain"]: WasEntry(**row) for row in rows}
        return self._known
