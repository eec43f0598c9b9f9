"""Runs the API in this process until it is told to stop, and says when it is ready."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from fieldapp.errors import SurroundingsMend
from fieldapp.garbage import stay_for_good

KEPT_SECONDS = 75
"""A connection over which nothing comes stays open for so long: laptops keep theirs for 60."""
DRAIN_SECONDS = 30
"""A stopping server finishes the requests that it has for so long."""
LAST_SECONDS = 10
"""After those, whatever still hangs is given so long to end; then the process ends without it."""


@dataclass(frozen=True)
class Leaving:
    """How a server ends that is asked to.

    Attributes:
        told: called at once: from here on it is not ready.
        notice: seconds that it goes on taking calls after that, so that whoever distributes them
            can hear of it and send no more.
        drain: seconds that calls under way have to finish.
    """

    told: Callable[[], None] = lambda: None
    notice: float = 0.0
    drain: int = DRAIN_SECONDS


class _Announcing(uvicorn.Server):
    """Prints one line when it is ready: whoever started it reads the address there."""

    def __init__(self, config: uvicorn.Config, leaving: Leaving, *, as_json: bool) -> None:
        super().__init__(config)
        self._leaving, self._as_json = leaving, as_json
        self._asked_to_leave, self._leaves_at = False, 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal gives notice, a second one ends that."""
        if not self._asked_to_leave:
            self._asked_to_leave = True
            self._captured_signals.append(sig)
            self._leaving.told()
            _end_at_last(self._leaving.notice + self._leaving.drain + LAST_SECONDS)
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to stop taking calls."""
        now = asyncio.get_running_loop().time()
        if not self._asked_to_leave:
            self._leaves_at = now + self._leaving.notice
        left = self._asked_to_leave and now >= self._leaves_at
        return await super().on_tick(counter) or left

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            said = (
                json.dumps({"listening": address}) if self._as_json else f"listening on {address}"
            )
            print(said, flush=True)


def _end_at_last(seconds: float) -> None:
    """Ends the process after so long, whatever hangs in it: what was not answered did not commit,
    or is answered again."""
    last = threading.Timer(seconds, os._exit, [1])
    last.daemon = True
    last.start()


def bound(host: str, port: int) -> socket.socket:
    """A socket at an address. Port 0: any free one. Raises SurroundingsMend as `serve` does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once only on sockets that say they are TCP: else an answer's body waits until
    # its head was acknowledged, 40 ms
    listening = socket.socket(family, proto=socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as defect:
        raise SurroundingsMend("server.address_taken", address=f"{host}:{port}") from defect
    return listening


def serve(
    app: FastAPI, host: str, port: int, leaving: Leaving | None = None, *, as_json: bool = False
) -> None:
    """Serves until SIGTERM or Ctrl-C, then finishes the calls under way. Port 0: any free one.

    Raises:
        SurroundingsMend: `server.address_taken`.
    """
    listening = bound(host, port)
    leaving = leaving or Leaving()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEPT_SECONDS,
        timeout_graceful_shutdown=leaving.drain,
        lifespan="off",
    )
    server = _Announcing(config, leaving, as_json=as_json)
    # uvicorn raises the signal again once it has drained: a stop that was asked for is no failure.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, _stop_was_asked)
    stay_for_good()
    server.run(sockets=[listening])


def _stop_was_asked(_signal: int, _frame: Any) -> None:
    """The server has stopped already."""
