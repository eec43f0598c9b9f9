"""Meets a server that was restored: nothing here is deleted, and what it lost is offered back.

The log is taken back to where both sides are one; entries beyond that are kept as those of a lost
line. Own changesets among them wait again, laid over the log, and go out again if the server lacks
them. Rows follow from the entries that are left, as always.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from fieldapp.model.changesets import decode
from fieldapp.model.entries import FIRST_CHAIN, Entry, linked
from fieldapp.model.record import record_types
from fieldapp.ready import Ready
from fieldapp.store import overlay, search, tables
from fieldapp.store.log import taking_in as log
from fieldapp.store.log.reading import Run
from fieldapp.store.queries.sync import IN_ORDER, held_here, lease_to_name, positions
from fieldapp.store.receipts import LeasedBook
from fieldapp.store.rows import Key, conflict_table, in_chunks, table_of

AT_ONCE = 500
_IN_ORDER: ColumnElement[int] = literal_column("old_entry.rowid", Integer)
"""Entries of lost lines come in the order in which they were kept."""
_journal, _entry, _old = tables.journal.c, tables.log_entry.c, tables.old_entry.c


@dataclass(frozen=True)
class Reunion:
    """How one ward's log meets that of another life of the server's database.

    Attributes:
        upto: the revision up to which both are one.
        answers: what became of own changesets that the server has.
        missing: those that it lacks.
    """

    ward: str
    epoch: str
    upto: int
    confirmed_at: str
    answers: Sequence[log.Answered] = ()
    missing: Collection[str] = ()


@dataclass(frozen=True)
class LostEntry:
    """An entry that the server may lack, with what proves that it had it."""

    changeset: str
    chain: str
    previous: str
    epoch: str
    revision: int
    content: str
    outcome: str
    seal: str


# --- what there is to meet with ----------------------------------------------------------------


def marks(connection: Connection) -> dict[str, tuple[str, str, str]]:
    """Of each ward's position: the chain there, and epoch and seal of the last entry."""
    return {w: (chain, epoch or "", seal or "") for w, chain, epoch, seal in _MARKS.all(connection)}


@dataclass(frozen=True)
class ToTell:
    """What a handshake says of this file."""

    lease: LeasedBook | None
    positions: dict[str, tuple[str, int]]
    held: tuple[tuple[str, str], ...]
    marks: dict[str, tuple[str, str, str]]
    acks: dict[str, tuple[int, str, str, str]]


def to_tell(connection: Connection, most_held: int) -> ToTell:
    """All of it as it is at one moment."""
    held = held_here(connection, most_held)
    return ToTell(
        lease_to_name(connection), positions(connection), held, marks(connection), acks(connection)
    )


_position = tables.position.c
_MARKS = Ready(
    select(_position.ward, _position.chain, _entry.epoch, _entry.seal).select_from(
        tables.position.outerjoin(
            tables.log_entry,
            (_entry.ward == _position.ward) & (_entry.revision == _position.revision),
        )
    )
)
_ACKS = Ready(
    select(_journal.id, _journal.hash, _journal.ward, _journal.revision, _journal.proof)
    .where(_journal.settled.is_(False), _journal.state == "acknowledged")
    .where(_journal.proof.is_not(None))
    .order_by(_journal.revision)
)
LOST = "lost"
"""The status of own work whose content is not here any more and that the server lacks all the same:
it was put back to a backup which it had said would never be used again."""
_CONFIRMED_ELSEWHERE = Ready(
    select(_journal.ward)
    .where((_journal.state == "acknowledged") | (_journal.state == "held"))
    .where(_journal.epoch != bindparam("epoch"))
    .where(_journal.status.is_(None) | (_journal.status != LOST))
    .distinct()
)


def acks(connection: Connection) -> dict[str, tuple[int, str, str, str]]:
    """Per ward the last own changeset that was accepted and has not been pulled: revision, chain,
    epoch and seal."""
    last: dict[str, tuple[int, str, str, str]] = {}
    for row in _ACKS.all(connection):
        proof = row.proof
        chain = linked(proof["previous"], row.id, row.hash, proof["outcome_hash"])
        if proof["revision"] == row.revision:
            last[row.ward] = (row.revision, chain, proof["epoch"], proof["seal"])
    return last


def wards_to_meet(connection: Connection, epoch: str, fits: Collection[str]) -> tuple[str, ...]:
    """The wards of which something here is of another life than this one, or of another line."""
    standing = positions(connection).items()
    apart = {ward for ward, (of, at) in standing if of != epoch or (at and ward not in fits)}
    apart |= set(_CONFIRMED_ELSEWHERE.column(connection, epoch=epoch))
    return tuple(sorted(apart))


