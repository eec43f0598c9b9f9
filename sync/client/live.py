"""The live lane: hears on a thread of its own that a colleague's work has come, and has it fetched.

Nothing rests on it: it reads positions, asks for a sync, and writes nothing. Whatever goes wrong on
the way (a portal, a cut, a server without room) is a longer pause until it listens again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from random import Random
from typing import Protocol

from fieldapp.errors import FieldappError
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync.client.together import SPEAKS
from sync.protocol import LISTEN, Listen, News

PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds before it listens again: at least after news, at most after trouble that does not end."""
SPREAD = 2.0
"""Seconds over which those who heard the same news ask for it."""


class Listens(Protocol):
    """A transport that can wait for news."""

    def listen(self, request: Listen) -> News:
        """Waits for news; raises FieldappError where none come and none are said not to."""
        ...

    def close(self) -> None:
        """Ends the call under way, from any thread."""
        ...


class LiveLane:
    """Listens for one store. `heard`: asks for a sync. `at_rest`: whether none is needed anyhow.

    `random` is its own: what the sync draws does not depend on what it hears.
    """

    def __init__(
        self,
        store: Store,
        transport_factory: Callable[[], Listens],
        random: Random,
        heard: Callable[[], None],
        at_rest: Callable[[], bool],
        pause: float = PAUSE,
    ) -> None:
        self._store, self._make_transport, self._random = store, transport_factory, random
        self._heard, self._at_rest, self._pause = heard, at_rest, pause
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._way: Listens | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to listen."""
        self._thread = threading.Thread(target=self._work, name="live", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> bool:
        """Ends the call under way and the thread; whether it ended within the time."""
        with self._lock:
            self._over.set()
            way = self._way
        if way is not None:
            way.close()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        """News that a sync did not bring is trouble, too: it must not be asked for without end."""
        pause, fetched_from = self._pause, None
        while not self._over.wait(pause * (1 + self._random.random())):
            if not self._at_rest():
                continue
            try:
                here = self._store.read(queries_sync.positions)
                news = self._listen({ward: at for ward, (_, at) in here.items()})
            except FieldappError:
                news = None
            if news is None or (news.news and here == fetched_from):
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                pause = self._pause
            if news is not None and news.news:
                fetched_from = here
                if not self._over.wait(self._random.random() * SPREAD * self._pause / PAUSE):
                    self._heard()

    def _listen(self, heads: Mapping[str, int]) -> News | None:
        """None: of a server that does not know the call."""
        if LISTEN not in (self._store.setting(SPEAKS) or ()):
            return None
        with closing(self._make_transport()) as way:
            with self._lock:
                if self._over.is_set():
                    return None
                self._way = way
            try:
                return way.listen(Listen(heads))
            finally:
                self._way = None
