"""Runs the API in this process until it is told to stop, and says when it is ready."""

from __future__ import annotations

import json
import signal
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI

from fieldapp.errors import SurroundingsMend
from fieldapp.garbage import stay_for_good

DRAIN_SECONDS = 30
"""A stopping server finishes the requests that it has for so long."""


class _Announcing(uvicorn.Server):
    """Prints one line when it is ready: whoever started it reads the address there."""

    def __init__(self, config: uvicorn.Config, *, as_json: bool) -> None:
        super().__init__(config)
        self._as_json = as_json

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            said = (
                json.dumps({"listening": address}) if self._as_json else f"listening on {address}"
            )
            print(said, flush=True)


def serve(app: FastAPI, host: str, port: int, *, as_json: bool = False) -> None:
    """Serves until SIGTERM or Ctrl-C, then drains. Port 0: any free one.

    Raises:
        SurroundingsMend: `server.address_taken`.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as defect:
        raise SurroundingsMend("server.address_taken", address=f"{host}:{port}") from defect
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        lifespan="off",
    )
    server = _Announcing(config, as_json=as_json)
    # uvicorn raises the signal again once it has drained: a stop that was asked for is no failure.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, _stop_was_asked)
    stay_for_good()
    server.run(sockets=[listening])


def _stop_was_asked(_signal: int, _frame: Any) -> None:
    """The server has stopped already."""
