"""Finds where a ward's rows differ from the server's, part by part, and mends those from it."""

from __future__ import annotations

from collections.abc import Iterator

from fieldapp.errors import SurroundingsMend
from fieldapp.model.sums import NOTHING, RowSum, read_sum
from fieldapp.store.log import sums
from fieldapp.store.log.mending import SentPart, SentRow
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync.protocol import DEEPEST_PREFIX, CountParts, FetchRows, Parts, Rows, SyncProtocol

FEW_ROWS = 200
"""A part with so few rows is fetched whole rather than halved further."""


class MovedOn(Exception):
    """The server's log has gone on to `head` meanwhile: pull first, then compare again."""

    def __init__(self, head: int) -> None:
        super().__init__(head)
        self.head = head


class Mender:
    """One search through one ward, at the laptop's position."""

    def __init__(self, store: Store, transport: SyncProtocol, ward: str) -> None:
        self._store, self._transport, self._ward = store, transport, ward
        self._epoch, self._revision = store.read(queries_sync.positions)[ward]

    def mend(self) -> int:
        """Compares and mends; where the ward's log stood on the server meanwhile.

        Raises:
            SurroundingsMend: as the transport says, or an answer that is not for this question.
        """
        try:
            for prefix in list(self._differing("")):
                self._mend_part(prefix)
        except MovedOn as moved:
            return moved.head
        self._store.recount(self._ward)
        return self._revision

    def _differing(self, prefix: str) -> Iterator[str]:
        """The smallest parts that differ."""
        answer = self._transport.count_parts(CountParts(self._ward, prefix))
        self._check(answer)
        sent = {part.prefix: read_sum(part.rows, part.row_sum) for part in answer.parts}
        own = self._store.read(sums.part_sums, self._ward, prefix)
        for part in sorted({*sent, *own}):
            if len(part) != len(prefix) + 2 or not part.startswith(prefix):
                raise SurroundingsMend("sync.incomplete_answer")
            there, here = sent.get(part, NOTHING), own.get(part, NOTHING)
            if there != here:
                yield from self._narrowed(part, there, here)

    def _narrowed(self, part: str, there: RowSum, here: RowSum) -> Iterator[str]:
        if len(part) >= DEEPEST_PREFIX or max(there.rows, here.rows) <= FEW_ROWS:
            yield part
        else:
            yield from self._differing(part)

    def _mend_part(self, prefix: str) -> None:
        answer = self._transport.fetch_rows(FetchRows(self._ward, prefix))
        self._check(answer)
        if answer.prefix != prefix:
            raise SurroundingsMend("sync.incomplete_answer")
        rows = [SentRow((row.type, row.id), row.changeset, row.values) for row in answer.rows]
        self._store.mend(SentPart(self._ward, answer.epoch, answer.revision, prefix, rows))

    def _check(self, answer: Parts | Rows) -> None:
        if (answer.epoch, answer.ward) != (self._epoch, self._ward):
            raise SurroundingsMend("sync.incomplete_answer")
        if answer.revision != self._revision:
            raise MovedOn(answer.revision)
