"""Snapshots: a ward's rows at a revision, packed in pieces that are kept for whoever comes.

They are kept because rows move on: a laptop that was cut goes on with the pieces that it lacks, and
the next laptop of a ward need not wait for them to be made. What has happened since a snapshot was
made is pulled from the log.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from fieldapp.model import Conflict, record_types
from fieldapp.model.changesets import canonical
from fieldapp.model.record import CITY
from fieldapp.model.sums import CONFLICT, NOTHING
from sync.protocol import FetchPieces, Manifest, Pieces, short_hash
from sync.server.lives.durable import durable_through
from sync.server.lives.epochs import serving
from sync.server.refusals import Refused
from sync.server.store.tables import (
    erased,
    log_entry,
    snapshot,
    snapshot_piece,
    table_of,
    ward_head,
)
from sync.server.wardlog.meeting import chain_at
from sync.server.wardlog.pages import head_of
from sync.server.wardlog.view import wire_of

SMALLEST = 1_000
"""A log with fewer entries is pulled as quickly."""
OUTGROWN = 10
"""A snapshot is made anew once a tenth of the log has come since."""
MOST_OF_THE_LOG = 0.5
"""Where more of the log than this is in no backup, it has to come along, and is pulled instead."""
PIECE_BYTES = 1_000_000
"""Of lines in a piece, which makes about a fifth of them when packed."""
PACKED = 6
KEEP = 2
"""So many snapshots of a ward are kept: a laptop under way may finish the one before."""
AT_ONCE = 2_000


@dataclass(frozen=True)
class Made:
    """A snapshot with its pieces, not stored yet."""

    manifest: Manifest
    pieces: tuple[bytes, ...] = ()
    sizes: tuple[int, ...] = ()
    erasures: str = ""
    """Who had been erased in the ward: where anybody has been since, it counts no more."""


def standing(connection: Connection, ward: str) -> Manifest | None:
    """The snapshot that a laptop should take now; None where one has to be made first.

    Revision 0 where there should be none.
    """
    epoch, head = serving(connection), head_of(connection, ward)
    if ward == CITY or head is None or head.revision < SMALLEST:
        return Manifest(epoch, ward)
    floor = durable_through(connection, [ward]).get(ward, 0)
    if head.revision - floor > head.revision * MOST_OF_THE_LOG:
        return Manifest(epoch, ward)
    newest = select(snapshot).where(snapshot.c.ward == ward).order_by(snapshot.c.revision.desc())
    row = connection.execute(newest.limit(1)).first()
    if row is None or (head.revision - row.revision) * OUTGROWN > head.revision:
        return None
    if chain_at(connection, ward, row.revision) != row.told["chain"]:
        return None  # of a line that was lost
    told = dict(row.told) | {"types": tuple(row.told["types"]), "pieces": tuple(row.told["pieces"])}
    return Manifest(**(told | {"epoch": epoch}))


def make(connection: Connection, ward: str) -> Made:
    """Packs the ward as it stands, in a transaction that sees one moment. Nothing is stored."""
    epoch, head = serving(connection), head_of(connection, ward)
    assert head is not None
    floor = min(durable_through(connection, [ward]).get(ward, 0), head.revision - 1)
    types: list[str] = []
    packer, total = _Packer(), NOTHING
    for kind, lines in _rows(connection, ward):
        hashes = []
        for line in lines:
            hashes.append(int.from_bytes(hashlib.sha256(line.partition(b"\t")[0]).digest()))
            packer.add(line)
        total = total.plus(hashes)
        types += [kind] if hashes else []
    packer.close()
    row_pieces = len(packer.pieces)
    if (total.rows, total.text) != (head.rows, head.row_sum):
        return Made(Manifest(epoch, ward))  # `verify` says what is wrong
    for line in _entries(connection, ward, floor):
        packer.add(line)
    packer.close()
    manifest = Manifest(
        epoch=epoch,
        ward=ward,
        revision=head.revision,
        chain=head.chain,
        rows=head.rows,
        row_sum=head.row_sum,
        floor=floor,
        floor_chain=chain_at(connection, ward, floor) or "",
        types=tuple(types),
        pieces=tuple(hashlib.sha256(one).hexdigest() for one in packer.pieces),
        row_pieces=row_pieces,
    )
    pieces, sizes = tuple(packer.pieces), tuple(packer.sizes)
    return Made(manifest, pieces, sizes, _erasures(connection, ward))


def keep(connection: Connection, made: Made, at: datetime) -> Manifest:
    """Stores a snapshot, unless another process has meanwhile; older ones make room."""
    ward, revision = made.manifest.ward, made.manifest.revision
    locked = select(ward_head.c.ward).where(ward_head.c.ward == ward).with_for_update()
    connection.execute(locked)
    known = standing(connection, ward)
    if known is not None or not revision:
        return known or made.manifest
    if made.erasures != _erasures(connection, ward):
        return Manifest(made.manifest.epoch, ward)
    told = asdict(made.manifest)
    for table in (snapshot, snapshot_piece):
        here = table.c.ward == ward, table.c.revision == revision
        connection.execute(delete(table).where(*here))
    row = {"ward": ward, "revision": revision, "told": told, "made_at": at}
    connection.execute(insert(snapshot).values(row))
    pieces = [
        {"ward": ward, "revision": revision, "number": number, "size": size, "content": piece}
        for number, (piece, size) in enumerate(zip(made.pieces, made.sizes, strict=True))
    ]
    if pieces:
        connection.execute(insert(snapshot_piece), pieces)
    newest = select(snapshot.c.revision).where(snapshot.c.ward == ward)
    kept = connection.execute(newest.order_by(snapshot.c.made_at.desc()).limit(KEEP)).scalars()
    stay = list(kept)
    for table in (snapshot, snapshot_piece):
        gone = table.c.ward == ward, table.c.revision.not_in(stay)
        connection.execute(delete(table).where(*gone))
    return made.manifest


def pieces_of(connection: Connection, request: FetchPieces) -> Pieces:
    """Some pieces of a snapshot. Rights are judged before.

    Raises:
        Refused: 409 `server.no_such_snapshot`: it has made room for a newer one.
    """
    columns = snapshot_piece.c
    sizes = connection.execute(
        select(columns.number, columns.size)
        .where(columns.ward == request.ward, columns.revision == request.revision)
        .where(columns.number >= request.first)
        .order_by(columns.number)
    ).all()
    if not sizes or sizes[0].number != request.first:
        raise Refused("server.no_such_snapshot", 409)
    room, last = request.limit_bytes, request.first
    for row in sizes:
        room -= row.size
        if room < 0 and row.number > request.first:
            break
        last = row.number
    found = connection.execute(
        select(columns.content)
        .where(columns.ward == request.ward, columns.revision == request.revision)
        .where(columns.number >= request.first, columns.number <= last)
        .order_by(columns.number)
    ).scalars()
    pieces = tuple(base64.b64encode(bytes(one)).decode() for one in found)
    place = (request.ward, request.revision, request.first)
    return Pieces(serving(connection), *place, pieces)


def _erasures(connection: Connection, ward: str) -> str:
    """Whom and what has been erased in the ward, as a short text that changes with each erasure."""
    found = select(erased.c.person, erased.c.blanks).where(erased.c.ward == ward)
    rows = connection.execute(found.order_by(erased.c.person)).all()
    return short_hash([[row.person, row.blanks] for row in rows])


class _Packer:
    """Gathers lines into pieces."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.sizes: list[int] = []
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line) + 1
        if self._size >= PIECE_BYTES:
            self.close()

    def close(self) -> None:
        if self._lines:
            self.pieces.append(zlib.compress(b"\n".join(self._lines), PACKED))
            self.sizes.append(self._size)
            self._lines, self._size = [], 0


