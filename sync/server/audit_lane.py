"""Where laptops hand over what was seen or taken out, and where a supervisor reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from fieldapp.clock import business_date, from_iso, iso
from fieldapp.model.changesets import canonical
from fieldapp.model.happenings import HAPPENINGS
from sync.protocol import (
    MOST_HANDED,
    MOST_READ,
    AuditTold,
    HandedOver,
    HandOver,
    HappenedThere,
)
from sync.server.accounts import Caller, grants_of
from sync.server.audit import Happening, Wanted, audit_lines, note_audit
from sync.server.epochs import serving
from sync.server.intake import ERASERS
from sync.server.refusals import Refused
from sync.server.safe import Safe

LONGEST = 8_000
"""Bytes of one line's details."""
LAST_NUMBER = 2**63 - 1


def handed_over(
    connection: Connection, caller: Caller, request: HandOver, at: datetime, safe: Safe
) -> HandedOver:
    """Appends what is new of the lines, and reads the list on."""
    epoch = serving(connection)
    if len(request.lines) > MOST_HANDED:
        raise Refused("server.batch_too_large", 413)
    lines = {one.id: one for one in request.lines}
    note_audit(connection, [_read(one, caller) for one in lines.values()], at, safe)
    ids = tuple(one.id for one in request.lines)
    if request.after is None or caller.cloned:
        return HandedOver(epoch, ids)
    grants = grants_of(connection, caller.username, business_date(at))
    wards = sorted({grant.ward for grant in grants if grant.role in ERASERS})
    wanted = Wanted(wards, after=min(max(request.after, 0), LAST_NUMBER), limit=MOST_READ)
    found = audit_lines(connection, wanted) if wards else []
    told = (
        AuditTold(
            line["number"],
            line["ward"],
            line["kind"],
            line["actor"],
            iso(line["happened_at"]),
            line["person"],
            line["details"],
        )
        for line in found
    )
    return HandedOver(epoch, ids, tuple(told))


def _read(one: HappenedThere, caller: Caller) -> Happening:
    """A line as its laptop tells it; who did it is known here."""
    details = dict(one.details or {})
    try:
        at = from_iso(one.happened_at)
        said = canonical([one.id, one.ward, one.person, details])
    except (ValueError, OverflowError, RecursionError) as defect:
        raise Refused("server.broken_body", 400) from defect
    short = 0 < len(one.id) <= 36 and len(one.ward) <= 32 and len(one.person) <= 36
    sound = one.kind in HAPPENINGS and len(said) <= LONGEST and b"\\u0000" not in said
    if not short or not sound:
        raise Refused("server.broken_body", 400)
    # of this device alone: nobody can take the id of somebody else's line
    return Happening(
        one.kind,
        caller.username,
        caller.device,
        one.ward,
        one.person,
        details,
        at,
        f"{one.id}@{caller.device[-12:]}",
    )
