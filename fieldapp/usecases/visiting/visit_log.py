"""The visit log: choosing, counting, and writing it to a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.reports.visits import VisitLog, VisitRow, WardPosition, Watch, Written
from fieldapp.store import queries_households as q
from fieldapp.store import queries_log
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import Door, gather
from fieldapp.usecases.me import Me, WardName, me, name_of, staff_names
from fieldapp.usecases.noting import noted_export
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.words import Words

KINDS = ("xlsx", "csv", "pdf")


@dataclass(frozen=True)
class VisitFilter:
    """Which visits: of these wards, from a day to a day, of these people with these outcomes.

    No canvasser or no outcome means all.
    """

    wards: tuple[str, ...]
    since: date
    until: date
    canvassers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogChoices:
    """What can be chosen on this laptop."""

    wards: tuple[WardName, ...]
    canvassers: tuple[tuple[str, str], ...]
    first_day: date
    last_day: date


@dataclass(frozen=True)
class LogSummary:
    """The figures of a choice: those that the files carry, too."""

    rows: int
    households: int
    enrolments: int
    total_dong: int
    by_outcome: dict[str, int]


def choices(store: Store) -> LogChoices:
    """The wards, people and days that visits on this laptop have."""
    user, today = me(store), store.today()
    rows = store.read(q.visit_rows, user.streams)
    staff = staff_names(store)
    known = {row.canvasser: name_of(staff, row.canvasser) for row in rows}
    days = [business_date(row.visited_at) for row in rows]
    return LogChoices(
        wards=user.wards,
        canvassers=tuple(sorted(known.items(), key=lambda pair: pair[1])),
        first_day=min(days, default=today),
        last_day=max(days, default=today),
    )


def summary(store: Store, chosen: VisitFilter) -> LogSummary:
    """The figures of a choice."""
    rows = _rows(store, _checked(store, chosen))
    doors = {(row.ward_code, row.house_number, row.street, row.head) for row in rows}
    return LogSummary(
        rows=len(rows),
        households=len(doors),
        enrolments=sum(row.enrolments for row in rows),
        total_dong=sum(row.amount_dong for row in rows),
        by_outcome=dict(Counter(row.outcome for row in rows)),
    )


def preview(store: Store, chosen: VisitFilter, limit: int = 200) -> tuple[VisitRow, ...]:
    """The first rows of a choice, by time."""
    return tuple(_rows(store, _checked(store, chosen))[:limit])


def export(
    store: Store,
    chosen: VisitFilter,
    path: Path,
    kind: str,
    words: Words,
    *,
    progress: Callable[[int], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Written:
    """Writes the log of a choice to `path` as `xlsx`, `csv` or `pdf`: whole or not at all.

    Raises:
        UserMends: `visit_log.no_ward`, `visit_log.days_reversed`, `visit_log.unknown_kind`,
            `visit_log.not_granted`, or that it was cancelled.
        SurroundingsMend: the folder or the file can't be written (`reports.…`).
    """
    if kind not in KINDS:
        raise UserMends("visit_log.unknown_kind", field="format", kind=kind)
    user = _checked(store, chosen)
    rows = _rows(store, user)
    header = _header(store, user, len(rows))
    watch = Watch(progress, cancelled)
    choices = {"kind": kind, "since": chosen.since.isoformat(), "until": chosen.until.isoformat()}
    named = {"canvassers": list(chosen.canvassers), "outcomes": list(chosen.outcomes)}
    masked = kind == "pdf"
    with noted_export(store, "visits", chosen.wards, choices | named, masked=masked) as came:
        written = _writer(kind)(path, rows, log=header, words=words, watch=watch)
        came.to(rows=written.rows, sha256=written.sha256)
    return written


def _writer(kind: str) -> Callable[..., Written]:
    """The writer of a format; the libraries behind it load only when they are needed."""
    from fieldapp.reports import visits_csv, visits_pdf, visits_xlsx

    return {
        "xlsx": visits_xlsx.write_xlsx,
        "csv": visits_csv.write_csv,
        "pdf": visits_pdf.write_pdf,
    }[kind]


@dataclass(frozen=True)
class _Checked:
    """A choice that holds, with who made it."""

    user: Me
    chosen: VisitFilter


def _checked(store: Store, chosen: VisitFilter) -> _Checked:
    user = me(store)
    if not chosen.wards:
        raise UserMends("visit_log.no_ward", field="wards")
    if foreign := set(chosen.wards) - set(user.streams):
        raise UserMends("visit_log.not_granted", field="wards", ward=min(foreign))
    if chosen.since > chosen.until:
        raise UserMends("visit_log.days_reversed", field="since")
    return _Checked(user, chosen)


def _header(store: Store, checked: _Checked, rows: int) -> VisitLog:
    chosen, staff = checked.chosen, staff_names(store)
    names = {ward.stream: ward.name for ward in checked.user.wards}
    positions = store.read(queries_log.positions)
    return VisitLog(
        made_at=store.server_now(),
        made_by=checked.user.full_name,
        positions=tuple(
            _position(names[ward], positions.get(ward, ("", 0))) for ward in chosen.wards
        ),
        wards=tuple(names[ward] for ward in chosen.wards),
        date_from=chosen.since,
        date_to=chosen.until,
        canvassers=tuple(name_of(staff, username) for username in chosen.canvassers),
        outcomes=chosen.outcomes,
        expected_rows=rows,
    )


def _rows(store: Store, checked: _Checked) -> list[VisitRow]:
    chosen = checked.chosen
    staff = staff_names(store)
    names = {ward.stream: ward for ward in checked.user.wards}

    def read(connection: Connection) -> list[VisitRow]:
        doors = gather(connection, chosen.wards)
        found = [
            _row(door, visit, names[door.row.ward], name_of(staff, visit.canvasser))
            for door, visit in _visits(doors.by_id.values(), chosen)
        ]
        return sorted(found, key=lambda row: (row.visited_at, row.street, row.house_number))

    return store.read(read)


def _visits(doors: Any, chosen: VisitFilter) -> Iterator[tuple[Door, Any]]:
    for door in doors:
        for visit in door.visits:
            day = business_date(visit.visited_at)
            in_days = chosen.since <= day <= chosen.until
            of_people = not chosen.canvassers or visit.canvasser in chosen.canvassers
            if in_days and of_people and (not chosen.outcomes or visit.outcome in chosen.outcomes):
                yield door, visit


def _row(door: Door, visit: Any, ward: WardName, canvasser: str) -> VisitRow:
    """A visit with the money that was taken at it; a void receipt's number stays, its money not."""
    receipts = [r for r in door.receipts if r.id == visit.receipt]
    paid = [e for e in door.enrolments if e.receipt in {r.id for r in receipts}]
    return VisitRow(
        visited_at=visit.visited_at,
        visited_on=business_date(visit.visited_at),
        ward_code=ward.code,
        ward_name=ward.name,
        canvasser=canvasser,
        head=door.row.head_name or "",
        house_number=door.row.house_number,
        street=door.row.street,
        neighbourhood=door.row.neighbourhood,
        members=len(door.members),
        outcome=visit.outcome,
        next_on=visit.next_on,
        note=visit.note,
        enrolments=len(paid),
        receipts=tuple(receipt_number(r.number) for r in receipts),
        amount_dong=sum(r.amount_dong for r in receipts if r.void_reason is None),
        id_number=door.row.head_id or "",
        phone=door.row.phone or "",
    )


def _position(ward_name: str, position: tuple[str, int]) -> WardPosition:
    """The cut-off of one ward; the first signs of the epoch are enough to tell two apart."""
    epoch, revision = position
    return WardPosition(ward_name, epoch[-8:].upper(), revision)
