"""A ward that arrives as it stands: the pieces of its snapshot, and the day on which they count.

Pieces wait here, each in a transaction of its own, until all are there; nothing of them shows
before. Then rows, search, the end of the log and the position come in one transaction, after every
row has been counted against the sum that the server told. Own work lies over them as over a page.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from fieldapp.errors import SurroundingsMend
from fieldapp.model.changesets import decode
from fieldapp.model.entries import Entry, next_chain
from fieldapp.model.erasing import ERASURE, blank, is_said
from fieldapp.model.record import record_types
from fieldapp.model.releases import HeldRelease
from fieldapp.model.sums import CONFLICT, NOTHING, schema_mark
from fieldapp.store import erasing, overlay, shadows, tables
from fieldapp.store.bulk import insert_many
from fieldapp.store.log import settling, sums
from fieldapp.store.log import taking_in as log
from fieldapp.store.log.reading import change_rows, entry_row, read_entry
from fieldapp.store.rows import Key, conflict_table, insert_rows, ready_row

LARGEST_PIECE = 16_000_000
"""Unpacked bytes; what is more is no piece."""
_arriving, _piece, _journal = tables.arriving, tables.arriving_piece, tables.journal.c


@dataclass(frozen=True)
class Told:
    """What the server told of a snapshot (`sync.protocol.Manifest`)."""

    ward: str
    epoch: str
    revision: int
    chain: str
    rows: int
    row_sum: str
    floor: int
    floor_chain: str
    pieces: Sequence[str]
    row_pieces: int


@dataclass(frozen=True)
class Standing:
    """How far a ward's snapshot has come: what was told, and how many pieces are here."""

    told: Told
    here: int


# --- the pieces --------------------------------------------------------------------------------


def standing(connection: Connection, ward: str) -> Standing | None:
    """The snapshot that is arriving; None where none is."""
    told = connection.execute(select(_arriving.c.told).where(_arriving.c.ward == ward)).scalar()
    if told is None:
        return None
    here = select(func.count()).select_from(_piece).where(_piece.c.ward == ward)
    return Standing(Told(**told), int(connection.execute(here).scalar_one()))


def begin(connection: Connection, told: Told) -> None:
    """Notes which pieces are to come. What had come of another snapshot is dropped."""
    drop(connection, told.ward)
    row = {"ward": told.ward, "epoch": told.epoch, "revision": told.revision, "told": asdict(told)}
    connection.execute(insert(_arriving).values(row))


def drop(connection: Connection, ward: str) -> None:
    """Forgets a snapshot that was arriving."""
    for table in (_arriving, _piece):
        connection.execute(delete(table).where(table.c.ward == ward))


def add(connection: Connection, ward: str, first: int, pieces: Sequence[bytes]) -> None:
    """Keeps pieces that continue those that are here.

    Raises:
        SurroundingsMend: `sync.incomplete_answer`: they are not those that were told, or do not
            continue what is here. Nothing was kept.
    """
    now = standing(connection, ward)
    if now is None or now.here != first or not pieces:
        raise SurroundingsMend("sync.incomplete_answer")
    wanted = list(now.told.pieces[first : first + len(pieces)])
    if [hashlib.sha256(one).hexdigest() for one in pieces] != wanted:
        raise SurroundingsMend("sync.incomplete_answer")
    rows = [
        {"ward": ward, "number": first + place, "content": piece}
        for place, piece in enumerate(pieces)
    ]
    insert_many(connection, _piece, rows)


# --- the day on which they count ---------------------------------------------------------------


@dataclass
class _Come:
    """What has come out of the pieces so far."""

    shadows: Mapping[Key, Any]
    rows: int = 0
    total: int = 0
    touched: set[Key] = field(default_factory=set)
    """People and what the program reads at once; and everything under own work."""
    erasures: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    """The people who have no name any more: an erasure that was refused has left it."""


_NOTED = frozenset({"person", "dated_table", HeldRelease.type_name(), ERASURE})


def settle_in(connection: Connection, ward: str, epoch: str) -> set[Key]:
    """Makes the arrived snapshot the ward's state, in the caller's transaction; the records that
    search and program have to look at.

    Raises:
        SurroundingsMend: `sync.broken_page`: it is not what it should be; `sync.not_our_log`: the
            ward's log is here already, or is of another epoch. Nothing was written.
    """
    now = standing(connection, ward)
    at = tables.position.c
    there = connection.execute(select(at.revision).where(at.ward == ward)).scalar()
    if now is None or now.here < len(now.told.pieces) or there or now.told.epoch != epoch:
        raise SurroundingsMend("sync.not_our_log", ward=ward)
    told = now.told
    come = _Come(shadows.all_shadows(connection, ward))
    try:
        for number in range(told.row_pieces):
            _take_rows(connection, ward, _lines(connection, ward, number), come)
        entries = _entries(connection, ward, told)
    except (KeyError, TypeError, ValueError, IndexError, zlib.error) as defect:
        raise SurroundingsMend("sync.broken_page", revision=told.revision) from defect
    if (come.rows, NOTHING.plus([come.total]).text) != (told.rows, told.row_sum):
        raise SurroundingsMend("sync.broken_page", revision=told.revision)
    for table in (tables.position, tables.log_mark):
        connection.execute(delete(table).where(table.c.ward == ward))
    place = {"ward": ward, "epoch": epoch, "revision": told.revision, "chain": told.chain}
    place |= {"rows": told.rows, "row_sum": told.row_sum}
    place |= {"floor": told.floor, "floor_chain": told.floor_chain}
    connection.execute(insert(tables.position).values(place))
    freed = _settle_own(connection, told, entries)
    releases = [key for key in come.touched if key[0] == HeldRelease.type_name()]
    freed |= settling.settle_refused(connection, ward, releases)
    overlay.lay_again(connection, ward, [*come.shadows, *freed])
    drop(connection, ward)
    said = [one for one in come.erasures if one[0] in come.erased]
    return come.touched | freed | erasing.erase_people(connection, ward, said, arrived=True)


