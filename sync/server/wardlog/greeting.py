"""The handshake: who is there, how far each side is, and whether the laptop's file lives once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, true, update

from fieldapp.clock import business_date, from_iso, iso
from fieldapp.model import CITY
from fieldapp.model.sums import schema_mark
from fieldapp.ready import Ready, among, ask_ahead
from sync.parcels import server_secrets
from sync.protocol import (
    MOST_HELD,
    SPEAKS,
    Grant,
    Greeting,
    Handshake,
    Head,
    Knock,
    Knocked,
    short_hash,
    standing_of,
)
from sync.server.lives import keeping
from sync.server.lives.durable import asks_kept, durable_through
from sync.server.lives.epochs import must_serve, serving
from sync.server.lives.keeping import Rows, note
from sync.server.lives.lineage import knows
from sync.server.people.accounts import Caller, asks_grants, grants_of
from sync.server.receipts.leases import Counter
from sync.server.refusals import Refused
from sync.server.store.tables import device, life, server_state, ward_head
from sync.server.wardlog.appending import Maker
from sync.server.wardlog.meeting import lies_on
from sync.server.wardlog.register import ends_of

MOST_POSITIONS = 2_000
SEEN_WITHIN = timedelta(minutes=1)
"""When a device that has everything was last heard of is noted to the minute."""
SAME_CLOCK_MS = 1_000
"""A way to the server that is slower for once looks like a clock that is off by less than this."""


def greet(
    connection: Connection, caller: Caller, request: Handshake, maker: Maker
) -> Greeting | Refused:
    """The answer to a handshake, in a write transaction that locks the device.

    A refusal that is returned, not raised, has left something to be committed.
    """
    at = maker.clock.now()
    _must_be_sound(request)
    epoch = serving(connection)
    new_key = _note_device(connection, caller, request, at)
    fits, proof = _fitting(connection, request, epoch, maker)
    if proof is not None:
        keeping.stop(connection, proof)
        return Refused("server.restored", 503, retry_after=600)
    alive = _alive(connection, caller, request, maker)
    if isinstance(alive, Refused):
        return alive
    grants = grants_of(connection, caller.username, business_date(at))
    wards = sorted({grant.ward for grant in grants if grant.role == "canvasser"})
    if new_key:
        note(connection, maker.safe, Rows(device, {"id": caller.device}))
    counter = Counter(connection, caller, request.incarnation, at, maker.safe)
    heads = _heads(connection, grants)
    lease = counter.lease_for(wards, request) if alive.single else None
    return Greeting(
        epoch=epoch,
        server_at=iso(at),
        grants=grants,
        heads=heads,
        lease=lease,
        schema_mark=schema_mark(),
        answers=tuple(ends_of(connection, caller, request.held)),
        fits=fits,
        nonce=request.nonce,
        last=alive.last,
        durable_through=durable_through(connection, [head.ward for head in heads]),
        parcel_keys=server_secrets(maker.safe.key).public,
        speaks=SPEAKS,
        mark=_mark(epoch, grants, counter),
    )


def knock(connection: Connection, caller: Caller, request: Knock, maker: Maker) -> Knocked:
    """Whether `greet` would say to this laptop anything but what it said last."""
    at = maker.clock.now()
    _must_be_sound(Handshake(request.incarnation, request.device_at, nonce=request.nonce))
    counter = Counter(connection, caller, request.incarnation, at, maker.safe)
    asked = {"device": caller.device, "incarnation": request.incarnation}
    grants_asked = asks_grants(caller.username, business_date(at))
    ask_ahead(connection, [(_KNOCKING, asked), grants_asked, counter.asks_open(), asks_kept()])
    known = _KNOCKING.first(connection, **asked)
    assert known is not None  # its token was found
    epoch = must_serve(known)
    offset = _behind(request.device_at, at)
    same = known.begun_at is not None and known.superseded_at is None and not caller.cloned
    if same:
        grants = grants_of(connection, caller.username, business_date(at))
        heads = _heads(connection, grants)
        last = (known.last_number, known.last_hash) if known.last_number else None
        same = request.standing == standing_of(heads, last, sums=request.sums)
        same = same and request.mark == _mark(epoch, grants, counter)
    if _is_news(known, at, offset):
        _SENT_ALL.run(connection, _id=caller.device, _at=at, _offset=offset)
    return Knocked(request.nonce, same, iso(at))


def _mark(epoch: str, grants: Sequence[Grant], counter: Counter) -> str:
    """Over what a greeting says beside heads, time and answers, as it stands now."""
    wards = sorted({grant.ward for grant in grants if grant.role == "canvasser"})
    named = sorted({CITY} | {grant.ward for grant in grants})
    durable = durable_through(counter.connection, named)
    keys = server_secrets(counter.safe.key).public
    said = [epoch, counter.incarnation, counter.standing(wards), durable, schema_mark()]
    said += [[asdict(grant) for grant in grants], asdict(keys), SPEAKS]
    return short_hash(said)


def _must_be_sound(request: Handshake) -> None:
    named = f"{request.incarnation}{request.challenge}{''.join(request.positions)}"
    sane = 0 < len(request.incarnation) <= 200 and "\0" not in named and len(request.nonce) <= 200
    sane = sane and re.fullmatch("([0-9a-f]{64})?", request.verify_key) is not None
    sane = sane and len(request.app_version) <= 64 and "\0" not in request.app_version
    sane = sane and 0 <= (request.unsent or 0) < 1 << 31
    if not sane or len(request.held) > MOST_HELD or len(request.positions) > MOST_POSITIONS:
        raise Refused("server.broken_body", 400)


def _note_device(connection: Connection, caller: Caller, request: Handshake, at: datetime) -> bool:
    """Locks the device's row for this handshake and notes its clock and the key of its parcels;
    whether that key is a new one."""
    _note_clock(connection, caller, request.device_at, at)
    told = {"_version": request.app_version, "_unsent": request.unsent}
    _TOLD.run(connection, _id=caller.device, **told)
    known = _VERIFY_KEY.value(connection, id=caller.device)
    if not request.verify_key or request.verify_key == known:
        return False
    mine = device.c.id == caller.device
    connection.execute(update(device).where(mine).values(verify_key=request.verify_key))
    return True


def _note_clock(connection: Connection, caller: Caller, device_at: str, at: datetime) -> None:
    _SEEN.run(connection, _id=caller.device, _at=at, _offset=_behind(device_at, at))


def _behind(device_at: str, at: datetime) -> int:
    """By how many milliseconds a device's clock is behind."""
    try:
        behind = at - from_iso(device_at)
    except (ValueError, OverflowError) as defect:
        raise Refused("server.broken_body", 400) from defect
    return round(behind.total_seconds() * 1000)


