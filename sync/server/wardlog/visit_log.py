"""Reads the visit log for supervisors whose laptop does not hold the ward.

Only of wards in which the caller is supervisor or administrator, at every piece anew. A reading is
in the audit's list before its first row is told, with what it asks for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import astuple, replace
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, select

from fieldapp.clock import business_date, from_iso, iso
from fieldapp.errors import UserMends
from fieldapp.model.changesets import canonical
from fieldapp.model.entries import Entry, effects
from fieldapp.model.happenings import MOST_NAMED, is_id
from fieldapp.model.record import CITY, to_wire
from fieldapp.ready import Ready
from fieldapp.reports.visit_row import FIELDS, VisitRow
from fieldapp.reports.visits import ID_REASONS, masked
from fieldapp.visit_log.choosing import After, VisitFilter
from fieldapp.visit_log.reading import WardLog, about_how_many, names_at
from fieldapp.visit_log.standing import (
    Key,
    Others,
    Standing,
    StandingByIndex,
    rolled_back,
)
from sync.protocol import (
    MOST_CHOSEN,
    MOST_VISITS,
    MOST_WARDS,
    CutTold,
    FetchVisits,
    ReadVisits,
    VisitsBegun,
    VisitsTold,
)
from sync.server.audit.keeping import Happening, note_audit
from sync.server.lives.epochs import serving
from sync.server.lives.safe import Safe
from sync.server.people.accounts import Caller, grants_of
from sync.server.refusals import Refused
from sync.server.store.tables import audit_line, log_entry
from sync.server.wardlog.history import (
    is_looked_through,
    left_behind,
    looked_through_upto,
    touched_since,
    touching,
)
from sync.server.wardlog.intake import SUPERVISORS
from sync.server.wardlog.meeting import chain_at
from sync.server.wardlog.pages import head_of

AT_ONCE = 500
FEW = 500
"""So many later entries are rolled back at each piece; of more, only what touched its rows."""


class NotLookedThrough(Exception):
    """What stood before has to be looked up, and which entries touched it is not written down."""

    def __init__(self, ward: str, upto: int) -> None:
        super().__init__(ward, upto)
        self.ward, self.upto = ward, upto


def begun(
    connection: Connection, caller: Caller, request: ReadVisits, at: datetime, safe: Safe
) -> VisitsBegun:
    """Notes the reading, in this transaction, and says up to where the logs will be read."""
    epoch, chosen = serving(connection), _sound(request)
    _must_supervise(connection, caller, request.wards, at)
    named = _noted_cuts(connection, caller, request) | dict(request.cut_offs or {})
    cuts = [_cut(connection, ward, named.get(ward)) for ward in (*request.wards, CITY)]
    note_audit(connection, list(_noted(caller, request, cuts)), at, safe)
    rows = sum(about_how_many(connection, ward, chosen) for ward in request.wards)
    return VisitsBegun(epoch, tuple(cuts), rows)


def piece_of(
    connection: Connection, caller: Caller, request: FetchVisits, at: datetime
) -> VisitsTold:
    """A piece of a reading that was begun on this device.

    Raises:
        NotLookedThrough: something of it was changed later (`history.look_through`).
    """
    serving(connection)
    reading = request.reading
    chosen = _sound(reading)
    _must_supervise(connection, caller, (request.ward,), at)
    cut = _cut(connection, request.ward, request.revision)
    _must_be_noted(connection, caller, request)
    if request.chain not in ("", cut.chain):
        raise Refused("visit_log.other_log", 409)
    city = _cut(connection, CITY, request.city_revision)
    names = names_at(connection, _standing(connection, CITY, city.revision))
    there = _standing(connection, request.ward, cut.revision)
    log = WardLog(connection, request.ward, chosen, there, names)
    rows, end = log.page(_after(request), min(max(request.most, 1), MOST_VISITS))
    told = tuple(_told(row, full=bool(reading.full_ids)) for row in rows)
    place = (iso(end.visited_at), end.visit) if end is not None else ("", "")
    return VisitsTold(request.ward, cut.revision, told, *place)


def _sound(request: ReadVisits) -> VisitFilter:
    """The filter of a request that is of the right form."""
    sizes = len(request.wards) <= MOST_WARDS, len(request.canvassers) <= MOST_CHOSEN
    if not all((*sizes, len(request.outcomes) <= MOST_CHOSEN)):
        raise Refused("server.batch_too_large", 413)
    known = request.full_ids in ("", *ID_REASONS)
    if not is_id(request.id) or not request.wards or not known:
        raise Refused("server.broken_body", 400)
    try:
        since, until = date.fromisoformat(request.since), date.fromisoformat(request.until)
    except ValueError as defect:
        raise Refused("server.broken_body", 400) from defect
    if any("\0" in text for text in (*request.canvassers, *request.outcomes)):
        raise Refused("server.broken_body", 400)
    return VisitFilter(request.wards, since, until, request.canvassers, request.outcomes)


def _must_supervise(
    connection: Connection, caller: Caller, wards: tuple[str, ...], at: datetime
) -> None:
    grants = grants_of(connection, caller.username, business_date(at))
    mine = {grant.ward for grant in grants if grant.role in SUPERVISORS}
    if caller.cloned or set(wards) - mine:
        raise Refused("server.no_grant", 403)


def _cut(connection: Connection, ward: str, revision: int | None) -> CutTold:
    """Where a log is read up to: a revision that it has."""
    head = head_of(connection, ward)
    last = head.revision if head is not None else 0
    wanted = last if revision is None else revision
    if not 0 <= wanted <= last:
        raise Refused("visit_log.cut_off_ahead", 409)
    return CutTold(ward, wanted, str(chain_at(connection, ward, wanted)))


def _noted(caller: Caller, request: ReadVisits, cuts: list[CutTold]) -> Iterator[Happening]:
    choices = {
        "since": request.since,
        "until": request.until,
        "canvassers_count": len(request.canvassers),
        "outcomes": list(request.outcomes[:MOST_NAMED]),
        "reason": request.full_ids,
    }
    for number, ward in enumerate(request.wards):
        revision = next(cut.revision for cut in cuts if cut.ward == ward)
        told = {"what": "visits", "masked": not request.full_ids, "asked": _digest(request)}
        told["choices"] = choices | {"cut_offs": {ward: revision}}
        who = (caller.username, caller.device)
        yield Happening("export", *who, ward, details=told, id=f"{request.id}~{number}")


def _digest(request: ReadVisits) -> str:
    """What tells one reading from another: nobody reads more than was noted."""
    asked = [to_wire(value) for value in astuple(replace(request, cut_offs=None))]
    return hashlib.sha256(canonical(asked)).hexdigest()


_LINE = Ready(
    select(audit_line.c.device, audit_line.c.details).where(audit_line.c.id == bindparam("id"))
)


def _must_be_noted(connection: Connection, caller: Caller, request: FetchVisits) -> None:
    reading = request.reading
    if request.ward not in reading.wards:
        raise Refused("server.broken_body", 400)
    upto = _noted_cuts(connection, caller, reading).get(request.ward)
    if upto is None or request.revision > upto:
        raise Refused("server.not_begun", 409)


def _noted_cuts(connection: Connection, caller: Caller, request: ReadVisits) -> dict[str, int]:
    """By ward up to where this reading was noted for this device: asked for again after a lost
    answer, it is the same reading."""
    found: dict[str, int] = {}
    for number, ward in enumerate(request.wards):
        line = _LINE.first(connection, id=f"{request.id}~{number}")
        if line is None or line.device != caller.device:
            continue
        if line.details.get("asked") == _digest(request):
            found[ward] = line.details["choices"]["cut_offs"][ward]
    return found


def _after(request: FetchVisits) -> After | None:
    if not request.after:
        return None
    if "\0" in request.after:
        raise Refused("server.broken_body", 400)
    try:
        return After(from_iso(request.after_at), request.after)
    except (ValueError, OverflowError) as defect:
        raise Refused("server.broken_body", 400) from defect


def _told(row: VisitRow, *, full: bool) -> tuple[Any, ...]:
    shown = row if full else row._replace(id_number=masked(row.id_number))
    return (*(to_wire(getattr(shown, name)) for name in FIELDS), row.visit)


# --- what stood otherwise ------------------------------------------------------------------------

_LATER = Ready(
    select(log_entry.c.revision, log_entry.c.content, log_entry.c.outcome, log_entry.c.chain)
    .where(log_entry.c.ward == bindparam("ward"), log_entry.c.revision > bindparam("after"))
    .order_by(log_entry.c.revision)
    .limit(bindparam("most"))
)


def _standing(connection: Connection, ward: str, revision: int) -> Standing:
    def before(key: Key, upto: int) -> Iterator[Entry]:
        if not is_looked_through(connection, ward, upto):
            raise NotLookedThrough(ward, upto)
        return touching(connection, ward, key[1], upto)

    head = head_of(connection, ward)
    last = head.revision if head is not None else 0

    def otherwise(later: Iterable[Entry], wanted: set[Key] | None = None) -> Others:
        try:
            return rolled_back(later, before, revision, {}, wanted=wanted)
        except UserMends as defect:
            raise Refused(defect.code, 409) from defect

    if last - revision <= FEW:
        return Standing(otherwise(_later(connection, ward, revision)))
    return _by_index(connection, ward, revision, last, otherwise)


def _by_index(
    connection: Connection,
    ward: str,
    revision: int,
    last: int,
    otherwise: Callable[[Iterable[Entry], set[Key]], Others],
) -> StandingByIndex:
    """Looks records up among what is written down of the log after a revision, and in its end,
    which is read once for a piece."""
    upto = looked_through_upto(connection, ward)
    if upto < last - FEW:
        raise NotLookedThrough(ward, last - FEW)
    end = tuple(_later(connection, ward, max(revision, upto)))

    def touched(records: set[str]) -> Iterator[Entry]:
        return chain(touched_since(connection, ward, records, revision, upto), end)

    def find(keys: set[Key]) -> Others:
        return otherwise(touched({record for _, record in keys}), keys)

    def left(kind: str, homes: Set[str]) -> set[Key]:
        entries = touched({left_behind(home) for home in homes})
        return {key for entry in entries for key in effects(entry).edited if key[0] == kind}

    return StandingByIndex(find, left)


def _later(connection: Connection, ward: str, after: int) -> Iterator[Entry]:
    while rows := _LATER.all(connection, ward=ward, after=after, most=AT_ONCE):
        for row in rows:
            yield Entry(row.revision, bytes(row.content), bytes(row.outcome), row.chain)
        after = rows[-1].revision
