"""Somebody who pulls while others push: whatever was acknowledged must have come by."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sync.client.transport import HttpTransport
from sync.protocol import Pull
from tests.bench.stage import Laptop

PAUSE = 0.05
"""Seconds between rounds at the heads, so that the machine is left to those who push."""


class Follower:
    """Reads the logs of some wards, page by page. `last_seen_at`: by `time.perf_counter`."""

    def __init__(self, laptop: Laptop, wards: Sequence[str]) -> None:
        store = laptop.profile.store
        self._way = HttpTransport(laptop.url, str(store.setting("token")))
        self._epoch = str(store.setting("epoch"))
        self._after = dict.fromkeys(wards, 0)
        self._over = threading.Event()
        self.seen: list[str] = []
        self.last_seen_at = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Follows on a thread of its own for as long as the block runs, and to the heads then."""
        thread = threading.Thread(target=self._follow)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._way.close()

    def _follow(self) -> None:
        while True:
            last = self._over.is_set()
            for ward in self._after:
                self._to_the_head(ward)
            if last:
                return
            self._over.wait(PAUSE)

    def _to_the_head(self, ward: str) -> None:
        while True:
            page = self._way.pull(Pull(ward, self._epoch, self._after[ward]))
            for entry in page.entries:
                assert entry.revision == self._after[ward] + 1, "a revision was left out"
                self._after[ward] = entry.revision
                self.seen.append(json.loads(entry.content)["id"])
                self.last_seen_at = time.perf_counter()
            if page.upto >= page.head:
                return

    def missed(self, wanted: set[str]) -> set[str]:
        """Which of these it has not seen; nothing may have come twice."""
        assert len(set(self.seen)) == len(self.seen), "an entry came twice"
        return wanted - set(self.seen)