def _is_news(known: Any, at: datetime, offset: int) -> bool:
    """Whether a knock says more of a device than is noted: nothing is written, and no disk waited
    for, where somebody who has everything asks again and again."""
    seen = known.last_seen_at is not None and timedelta() <= at - known.last_seen_at < SEEN_WITHIN
    clock = (
        known.clock_offset_ms is not None and abs(offset - known.clock_offset_ms) < SAME_CLOCK_MS
    )
    return not seen or not clock or known.unsent != 0


_SEEN = Ready(
    update(device)
    .where(device.c.id == bindparam("_id"))
    .values(last_seen_at=bindparam("_at"), clock_offset_ms=bindparam("_offset"))
)
_TOLD = Ready(
    update(device)
    .where(device.c.id == bindparam("_id"))
    .values(app_version=bindparam("_version"), unsent=bindparam("_unsent"))
)
_SENT_ALL = Ready(
    update(device)
    .where(device.c.id == bindparam("_id"))
    .values(unsent=0, last_seen_at=bindparam("_at"), clock_offset_ms=bindparam("_offset"))
)
"""Who knocks has nothing to send."""
_SENT = Ready(
    update(device)
    .where(device.c.id == bindparam("_id"), device.c.unsent > 0)
    .values(
        unsent=case((device.c.unsent > bindparam("_n"), device.c.unsent - bindparam("_n")), else_=0)
    )
)
_KNOCKING = Ready(
    select(
        *(server_state.c.epoch, server_state.c.stopped),
        *(device.c.last_seen_at, device.c.clock_offset_ms, device.c.unsent),
        *(life.c.begun_at, life.c.superseded_at, life.c.last_number, life.c.last_hash),
    )
    .select_from(device.join(server_state, true()))
    .outerjoin(
        life,
        (life.c.device == device.c.id) & (life.c.incarnation == bindparam("incarnation")),
    )
    .where(device.c.id == bindparam("device"))
)
"""Server, device and life at one look."""
_VERIFY_KEY = Ready(select(device.c.verify_key).where(device.c.id == bindparam("id")))
_HEADS = Ready(select(ward_head).where(among(ward_head.c.ward)).order_by(ward_head.c.ward))
_LIFE = Ready(
    select(life).where(
        life.c.device == bindparam("device"), life.c.incarnation == bindparam("incarnation")
    )
)
_LAST = Ready(
    update(life)
    .where(life.c.device == bindparam("_device"))
    .where(life.c.incarnation == bindparam("_incarnation"))
    .where(life.c.last_number.is_(None) | (life.c.last_number <= bindparam("_number")))
    .values(last_number=bindparam("_number"), last_hash=bindparam("_hash"))
)


