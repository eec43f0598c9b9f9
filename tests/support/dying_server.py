"""A real server process that kills itself at one moment of a push: run as a module by tests.

    python -m tests.support.dying_server URL before|after|never

`before`: when a push is about to commit. `after`: when it has committed and would answer.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from fieldapp.clock import Ids, SystemClock
from sync.server.api.app import build_app
from sync.server.api.running import serve
from sync.server.service import Service
from sync.server.store.database import open_database


def main(url: str, moment: str) -> None:
    """Serves until killed, by itself or by whoever started it."""
    database, clock = open_database(url), SystemClock()
    app = build_app(Service(database, clock, Ids(clock)))
    if moment == "before":
        event.listen(database.engine, "commit", _die_if_it_writes_a_log)
        event.listen(database.engine, "after_cursor_execute", _note_writes)
    serving: Any = _Dying(app) if moment == "after" else app
    serve(serving, "127.0.0.1", 0)


class _Dying:
    """Dies with the first byte of an answer to a push."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def dies(_: Any) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        await self._app(scope, receive, dies if scope.get("path") == "/v1/push" else send)


def _note_writes(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if "INSERT INTO log_entry" in statement:
        connection.info["wrote_a_log"] = True


def _die_if_it_writes_a_log(connection: Any) -> None:
    if connection.info.pop("wrote_a_log", False):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
