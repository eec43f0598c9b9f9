"""The protocol's calls, without HTTP: what the API, the simulation and the tests call alike."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from fieldapp.clock import Clock, Ids, business_date, iso
from fieldapp.model import CITY
from sync.parcels import ServerSecrets, server_secrets
from sync.protocol import (
    MOST_NAMED,
    MOST_POINTS,
    MOST_RECORDS,
    AgreementsTold,
    Answers,
    AskAgreements,
    AskDesk,
    BareOwn,
    Carried,
    CountParts,
    DeskTold,
    Exchange,
    Exchanged,
    Farewell,
    Farewelled,
    FetchHistory,
    FetchPieces,
    FetchRows,
    FetchVisits,
    Greeting,
    HandedOver,
    HandOver,
    Handshake,
    History,
    Knock,
    Knocked,
    Look,
    Manifest,
    Meet,
    Met,
    NameOwn,
    Offer,
    Page,
    Parts,
    Pieces,
    Pull,
    Push,
    ReadVisits,
    Recall,
    Recalled,
    Rows,
    SignedIn,
    SignIn,
    Snapshot,
    SyncProtocol,
    VisitsBegun,
    VisitsTold,
    Wanted,
)
from sync.server.agreements import agreements_told
from sync.server.attachments.calls import AttachmentCalls
from sync.server.audit.lane import handed_over
from sync.server.erasing.bare import bare_of
from sync.server.lives.epochs import serving
from sync.server.lives.safe import Safe
from sync.server.people.accounts import Caller, caller_of, grants_of
from sync.server.people.enrolling import Desk
from sync.server.people.passwords import Passwords
from sync.server.people.supervising import SupervisorCalls
from sync.server.receipts.desk import desk_told
from sync.server.refusals import Refused
from sync.server.store.database import Database
from sync.server.together import exchanged
from sync.server.wardlog import visit_log
from sync.server.wardlog.appending import Maker, RandomBytes
from sync.server.wardlog.arrivals import take_back, take_in
from sync.server.wardlog.greeting import greet, knock
from sync.server.wardlog.history import history_of, is_behind, look_through
from sync.server.wardlog.meeting import met_at, wanted_of
from sync.server.wardlog.pages import page_of
from sync.server.wardlog.parcels import carried
from sync.server.wardlog.parts import parts_of, rows_of_part
from sync.server.wardlog.register import known_of, missing_of
from sync.server.wardlog.snapshots import keep, make, pieces_of, standing

MAX_BATCH = 5_000
LOOK_AGAIN = 5
"""Seconds after which a call that has looked through as much as it may is asked again."""
MOST_LOOKS = 20
"""So many thousands of old entries, twice, are looked through in one call."""
Told = TypeVar("Told")


@dataclass(frozen=True)
class Service:
    """The server of one database. Holds no state of its own: several may share a database."""

    database: Database
    clock: Clock
    ids: Ids
    random_bytes: RandomBytes = secrets.token_bytes
    passwords: Passwords = field(default_factory=Passwords)
    safe: Safe = field(default_factory=Safe)
    """What it keeps outside its database; without a folder it is gone with the process."""
    took: Callable[[Answers, int], None] = lambda answers, repeated: None
    """Told of each batch that was taken in, and how many of its changesets were known already."""

    @property
    def maker(self) -> Maker:
        """What it makes entries with."""
        return Maker(self.clock, self.ids, self.random_bytes, self.safe)

    @property
    def parcel_secrets(self) -> ServerSecrets:
        """The keys of parcels and replies, which follow from the one in the safe."""
        return server_secrets(self.safe.key)

    def take_batch(self, request: Push, who: Callable[[Connection], Caller]) -> Answers:
        """Takes a batch in, in one transaction, as work of whoever that names."""
        if len(request.contents) > MAX_BATCH:
            raise Refused("server.batch_too_large", 413)
        _must_name_a_ward(request.ward)
        at = self.clock.now()
        taken = self.database.in_write(lambda c: take_in(c, who(c), request, at, self.maker))
        self.took(taken.answers, taken.repeated)
        return taken.answers

    def may_hear(self, token: str | None) -> tuple[str, frozenset[str]]:
        """The device of a token, and the wards whose news it may hear today.

        Raises:
            Refused: 401, or 403 of a revoked device.
        """
        with self.database.still() as connection:
            caller = caller_of(connection, token)
            if caller.revoked:
                raise Refused("server.device_revoked", 403)
            day = business_date(self.clock.now())
            granted = grants_of(connection, caller.username, day)
        return caller.device, frozenset({CITY} | {grant.ward for grant in granted})

    def for_token(self, token: str | None) -> SyncProtocol:
        """The protocol as the holder of this token may speak it; None: only `sign_in`."""
        return _Session(self, token)


@dataclass(frozen=True)
class _Session(SupervisorCalls, AttachmentCalls):
    """`SyncProtocol` for one token. Each call raises Refused for what it does not answer."""

    service: Service
    token: str | None

    def sign_in(self, request: SignIn) -> SignedIn:
        """Enrols the device or signs its user in again."""
        made = self.service
        desk = Desk(made.database, made.clock, made.ids, made.passwords, made.safe)
        return desk.sign_in(request)

    def greet(self, request: Handshake) -> Greeting:
        """The handshake; a revoked device is refused (403)."""
        made = self.service

        def work(connection: Connection) -> Greeting | Refused:
            return greet(connection, self._reader(connection), request, made.maker)

        answer = made.database.in_write(work)
        if isinstance(answer, Refused):  # what was noted for it is committed
            raise answer
        return answer

    def knock(self, request: Knock) -> Knocked:
        """Whether a greeting would say anything new; a revoked device is refused (403)."""
        made = self.service
        return made.database.in_write(lambda c: knock(c, self._reader(c), request, made.maker))

    def exchange(self, request: Exchange) -> Exchanged:
        """Several calls, each with a transaction of its own."""
        return exchanged(self, request)

    def push(self, request: Push) -> Answers:
        """Takes a batch in, in one transaction. A revoked device's is held."""
        return self.service.take_batch(request, lambda c: caller_of(c, self.token))

    def parcel(self, request: Carried) -> Carried:
        """Takes in what this caller carries for another device."""
        with self.service.database.still() as connection:
            self._reader(connection)
        return carried(self.service, request)

    def pull(self, request: Pull) -> Page:
        """A page of a ward that the user has a grant for, or of the city."""
        with self.service.database.still() as connection:
            caller = self._may_read(connection, request.ward)
            return page_of(connection, request, caller.device)

    def snapshot(self, request: Snapshot) -> Manifest:
        """The snapshot of a granted ward that a laptop should begin with, made where there is none
        that is new enough; made, not to hold up anybody, outside the transaction that stores it."""
        made = self.service
        with made.database.still() as connection:
            self._may_read(connection, request.ward)
            known = standing(connection, request.ward)
        if known is not None:
            return known
        with made.database.still() as connection:
            new = make(connection, request.ward)
        return made.database.in_write(lambda c: keep(c, new, made.clock.now()))

    def pieces(self, request: FetchPieces) -> Pieces:
        """Some pieces of a snapshot of a granted ward."""
        with self.service.database.still() as connection:
            self._may_read(connection, request.ward)
            return pieces_of(connection, request)

    def farewell(self, request: Farewell) -> Farewelled:
        """What of a revoked device's work is not here. Any other device is refused: it goes on."""
        if len(request.named) > MOST_NAMED:
            raise Refused("server.batch_too_large", 413)
        with self.service.database.still() as connection:
            caller = caller_of(connection, self.token)
            if not caller.revoked:
                raise Refused("server.not_revoked", 409)
            epoch = serving(connection)
            return Farewelled(epoch, missing_of(connection, caller, request.named))

    def meet(self, request: Meet) -> Met:
        """Up to where a granted ward's log is that of a laptop: of a ward that was, too."""
        if len(request.points) > MOST_POINTS:
            raise Refused("server.batch_too_large", 413)
        with self.service.database.still() as connection:
            caller_of(connection, self.token)
            return met_at(connection, request)

    def recall(self, request: Recall) -> Recalled:
        """What became of own changesets that an earlier life of the database had confirmed."""
        if len(request.named) > MOST_NAMED:
            raise Refused("server.batch_too_large", 413)
        with self.service.database.still() as connection:
            caller, epoch = caller_of(connection, self.token), serving(connection)
            answers = tuple(known_of(connection, caller, request.named))
            return Recalled(epoch, iso(self.service.clock.now()), answers)

    def look(self, request: Look) -> Wanted:
        """Which entries of a lost line are wanted back."""
        if len(request.named) > MOST_NAMED:
            raise Refused("server.batch_too_large", 413)
        with self.service.database.still() as connection:
            caller_of(connection, self.token)
            return wanted_of(connection, request)

    def offer(self, request: Offer) -> Answers:
        """Takes back what a restored server lacks, from any device, with or without a grant."""
        if len(request.entries) > MAX_BATCH:
            raise Refused("server.batch_too_large", 413)
        _must_name_a_ward(request.ward)
        at = self.service.clock.now()

        def work(connection: Connection) -> Answers:
            caller = caller_of(connection, self.token)
            return take_back(connection, caller, request, at, self.service.maker)

        return self.service.database.in_write(work)

    def count_parts(self, request: CountParts) -> Parts:
        """What the parts of a granted ward's rows sum up to, all at one revision."""
        with self.service.database.still() as connection:
            self._may_read(connection, request.ward)
            return parts_of(connection, request)

    def fetch_rows(self, request: FetchRows) -> Rows:
        """The rows of one part of a granted ward."""
        with self.service.database.still() as connection:
            self._may_read(connection, request.ward)
            return rows_of_part(connection, request)

    def desk(self, request: AskDesk) -> DeskTold:
        """What is known of the wards whose desk the user sits at, beside their logs."""
        at = self.service.clock.now()
        with self.service.database.still() as connection:
            return desk_told(connection, self._reader(connection), at)

    def agreements(self, request: AskAgreements) -> AgreementsTold:
        """How the agreements of some granted wards stand now."""
        at = self.service.clock.now()
        with self.service.database.still() as connection:
            return agreements_told(connection, self._reader(connection), request, at)

    def bare(self, request: NameOwn) -> BareOwn:
        """What erasures left of the calling device's own work, in whatever ward."""
        if len(request.named) > MOST_NAMED:
            raise Refused("server.batch_too_large", 413)
        with self.service.database.still() as connection:
            return bare_of(connection, self._reader(connection), request.named)

    def history(self, request: FetchHistory) -> History:
        """What was done to some records of a granted ward before a revision."""
        if len(request.records) > MOST_RECORDS:
            raise Refused("server.batch_too_large", 413)
        database = self.service.database
        while True:
            with database.still() as connection:
                self._may_read(connection, request.ward)
                if not is_behind(connection, request):
                    break
            if not database.in_write(lambda c: look_through(c, request.ward)):
                break
        with database.still() as connection:
            self._may_read(connection, request.ward)
            return history_of(connection, request)

    def audit(self, request: HandOver) -> HandedOver:
        """Takes over what was seen or taken out on a laptop; tells a supervisor the list on."""
        made, at = self.service, self.service.clock.now()
        return made.database.in_write(
            lambda c: handed_over(c, caller_of(c, self.token), request, at, made.safe)
        )

    def read_visits(self, request: ReadVisits) -> VisitsBegun:
        """Begins to read the visit log of supervised wards; the list has it from then on."""
        made, at = self.service, self.service.clock.now()
        return made.database.in_write(
            lambda c: visit_log.begun(c, self._reader(c), request, at, made.safe)
        )

    def fetch_visits(self, request: FetchVisits) -> VisitsTold:
        """A piece of a reading. What stood before is looked up once something came later; of a long
        log a part at a time, so that no call takes long: the laptop asks again."""
        database, at = self.service.database, self.service.clock.now()
        for _ in range(MOST_LOOKS):
            try:
                with database.still() as connection:
                    return visit_log.piece_of(connection, self._reader(connection), request, at)
            except visit_log.NotLookedThrough as behind:
                database.in_write(partial(look_through, ward=behind.ward))
        raise Refused("server.busy", 503, retry_after=LOOK_AGAIN)

    def _may_read(self, connection: Connection, ward: str) -> Caller:
        """Refuses a ward that the user has no grant for today; everybody reads the city."""
        day = business_date(self.service.clock.now())
        caller = self._reader(connection)
        wards = {grant.ward for grant in grants_of(connection, caller.username, day)}
        if ward not in wards | {CITY}:
            raise Refused("server.no_grant", 403)
        return caller

    def _reader(self, connection: Connection) -> Caller:
        caller = caller_of(connection, self.token)
        if caller.revoked:
            raise Refused("server.device_revoked", 403)
        return caller


def _must_name_a_ward(ward: str) -> None:
    if not 0 < len(ward) <= 32 or "\0" in ward:
        raise Refused("server.broken_body", 400)
