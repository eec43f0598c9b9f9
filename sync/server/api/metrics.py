"""What an operator must see, in the form that Prometheus reads: figures, no names, no values.

Counts and times are of this process. How things stand (held work, open conflicts, log heads, silent
devices, clocks, ledger) is read from the database when it is asked for, so every process says the
same of it.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from http.server import HTTPServer
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Executable, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fieldapp.clock import Clock
from fieldapp.model import Conflict
from sync.protocol import Answers
from sync.server.api.gate import Gate
from sync.server.api.lobby import Lobby
from sync.server.store.database import Database
from sync.server.store.tables import device, epoch, held, server_state, table_of, ward_head

SILENT_AFTER = timedelta(days=3)
"""A device in use that has not been heard of for so long has work on it that nobody else has."""
WRONG_CLOCK_MS = 120_000
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 30)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._seconds = self._times("call", "Time of calls", ["call"])
        self._turns = self._times("turn_wait", "Time until a call's turn")
        self._connections = self._times("pool_wait", "Time until a connection")
        self._calls = self._count("calls", "Calls by their outcome", ["call", "outcome"])
        self._changesets = self._count(
            "changesets", "Changesets by what they came to", ["status", "reason"]
        )
        self._repeated = self._count("changesets_repeated", "Changesets that were known already")

    def _times(self, name: str, what: str, labels: Sequence[str] = ()) -> Histogram:
        full = f"fieldapp_{name}_seconds"
        return Histogram(full, what, labels, buckets=_SECONDS, registry=self.registry)

    def _count(self, name: str, what: str, labels: Sequence[str] = ()) -> Counter:
        return Counter(f"fieldapp_{name}", what, labels, registry=self.registry)

    def answered(self, call: str, outcome: str, seconds: float) -> None:
        """One call was answered."""
        self._seconds.labels(call).observe(seconds)
        self._calls.labels(call, outcome).inc()

    def took(self, answers: Answers, repeated: int) -> None:
        """One batch was taken in. Thread: any."""
        tally = Tally((one.status, one.reason or "") for one in answers.answers)
        for (status, reason), count in tally.items():
            self._changesets.labels(status, reason).inc(count)
        self._repeated.inc(repeated)

    def until_turn(self) -> AbstractContextManager[object]:
        """Measures a wait for a turn."""
        return self._turns.time()

    def until_connection(self) -> AbstractContextManager[object]:
        """Measures a wait for a connection. Thread: any."""
        return self._connections.time()

    def serve(self, port: int) -> HTTPServer:
        """Answers on a port of this machine alone, on threads of its own. Port 0: any free one."""
        server, _ = start_http_server(port, "127.0.0.1", self.registry)
        return server


class Standing(Collector):
    """How things stand, read when it is asked for."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        lobby: Lobby,
        clock: Clock,
        folder: Path | None = None,
    ) -> None:
        self._database, self._gate, self._clock, self._folder = database, gate, clock, folder
        self._lobby = lobby

    def collect(self) -> Iterator[Metric]:
        """All of it; of a database that is away only that."""
        yield _one("calls_running", "Calls that are worked on", self._gate.running)
        yield _one("calls_waiting", "Calls that wait for a turn", self._gate.waiting)
        yield _one("listening", "Laptops that wait for news", self._lobby.waiting)
        yield _one("body_bytes", "Bytes of bodies that are here", self._gate.body_bytes)
        try:
            with self._database.read() as connection:
                found = list(self._read(connection))
        except (DBAPIError, PoolTimeout):
            yield _one("database_up", "Whether the database answers", 0)
            return
        yield _one("database_up", "Whether the database answers", 1)
        yield from found
        checked_out = getattr(self._database.engine.pool, "checkedout", lambda: 0)()
        yield _one("pool_in_use", "Connections in use", checked_out)
        ledger = self._folder / "ledger.jsonl" if self._folder is not None else None
        if ledger is not None and ledger.exists():
            yield _one("ledger_bytes", "Size of the ledger", ledger.stat().st_size)

    def _read(self, connection: Connection) -> Iterator[Metric]:
        yield _many("held", "Work that is held", "reason", dict(_rows(connection, _HELD)))
        yield _many("log_head", "Revision of each log", "ward", dict(_rows(connection, _HEADS)))
        conflicts = connection.execute(_CONFLICTS).scalar_one()
        yield _one("conflicts_open", "Conflicts that wait for a person", conflicts)
        since = self._clock.now() - SILENT_AFTER
        seen = device.c.last_seen_at
        silent = _DEVICES.where(seen.is_(None) | (seen < since))
        yield _one("devices", "Devices in use", connection.execute(_DEVICES).scalar_one())
        yield _one("devices_silent", "Unheard for 3 days", connection.execute(silent).scalar_one())
        wrong = _DEVICES.where(func.abs(device.c.clock_offset_ms) > WRONG_CLOCK_MS)
        count = connection.execute(wrong).scalar_one()
        yield _one("devices_wrong_clock", "Clock wrong by 2 minutes", count)
        worst = connection.execute(_WORST_CLOCK).scalar_one() or 0
        yield _one("clock_offset_worst_seconds", "The clock that is most wrong", worst / 1000)
        state = connection.execute(select(server_state)).one()
        yield _one("ledger_lines", "Lines of the ledger that it has seen", state.ledger_lines)
        stopped = int(state.stopped is not None)
        yield _one("stopped", "Whether it waits for its operator after a restore", stopped)
        lives = connection.execute(select(func.count()).select_from(epoch)).scalar_one()
        yield _one("epochs", "Lives of the database so far", lives)
        begun = state.begun_at.timestamp()
        yield _one("epoch_begun_seconds", "When this life began", begun)


_HELD = (
    select(held.c.reason, func.count()).where(held.c.released_at.is_(None)).group_by(held.c.reason)
)
_HEADS = select(ward_head.c.ward, ward_head.c.revision)
_conflict = table_of(Conflict)
_CONFLICTS = select(func.count()).select_from(_conflict).where(_conflict.c.open)
_DEVICES = select(func.count()).select_from(device).where(device.c.revoked_at.is_(None))
_WORST_CLOCK = select(func.max(func.abs(device.c.clock_offset_ms))).where(
    device.c.revoked_at.is_(None)
)


def _rows(connection: Connection, statement: Executable) -> Iterator[tuple[str, int]]:
    for name, count in connection.execute(statement):
        yield str(name), int(count)


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"fieldapp_{name}", what, value=value)


def _many(name: str, what: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"fieldapp_{name}", what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
