"""Runs the state machine: executes its effects with the laptop's file and the transport.

Each effect's end is one transaction of the file, so that a process that dies at any point leaves
the file as it was before or after that effect, never between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from random import Random

from fieldapp.clock import from_iso, iso
from fieldapp.errors import FieldappError, SurroundingsMend
from fieldapp.model.record import CITY
from fieldapp.store.desk import DESK_TOLD
from fieldapp.store.log import own_back, reunion
from fieldapp.store.log.reading import Run
from fieldapp.store.log.taking_in import Answered as FiledAnswer
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.receipts import NewLease
from fieldapp.store.store import Store
from sync.client import audit
from sync.client.arriving import Arrivals
from sync.client.bare import hear_bare
from sync.client.desk import hear_desk
from sync.client.filing import filed_answers, makes_sense
from sync.client.load import TOO_LARGE, Load
from sync.client.machine import (
    REVOKED,
    Answered,
    Effect,
    Event,
    Failed,
    Greet,
    Greeted,
    Mend,
    Mended,
    PageTaken,
    Part,
    Parted,
    PullPage,
    PushBatch,
    Reunite,
    Reunited,
    Standing,
    State,
    Trouble,
    Wanted,
    Why,
    step,
    trouble_of,
)
from sync.client.mending import Mender
from sync.client.parcels import keep_server_keys, own_verify_key
from sync.client.parting import Parting
from sync.client.reunion import Reunifier
from sync.client.sums import Comparison
from sync.client.together import MARK, SPEAKS, SUMS, Together
from sync.protocol import (
    MOST_HELD,
    Greeting,
    Handshake,
    Mark,
    Page,
    SyncProtocol,
    page_is_a_run,
)

APP_VERSION = "0.1.0"
SUPERSEDED = "server.superseded"
NONCE_IN = "nonce_in"
"""The setting that names the life of the server's database in which greetings repeat a nonce."""


@dataclass(frozen=True)
class SyncReport:
    """What one run came to.

    Attributes:
        state: of the machine at its end: `done`, `waiting` (with the next try) or `refused`.
        pushed: changesets that the server confirmed in this run.
        pulled: log entries taken in.
        trouble: what ended it early, None for a whole run.
    """

    state: State
    pushed: int = 0
    pulled: int = 0

    @property
    def trouble(self) -> Trouble | None:
        """What ended the run early."""
        return self.state.trouble

    @property
    def done(self) -> bool:
        """Whether every head was reached and nothing is unsent."""
        return self.state.phase == "done"


