"""How the visit log of a ward stood at a revision, by the log on this laptop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from fieldapp.errors import UserMends
from fieldapp.model import Enrolment, Receipt, ReceiptVoid, Visit
from fieldapp.model.entries import Entry
from fieldapp.model.record import table_behind
from fieldapp.ready import Ready
from fieldapp.store import tables
from fieldapp.visit_log.choosing import CutOff, VisitFilter
from fieldapp.visit_log.standing import Key, Standing, rolled_back

AT_ONCE = 500
_entry, _change, _shadow = tables.log_entry.c, tables.log_change.c, tables.shadow.c
_TOLD = select(_entry.revision, _entry.content, _entry.outcome, _entry.chain).where(
    _entry.ward == bindparam("ward")
)
_LATER = Ready(
    _TOLD.where(_entry.revision > bindparam("after"))
    .order_by(_entry.revision)
    .limit(bindparam("most"))
)
_TOUCHING = Ready(
    select(_change.revision)
    .where(
        *(_change.ward == bindparam("ward"), _change.record_type == bindparam("kind")),
        *(_change.record == bindparam("record"), _change.revision <= bindparam("upto")),
    )
    .order_by(_change.revision.desc())
)
_ONE = Ready(_TOLD.where(_entry.revision == bindparam("revision")))
_LAID_OVER = Ready(
    select(_shadow.record_type, _shadow.record, _shadow.fields).where(
        _shadow.ward == bindparam("ward")
    )
)


def cut_offs(connection: Connection, streams: Sequence[str]) -> dict[str, CutOff]:
    """How far the logs of these streams are here; those that are not here are missing."""
    at = tables.position
    rows = connection.execute(select(at).where(at.c.ward.in_(streams)))
    return {row.ward: CutOff(row.epoch, row.revision, row.chain) for row in rows}


def standing(connection: Connection, ward: str, cut: CutOff, *, unsent: bool = False) -> Standing:
    """What stood otherwise at a cut-off than the tables say; `unsent` takes own work as it is, at
    the log's head alone.

    Raises:
        UserMends: `visit_log.cut_off_ahead`, `visit_log.other_log`, `visit_log.cut_off_too_old`.
    """
    here = connection.execute(
        select(tables.position).where(tables.position.c.ward == ward)
    ).one_or_none()
    if here is None or cut.revision > here.revision:
        raise UserMends("visit_log.cut_off_ahead", field="cut_off")
    if cut.revision < here.floor:
        raise UserMends("visit_log.cut_off_too_old", field="cut_off")
    if cut.chain and cut.chain != _chain_at(connection, here, ward, cut.revision):
        raise UserMends("visit_log.other_log", field="cut_off")
    if unsent and cut.revision == here.revision:
        return Standing()
    laid = {(kind, record): wire for kind, record, wire in _LAID_OVER.all(connection, ward=ward)}

    def touching(key: Key, upto: int) -> Iterator[Entry]:
        kind, record = key
        where = {"ward": ward, "kind": kind, "record": record, "upto": upto}
        for revision in _TOUCHING.column(connection, **where):
            yield from map(_read, _ONE.all(connection, ward=ward, revision=revision))

    return Standing(
        rolled_back(_later(connection, ward, cut.revision), touching, cut.revision, laid)
    )


def _chain_at(connection: Connection, here: Any, ward: str, revision: int) -> str:
    """The chain of the log here after an entry that is here."""
    if revision in (here.revision, here.floor):
        return str(here.chain if revision == here.revision else here.floor_chain)
    row = _ONE.first(connection, ward=ward, revision=revision)
    return str(row.chain) if row is not None else ""


def _later(connection: Connection, ward: str, after: int) -> Iterator[Entry]:
    while rows := _LATER.all(connection, ward=ward, after=after, most=AT_ONCE):
        yield from map(_read, rows)
        after = rows[-1].revision


def _read(row: Any) -> Entry:
    return Entry(row.revision, bytes(row.content), bytes(row.outcome), row.chain)


# --- figures -------------------------------------------------------------------------------------

_visit, _receipt = table_behind(Visit).c, table_behind(Receipt).c
_enrolment, _void = table_behind(Enrolment).c, table_behind(ReceiptVoid).c


@dataclass(frozen=True)
class Counted:
    """What a choice comes to."""

    by_outcome: dict[str, int]
    households: int
    enrolments: int
    total_dong: int


def counted(connection: Connection, chosen: VisitFilter) -> Counted:
    """The figures of a choice."""
    where = _where(chosen)
    outcomes = select(_visit.outcome, func.count()).where(*where).group_by(_visit.outcome)
    doors = select(func.count(func.distinct(_visit.household))).where(*where)
    stands = select(_void.id).where(_void.ward == _receipt.ward, _void.receipt == _receipt.id)
    paid = (_receipt.ward == _visit.ward) & (_receipt.id == _visit.receipt) & ~stands.exists()
    paid_here = [*where, _visit.receipt.is_not(None)]
    money = (
        select(func.sum(_receipt.amount_dong))
        .select_from(_visit.id.table.join(_receipt.id.table, paid))
        .where(*paid_here)
    )
    of = (_enrolment.ward == _visit.ward) & (_enrolment.receipt == _visit.receipt)
    tables_ = _visit.id.table.join(_receipt.id.table, paid).join(_enrolment.id.table, of)
    enrolled = (
        select(func.count()).select_from(tables_).where(*paid_here, _enrolment.withdrawn.is_(False))
    )
    return Counted(
        {outcome: count for outcome, count in connection.execute(outcomes)},
        *(int(connection.execute(query).scalar() or 0) for query in (doors, enrolled, money)),
    )


def _where(chosen: VisitFilter) -> list[ColumnElement[bool]]:
    found = [
        _visit.ward.in_(chosen.wards),
        _visit.withdrawn.is_(False),
        _visit.visited_at >= chosen.begins_at,
        _visit.visited_at < chosen.ends_before,
    ]
    if chosen.canvassers:
        found.append(_visit.canvasser.in_(chosen.canvassers))
    if chosen.outcomes:
        found.append(_visit.outcome.in_(chosen.outcomes))
    if not chosen.unsent:
        found.append(_visit.id.not_in(_OWN_ALONE))
    return found


_OWN_ALONE = select(_shadow.record).where(
    _shadow.record_type == Visit.type_name(), _shadow.fields.is_(None)
)
"""The visits that the log has not brought back yet."""


def own_alone(connection: Connection, chosen: VisitFilter) -> list[str]:
    """The visits of a choice's wards that only this laptop has, or the log has not brought back."""
    here = _shadow.ward.in_(chosen.wards)
    return list(connection.execute(_OWN_ALONE.where(here)).scalars())


def unsent_visits(connection: Connection, chosen: VisitFilter) -> int:
    """How many visits of a choice only this laptop has, or the log has not brought back yet."""
    where = (*_where(replace(chosen, unsent=True)), _visit.id.in_(_OWN_ALONE))
    query = select(func.count()).select_from(table_behind(Visit)).where(*where)
    return int(connection.execute(query).scalar() or 0)


def visitors(connection: Connection, wards: Sequence[str]) -> list[str]:
    """The user names of whoever visited somebody in these wards."""
    query = select(_visit.canvasser).where(_visit.ward.in_(wards)).distinct()
    return sorted(connection.execute(query).scalars())


def first_and_last(
    connection: Connection, wards: Sequence[str]
) -> tuple[datetime | None, datetime | None]:
    """When somebody was visited in these wards for the first and the last time."""
    read = [
        connection.execute(select(end(_visit.visited_at)).where(_visit.ward == ward)).scalar()
        for end in (func.min, func.max)
        for ward in wards
    ]
    known = [at for at in read if at is not None]
    return min(known, default=None), max(known, default=None)
