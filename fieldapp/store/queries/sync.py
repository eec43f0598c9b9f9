"""What the sync and the status bar read of the laptop's file. Run these through `Store.read`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, literal_column, select

from fieldapp.model import Conflict
from fieldapp.ready import Ready, among
from fieldapp.store import tables
from fieldapp.store.log.settling import lately_refused_count
from fieldapp.store.meta import read_meta
from fieldapp.store.receipts import LeasedBook, book_to_name
from fieldapp.store.rows import conflict_table

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
    former: Sequence[Mapping[str, Any]] = ()
    """The same of places where it stood before that."""


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
    return frozenset(_SET_ASIDE.column(connection))


def unsent_wards(connection: Connection, aside: Collection[str] = ()) -> tuple[str, ...]:
    """The wards with unsent changesets, the one with the oldest first; those aside don't count."""
    return tuple(_UNSENT_WARDS.column(connection, aside=aside))


_SET_ASIDE = Ready(
    select(_journal.id).where(_journal.state == "unsent", _journal.reason == TOO_LARGE)
)
_UNSENT = (_journal.state == "unsent") & ~among(_journal.id, "aside")
_ELSEWHERE = Ready(
    select(_journal.ward, _journal.id, _journal.hash)
    .where(_journal.state != "unsent", _journal.content != b"", ~among(_journal.ward, "wards"))
    .order_by(IN_ORDER)
)
_UNSENT_COUNT = Ready(select(func.count()).where(_UNSENT))
_WAITS = Ready(
    select(_journal.id).where(_journal.settled.is_(False) | (_journal.state == "unsent")).limit(1)
)
_LAST = Ready(
    select(_journal.number, _journal.hash)
    .where(_journal.incarnation == bindparam("incarnation"))
    .order_by(_journal.number.desc())
    .limit(1)
)
_UNSENT_WARDS = Ready(
    select(_journal.ward).where(_UNSENT).group_by(_journal.ward).order_by(func.min(IN_ORDER))
)
_UNSENT_SIZES = Ready(
    select(_journal.id, func.length(_journal.content))
    .where(_UNSENT, _journal.ward == bindparam("ward"))
    .order_by(IN_ORDER)
    .limit(bindparam("most"))
)
_SENT = (_journal.id, _journal.hash, _journal.content, _journal.proof, _journal.former)
_OUTGOING = Ready(select(*_SENT).where(among(_journal.id)).order_by(IN_ORDER))
_STILL_UNSENT = Ready(select(func.count()).where(_journal.state == "unsent", among(_journal.id)))
_HELD = Ready(
    select(_journal.id, _journal.hash)
    .where(_journal.state == "held")
    .order_by(IN_ORDER)
    .limit(bindparam("most"))
)
_NUMBERED = Ready(
    select(_journal.hash).where(
        _journal.incarnation == bindparam("incarnation"), _journal.number == bindparam("number")
    )
)
_position = tables.position.c
_POSITIONS = Ready(select(_position.ward, _position.epoch, _position.revision))
_HEADS_HERE = Ready(
    select(*(_position[name] for name in ("ward", "revision", "chain", "rows", "row_sum")))
)
_ROW_SUMS = Ready(select(_position.ward, _position.rows, _position.row_sum))
_BY_STATE = Ready(
    select(_journal.state, _journal.epoch, func.count().label("n")).group_by(
        _journal.state, _journal.epoch
    )
)
_OLDEST_UNSENT = Ready(
    select(_journal.made_at).where(_journal.state == "unsent").order_by(IN_ORDER).limit(1)
)
_OPEN_CONFLICTS = Ready(select(func.count()).select_from(Conflict).where(_conflict.open.is_(True)))


def unsent_count(connection: Connection, aside: Collection[str] = ()) -> int:
    """How many changesets are unsent; those aside don't count."""
    return int(_UNSENT_COUNT.value(connection, aside=aside) or 0)


def something_waits(connection: Connection) -> bool:
    """Whether any own changeset is unsent, held, or accepted and not come back in the log."""
    return _WAITS.first(connection) is not None


def last_of_life(connection: Connection, incarnation: str) -> tuple[int, str] | None:
    """Number and hash of the last own changeset of a life of this file."""
    row = _LAST.first(connection, incarnation=incarnation)
    return None if row is None else (row[0], row[1])


HeadHere = tuple[str, int, str, int, str]
"""Where a ward's log stands here: ward, revision, chain, count and sum of its rows."""


def heads_here(connection: Connection) -> list[HeadHere]:
    """Where each ward's log stands here."""
    return [tuple(row) for row in _HEADS_HERE.all(connection)]