def _rows(connection: Connection, ward: str) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The lines of the ward's rows, by type, each type in the order of its key."""
    for kind, record in record_types().items():
        table = table_of(record)
        found = select(table).where(table.c.ward == ward).order_by(table.c.id)
        rows = connection.execution_options(yield_per=AT_ONCE).execute(found)
        yield kind, (canonical([kind, r.id, r.changeset, wire_of(record, r)]) for r in rows)
    conflicts = table_of(Conflict)
    found = select(conflicts).where(conflicts.c.ward == ward).order_by(conflicts.c.id)
    yield CONFLICT, (_conflict(row) for row in connection.execute(found))


def _conflict(row: Any) -> bytes:
    names = ("record_type", "record", "field", "sides", "open")
    values = {name: row._mapping[name] for name in names}
    return canonical([CONFLICT, row.id, "", values]) + b"\t%d" % row.revision


def _entries(connection: Connection, ward: str, floor: int) -> Iterator[bytes]:
    columns = log_entry.c
    found = select(log_entry).where(columns.ward == ward, columns.revision > floor)
    rows = connection.execution_options(yield_per=AT_ONCE).execute(found.order_by("revision"))
    for row in rows:
        content, outcome = bytes(row.content).decode(), bytes(row.outcome).decode()
        yield canonical([row.revision, content, outcome, row.chain, row.epoch, row.seal])
