"""The HTTP side: the calls of the protocol, two signs of life, and a problem for all the rest."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import anyio
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from sync.protocol import CALLS, LISTEN, BrokenBody, Listen, News, Problem, unpack
from sync.server.api.gate import STRANGER, Bounds, Gate
from sync.server.api.health import GOOD, Health, unanswered
from sync.server.api.http_body import answer, nothing, prove, read_body
from sync.server.api.lobby import Lobby
from sync.server.api.metrics import Metrics, Standing
from sync.server.api.telling import OUTCOME, Telling
from sync.server.people.accounts import secret_hash
from sync.server.refusals import Refused
from sync.server.service import Service
from sync.server.store.database import is_outage

_LOG = logging.getLogger("fieldapp.server")
RETRY_AFTER = 30
"""Seconds after which a laptop may come back when the database is busy or away."""
READY_WITHIN = 5
"""Seconds that the parts have to answer whether they are ready."""


def build_app(
    service: Service,
    health: Health | None = None,
    bounds: Bounds | None = None,
    metrics: Metrics | None = None,
    lobby: Lobby | None = None,
) -> FastAPI:
    """The ASGI app of a service. It has no pages of documentation: it is for machines."""
    app = FastAPI(title="fieldapp", openapi_url=None, docs_url=None, redoc_url=None)
    health = app.state.health = health or Health(service.database)
    metrics = metrics or Metrics()
    service.database.until_connection = metrics.until_connection
    service = replace(service, took=metrics.took)
    gate = Gate(bounds or Bounds(), service.random_bytes)
    lobby = lobby or Lobby(service.database, lambda: health.leaving)
    standing = Standing(service.database, gate, lobby, service.clock, health.folder)
    metrics.registry.register(standing)
    app.add_middleware(Telling, clock=service.clock, answered=metrics.answered)
    desk = _Desk(service, gate, lobby, metrics)

    for name, (kind, _) in CALLS.items():
        endpoint = desk.endpoint(name, kind)
        app.add_route(f"/v1/{name.replace('_', '-')}", endpoint, methods=["POST"])
    app.add_route(f"/v1/{LISTEN}", desk.listen, methods=["POST"])
    app.add_route("/live", _live, methods=["GET"])
    app.add_route("/ready", _ready(health), methods=["GET"])
    for defect, handler in _HANDLERS.items():
        app.add_exception_handler(defect, handler)
    return app


class _Desk:
    """Where calls come in: read whole first, then worked on in turn, on threads of their own."""

    def __init__(self, service: Service, gate: Gate, lobby: Lobby, metrics: Metrics) -> None:
        self._service, self._gate, self._metrics = service, gate, metrics
        self._lobby = lobby
        self._threads = anyio.CapacityLimiter(gate.bounds.running)

    def endpoint(self, name: str, kind: type[Any]) -> Callable[[Request], Awaitable[Response]]:
        """What answers one call of the protocol."""

        async def endpoint(request: Request) -> Response:
            token = _bearer(request)
            device = STRANGER if token is None or name == "sign_in" else secret_hash(token)
            with self._gate.room(device) as more:
                body = await read_body(request, name, more)
                async with self._gate.turn(device, self._metrics.until_turn()):
                    return await to_thread.run_sync(work, request, token, body, limiter=threads)

        def work(request: Request, token: str | None, body: bytes) -> Response:
            prove(request, body)
            call = getattr(service.for_token(token), name)
            return answer(call(unpack(kind, body)), request)

        service, threads = self._service, self._threads
        return endpoint

    async def listen(self, request: Request) -> Response:
        """Keeps a laptop waiting for news; who waits has no turn."""
        token = _bearer(request)
        key = STRANGER if token is None else secret_hash(token)
        with self._gate.room(key) as more:
            body = await read_body(request, LISTEN, more)
            prove(request, body)
            asked = unpack(Listen, body)
        async with self._gate.turn(key):
            hears = self._service.may_hear
            device, wards = await to_thread.run_sync(hears, token, limiter=self._threads)
        news = await self._lobby.news(device, asked.heads, wards)
        return nothing() if news is None else answer(News(news), request)


def _bearer(request: Request) -> str | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


async def _live(request: Request) -> Response:
    return answer({"status": "alive"}, request)


def _ready(health: Health) -> Callable[[Request], Awaitable[Response]]:
    """Asks on threads of its own: calls that wait for the database must not keep it waiting."""
    threads = anyio.CapacityLimiter(2)

    async def ready(request: Request) -> Response:
        parts = unanswered(health)
        with anyio.move_on_after(READY_WITHIN):
            parts = await to_thread.run_sync(health.parts, limiter=threads, abandon_on_cancel=True)
        well = set(parts.values()) == {GOOD}
        return answer({"ready": well, "parts": parts}, request, 200 if well else 503)

    return ready


async def _refused(request: Request, defect: Exception) -> Response:
    assert isinstance(defect, Refused)
    after = {} if defect.retry_after is None else {"Retry-After": str(defect.retry_after)}
    return _says_no(defect.problem, request, defect.status, after)


async def _broken(request: Request, defect: Exception) -> Response:
    return _says_no(Problem("server.broken_body"), request, 400)


async def _no_such(request: Request, defect: Exception) -> Response:
    assert isinstance(defect, HTTPException)
    return _says_no(Problem("server.no_such_call"), request, defect.status_code)


async def _database(request: Request, defect: Exception) -> Response:
    if isinstance(defect, DataError):  # a number or text that no column holds: of whoever sent it
        return await _broken(request, defect)
    if isinstance(defect, DBAPIError) and not is_outage(defect):
        return await _defect(request, defect)
    return await _later(request, defect)


async def _later(request: Request, defect: Exception) -> Response:
    """The database or the ledger can't take anything now: a full disk, too, passes."""
    _LOG.warning("not now", exc_info=defect)
    after = {"Retry-After": str(RETRY_AFTER)}
    return _says_no(Problem("server.busy"), request, 503, after)


async def _defect(request: Request, defect: Exception) -> Response:
    """The last resort. What happened goes to the log of the process, nothing of it to the wire."""
    return _says_no(Problem("server.defect"), request, 500)


def _says_no(
    problem: Problem, request: Request, status: int, headers: dict[str, str] | None = None
) -> Response:
    setattr(request.state, OUTCOME, problem.code)
    return answer(problem, request, status, headers)


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    Refused: _refused,
    BrokenBody: _broken,
    HTTPException: _no_such,
    DBAPIError: _database,
    PoolTimeout: _later,
    OSError: _later,
    Exception: _defect,
}
