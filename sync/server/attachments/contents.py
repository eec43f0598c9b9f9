"""Contents of papers on the server: taken in pieces, encrypted, told only to who may see the ward.

Nothing here touches a log, a row or held work: it reads which papers there are, and writes tables
of its own. The key follows from the one in the safe, so neither the database nor a backup of it
shows a picture. Only what a standing paper names is taken, and only as what that paper says it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, and_, delete, func, insert, select

from fieldapp.model import Paper
from fieldapp.rules.attachments import MOST_BYTES, PIECE_BYTES, fault_of, piece_count
from sync.protocol import (
    MOST_ATTACHMENTS,
    AttachmentTold,
    FetchPiece,
    NameAttachments,
    PutPiece,
)
from sync.server.attachments.room import LONGEST_WAIT, Room, begin, drop_pieces, drop_stale
from sync.server.lives.safe import Safe
from sync.server.people.accounts import Caller
from sync.server.refusals import Refused
from sync.server.store.tables import (
    attachment,
    attachment_begun,
    attachment_piece,
    backup,
    log_entry,
    table_of,
)

LONGEST_BACKUP = timedelta(days=1)
"""So long before a backup was done a content must have been here to be in it for certain."""
NONCE_BYTES = 12
_HASH = re.compile("[0-9a-f]{64}")
_paper, _whole, _piece = table_of(Paper).c, attachment.c, attachment_piece.c
_by = and_(log_entry.c.ward == _paper.ward, log_entry.c.changeset == _paper.changeset)


@dataclass(frozen=True)
class Wanted:
    """A content as the paper that names it says."""

    ward: str
    sha256: str
    media: str
    size: int


class Cipher:
    """Encrypts pieces; each is bound to its place."""

    def __init__(self, safe: Safe) -> None:
        made = HKDF(SHA256(), 32, salt=None, info=b"fieldapp attachments 1").derive(safe.key)
        self._cipher = AESGCM(made)

    def seal(self, place: tuple[str, str, str, int], piece: bytes) -> bytes:
        """The piece as it is stored."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, piece, _bound(place))

    def open(self, place: tuple[str, str, str, int], sealed: bytes) -> bytes:
        """The piece. Raises InvalidTag where it is not what was stored there."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(place))


def _bound(place: tuple[str, str, str, int]) -> bytes:
    return "\n".join(("fieldapp attachment", *map(str, place))).encode()


def attachments_told(
    connection: Connection, caller: Caller, request: NameAttachments
) -> tuple[AttachmentTold, ...]:
    """How far the named contents of a ward have come; the caller's right is judged before."""
    if len(request.named) > MOST_ATTACHMENTS:
        raise Refused("server.batch_too_large", 413)
    oldest = connection.execute(
        select(func.min(backup.c.made_at)).where(backup.c.kept.is_(True))
    ).scalar()
    ward, room = request.ward, Room(connection, request.ward, caller.device)
    return tuple(_told(connection, caller, (ward, name), oldest, room) for name in request.named)


def _told(
    connection: Connection,
    caller: Caller,
    name: tuple[str, str],
    oldest: datetime | None,
    room: Room,
) -> AttachmentTold:
    ward, sha256 = name
    wanted = _wanted(connection, ward, sha256)
    if wanted is None:
        return AttachmentTold(sha256, "later", reason="no_paper")
    here = _row(connection, ward, sha256)
    if here is not None:
        durable = oldest is not None and here.received_at < oldest - LONGEST_BACKUP
        return AttachmentTold(sha256, "here", durable=durable)
    if not 0 < wanted.size <= MOST_BYTES:
        return AttachmentTold(sha256, "refused", reason="too_large")
    count = _count(connection, ward, sha256, caller.device)
    if not count and not room.is_there:
        return AttachmentTold(sha256, "later", reason="no_room")
    return AttachmentTold(sha256, "wanted", count)


def put_piece(
    connection: Connection, caller: Caller, request: PutPiece, at: datetime, safe: Safe
) -> AttachmentTold:
    """Takes a piece; the last one makes the content whole, if it is what its paper says. A piece
    that is here already has no second effect, one beyond the next is not taken."""
    ward, sha256 = request.ward, request.sha256
    room = Room(connection, ward, caller.device)
    told = _told(connection, caller, (ward, sha256), None, room)
    wanted = _wanted(connection, ward, sha256)
    if told.state != "wanted" or wanted is None or request.number != told.pieces:
        return told
    piece, last = _read(request.piece), piece_count(wanted.size) - 1
    rest = wanted.size - last * PIECE_BYTES
    if len(piece) != (rest if request.number == last else PIECE_BYTES):
        raise Refused("server.broken_body", 400)
    if not request.number:
        drop_stale(connection, ward, at - LONGEST_WAIT)
        begin(connection, ward, sha256, caller.device, at)
    cipher, place = Cipher(safe), (ward, sha256, caller.device, request.number)
    row = {"ward": ward, "sha256": sha256, "device": caller.device, "number": request.number}
    row |= {"size": len(piece), "sealed": cipher.seal(place, piece), "received_at": at}
    connection.execute(insert(attachment_piece).values(row))
    if request.number < last:
        return AttachmentTold(sha256, "wanted", request.number + 1)
    return _settle(connection, caller, wanted, at, cipher)


