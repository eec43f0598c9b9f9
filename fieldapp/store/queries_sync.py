"""What the sync and the status bar read of the laptop's file. Run these through `Store.read`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, literal_column, select

from fieldapp.model import Conflict
from fieldapp.store import tables
from fieldapp.store.receipts import LeasedBook, book_in_use
from fieldapp.store.rows import conflict_table
from fieldapp.store.settling import lately_refused

_journal = tables.journal.c
_conflict = conflict_table().c
TOO_LARGE = "too_large"
"""The reason of an unsent changeset that did not get through by itself."""
IN_ORDER: ColumnElement[int] = literal_column("journal.rowid", Integer)
"""The order in which the journal was written: it holds across incarnations and clock jumps."""


@dataclass(frozen=True)
class Outgoing:
    """An unsent changeset: its content as it was committed."""

    id: str
    hash: str
    content: str
    proof: Mapping[str, Any] | None = None
    """What an earlier life of the server's database answered, if it did."""


@dataclass(frozen=True)
class Totals:
    """How far the work of this laptop has come, in actions.

    Attributes:
        unsent: only on this laptop.
        sent: the server has confirmed them by id and hash (held ones are not among them).
        needs_fixing: held by the server until something or somebody releases them, or lately
            refused by a clerk.
        conflicts: open conflicts in the wards of this laptop, whoever's they are.
        set_aside: unsent ones that are too large to send; they count as `needs_fixing`.
        foreign: confirmed in another epoch than the known one: no proof today.
        oldest_unsent_at: device time.
    """

    unsent: int = 0
    sent: int = 0
    needs_fixing: int = 0
    conflicts: int = 0
    set_aside: int = 0
    foreign: int = 0
    oldest_unsent_at: datetime | None = None


def set_aside(connection: Connection) -> frozenset[str]:
    """The unsent changesets that were too large for the way to the server when last tried."""
    return frozenset(connection.execute(_SET_ASIDE).scalars())


def unsent_wards(connection: Connection, aside: Collection[str] = ()) -> tuple[str, ...]:
    """The wards with unsent changesets, the one with the oldest first; those aside don't count."""
    return tuple(connection.execute(_UNSENT_WARDS, {"aside": list(aside)}).scalars())


_SET_ASIDE = select(_journal.id).where(_journal.state == "unsent", _journal.reason == TOO_LARGE)
_UNSENT_WARDS = (
    select(_journal.ward)
    .where(_journal.state == "unsent", _journal.id.not_in(bindparam("aside", expanding=True)))
    .group_by(_journal.ward)
    .order_by(func.min(IN_ORDER))
)
_UNSENT_COUNT = select(func.count()).where(
    _journal.state == "unsent", _journal.id.not_in(bindparam("aside", expanding=True))
)
_WAITS = (
    select(_journal.id).where(_journal.settled.is_(False) | (_journal.state == "unsent")).limit(1)
)
_LAST = (
    select(_journal.number, _journal.hash)
    .where(_journal.incarnation == bindparam("incarnation"))
    .order_by(_journal.number.desc())
    .limit(1)
)
_HEADS_HERE = select(
    *(tables.position.c[name] for name in ("ward", "revision", "chain", "rows", "row_sum"))
)
_POSITIONS = select(tables.position.c.ward, tables.position.c.epoch, tables.position.c.revision)
_ROW_SUMS = select(tables.position.c.ward, tables.position.c.rows, tables.position.c.row_sum)
"""Asked several times in each run: putting them together takes longer than running them."""


def unsent_count(connection: Connection, aside: Collection[str] = ()) -> int:
    """How many changesets are unsent; those aside don't count."""
    return int(connection.execute(_UNSENT_COUNT, {"aside": list(aside)}).scalar_one())


def something_waits(connection: Connection) -> bool:
    """Whether any own changeset is unsent, held, or accepted and not come back in the log."""
    return connection.execute(_WAITS).first() is not None


def last_of_life(connection: Connection, incarnation: str) -> tuple[int, str] | None:
    """Number and hash of the last own changeset of a life of this file."""
    row = connection.execute(_LAST, {"incarnation": incarnation}).first()
    return None if row is None else (row[0], row[1])


def heads_here(connection: Connection) -> list[tuple[str, int, str, int, str]]:
    """Where each ward's log stands here: ward, revision, chain, count and sum of its rows."""
    return [tuple(row) for row in connection.execute(_HEADS_HERE)]