def _lines(connection: Connection, ward: str, number: int) -> list[bytes]:
    wanted = _piece.c.ward == ward, _piece.c.number == number
    packed = bytes(connection.execute(select(_piece.c.content).where(*wanted)).scalar_one())
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(packed, LARGEST_PIECE)
    if not unpacker.eof:
        raise ValueError("a piece that is too large, or cut")
    return unpacked.split(b"\n")


def _take_rows(connection: Connection, ward: str, lines: Sequence[bytes], come: _Come) -> None:
    by_type: dict[str, list[tuple[Any, ...]]] = {}
    conflicts: list[dict[str, Any]] = []
    parts = [line.partition(b"\t") for line in lines]
    sha256 = hashlib.sha256
    come.total += sum(int.from_bytes(sha256(content).digest()) for content, _, _ in parts)
    whole = b"[" + b",".join(content for content, _, _ in parts) + b"]"
    read = json.loads(whole.decode())  # at once: a reader for each line would take as long again
    for (kind, record, changeset, values), (_, _, revision) in zip(read, parts, strict=True):
        key = (kind, record)
        if kind in _NOTED or key in come.shadows:
            come.touched.add(key)
        if kind == CONFLICT:
            values["revision"] = int(revision)
        elif kind == ERASURE and values.get("withdrawn"):
            pass  # it was refused
        elif kind == ERASURE and is_said(values.get("person"), values.get("blanks")):
            come.erasures.append((values["person"], values["blanks"]))
        elif kind == "person" and values.get("full_name") == blank(kind, "full_name"):
            come.erased.add(record)
        if key in come.shadows:
            formed = {} if kind == CONFLICT else {overlay.FORMED_BY: changeset}
            shadows.write_shadow(connection, ward, key, values | formed)
        elif kind == CONFLICT:
            conflicts.append({"ward": ward, "id": record} | values)
        else:
            row = ready_row(kind, (ward, record, changeset), values)
            by_type.setdefault(kind, []).append(row)
    come.rows += len(lines)
    for kind, rows in by_type.items():
        insert_rows(connection, kind, rows)
    if conflicts:
        connection.execute(insert(conflict_table()), conflicts)


def _entries(connection: Connection, ward: str, told: Told) -> dict[str, Entry]:
    """The end of the log, from the floor to the snapshot's revision, put into the file."""
    chain, revision = told.floor_chain, told.floor
    found: dict[str, Entry] = {}
    for number in range(told.row_pieces, len(told.pieces)):
        rows, changes = [], list[tuple[Any, ...]]()
        for entry in _read_entries(_lines(connection, ward, number)):
            done = read_entry(entry)
            revision += 1
            chain = next_chain(chain, done.changeset.id, entry.content, entry.outcome)
            if (entry.revision, entry.chain, done.changeset.ward) != (revision, chain, ward):
                raise ValueError("an entry that does not continue the log")
            rows.append(entry_row(ward, entry, done.changeset.id))
            changes += change_rows(ward, revision, done.changeset)
            found[done.changeset.id] = entry
        insert_many(connection, tables.log_entry, rows)
        log.keep_changes(connection, changes)
    if (revision, chain) != (told.revision, told.chain):
        raise ValueError("not the log's end")
    return found


def _read_entries(lines: Sequence[bytes]) -> Iterator[Entry]:
    for line in lines:
        revision, content, outcome, chain, epoch, seal = json.loads(line)
        yield Entry(revision, content.encode(), outcome.encode(), chain, epoch, seal)


def _settle_own(connection: Connection, told: Told, entries: Mapping[str, Entry]) -> set[Key]:
    """Own work that the snapshot holds: its overlay ends, and the log names its records."""
    waiting = select(_journal.id, _journal.revision, _journal.content, _journal.epoch).where(
        _journal.ward == told.ward, _journal.settled.is_(False)
    )
    freed: set[Key] = set()
    for changeset, revision, content, epoch in connection.execute(waiting).all():
        entry = entries.get(changeset)
        known = epoch == told.epoch and revision is not None and revision <= told.revision
        if entry is not None:
            ended: dict[str, Any] = {"status": read_entry(entry).status}
            if ended["status"] == settling.REFUSED:
                ended = settling.refused_now(connection)
            place = {"revision": entry.revision, "epoch": told.epoch}
            freed |= settling.settle(connection, changeset, **ended, **place)
        elif known:
            made = change_rows(told.ward, revision, decode(bytes(content)))
            log.keep_changes(connection, made)
            freed |= settling.settle(connection, changeset)
    return freed


def sum_again(connection: Connection, ward: str, server_mark: str) -> None:
    """Counts the ward's own sum where the server knows other fields than this program."""
    if server_mark != schema_mark():
        sums.recount(connection, ward)


def unknown_types(types: Sequence[str]) -> bool:
    """Whether some of these record types are of a newer program: then the log has to be pulled."""
    return not set(types) <= {*record_types(), CONFLICT}
