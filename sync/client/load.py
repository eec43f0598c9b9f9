"""How much a run sends and asks for at once: less on a narrow way, more on a wide one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import TypeVar

from fieldapp.errors import SurroundingsMend
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.sync import BATCH, Outgoing
from fieldapp.store.store import Store
from sync.client.machine import Why
from sync.protocol import PUSH_BYTES

Pulled = TypeVar("Pulled")
Handed = TypeVar("Handed")
TOO_LARGE = frozenset({"sync.too_large", "server.body_too_large", "server.batch_too_large"})
"""What a server, or a proxy before it, calls too much at once."""

SMALLEST_PAGE, FIRST_PAGE, LARGEST_PAGE = 25_000, 200_000, 2_000_000
"""Bytes before compression, which makes about a fifth of them."""
SMALLEST_BATCH, FIRST_BATCH, LARGEST_BATCH = 25_000, PUSH_BYTES, 1_000_000
"""The same of what goes out."""
QUICK, SLOW = timedelta(seconds=4), timedelta(seconds=15)
PAGE_BYTES, BATCH_BYTES = "page_bytes", "batch_bytes"
"""The settings that remember what this laptop's way to the server bore last."""


class Load:
    """The measure of one run: batches halve where they are refused; they and pages follow their
    time."""

    def __init__(self, store: Store, why: Why) -> None:
        self._store, self._why, self._most = store, why, BATCH

    @cached_property
    def aside(self) -> set[str]:
        """What is too large to be tried in this run: what did not go through, with each save."""
        if self._why in ("save", "timer", "live"):
            return set(self._store.read(queries_sync.set_aside))
        return set()

    # what goes out

    def batch(self, ward: str) -> list[Outgoing]:
        """The next unsent changesets of a ward."""
        return self._store.read(
            queries_sync.unsent_batch, ward, self.batch_bytes, self.aside, self._most
        )

    @property
    def batch_bytes(self) -> int:
        """How much goes out at once, before compression."""
        return int(self._store.setting(BATCH_BYTES) or FIRST_BATCH)

    def handed_in(self, hand_in: Callable[[], Handed], batch: list[Outgoing]) -> Handed:
        """Hands a batch in, and measures for the next one how long this one took."""
        size, began = self.batch_bytes, self._store.now()
        try:
            answers = hand_in()
        except SurroundingsMend as trouble:
            if trouble.code not in TOO_LARGE:
                self._remember(BATCH_BYTES, size, max(size // 2, SMALLEST_BATCH))
            raise
        took, sent = self._store.now() - began, sum(len(one.content) for one in batch)
        if took > SLOW:
            self._remember(BATCH_BYTES, size, max(size // 2, SMALLEST_BATCH))
        elif timedelta() <= took < QUICK and 2 * sent > size:
            self._remember(BATCH_BYTES, size, min(2 * size, LARGEST_BATCH))
        return answers

    def was_too_much(self, batch: list[Outgoing]) -> None:
        """Halves the next batch; one changeset that is too large by itself blocks no other."""
        if len(batch) > 1:
            self._most = len(batch) // 2
            return
        self.aside.update(one.id for one in batch)
        for one in batch:
            self._store.set_aside(one.id)

    def went_through(self) -> None:
        """The next batch may be larger again."""
        self._most = min(2 * self._most, BATCH)

    # what comes in

    def timed(self, pull: Callable[[int], Pulled], is_full: Callable[[Pulled], bool]) -> Pulled:
        """Pulls a page, and measures for the next one how long this one took; only one that was
        full says anything of how quick the way is."""
        size = int(self._store.setting(PAGE_BYTES) or FIRST_PAGE)
        began = self._store.now()
        try:
            page = pull(size)
        except SurroundingsMend:
            self._remember(PAGE_BYTES, size, max(size // 2, SMALLEST_PAGE))
            raise
        took = self._store.now() - began
        if took > SLOW:
            self._remember(PAGE_BYTES, size, max(size // 2, SMALLEST_PAGE))
        elif timedelta() <= took < QUICK and is_full(page):
            self._remember(PAGE_BYTES, size, min(2 * size, LARGEST_PAGE))
        return page

    def _remember(self, name: str, former: int, size: int) -> None:
        if size != former:
            self._store.remember(**{name: size})
