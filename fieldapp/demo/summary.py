"""What a day came to, counted the same way on every laptop and on the server, and compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, column, func, select, table
from sqlmodel import col

from fieldapp.clock import business_date
from fieldapp.model import Conflict, Enrolment, Household, Person, Receipt, Visit
from fieldapp.model.changesets import decode
from fieldapp.store.log.packed import Packed

_NAMES = ("ward", "revision", "chain")
_LOG = table(
    "log_entry",
    *(column(name) for name in _NAMES),
    *(column(name, Packed) for name in ("content", "outcome")),
)
"""Both sides keep the log under this name, with these columns; a laptop shortens two of them."""


@dataclass(frozen=True)
class WardCounts:
    """One ward on one machine. Equal `revision` and `chain` prove the same log."""

    revision: int
    chain: str
    households: int
    people: int
    visits: int
    visits_of_day: int
    enrolments: int
    receipts: int
    money_dong: int
    merges: int
    conflicts: int
    open_conflicts: int


def count_ward(connection: Connection, ward: str, day: date) -> WardCounts:
    """Counts a ward on any machine."""
    revision, chain = _head(connection, ward)
    visited = connection.execute(select(col(Visit.visited_at)).where(col(Visit.ward) == ward))
    visits = [business_date(at) for (at,) in visited]
    return WardCounts(
        revision=revision,
        chain=chain,
        households=_count(connection, Household, ward),
        people=_count(connection, Person, ward),
        visits=len(visits),
        visits_of_day=sum(on == day for on in visits),
        enrolments=_count(connection, Enrolment, ward),
        receipts=_count(connection, Receipt, ward),
        money_dong=_money(connection, ward),
        merges=_merges(connection, ward),
        conflicts=_count(connection, Conflict, ward),
        open_conflicts=_count(connection, Conflict, ward, col(Conflict.open).is_(True)),
    )


def _head(connection: Connection, ward: str) -> tuple[int, str]:
    found = connection.execute(
        select(_LOG.c.revision, _LOG.c.chain)
        .where(_LOG.c.ward == ward)
        .order_by(_LOG.c.revision.desc())
        .limit(1)
    ).one_or_none()
    return (found[0], found[1]) if found else (0, "")


def _count(connection: Connection, kind: Any, ward: str, *more: Any) -> int:
    asked = select(func.count()).select_from(kind).where(kind.ward == ward, *more)
    return int(connection.execute(asked).scalar_one())


def _money(connection: Connection, ward: str) -> int:
    asked = select(func.coalesce(func.sum(col(Receipt.amount_dong)), 0))
    asked = asked.where(col(Receipt.ward) == ward)
    return int(connection.execute(asked).scalar_one())


def _merges(connection: Connection, ward: str) -> int:
    """Changesets that met a colleague's change of the same record, which their author had not
    seen, and were merged with it without a person."""
    touched: dict[tuple[str, str], list[tuple[int, str]]] = {}
    merges = 0
    log = select(_LOG.c.revision, _LOG.c.content, _LOG.c.outcome).where(_LOG.c.ward == ward)
    for revision, content, outcome in connection.execute(log.order_by(_LOG.c.revision)):
        made = decode(content)
        met = any(
            at > made.base.revision and device != made.device
            for change in made.changes
            for at, device in touched.get(change.key, ())
        )
        merges += met and json.loads(outcome)["status"] != "conflict"
        for change in made.changes:
            touched.setdefault(change.key, []).append((revision, made.device))
    return merges


def disagreements(machines: Mapping[str, Mapping[str, WardCounts]]) -> tuple[str, ...]:
    """Where two machines that hold the same ward count differently; empty where all agree."""
    found: list[str] = []
    for ward in sorted({ward for counts in machines.values() for ward in counts}):
        holders = {name: counts[ward] for name, counts in machines.items() if ward in counts}
        first, *others = holders
        for other in others:
            found += _differences(ward, (first, holders[first]), (other, holders[other]))
    return tuple(found)


def _differences(
    ward: str, one: tuple[str, WardCounts], other: tuple[str, WardCounts]
) -> Iterable[str]:
    mine, theirs = asdict(one[1]), asdict(other[1])
    for name, value in mine.items():
        if theirs[name] != value:
            yield f"{ward} {name}: {one[0]} {value}, {other[0]} {theirs[name]}"


def totals(counts: Iterable[WardCounts]) -> dict[str, int]:
    """The sums over wards."""
    summed: dict[str, int] = {}
    for one in counts:
        for name, value in asdict(one).items():
            if isinstance(value, int):
                summed[name] = summed.get(name, 0) + value
    return summed
