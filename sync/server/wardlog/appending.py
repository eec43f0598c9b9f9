"""Appends to one ward's log: judges a changeset, gives it the next revision, chains the entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from fieldapp.clock import Clock, Ids
from fieldapp.model.changesets import Changeset, content_hash
from fieldapp.model.entries import FIRST_CHAIN, linked, stood_in
from fieldapp.model.sums import NOTHING, RowSum, read_sum
from fieldapp.ready import Question, Ready, among
from sync.merge import Held, LogView, Outcome, accept
from sync.protocol import Proof, outcome_bytes
from sync.server.lives.epochs import serving
from sync.server.lives.safe import Safe
from sync.server.store.inserting import Insertion
from sync.server.store.tables import log_entry, ward_head
from sync.server.wardlog.view import StoredLog

RandomBytes = Callable[[int], bytes]
Judge = Callable[[Changeset, LogView], Outcome | Held]
"""What becomes of a changeset: `merge.accept`, or how a person ended its being held."""


CLOCK_SLACK = timedelta(minutes=2)

_entry, _before = log_entry.c, log_entry.alias()
_LOCKED = Ready(select(ward_head).where(ward_head.c.ward == bindparam("ward")).with_for_update())
_PROOFS = Ready(
    select(
        *(_entry.changeset, _entry.epoch, _entry.revision, _entry.outcome, _entry.seal),
        _before.c.chain.label("previous"),
    )
    .select_from(
        log_entry.outerjoin(
            _before, (_before.c.ward == _entry.ward) & (_before.c.revision == _entry.revision - 1)
        )
    )
    .where(_entry.ward == bindparam("ward"), among(_entry.changeset))
)
_ENTRIES = Insertion(log_entry)
_ADVANCE = Ready(
    update(ward_head)
    .where(ward_head.c.ward == bindparam("_ward"))
    .values(
        revision=bindparam("_revision"),
        chain=bindparam("_chain"),
        rows=bindparam("_rows"),
        row_sum=bindparam("_row_sum"),
    )
)


def asks_head(ward: str) -> Question:
    """Locks a log, too."""
    return _LOCKED, {"ward": ward}


@dataclass(frozen=True)
class Maker:
    """What the server makes entries with."""

    clock: Clock
    ids: Ids
    random_bytes: RandomBytes
    safe: Safe


class WardLog:
    """One ward's log, locked until the transaction ends. Nothing is stored before `write`."""

    def __init__(self, connection: Connection, ward: str, maker: Maker) -> None:
        self._connection, self.ward, self._maker = connection, ward, maker
        head = _LOCKED.first(connection, ward=ward)
        self.exists = head is not None
        self.revision: int = head.revision if head else 0
        self._chain: str = head.chain if head else ""
        self._sum: RowSum = read_sum(head.rows, head.row_sum) if head else NOTHING
        self.epoch = serving(connection)
        self.view = StoredLog(connection, ward, self.epoch)
        self._entries: list[dict[str, Any]] = []
        self._fresh: dict[str, Proof] = {}

    @property
    def news(self) -> int:
        """How many new entries wait for `write`."""
        return len(self._entries)

    def read_ahead(self, changesets: Sequence[Changeset]) -> None:
        """Loads what judging these will need, in a few queries."""
        self.view.read_ahead(changesets)

    def append(
        self, changeset: Changeset, content: bytes, at: datetime, judge: Judge = accept
    ) -> Outcome | Held:
        """Judges the changeset by merge rules; an accepted one becomes the log's next entry."""
        judged = _with_honest_clock(changeset, at)
        outcome = judge(judged, self.view)
        if isinstance(outcome, Held):
            return outcome
        self.revision += 1
        wire = outcome_bytes(outcome, self._maker.random_bytes(12).hex())
        previous, hashes = self._chain, (content_hash(content), content_hash(wire))
        self._chain = linked(previous, changeset.id, *hashes)
        self.view.absorb(judged, outcome, self.revision)
        row = self._row(changeset, hashes[0]) | {"content": content, "outcome": wire}
        self._entries.append(row | {"received_at": at})
        place = (self.epoch, self.revision, previous)
        self._fresh[changeset.id] = Proof(*place, hashes[1], row["seal"], _told(outcome, wire))
        return outcome

    def proofs(self, changesets: Sequence[str]) -> dict[str, Proof]:
        """What proves, after a restore, that these of its entries were accepted. Call it last."""
        found = {name: self._fresh[name] for name in changesets if name in self._fresh}
        older = [name for name in changesets if name not in found]
        for row in _PROOFS.all(self._connection, ward=self.ward, ids=older) if older else ():
            previous, outcome = row.previous or FIRST_CHAIN, bytes(row.outcome)
            place, told = (row.epoch, row.revision, previous), _stood(outcome)
            found[row.changeset] = Proof(*place, content_hash(outcome), row.seal, told)
        return found

    def _row(self, changeset: Changeset, digest: str) -> dict[str, Any]:
        return {
            "ward": self.ward,
            "revision": self.revision,
            "changeset": changeset.id,
            "content_hash": digest,
            "chain": self._chain,
            "epoch": self.epoch,
            "seal": self._maker.safe.seal(self.epoch, self.ward, self.revision, self._chain),
            "author": changeset.author,
            "device": changeset.device,
            "incarnation": changeset.incarnation,
            "number": changeset.number,
        }

    def write(self) -> None:
        """Stores the new entries, their effects and the new head."""
        self.view.write_lines()
        if not self._entries:
            return
        _ENTRIES.run(self._connection, self._entries)
        self._sum = self.view.sum_after(self._sum)
        self.view.write()
        place = {"_ward": self.ward, "_revision": self.revision, "_chain": self._chain}
        _ADVANCE.run(self._connection, **place, _rows=self._sum.rows, _row_sum=self._sum.text)
        self._entries = []


def _told(outcome: Outcome, wire: bytes) -> tuple[tuple[str, str, str], ...] | None:
    return None if outcome.status == "applied" else _stood(wire)


def _stood(outcome: bytes) -> tuple[tuple[str, str, str], ...] | None:
    """The fields that were accepted with an outcome, in order; None: all of them."""
    stood = stood_in(outcome)
    return None if stood is None else tuple(sorted(stood))


def _with_honest_clock(changeset: Changeset, at: datetime) -> Changeset:
    """What comes from the future has a clock that proves nothing, whatever the laptop says."""
    if changeset.corrected_at > at + CLOCK_SLACK:
        return replace(changeset, clock_jumped=True)
    return changeset
