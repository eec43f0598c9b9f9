"""The connection below a transport, kept from one run to the next: shaking hands costs once.

A run has a transport of its own; what it needs of the network, it borrows here and brings back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests

from fieldapp.clock import Clock

KEPT_SECONDS = 60
"""A connection that rested for longer may have died without a word, as a laptop was moved."""


class Line:
    """One connection to one server, with what was learnt of the way there.

    Thread: one caller at a time; `cut` may be called from any thread.

    Attributes:
        brief: the server is known to know the short form of the headers.
        rested: no call has gone over the connection since it was kept.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.brief = self.rested = False
        self._over = False
        self._way: Any = None
        self._surroundings: dict[str, Any] | None = None
        self._adapter = _Adapter(self._note_way)

    def send(
        self, request: requests.PreparedRequest, timeout: tuple[float, float]
    ) -> requests.Response:
        """Carries one request, without following where it is sent on to."""
        return self._adapter.send(request, timeout=timeout, **self._around())

    def cut(self, shut: Callable[[Any], None]) -> None:
        """Ends it for good; `shut` wakes who waits on the open socket."""
        self._over = True
        with suppress(OSError, AttributeError):  # nothing is open, or it has just ended
            shut(self._way.sock)
        self._adapter.close()

    def _note_way(self, connection: Any) -> None:
        self._way = connection
        if self._over:  # while it was being opened
            connection.close()

    def _around(self) -> dict[str, Any]:
        """Proxies and certificates of the environment, which are looked up once."""
        if self._surroundings is None:
            with requests.Session() as session:
                found = session.merge_environment_settings(self.url, {}, True, None, None)
            self._surroundings = dict(found)
        return self._surroundings


class _Adapter(requests.adapters.HTTPAdapter):
    """Tells each connection that it opens, so that another thread can end a call on it."""

    def __init__(self, opened: Callable[[Any], None]) -> None:
        super().__init__()
        self._opened = opened

    def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:
        """The pool of an address, whose connections tell of themselves."""
        pool: Any = super().get_connection_with_tls_context(*given, **named)
        if "ConnectionCls" not in vars(pool):
            opened = self._opened

            class Telling(pool.ConnectionCls):  # type: ignore[misc]  # known at run time only
                def connect(self) -> None:
                    super().connect()
                    opened(self)

            pool.ConnectionCls = Telling
        return pool


@dataclass
class Lines:
    """Keeps one connection to each server while nobody needs it. Thread: any."""

    clock: Clock
    _kept: dict[str, tuple[Line, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, url: str) -> Line:
        """The one that was kept, or a new one."""
        with self._lock:
            line, at = self._kept.pop(url, (None, 0.0))
        if line is None:
            return Line(url)
        if 0 <= self._now() - at < KEPT_SECONDS:
            return line
        line.cut(_leave)
        return Line(url)

    def keep(self, line: Line) -> None:
        """Takes one back over which every call came through."""
        line.rested = True
        with self._lock:
            former, _ = self._kept.get(line.url, (None, 0.0))
            self._kept[line.url] = line, self._now()
        if former is not None:
            former.cut(_leave)

    def _now(self) -> float:
        """By the clock on the wall: it goes on while the machine sleeps."""
        return self.clock.now().timestamp()


def _leave(_socket: Any) -> None:
    """Nobody waits on one that was kept."""