def wards_with_old(connection: Connection) -> set[str]:
    """The wards with entries of lost lines."""
    return set(connection.execute(select(_old.ward).distinct()).scalars())


def chains(connection: Connection, ward: str, revisions: Collection[int]) -> list[tuple[int, str]]:
    """The chains of the log here at some revisions, ascending."""
    found = select(_entry.revision, _entry.chain).where(
        _entry.ward == ward, _entry.revision.in_(sorted(revisions))
    )
    rows = connection.execute(found.order_by(_entry.revision))
    return [(revision, chain) for revision, chain in rows]


def floor_of(connection: Connection, ward: str) -> tuple[int, str]:
    """The revision after which the log is here, and its chain there: 0 where it is whole."""
    at = tables.position.c
    found = connection.execute(select(at.floor, at.floor_chain).where(at.ward == ward)).first()
    return (found.floor, found.floor_chain) if found else (0, FIRST_CHAIN)


def confirmed_elsewhere(connection: Connection, ward: str, epoch: str) -> list[tuple[str, str]]:
    """Own changesets that another life of the server's database answered, by id and hash."""
    found = select(_journal.id, _journal.hash).where(
        _journal.ward == ward,
        _journal.state.in_(("acknowledged", "held")),
        (_journal.epoch != epoch) | _journal.epoch.is_(None),
    )
    return [(name, digest) for name, digest in connection.execute(found.order_by(IN_ORDER))]


def lost_chains(connection: Connection, ward: str, upto: int) -> list[tuple[str, str]]:
    """Changeset and chain of every entry that the server may lack, the oldest first."""
    old = connection.execute(
        select(_old.changeset, _old.chain)
        .where(_old.ward == ward, _old.seal != "")
        .order_by(_IN_ORDER)
    )
    here = connection.execute(
        select(_entry.changeset, _entry.chain)
        .where(_entry.ward == ward, _entry.revision > upto, _entry.seal != "")
        .order_by(_entry.revision)
    )
    return [(name, chain) for name, chain in (*old, *here)]


def lost_entries(connection: Connection, ward: str, wanted: Collection[str]) -> list[LostEntry]:
    """These entries (by chain), in no order."""
    found = []
    for some in in_chunks(list(wanted)):
        for row in connection.execute(
            select(tables.old_entry).where(_old.ward == ward, _old.chain.in_(some))
        ):
            found.append(_lost(row, row.previous))
        for row in connection.execute(
            select(tables.log_entry).where(_entry.ward == ward, _entry.chain.in_(some))
        ).all():
            found.append(_lost(row, _previous(connection, ward, row.revision)))
    return found


def _lost(row: Any, previous: str) -> LostEntry:
    content, outcome = bytes(row.content).decode(), bytes(row.outcome).decode()
    place = (row.changeset, row.chain, previous, row.epoch, row.revision)
    return LostEntry(*place, content, outcome, row.seal)


def _previous(connection: Connection, ward: str, revision: int) -> str:
    floor, chain = floor_of(connection, ward)
    if revision == floor + 1:
        return chain
    found = select(_entry.chain).where(_entry.ward == ward, _entry.revision == revision - 1)
    return str(connection.execute(found).scalar_one())


# --- meeting -----------------------------------------------------------------------------------


def meet(connection: Connection, met: Reunion) -> set[Key]:
    """Takes one ward over into the new life, in the caller's transaction; the touched records."""
    position = tables.position
    here = position.c.ward == met.ward
    revision = connection.execute(select(position.c.revision).where(here)).scalar_one_or_none()
    touched: set[Key] = set()
    if revision is not None and met.upto < revision:
        touched |= _take_back(connection, met)
    connection.execute(update(position).where(here).values(epoch=met.epoch))
    for answer in met.answers:
        mine = (_journal.id == answer.changeset) & (_journal.hash == answer.hash)
        values: dict[str, Any] = {"epoch": met.epoch, "revision": answer.revision}
        values |= {"status": answer.status, "confirmed_at": met.confirmed_at}
        if answer.status == "held":
            values |= {"state": "held", "reason": answer.reason}
        connection.execute(update(tables.journal).where(mine).values(**values))
    touched |= _send_again(connection, met)
    return touched


