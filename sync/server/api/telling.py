"""What a process tells of each call: one JSON line on standard error, and the operator's figures.

No line holds anything that a person wrote, is called or can be found by: calls, codes, sizes and
times only; of a defect where it happened, not what it says. The id of a laptop's run comes in a
header with each of its calls, stands in their lines, and is the name that PostgreSQL knows the
transaction by: `fieldapp <run>`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from typing import Any

from fieldapp.clock import Clock, iso
from sync.protocol import CALLS, RUN_HEADER
from sync.protocol.brief import BRIEF_HEADER, read_brief
from sync.server.store.database import RUN

CALL_LOG = logging.getLogger("fieldapp.calls")
_RUN = re.compile("[0-9a-f]{8,32}")
_BRIEF = BRIEF_HEADER.lower().encode()
_NAMES_RUN = (_BRIEF, RUN_HEADER.lower().encode())
_KNOWN = {f"/v1/{name.replace('_', '-')}": name for name in CALLS}
OUTCOME = "outcome"
"""The place in a request's state where its handlers leave the code of a refusal."""

Answered = Callable[[str, str, float], None]


class Telling:
    """Around the app: notes every call of the protocol, however it ended."""

    def __init__(self, app: Any, clock: Clock, answered: Answered) -> None:
        self._app, self._clock, self._answered = app, clock, answered

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        call = _KNOWN.get(scope.get("path", ""))
        if scope["type"] != "http" or call is None:
            await self._app(scope, receive, send)
            return
        sizes, status = {"in": 0, "out": 0}, 0

        async def hears() -> Any:
            message = await receive()
            sizes["in"] += len(message.get("body", b""))
            return message

        async def says(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            sizes["out"] += len(message.get("body", b""))
            await send(message)

        run, began = _run_of(scope), asyncio.get_running_loop().time()
        scope.setdefault("state", {})
        reset, outcome = RUN.set(run), "server.defect"
        try:
            await self._app(scope, hears, says)
            outcome = scope["state"].get(OUTCOME, "ok")
        finally:
            RUN.reset(reset)
            seconds = asyncio.get_running_loop().time() - began
            self._answered(call, outcome, seconds)
            told = {"call": call, "run": run, "status": status, "outcome": outcome}
            told |= {"ms": round(1000 * seconds), **sizes, "at": iso(self._clock.now())}
            CALL_LOG.info(json.dumps(told))


def _run_of(scope: Any) -> str:
    for key, value in scope["headers"]:
        named = value.decode("latin-1") if key in _NAMES_RUN else ""
        if key == _BRIEF and (told := read_brief(named)):
            named = told.run
        if _RUN.fullmatch(named):
            return named
    return ""


class _Lines(logging.Formatter):
    """One JSON line a record. What an exception says stays out: it may quote what was sent."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name == CALL_LOG.name:
            return record.getMessage()
        told: dict[str, Any] = {"level": record.levelname.lower(), "from": record.name}
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            told["defect"] = record.exc_info[0].__name__
            told["where"] = [f"{one.name}:{one.lineno}" for one in frames[-8:]]
        else:
            told["event"] = str(record.msg)
        return json.dumps(told)


def tell_on_stderr() -> None:
    """From now on the process tells what it does in JSON lines on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    CALL_LOG.setLevel(logging.INFO)