def standing(
    connection: Connection, aside: Collection[str]
) -> tuple[list[HeadHere], tuple[str, ...]]:
    """Where each ward's log stands here, and the wards with unsent changesets."""
    return heads_here(connection), unsent_wards(connection, aside)


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
    sizes = _UNSENT_SIZES.all(connection, ward=ward, aside=aside, most=most or BATCH)
    ids: list[str] = []
    for changeset, size in sizes:
        limit_bytes -= size
        if ids and limit_bytes < 0:
            break
        ids.append(changeset)
    return [_outgoing(*row) for row in _OUTGOING.all(connection, ids=ids)]


def all_unsent(connection: Connection) -> list[tuple[str, Outgoing]]:
    """Every unsent changeset with its ward, oldest first."""
    found = connection.execute(
        select(_journal.ward, *_SENT).where(_journal.state == "unsent").order_by(IN_ORDER)
    )
    return [(ward, _outgoing(*row)) for ward, *row in found]


def _outgoing(name: str, digest: str, content: bytes, proof: Any, former: Any) -> Outgoing:
    return Outgoing(name, digest, bytes(content).decode(), proof, former or ())


BATCH = 2_000
"""No batch has more changesets, however small they are."""


def still_unsent(connection: Connection, ids: list[str]) -> int:
    """How many of these changesets are unsent."""
    return int(_STILL_UNSENT.value(connection, ids=ids) or 0)


def all_own(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Every own changeset of the journal, by id and hash, the oldest first."""
    rows = connection.execute(select(_journal.id, _journal.hash).order_by(IN_ORDER))
    return tuple((name, digest) for name, digest in rows)


def own_kept(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Every own changeset whose content is here, by id and hash, the oldest first: without those
    that the server has said it keeps for good (`pruning`)."""
    kept = select(_journal.id, _journal.hash).where(_journal.content != b"").order_by(IN_ORDER)
    return tuple((name, digest) for name, digest in connection.execute(kept))


def wards_elsewhere(connection: Connection, wards: Collection[str]) -> list[str]:
    """The wards besides these of which own changesets are with the server. Reads an index alone."""
    return sorted(_WARDS_ELSEWHERE.column(connection, wards=wards))


_WARDS_ELSEWHERE = Ready(
    select(_journal.ward)
    .distinct()
    .where(_journal.state != "unsent", ~among(_journal.ward, "wards"))
)


def own_elsewhere(
    connection: Connection, wards: Collection[str]
) -> tuple[tuple[str, str, str], ...]:
    """Own changesets of other wards than these that the server has or holds, and whose content is
    here: ward, id and hash, the oldest first."""
    found = _ELSEWHERE.all(connection, wards=list(wards))
    return tuple((ward, name, digest) for ward, name, digest in found)


def held_here(connection: Connection, limit: int) -> tuple[tuple[str, str], ...]:
    """Own changesets that the server holds as far as known, by id and hash, the oldest first."""
    return tuple((name, digest) for name, digest in _HELD.all(connection, most=limit))


def own_hash(connection: Connection, incarnation: str, number: int) -> str | None:
    """The hash of the changeset that a life of this file numbered so; None: it has none."""
    found = _NUMBERED.value(connection, incarnation=incarnation, number=number)
    return None if found is None else str(found)


def positions(connection: Connection) -> dict[str, tuple[str, int]]:
    """Epoch and revision of each ward's log as far as it is here."""
    found = _POSITIONS.all(connection)
    return {ward: (epoch, revision) for ward, epoch, revision in found}


def row_sums(connection: Connection) -> dict[str, tuple[int, str]]:
    """Count and sum of each ward's rows at its position, as they were kept up."""
    found = _ROW_SUMS.all(connection)
    return {ward: (rows, text) for ward, rows, text in found}


def lease_to_name(connection: Connection) -> LeasedBook | None:
    """The receipt book that this life of the file uses or used last."""
    return book_to_name(connection, str(read_meta(connection, "incarnation")))


def totals(connection: Connection, epoch: str | None) -> Totals:
    """The totals of the status bar; `epoch`: the life of the server that this laptop knows."""
    by_state: dict[str, int] = {}
    foreign = 0
    for state, confirmed_in, count in _BY_STATE.all(connection):
        by_state[state] = by_state.get(state, 0) + count
        if state != "unsent" and confirmed_in != epoch:
            foreign += count
    oldest = _OLDEST_UNSENT.value(connection)
    refused = lately_refused_count(connection)
    too_large = len(set_aside(connection))
    return Totals(
        unsent=by_state.get("unsent", 0) - too_large,
        sent=by_state.get("acknowledged", 0) - refused,
        needs_fixing=by_state.get("held", 0) + refused + too_large,
        conflicts=int(_OPEN_CONFLICTS.value(connection) or 0),
        set_aside=too_large,
        foreign=foreign,
        oldest_unsent_at=datetime.fromisoformat(oldest) if oldest else None,
    )