def _take_back(connection: Connection, met: Reunion) -> set[Key]:
    ward = met.ward
    rows = connection.execute(
        select(tables.log_entry).where(_entry.ward == ward).order_by(_entry.revision)
    ).all()
    floor, floor_chain = floor_of(connection, ward)
    upto = 0 if floor else met.upto  # where it can't be made again from its entries, it comes anew
    beyond = [row for row in rows if row.revision > upto]
    _keep_old(connection, ward, {floor: floor_chain} | {r.revision: r.chain for r in rows}, beyond)
    for ids in in_chunks([row.changeset for row in beyond]):
        mine = _journal.id.in_(ids) & (_journal.ward == ward)
        connection.execute(update(tables.journal).where(mine).values(settled=False))
    _GIVE_BACK.run_each(
        connection,
        [{"_id": r.changeset, "_content": r.content, "_nothing": b""} for r in beyond],
    )
    _forget(connection, ward)
    touched: set[Key] = set()
    kept = [_as_entry(row) for row in rows if row.revision <= upto]
    for start in range(0, len(kept), AT_ONCE):
        before = kept[start - 1].chain if start else FIRST_CHAIN
        some = kept[start : start + AT_ONCE]
        touched |= log.apply_run(connection, Run(ward, met.epoch, start, before, some))
    unsettled = select(_journal.id).where(_journal.ward == ward, _journal.settled.is_(False))
    names = list(connection.execute(unsettled.order_by(IN_ORDER)).scalars())
    return touched | _lay_own(connection, ward, names)


_GIVE_BACK = Ready(
    update(tables.journal)
    .where(_journal.id == bindparam("_id"), _journal.content == bindparam("_nothing"))
    .values(content=bindparam("_content"))
)
"""Own work that had lost its content (`pruning`), and came once more with its ward."""


def _keep_old(
    connection: Connection, ward: str, chain_of: Mapping[int, str], beyond: list[Any]
) -> None:
    kept = [
        {
            "ward": ward,
            "chain": row.chain,
            "previous": chain_of.get(row.revision - 1, FIRST_CHAIN),
            "epoch": row.epoch,
            "revision": row.revision,
            "changeset": row.changeset,
            "content": row.content,
            "outcome": row.outcome,
            "seal": row.seal,
        }
        for row in beyond
    ]
    if kept:
        connection.execute(insert(tables.old_entry).prefix_with("OR IGNORE"), kept)


def _as_entry(row: Any) -> Entry:
    content, outcome = bytes(row.content), bytes(row.outcome)
    return Entry(row.revision, content, outcome, row.chain, row.epoch, row.seal)


def _forget(connection: Connection, ward: str) -> None:
    """The ward's rows, which are about to be made again from its entries."""
    search.forget_ward(connection, ward)
    for kind in record_types():
        table = table_of(kind)
        connection.execute(delete(table).where(table.c.ward == ward))
    for table in (
        conflict_table(),
        *(tables.log_entry, tables.log_change, tables.position, tables.shadow, tables.own_change),
        *(tables.arriving, tables.arriving_piece, tables.log_mark),
    ):
        connection.execute(delete(table).where(table.c.ward == ward))


def _lay_own(connection: Connection, ward: str, names: Iterable[str]) -> set[Key]:
    """Lays own changesets over the log, oldest first; the records that they touch."""
    rows, touched = [], dict[Key, None]()
    for name in names:
        found = select(_journal.content).where(_journal.id == name)
        made = decode(connection.execute(found).scalar_one())
        keys = dict.fromkeys(k for c in made.changes for k in overlay.touched_keys(ward, c))
        touched |= keys
        rows += [
            {"ward": ward, "record_type": kind, "record": record, "changeset": name}
            for kind, record in keys
        ]
    if not rows:
        return set()
    overlay.keep_shadows(connection, ward, touched, ())
    connection.execute(insert(tables.own_change).prefix_with("OR IGNORE"), rows)
    overlay.lay_again(connection, ward, touched)
    return set(touched)


def _send_again(connection: Connection, met: Reunion) -> set[Key]:
    """What the server lacks goes out again; what had ended waits again."""
    ended = []
    for ids in in_chunks(sorted(met.missing)):
        mine = _journal.id.in_(ids) & (_journal.ward == met.ward)
        gone = mine & (_journal.content == b"")
        connection.execute(update(tables.journal).where(gone).values(status=LOST))
        mine &= _journal.content != b""
        had_ended = select(_journal.id).where(mine, _journal.settled.is_(True))
        ended += list(connection.execute(had_ended.order_by(IN_ORDER)).scalars())
        values = {"state": "unsent", "status": None, "settled": False, "reason": None}
        connection.execute(update(tables.journal).where(mine).values(revision=None, **values))
    return _lay_own(connection, met.ward, ended)
