"""The protocol's calls, without HTTP: what the API, the simulation and the tests call alike."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from fieldapp.clock import Clock, Ids, business_date, from_iso, iso
from fieldapp.model import CITY
from fieldapp.model.sums import schema_mark
from sync.protocol import (
    MOST_HELD,
    MOST_NAMED,
    Answers,
    CountParts,
    Farewell,
    Farewelled,
    FetchRows,
    Grant,
    Greeting,
    Handshake,
    Head,
    Page,
    Parts,
    Pull,
    Push,
    Rows,
    SignedIn,
    SignIn,
    SyncProtocol,
)
from sync.server.accounts import Caller, caller_of, grants_of
from sync.server.database import Database
from sync.server.enrolling import Desk
from sync.server.intake import take_in
from sync.server.leases import Counter
from sync.server.pages import page_of
from sync.server.parts import parts_of, rows_of_part
from sync.server.passwords import Passwords
from sync.server.refusals import Refused
from sync.server.register import ends_of, missing_of
from sync.server.tables import device, server_state, ward_head
from sync.server.wardlog import RandomBytes

MAX_BATCH = 5_000


@dataclass(frozen=True)
class Service:
    """The server of one database. Holds no state of its own: several may share a database."""

    database: Database
    clock: Clock
    ids: Ids
    random_bytes: RandomBytes = secrets.token_bytes
    passwords: Passwords = field(default_factory=Passwords)

    def for_token(self, token: str | None) -> SyncProtocol:
        """The protocol as the holder of this token may speak it; None: only `sign_in`."""
        return _Session(self, token)


@dataclass(frozen=True)
class _Session:
    """`SyncProtocol` for one token. Each call raises Refused for what it does not answer."""

    service: Service
    token: str | None

    def sign_in(self, request: SignIn) -> SignedIn:
        """Enrols the device or signs its user in again."""
        made = self.service
        return Desk(made.database, made.clock, made.ids, made.passwords).sign_in(request)

    def greet(self, request: Handshake) -> Greeting:
        """The handshake; a revoked device is refused (403)."""
        at = self.service.clock.now()
        return self.service.database.in_write(lambda c: self._greet(c, request, at))

    def push(self, request: Push) -> Answers:
        """Takes a batch in, in one transaction. A revoked device's is held."""
        if len(request.contents) > MAX_BATCH:
            raise Refused("server.batch_too_large", 413)
        if not 0 < len(request.ward) <= 32 or "\0" in request.ward:
            raise Refused("server.broken_body", 400)
        at = self.service.clock.now()

        def work(connection: Connection) -> Answers:
            caller = caller_of(connection, self.token)
            return take_in(connection, caller, request, at, self.service.random_bytes)

        return self.service.database.in_write(work)

    def pull(self, request: Pull) -> Page:
        """A page of a ward that the user has a grant for, or of the city."""
        with self.service.database.still() as connection:
            self._may_read(connection, request.ward)
            return page_of(connection, request)

    def farewell(self, request: Farewell) -> Farewelled:
        """What of a revoked device's work is not here. Any other device is refused: it goes on."""
        if len(request.named) > MOST_NAMED:
            raise Refused("server.batch_too_large", 413)
        with self.service.database.still() as connection:
            caller = caller_of(connection, self.token)
            if not caller.revoked:
                raise Refused("server.not_revoked", 409)
            epoch = str(connection.execute(select(server_state.c.epoch)).scalar_one())
            return Farewelled(epoch, missing_of(connection, caller, request.named))

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

    def _may_read(self, connection: Connection, ward: str) -> None:
        """Refuses a ward that the user has no grant for today; everybody reads the city."""
        day = business_date(self.service.clock.now())
        caller = self._reader(connection)
        wards = {grant.ward for grant in grants_of(connection, caller.username, day)}
        if ward not in wards | {CITY}:
            raise Refused("server.no_grant", 403)

    def _reader(self, connection: Connection) -> Caller:
        caller = caller_of(connection, self.token)
        if caller.revoked:
            raise Refused("server.device_revoked", 403)
        return caller

    def _greet(self, connection: Connection, request: Handshake, at: datetime) -> Greeting:
        caller = self._reader(connection)
        life = request.incarnation
        if not 0 < len(life) <= 200 or "\0" in life or len(request.held) > MOST_HELD:
            raise Refused("server.broken_body", 400)
        _note_device(connection, caller, request, at)
        grants = grants_of(connection, caller.username, business_date(at))
        wards = sorted({grant.ward for grant in grants if grant.role == "canvasser"})
        counter = Counter(connection, caller, request.incarnation, at)
        return Greeting(
            epoch=str(connection.execute(select(server_state.c.epoch)).scalar_one()),
            server_at=iso(at),
            grants=grants,
            heads=_heads(connection, grants),
            lease=counter.lease_for(wards, request),
            schema_mark=schema_mark(),
            answers=tuple(ends_of(connection, caller, request.held)),
        )


def _note_device(connection: Connection, caller: Caller, request: Handshake, at: datetime) -> None:
    """Locks the device's row for this handshake and notes its life and its clock."""
    try:
        behind = at - from_iso(request.device_at)
    except (ValueError, OverflowError) as defect:
        raise Refused("server.broken_body", 400) from defect
    offset = round(behind.total_seconds() * 1000)
    values = {"last_seen_at": at, "incarnation": request.incarnation, "clock_offset_ms": offset}
    connection.execute(update(device).where(device.c.id == caller.device).values(values))


def _heads(connection: Connection, grants: tuple[Grant, ...]) -> tuple[Head, ...]:
    wards = {CITY} | {grant.ward for grant in grants}
    found = select(ward_head).where(ward_head.c.ward.in_(wards)).order_by(ward_head.c.ward)
    return tuple(
        Head(row.ward, row.revision, row.chain, row.rows, row.row_sum)
        for row in connection.execute(found)
    )