def _settle(
    connection: Connection, caller: Caller, wanted: Wanted, at: datetime, cipher: Cipher
) -> AttachmentTold:
    """Makes a content whole, or drops what came of it. Pieces that can't be opened any more (the
    key is another one) are asked for anew."""
    ward, sha256 = wanted.ward, wanted.sha256
    try:
        content = b"".join(_opened(connection, (ward, sha256, caller.device), cipher))
    except InvalidTag:
        drop_pieces(connection, ward, sha256, device=caller.device)
        return AttachmentTold(sha256, "wanted", 0)
    fault = fault_of(content, wanted.media)
    if hashlib.sha256(content).hexdigest() != sha256:
        fault = "other_hash"
    if fault:
        drop_pieces(connection, ward, sha256, device=caller.device)
        return AttachmentTold(sha256, "refused", reason=fault)
    drop_pieces(connection, ward, sha256, but=caller.device)
    row = {"ward": ward, "sha256": sha256, "device": caller.device, "media": wanted.media}
    connection.execute(insert(attachment).values(**row, size=wanted.size, received_at=at))
    return AttachmentTold(sha256, "here")


def piece_told(connection: Connection, request: FetchPiece, safe: Safe) -> tuple[int, bytes]:
    """Size of a content and one of its pieces; the caller's right is judged before.

    Raises:
        Refused: 409 `server.no_such_paper` (no standing paper names it, or no such piece),
            `server.picture_waits` (the laptop that has it did not send it yet),
            `server.picture_damaged`.
    """
    ward, sha256 = request.ward, request.sha256
    if _wanted(connection, ward, sha256) is None:
        raise Refused("server.no_such_paper", 409)
    here = _row(connection, ward, sha256)
    if here is None:
        raise Refused("server.picture_waits", 409)
    if not 0 <= request.number < piece_count(here.size):
        raise Refused("server.no_such_paper", 409)
    place = and_(_piece.ward == ward, _piece.sha256 == sha256, _piece.device == here.device)
    found = select(_piece.sealed).where(place, _piece.number == request.number)
    sealed = connection.execute(found).scalar()
    try:
        piece = Cipher(safe).open((ward, sha256, here.device, request.number), bytes(sealed or b""))
    except (InvalidTag, ValueError) as damage:
        raise Refused("server.picture_damaged", 409) from damage
    return here.size, piece


def forget_unnamed(connection: Connection, ward: str) -> None:
    """Contents that no paper of a ward names any more go: somebody was erased."""
    for table in (attachment_piece, attachment_begun, attachment):
        named = select(_paper.id).where(
            _paper.ward == table.c.ward, _paper.sha256 == table.c.sha256
        )
        connection.execute(delete(table).where(table.c.ward == ward, ~named.exists()))


def attachment_faults(connection: Connection, safe: Safe | None) -> Iterator[tuple[str, str, str]]:
    """Ward, what is wrong (`attachment_missing`: pieces are; `attachment_damaged`) and hash, of
    contents that should be here whole. Without a safe they can't be opened."""
    cipher = Cipher(safe) if safe is not None else None
    rows = connection.execute(select(attachment).order_by(_whole.ward, _whole.sha256)).all()
    for row in rows:
        if _count(connection, row.ward, row.sha256, row.device) != piece_count(row.size):
            yield row.ward, "attachment_missing", row.sha256
        elif cipher is not None and not _is_sound(connection, row, cipher):
            yield row.ward, "attachment_damaged", row.sha256


def drop_faulty(connection: Connection, safe: Safe) -> int:
    """Drops contents that are not whole, so that laptops which have them hand them in again; how
    many those were."""
    gone = list(attachment_faults(connection, safe))
    for ward, _, sha256 in gone:
        drop_pieces(connection, ward, sha256)
        connection.execute(delete(attachment).where(_whole.ward == ward, _whole.sha256 == sha256))
    return len(gone)


def _is_sound(connection: Connection, row: Any, cipher: Cipher) -> bool:
    digest = hashlib.sha256()
    try:
        for piece in _opened(connection, (row.ward, row.sha256, row.device), cipher):
            digest.update(piece)
    except InvalidTag:
        return False
    return digest.hexdigest() == str(row.sha256)


def _opened(connection: Connection, name: tuple[str, str, str], cipher: Cipher) -> Iterator[bytes]:
    ward, sha256, device = name
    here = and_(_piece.ward == ward, _piece.sha256 == sha256, _piece.device == device)
    found = select(_piece.number, _piece.sealed).where(here).order_by(_piece.number)
    for row in connection.execute(found):
        yield cipher.open((ward, sha256, device, row.number), bytes(row.sealed))


def _wanted(connection: Connection, ward: str, sha256: str) -> Wanted | None:
    """What the standing paper of a ward that named a content first says of it: whoever saw a hash
    in the log can't say something else of it."""
    if _HASH.fullmatch(sha256) is None:
        return None
    here = and_(_paper.ward == ward, _paper.sha256 == sha256, _paper.withdrawn.is_(False))
    found = select(_paper.media, _paper.size).select_from(table_of(Paper).outerjoin(log_entry, _by))
    first = log_entry.c.revision.nulls_last(), _paper.id
    row = connection.execute(found.where(here).order_by(*first).limit(1)).first()
    return Wanted(ward, sha256, row.media, row.size) if row is not None else None


def _row(connection: Connection, ward: str, sha256: str) -> Any:
    here = and_(_whole.ward == ward, _whole.sha256 == sha256)
    return connection.execute(select(attachment).where(here)).first()


def _count(connection: Connection, ward: str, sha256: str, device: str) -> int:
    here = and_(_piece.ward == ward, _piece.sha256 == sha256, _piece.device == device)
    return connection.execute(select(func.count()).where(here)).scalar_one()


def _read(piece: str) -> bytes:
    try:
        return base64.b64decode(piece, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise Refused("server.broken_body", 400) from broken
