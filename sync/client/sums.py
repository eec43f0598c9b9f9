"""Compares what both sides hold at the same position: the log by its chain, the rows by their sum.

The sums that are compared were kept up page by page; once in a while they are counted anew from
the rows, so that damage to a row that no page has touched shows too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from fieldapp.clock import from_iso, iso
from fieldapp.errors import SurroundingsMend
from fieldapp.model.sums import schema_mark
from fieldapp.store.log import sums
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync.protocol import Greeting, Head, Page

COUNTED_ANEW = timedelta(days=7)
COUNTED_AT = "rows_counted_at"
"""The setting that says when the sums were last counted from the rows."""


class Comparison:
    """What the server said during one run of where its wards stand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: dict[str, tuple[int, int, str]] = {}
        self._comparable = False

    def greeted(self, greeting: Greeting) -> None:
        """Notes the heads of a greeting.

        Raises:
            SurroundingsMend: `sync.not_our_log`: at the same revision the chain is another one.
        """
        self._comparable = greeting.schema_mark == schema_mark()
        heads = self._store.read(queries_sync.heads_here)
        here = {ward: (revision, chain) for ward, revision, chain, _, _ in heads}
        for head in greeting.heads:
            self._same_log(head, *here.get(head.ward, (0, "")))
            self._note(head.ward, head.revision, head.rows, head.row_sum)
        self._count_anew()

    def agreed(self, heads: Iterable[queries_sync.HeadHere], *, comparable: bool) -> None:
        """The server said that everything is as it is here, sums included if they compare."""
        self._comparable = comparable
        for ward, revision, _, rows, text in heads:
            self._note(ward, revision, rows, text)
        self._count_anew()

    def heard(self, page: Page) -> None:
        """Notes what a page said of its ward's head."""
        self._note(page.ward, page.head, page.rows, page.row_sum)

    def differing(self, heads: Iterable[queries_sync.HeadHere]) -> tuple[str, ...]:
        """The wards that stand where the server said, with rows that sum up to something else."""
        if not self._comparable:
            return ()
        return tuple(
            sorted(
                ward
                for ward, revision, _, rows, text in heads
                if (said := self._told.get(ward))
                and said[0] == revision
                and said[1:] != (rows, text)
            )
        )

    def _same_log(self, head: Head, revision: int, chain: str) -> None:
        if not head.chain or not revision or head.revision != revision:
            return
        if chain != head.chain:
            raise SurroundingsMend("sync.not_our_log", ward=head.ward)

    def _note(self, ward: str, revision: int, rows: int | None, text: str) -> None:
        if rows is not None:
            self._told[ward] = (revision, rows, text)

    def _count_anew(self) -> None:
        known = self._store.settings(COUNTED_AT, "offset_ms")
        counted = known.get(COUNTED_AT)
        now = self._store.now() + timedelta(milliseconds=known.get("offset_ms") or 0)
        if counted is not None and timedelta() <= now - from_iso(counted) < COUNTED_ANEW:
            return
        if counted is not None:
            for ward, kept in self._store.read(queries_sync.row_sums).items():
                found = self._store.read(sums.count, ward)
                if (found.rows, found.text) != kept:
                    self._store.recount(ward)
        self._store.remember(**{COUNTED_AT: iso(now)})