def _heads(connection: Connection, grants: tuple[Grant, ...]) -> tuple[Head, ...]:
    wards = {CITY} | {grant.ward for grant in grants}
    return tuple(
        Head(row.ward, row.revision, row.chain, row.rows, row.row_sum)
        for row in _HEADS.all(connection, ids=sorted(wards))
    )


def _fitting(
    connection: Connection, request: Handshake, epoch: str, maker: Maker
) -> tuple[tuple[str, ...], dict[str, Any] | None]:
    """The wards whose position lies on the log; and what proves that this database was put back.

    An entry that this life of the database, or one that it never heard of, has sealed, and that
    it does not have, proves that.
    """
    fits, proof = [], None
    for ward, (of, revision) in sorted(request.positions.items()):
        mark = request.marks.get(ward)
        if mark is None:
            continue
        if lies_on(connection, ward, revision, mark):
            fits.append(ward)
            continue
        sealed = maker.safe.proves(mark.seal, mark.epoch, ward, revision, mark.chain)
        if sealed and (of == epoch or not knows(connection, of)):
            proof = {"why": "laptop_ahead", "ward": ward, "revision": revision}
    for ward, (revision, mark) in sorted(request.acks.items()):
        ours = mark.epoch == epoch or not knows(connection, mark.epoch)
        sealed = maker.safe.proves(mark.seal, mark.epoch, ward, revision, mark.chain)
        if ours and sealed and not lies_on(connection, ward, revision, mark):
            proof = {"why": "laptop_ahead", "ward": ward, "revision": revision}
    return tuple(fits), proof


# --- the lives of the laptop's file ------------------------------------------------------------


class _Alive:
    """A life that may go on. `single`: no clone of it has been heard of."""

    def __init__(self, last: tuple[int, str] | None, *, single: bool) -> None:
        self.last, self.single = last, single


def _alive(
    connection: Connection, caller: Caller, request: Handshake, maker: Maker
) -> _Alive | Refused:
    here = (life.c.device == caller.device) & (life.c.incarnation == request.incarnation)
    known = _LIFE.first(connection, device=caller.device, incarnation=request.incarnation)
    if known is None:
        _begin(connection, caller, request, maker)
        return _Alive(None, single=not caller.cloned)
    last = (known.last_number, known.last_hash) if known.last_number else None
    if known.superseded_at is None or caller.cloned:
        return _Alive(last, single=not caller.cloned)
    if not known.challenge or request.challenge != known.challenge:
        # an old request that was long on its way can't answer this: only a living file can
        challenge = known.challenge or maker.ids.new()
        connection.execute(update(life).where(here).values(challenge=challenge))
        return Refused("server.superseded", 409, detail=challenge)
    mine = device.c.id == caller.device
    connection.execute(update(device).where(mine).values(cloned_at=maker.clock.now()))
    note(connection, maker.safe, Rows(device, {"id": caller.device}))
    # a third copy may have handed `last` in: then this is no longer it
    return _Alive(last, single=False)


def _begin(connection: Connection, caller: Caller, request: Handshake, maker: Maker) -> None:
    """A life that was not heard of: the one before it is superseded."""
    at = maker.clock.now()
    mine = life.c.device == caller.device
    former = update(life).where(mine, life.c.superseded_at.is_(None))
    connection.execute(former.values(superseded_at=at))
    row = {"device": caller.device, "incarnation": request.incarnation, "begun_at": at}
    connection.execute(insert(life).values(row))
    current = update(device).where(device.c.id == caller.device)
    connection.execute(current.values(incarnation=request.incarnation))
    note(connection, maker.safe, Rows(life, {"device": caller.device}))


def note_last(
    connection: Connection, caller: Caller, handed_in: dict[str, tuple[int, str]], count: int
) -> None:
    """Notes, per life, the highest number that was handed in, with its hash; and that `count`
    fewer are unsent there. A batch that came twice counts twice: the next handshake says it
    anew."""
    if handed_in:
        _SENT.run(connection, _id=caller.device, _n=count)
    for incarnation, (number, digest) in handed_in.items():
        place = {"_device": caller.device, "_incarnation": incarnation}
        _LAST.run(connection, **place, _number=number, _hash=digest)