def sync_once(
    store: Store,
    transport: SyncProtocol,
    *,
    random: Random,
    on_state: Callable[[State], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    state: State | None = None,
    why: Why = "button",
) -> SyncReport:
    """One run, to its end or its first trouble; blocks. `state` carries a former run's failures.

    Trouble of network, server and file ends in the report.
    """
    run = _Sync(store, transport, random, why)
    current, effects = step(state or State(), Wanted(why, store.now()))
    while effects:
        if on_state is not None:
            on_state(current)
        current, effects = step(current, run.next_event(effects[0], cancelled))
        if not current.running:
            break
    if current.phase == "done" and not (cancelled is not None and cancelled()):
        known = store.settings(SPEAKS, "grants", "epoch", *audit.KNOWN, DESK_TOLD)
        audit.hand_over(store, transport, known)
        hear_desk(store, transport, known)
        hear_bare(store, transport, known)
    if on_state is not None:
        on_state(current)
    return SyncReport(current, run.pushed, run.pulled)


class _Sync:
    """Executes effects and counts what they brought."""

    def __init__(self, store: Store, transport: SyncProtocol, random: Random, why: Why) -> None:
        self._store, self._transport, self._random = store, transport, random
        self._comparison = Comparison(store)
        self._load = Load(store, why)
        self._arrivals = Arrivals(store, transport, self._load)
        self._together = Together(store, transport, self._load, self._arrivals)
        self._parting = Parting(store, transport)
        self._greeting: tuple[Greeting, datetime, datetime] | None = None
        self.pushed = 0
        self.pulled = 0

    def next_event(self, effect: Effect, cancelled: Callable[[], bool] | None) -> Event:
        """Executes an effect; trouble on the way becomes an event too."""
        try:
            if cancelled is not None and cancelled():
                raise SurroundingsMend("sync.cancelled")
            return self._execute(effect)
        except FieldappError as error:
            return self._failed(error)

    def _failed(self, error: FieldappError) -> Failed:
        trouble, chance = trouble_of(error), self._random.random()
        standing = self._standing() if trouble.code == REVOKED else Standing()
        return Failed(trouble, self._store.now(), chance, standing)

    def _execute(self, effect: Effect) -> Event:
        match effect:
            case Greet():
                return self._greet()
            case Reunite(ward, last):
                return self._reunite(ward, last=last)
            case PushBatch(ward):
                return self._push(ward)
            case PullPage(ward, after):
                return self._pull(ward, after)
            case Part():
                complete = self._parting.part()
                return Parted(complete, Standing() if complete else self._standing())
            case Mend(ward):
                head = Mender(self._store, self._transport, ward).mend()
                return Mended(ward, head, self._standing())
        raise AssertionError(f"not an effect to execute: {effect}")

    def _standing(self) -> Standing:
        heads, unsent = self._store.read(queries_sync.standing, self._load.aside)
        here = {ward: revision for ward, revision, *_ in heads}
        return Standing(unsent, here, self._comparison.differing(heads))

    # the handshake

    def _greet(self) -> Greeted:
        before = self._store.now()
        knocked = self._together.knock(self._nonce())
        if knocked is not None and knocked.same:
            after = self._store.now()
            standing = self._store.read(queries_sync.heads_here)
            here = {ward: revision for ward, revision, *_ in standing}
            self._file_time(knocked.server_at, before + (after - before) / 2, after, here, {})
            self._comparison.agreed(standing, comparable=self._together.comparable)
            return Greeted(here, self._standing())
        greeting, met_at, now = self._shake_hands()
        if greeting.last is not None and not self._is_ours(greeting.last):
            self._store.begin_new_life()  # the file is an old copy: its life ended there
            greeting, met_at, now = self._shake_hands()
        self._greeting = (greeting, met_at, now)
        apart = self._apart(greeting)
        if apart:
            self._together.forget()
        else:
            self._file_greeting()
        heads = {head.ward: head.revision for head in greeting.heads}
        return Greeted(heads, self._standing(), apart)

    def _shake_hands(self) -> tuple[Greeting, datetime, datetime]:
        """The answer to a handshake of ours, and the device's time when both met and now."""
        before = self._store.now()
        asked = self._handshake(iso(before))
        try:
            greeting = self._together.greet(asked)
        except FieldappError as refusal:
            if refusal.code != SUPERSEDED:
                raise
            asked = replace(asked, challenge=str(refusal.context.get("detail", "")))
            greeting = self._together.greet(asked)  # a living file, not an old request
        after = self._store.now()
        if greeting.nonce != asked.nonce and not self._is_of_an_older_server(greeting):
            raise SurroundingsMend("sync.incomplete_answer")
        return greeting, before + (after - before) / 2, after

    def _is_of_an_older_server(self, greeting: Greeting) -> bool:
        """Whether it comes from a program that repeats no nonce: this life of the server's
        database never has."""
        return not greeting.nonce and self._store.setting(NONCE_IN) != greeting.epoch

    def _is_ours(self, last: tuple[int, str]) -> bool:
        life = str(self._store.setting("incarnation"))
        return self._store.read(queries_sync.own_hash, life, last[0]) == last[1]

    def _apart(self, greeting: Greeting) -> tuple[str, ...]:
        """The wards in which something here is of another life or line of the server's log."""
        fits = greeting.fits
        if not greeting.nonce:  # a server that knows no nonce says nothing of what fits
            here = self._store.read(queries_sync.positions)
            fits = tuple(ward for ward, (epoch, _) in here.items() if epoch == greeting.epoch)
        apart = set(self._store.read(reunion.wards_to_meet, greeting.epoch, fits))
        if self._store.setting("epoch") != greeting.epoch:
            apart |= self._store.read(reunion.wards_with_old)
        return tuple(sorted(apart, key=lambda ward: (ward != CITY, ward)))

    def _reunite(self, ward: str, *, last: bool) -> Reunited:
        assert self._greeting is not None
        greeting = self._greeting[0]
        way = Reunifier(self._store, self._transport, greeting.epoch, greeting.fits)
        head = way.reunite(ward)
        if last:
            self._file_greeting()
        return Reunited(ward, head, self._standing())

    def _handshake(self, device_at: str) -> Handshake:
        told = self._store.read(reunion.to_tell, MOST_HELD)
        book = told.lease
        return Handshake(
            incarnation=str(self._store.setting("incarnation")),
            device_at=device_at,
            positions=told.positions,
            lease=(book.book, book.next_number) if book else None,
            app_version=APP_VERSION,
            held=told.held,
            marks={ward: Mark(*mark) for ward, mark in told.marks.items()},
            acks={ward: (at, Mark(*mark)) for ward, (at, *mark) in told.acks.items()},
            nonce=self._nonce(),
            verify_key=own_verify_key(self._store),
            unsent=self._store.read(queries_sync.unsent_count),
        )

    def _nonce(self) -> str:
        return self._random.randbytes(8).hex()

    def _must_be_known(self, epoch: str) -> None:
        """Another life of the server's database: only a handshake goes over into that."""
        if self._store.setting("epoch") != epoch:
            raise SurroundingsMend("sync.new_epoch")

    def _file_greeting(self) -> None:
        """Keeps what the handshake told. From here on the device's clock is trusted again.

        Last of all where wards had to be taken over: whatever leaves this laptop was offered first.
        """
        assert self._greeting is not None
        greeting, met_at, now = self._greeting
        heads = {head.ward: head.revision for head in greeting.heads}
        told = {"epoch": greeting.epoch, "durable_through": dict(greeting.durable_through)}
        self._file_time(greeting.server_at, met_at, now, heads, told)
        wards = {CITY} | {grant.ward for grant in greeting.grants}
        self._store.take_grants([asdict(grant) for grant in greeting.grants], wards)
        if greeting.lease is not None:
            self._store.take_lease(NewLease(**asdict(greeting.lease)))
        ended = [
            FiledAnswer(a.changeset, a.hash, a.status, a.revision, a.reason)
            for a in (one for one in greeting.answers if makes_sense(one))
        ]
        if ended:
            self._store.note_ends(ended, epoch=greeting.epoch, confirmed_at=greeting.server_at)
        keep_server_keys(self._store, greeting.parcel_keys)
        self._comparison.greeted(greeting)
        known: dict[str, object] = {SPEAKS: list(greeting.speaks), MARK: greeting.mark}
        known |= {SUMS: greeting.schema_mark}
        if greeting.nonce:
            known[NONCE_IN] = greeting.epoch
        self._store.remember(**known)  # last: a knock vouches for all of it

    def _file_time(
        self,
        server_at: str,
        met_at: datetime,
        now: datetime,
        heads: Mapping[str, int],
        told: Mapping[str, object],
    ) -> None:
        self._store.met_server(server_at, from_iso(server_at) - met_at, now, heads, told)

    # push

    def _push(self, ward: str) -> Answered:
        batch = self._load.batch(ward)
        try:
            answers = self._load.handed_in(lambda: self._together.push(ward, batch), batch)
        except FieldappError as error:
            if error.code not in TOO_LARGE:
                raise
            self._load.was_too_much(batch)
            return Answered(ward, 0, self._standing())
        self._load.went_through()
        self._must_be_known(answers.epoch)
        filed = filed_answers({one.hash: one.id for one in batch}, answers)
        counted = self._store.take_answers(
            filed, epoch=answers.epoch, confirmed_at=answers.server_at, receipt=answers.receipt
        )
        self.pushed += counted
        ids = [one.id for one in batch]
        if answers.ward != ward or self._store.read(queries_sync.still_unsent, ids):
            raise SurroundingsMend("sync.incomplete_answer")
        reached = max((answer.revision or 0 for answer in filed), default=0)
        return Answered(ward, reached, self._standing())

    # pull

    def _pull(self, ward: str, after: int) -> PageTaken:
        if self._together.awaits(ward, after):
            epoch, mark = str(self._store.setting("epoch")), str(self._store.setting(SUMS) or "")
            if self._arrivals.step(ward, epoch, mark):
                return PageTaken(ward, 0, self._standing())
        page = self._together.pull(ward, after)
        own = self._left_out(page)
        if own is None:  # an old copy of the file: its journal lacks what was made since
            page, own = self._together.whole(ward, after), {}
        self._must_be_known(page.epoch)
        if (page.ward, page.after) != (ward, after) or not page_is_a_run(page) or not page.count:
            raise SurroundingsMend("sync.incomplete_answer")
        self._store.take_run(_run(page, own))
        self._comparison.heard(page)
        self.pulled += page.count
        return PageTaken(ward, page.head, self._standing())

    def _left_out(self, page: Page) -> dict[str, bytes] | None:
        """The own contents that a lean page left out; None where one of them is not here."""
        names = {one.changeset for one in page.entries if not one.content}
        own = self._store.read(own_back.contents_of, names) if names else {}
        return own if names <= own.keys() else None


def _run(page: Page, own: Mapping[str, bytes]) -> Run:
    entries = [entry.entry(own.get(entry.changeset, b"")) for entry in page.entries]
    return Run(page.ward, page.epoch, page.after, page.chain_at_after, entries)
