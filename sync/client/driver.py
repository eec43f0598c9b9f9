"""Runs the sync beside the window, on a thread of its own: no Qt, no timers of others.

It syncs at the start, shortly after each save, at the next try's time, when a colleague's work has
come (`live`), and whenever it is wanted.
Once a day, after a whole run, it lets go what the file need not keep any more (`pruning`).
Everything that it tells, it tells on its own thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Protocol

from fieldapp.clock import Clock, Ids
from fieldapp.errors import FieldappError, SurroundingsMend
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.rows import Key
from fieldapp.store.store import Store
from sync.client.agreements import ServerAgreements
from sync.client.attachments import (
    fetch_attachment,
    has_to_send,
    lane_pause,
    send_attachments,
)
from sync.client.history import Older, fetch_older
from sync.client.live import Listens, LiveLane
from sync.client.machine import ERASED, Failed, State, Why, step, trouble_of
from sync.client.parcels import carry_parcel
from sync.client.people import PeopleDesk
from sync.client.pruning import prune
from sync.client.runner import sync_once
from sync.client.status import SyncStatus, read_status
from sync.client.visit_log import ServerVisits
from sync.protocol import SyncProtocol

AFTER_SAVE = 2.0
"""Seconds that saves are gathered for before they are sent together."""


class ClosableTransport(SyncProtocol, Protocol):
    """A transport whose call under way can be ended from another thread."""

    def close(self) -> None:
        """Ends it."""
        ...


class SyncDriver:
    """The thread that syncs one store. `transport_factory` makes a fresh transport for each run,
    `live` one to wait for news on; None: it does not listen.

    Watches the store by itself: a save needs no call.
    """

    def __init__(
        self,
        store: Store,
        transport_factory: Callable[[], ClosableTransport],
        clock: Clock,
        random: Random,
        *,
        after_save: float = AFTER_SAVE,
        live: Callable[[], Listens] | None = None,
    ) -> None:
        self._store, self._make_transport, self._clock = store, transport_factory, clock
        self._random, self._after_save = random, after_save
        self._listeners: list[Callable[[SyncStatus], None]] = []
        self._turn = threading.Condition()
        self._due: dict[Why, float] = {}
        self._stopping = False
        self._transport: ClosableTransport | None = None
        self._thread: threading.Thread | None = None
        self._pruned_on: date | None = None
        self._failures = 0
        self.state = State()
        self._lane = live and LiveLane(store, live, Random(), self._heard, self._at_rest)

    def on_status(self, told: Callable[[SyncStatus], None]) -> None:
        """Tells each change of the status, on the driver's thread."""
        self._listeners.append(told)

    def start(self) -> None:
        """Begins, with a sync at once."""
        self._store.watch(self._saved)
        self._wake("start", 0.0)
        self._thread = threading.Thread(target=self._work, name="sync", daemon=True)
        self._thread.start()
        if self._lane is not None:
            self._lane.start()

    def stop(self, seconds: float = 5.0) -> bool:
        """Ends the run under way and the thread; whether it ended within the time."""
        with self._turn:
            self._stopping = True
            transport = self._transport
            self._turn.notify()
        if transport is not None:
            transport.close()
        silent = self._lane is None or self._lane.stop(seconds)
        if self._thread is None:
            return silent
        self._thread.join(seconds)
        return silent and not self._thread.is_alive()

    def want(self, why: Why = "button") -> None:
        """Asks for a sync now, from any thread."""
        self._wake(why, 0.0)

    def carry(self, path: Path) -> Path:
        """Hands a parcel in, whoever's; where the reply lies. Raises as `carry_parcel` does.

        Thread: any but the GUI's: it speaks to the server.
        """
        with closing(self._make_transport()) as transport:
            return carry_parcel(transport, path)

    def people(self) -> PeopleDesk:
        """What a supervisor asks of the server beside the sync."""
        return PeopleDesk(self._store, self._make_transport)

    def agreements(self) -> ServerAgreements:
        """Asks how agreements stand of wards that are not here."""
        return ServerAgreements(self._make_transport)

    def visits(self, cancelled: Callable[[], bool]) -> ServerVisits:
        """Reads the visit log of wards that are not here, for one file. Thread: the export's."""
        fresh = Ids(self._store, self._store.random_bytes)
        return ServerVisits(self._make_transport, fresh.new, cancelled, chance=self._random.random)

    def older_history(self, ward: str, keys: Sequence[Key], before: int | None) -> Older:
        """History from before the log begins here. Raises as `fetch_older` does.

        Thread: any but the GUI's: it speaks to the server.
        """
        with closing(self._make_transport()) as transport:
            return fetch_older(self._store, transport, ward, keys, before)

    def fetch_paper(
        self,
        ward: str,
        paper: str,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> bytes:
        """The scan of a paper that is not here. Raises as `fetch_attachment` does.

        Thread: any but the GUI's: it speaks to the server.
        """
        with closing(self._make_transport()) as transport:
            return fetch_attachment(
                *(self._store, transport, ward, paper), progress=progress, cancelled=cancelled
            )

    def status(self) -> SyncStatus:
        """The status now, on the caller's thread."""
        return read_status(self._store, self.state)

    def _saved(self) -> None:
        """After each commit, on the thread that committed. Own pages are no reason to sync."""
        if threading.current_thread() is not self._thread:
            self._wake("save", self._after_save)

    def _heard(self) -> None:
        """On the live lane's thread: a colleague's work has come."""
        self._wake("live", 0.0)

    def _at_rest(self) -> bool:
        """Whether the last run came through: else the next one comes by itself."""
        return self.state.phase == "done"

    def _wake(self, why: Why, seconds: float) -> None:
        with self._turn:
            self._due.setdefault(why, time.monotonic() + seconds)
            self._turn.notify()

    def _work(self) -> None:
        while (why := self._next_reason()) is not None:
            try:
                if why != "save" or self._store.read(queries_sync.unsent_wards):
                    self._run(why)
                self._tell()
                if self.state.trouble is not None and self.state.trouble.code == ERASED:
                    return
                self._send_attachments()
                self._prune()
            except FieldappError as error:  # the file itself: a full disk, damage
                self._could_not_read(error)

    def _send_attachments(self) -> None:
        """The scans of papers, until something is wanted: text goes first. Trouble here is tried
        again by itself, ever later, and is none of the text."""
        if self.state.phase != "done" or self._stopping or not has_to_send(self._store):
            return
        transport = self._transport = self._make_transport()
        try:
            for _ in send_attachments(self._store, transport):
                self._tell()
                if self._is_wanted():
                    return
            self._failures = 0
        except SurroundingsMend as trouble:
            self._failures += 1
            asked = trouble.context.get("retry_after")
            self._wake("timer", lane_pause(self._failures, asked, self._random.random()))
        finally:
            self._transport = None
            transport.close()

    def _prune(self) -> None:
        """Until something is wanted, or until all went that may: then not again before tomorrow."""
        today = self._store.today()
        if self.state.phase != "done" or today == self._pruned_on:
            return
        with suppress(SurroundingsMend):  # no room even for that: the next run will say so
            for _ in prune(self._store):
                if self._is_wanted():
                    return
        self._pruned_on = today

    def _is_wanted(self) -> bool:
        with self._turn:
            now = time.monotonic()
            return self._stopping or any(at <= now for at in self._due.values())

    def _could_not_read(self, error: FieldappError) -> None:
        """Waits like after any other trouble; the next status that can be read tells it."""
        now, chance = self._clock.now(), self._random.random()
        running = replace(self.state, phase="greeting")
        self.state, _ = step(running, Failed(trouble_of(error), now, chance))
        self._plan_next_try()

    def _next_reason(self) -> Why | None:
        """Waits for what comes first: a wish, a save that is old enough, the next try, the end."""
        with self._turn:
            while not self._stopping:
                now = time.monotonic()
                due = [why for why, at in self._due.items() if at <= now]
                if due:
                    why = min(due, key=_RANK.index)
                    for done in due:
                        del self._due[done]
                    return why
                soonest = min(self._due.values(), default=None)
                self._turn.wait(None if soonest is None else soonest - now)
        return None

    def _run(self, why: Why) -> None:
        with self._turn:
            if self._stopping:
                return
            transport = self._transport = self._make_transport()
        try:
            report = sync_once(
                self._store,
                transport,
                random=self._random,
                on_state=self._moved,
                cancelled=lambda: self._stopping,
                state=self.state,
                why=why,
            )
        finally:
            self._transport = None
            transport.close()
        self.state = report.state
        self._plan_next_try()

    def _plan_next_try(self) -> None:
        """The wait is measured by the machine's own pulse: a clock that is set changes nothing."""
        with self._turn:
            self._due.pop("timer", None)
            until = self.state.next_try_at
            if self.state.phase == "waiting" and until is not None:
                seconds = (until - self._clock.now()).total_seconds()
                self._due["timer"] = time.monotonic() + max(seconds, 0.0)

    def _moved(self, state: State) -> None:
        self.state = state
        self._tell()

    def _tell(self) -> None:
        status = self.status()
        for told in self._listeners:
            told(status)


_RANK: list[Why] = ["button", "network", "start", "timer", "live", "save"]
"""Of several reasons the strongest counts."""