def unsent_batch(
    connection: Connection,
    ward: str,
    limit_bytes: int,
    aside: Collection[str] = (),
    most: int | None = None,
) -> list[Outgoing]:
    """The ward's next unsent changesets, oldest first: at least one if there is one.

    Without those aside, and at most so many (`BATCH` unless told).
    """
    sizes = connection.execute(
        select(_journal.id, func.length(_journal.content))
        .where(_journal.state == "unsent", _journal.ward == ward, _journal.id.not_in(aside))
        .order_by(IN_ORDER)
        .limit(most or BATCH)
    )
    ids: list[str] = []
    for changeset, size in sizes:
        limit_bytes -= size
        if ids and limit_bytes < 0:
            break
        ids.append(changeset)
    found = connection.execute(
        select(_journal.id, _journal.hash, _journal.content, _journal.proof)
        .where(_journal.id.in_(ids))
        .order_by(IN_ORDER)
    )
    return [
        Outgoing(name, digest, bytes(content).decode(), proof)
        for name, digest, content, proof in found
    ]


def all_unsent(connection: Connection) -> list[tuple[str, Outgoing]]:
    """Every unsent changeset with its ward, oldest first."""
    columns = (_journal.ward, _journal.id, _journal.hash, _journal.content, _journal.proof)
    found = connection.execute(
        select(*columns).where(_journal.state == "unsent").order_by(IN_ORDER)
    )
    return [
        (ward, Outgoing(name, digest, bytes(content).decode(), proof))
        for ward, name, digest, content, proof in found
    ]


BATCH = 500
"""No batch has more changesets, however small they are."""


def still_unsent(connection: Connection, ids: list[str]) -> int:
    """How many of these changesets are unsent."""
    found = select(func.count()).where(_journal.state == "unsent", _journal.id.in_(ids))
    return int(connection.execute(found).scalar_one())


def all_own(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Every own changeset of the journal, by id and hash, the oldest first."""
    rows = connection.execute(select(_journal.id, _journal.hash).order_by(IN_ORDER))
    return tuple((name, digest) for name, digest in rows)


def held_here(connection: Connection, limit: int) -> tuple[tuple[str, str], ...]:
    """Own changesets that the server holds as far as known, by id and hash, the oldest first."""
    found = select(_journal.id, _journal.hash).where(_journal.state == "held")
    rows = connection.execute(found.order_by(IN_ORDER).limit(limit))
    return tuple((name, digest) for name, digest in rows)


def own_hash(connection: Connection, incarnation: str, number: int) -> str | None:
    """The hash of the changeset that a life of this file numbered so; None: it has none."""
    found = select(_journal.hash).where(
        _journal.incarnation == incarnation, _journal.number == number
    )
    return connection.execute(found).scalar_one_or_none()


def positions(connection: Connection) -> dict[str, tuple[str, int]]:
    """Epoch and revision of each ward's log as far as it is here."""
    found = connection.execute(_POSITIONS)
    return {ward: (epoch, revision) for ward, epoch, revision in found}


def row_sums(connection: Connection) -> dict[str, tuple[int, str]]:
    """Count and sum of each ward's rows at its position, as they were kept up."""
    found = connection.execute(_ROW_SUMS)
    return {ward: (rows, text) for ward, rows, text in found}


def chain_of(connection: Connection, ward: str) -> str | None:
    """The chain at this laptop's position in the ward's log; None before the first entry."""
    position = tables.position.c
    found = connection.execute(select(position.chain).where(position.ward == ward))
    return found.scalar_one_or_none()


def lease_in_use(connection: Connection) -> LeasedBook | None:
    """The receipt book in use by this life of the file."""
    meta = tables.meta.c
    found = select(meta.value).where(meta.name == "incarnation")
    return book_in_use(connection, str(connection.execute(found).scalar_one_or_none()))


def totals(connection: Connection, epoch: str | None) -> Totals:
    """The totals of the status bar; `epoch`: the life of the server that this laptop knows."""
    by_state: dict[str, int] = {}
    foreign = 0
    rows = connection.execute(
        select(_journal.state, _journal.epoch, func.count()).group_by(
            _journal.state, _journal.epoch
        )
    )
    for state, confirmed_in, count in rows:
        by_state[state] = by_state.get(state, 0) + count
        if state != "unsent" and confirmed_in != epoch:
            foreign += count
    oldest = connection.execute(
        select(_journal.made_at).where(_journal.state == "unsent").order_by(IN_ORDER).limit(1)
    ).scalar_one_or_none()
    refused = int(
        connection.execute(
            select(func.count()).select_from(tables.journal).where(lately_refused(connection))
        ).scalar_one()
    )
    too_large = len(set_aside(connection))
    conflicts = select(func.count()).select_from(Conflict).where(_conflict.open.is_(True))
    return Totals(
        unsent=by_state.get("unsent", 0) - too_large,
        sent=by_state.get("acknowledged", 0) - refused,
        needs_fixing=by_state.get("held", 0) + refused + too_large,
        conflicts=int(connection.execute(conflicts).scalar_one()),
        set_aside=too_large,
        foreign=foreign,
        oldest_unsent_at=datetime.fromisoformat(oldest) if oldest else None,
    )
