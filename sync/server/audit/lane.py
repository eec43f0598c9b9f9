"""Where laptops hand over what was seen or taken out, and where a supervisor reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.clock import business_date, from_iso, iso
from fieldapp.model.changesets import canonical
from fieldapp.model.happenings import (
    DETAILS,
    book_in,
    details_are_sound,
    is_id,
    users_in,
)
from sync.protocol import (
    MOST_HANDED,
    MOST_READ,
    AuditTold,
    HandedOver,
    HandOver,
    HappenedThere,
)
from sync.server.audit.keeping import Happening, Wanted, audit_lines, note_audit
from sync.server.lives.epochs import serving
from sync.server.lives.safe import Safe
from sync.server.people.accounts import Caller, grants_of
from sync.server.refusals import Refused
from sync.server.store.tables import receipt_book, user_account, user_grant
from sync.server.wardlog.intake import SUPERVISORS

LONGEST = 16_000
"""Bytes of one line."""
LAST_NUMBER = 2**63 - 1
REFUSED = "line_refused"


def handed_over(
    connection: Connection, caller: Caller, request: HandOver, at: datetime, safe: Safe
) -> HandedOver:
    """Appends what is new of the lines, and reads the list on.

    A line that no laptop of ours would hand over is refused by itself: that it came is noted, what
    it said is not. A revoked device's lines are taken and say so; it reads nothing.
    """
    epoch = serving(connection)
    if len(request.lines) > MOST_HANDED:
        raise Refused("server.batch_too_large", 413)
    lines = {one.id: one for one in request.lines}
    judge = Judge(connection, caller, at)
    refused = {one.id: why for one in lines.values() if (why := judge.fault(one))}
    said = [
        _refused(one, caller, judge, refused[one.id]) if one.id in refused else judge.read(one)
        for one in lines.values()
    ]
    note_audit(connection, said, at, safe)
    ids = tuple(one.id for one in request.lines)
    told = () if request.after is None else _read_on(connection, caller, request.after, at)
    return HandedOver(epoch, ids, told, tuple(refused.items()))


def _read_on(
    connection: Connection, caller: Caller, after: int, at: datetime
) -> tuple[AuditTold, ...]:
    if caller.cloned or caller.revoked:
        return ()
    grants = grants_of(connection, caller.username, business_date(at))
    wards = sorted({grant.ward for grant in grants if grant.role in SUPERVISORS})
    wanted = Wanted(wards, after=min(max(after, 0), LAST_NUMBER), limit=MOST_READ)
    return tuple(
        AuditTold(
            line["number"],
            line["ward"],
            line["kind"],
            line["actor"],
            iso(line["happened_at"]),
            line["person"],
            line["details"],
            iso(line["noted_at"]),
        )
        for line in (audit_lines(connection, wanted) if wards else [])
    )


class Judge:
    """Says of each line that one device hands over whether it may stand in the list."""

    def __init__(self, connection: Connection, caller: Caller, at: datetime) -> None:
        self._connection, self._caller, self._at = connection, caller, at
        held = select(user_grant.c.ward).where(user_grant.c.username == caller.username)
        self.wards = frozenset(connection.execute(held).scalars())

    def fault(self, one: HappenedThere) -> str:
        """Why a line is refused: the name of what is wrong with it; "" for a sound one."""
        if not is_id(one.id):
            return "id"
        if one.kind not in DETAILS:
            return "kind"
        if one.ward not in self.wards:
            return "ward"
        if one.person and not is_id(one.person):
            return "person"
        if _moment(one.happened_at) is None:
            return "moment"
        return "" if self._sound(one.kind, one.details or {}) else "details"

    def _sound(self, kind: str, details: Mapping[str, Any]) -> bool:
        if not details_are_sound(kind, details) or len(canonical(dict(details))) > LONGEST:
            return False
        users, book = users_in(details), book_in(details)
        known = select(user_account.c.username).where(user_account.c.username.in_(users))
        if users and set(self._connection.execute(known).scalars()) != users:
            return False
        there = select(receipt_book.c.book).where(receipt_book.c.book == book)
        return not book or self._connection.execute(there).first() is not None

    def read(self, one: HappenedThere) -> Happening:
        """A sound line as its laptop tells it; who did it is known here, and that it can't have
        happened after it was told."""
        late = {"revoked": True} if self._caller.revoked else {}
        happened_at = _moment(one.happened_at)
        assert happened_at is not None
        # of this device alone: nobody can take the id of somebody else's line
        return Happening(
            one.kind,
            self._caller.username,
            self._caller.device,
            one.ward,
            one.person,
            dict(one.details or {}) | late,
            min(happened_at, self._at),
            f"{one.id}@{self._caller.device[-12:]}",
        )


def _refused(one: HappenedThere, caller: Caller, judge: Judge, why: str) -> Happening:
    """That a line was refused: whatever it said is not repeated."""
    digest = hashlib.sha256(one.id.encode("utf-8", "replace")).hexdigest()[:24]
    return Happening(
        REFUSED,
        caller.username,
        caller.device,
        one.ward if one.ward in judge.wards else "",
        details={"why": why},
        id=f"refused-{digest}@{caller.device[-12:]}",
    )


def _moment(text: str) -> datetime | None:
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        return None
