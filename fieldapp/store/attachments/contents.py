"""The contents of papers on this laptop: inside its encrypted file, in the pieces they travel in.

They stand beside the records and the journal: nothing that is done here reads or writes either, but
for the question which papers name a content. A content is known by its hash, so the same picture
put in twice lies here once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from fieldapp.model import Paper
from fieldapp.ready import Ready
from fieldapp.rules.attachments import pieces_of
from fieldapp.store.rows import table_of
from fieldapp.store.tables import attachment, attachment_piece

MOST_FETCHED = 300_000_000
"""Bytes of contents that can be fetched again: beyond that the one seen longest ago goes."""
_paper = table_of(Paper.type_name()).c
_one, _piece = attachment.c, attachment_piece.c

Name = tuple[str, str]
"""Ward and hash of a content."""


@dataclass(frozen=True)
class Kept:
    """A content that is here, or that is coming.

    Attributes:
        state: `waiting` (only here), `sent` (the server has it), `refused` (the server does not
            want it: `reason`), `coming` (being fetched).
        own: it was put in on this laptop.
        epoch: the life of the server's database that said that it has it.
    """

    ward: str
    sha256: str
    media: str
    size: int
    state: str
    reason: str | None
    own: bool
    epoch: str | None
    sent_at: str | None

    def waits(self, epoch: str | None) -> bool:
        """Whether the server, in this life of its database, has still to say that it has it."""
        return self.state == "waiting" or (
            self.own and self.state == "sent" and self.epoch != epoch
        )


_KEPT = [_one[name] for name in Kept.__dataclass_fields__]


def keep(connection: Connection, ward: str, content: bytes, media: str, at: str) -> str:
    """Keeps a content that was put in here, in the transaction of its paper; its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = find(connection, ward, sha256)
    if known is not None and known.state in ("waiting", "sent"):
        # without a standing paper the server may have let it go: it is named again, at least
        kept = case((_named(standing_only=True), _one.state), else_="waiting")
        found = update(attachment).where(_is((ward, sha256)))
        connection.execute(found.values(own=True, state=kept))
        return sha256
    forget(connection, [(ward, sha256)])
    row = {"ward": ward, "sha256": sha256, "media": media, "size": len(content)}
    row |= {"state": "waiting", "own": True, "kept_at": at, "used_at": at}
    connection.execute(insert(attachment).values(row))
    pieces = [
        {"ward": ward, "sha256": sha256, "number": number, "content": piece}
        for number, piece in enumerate(pieces_of(content))
    ]
    connection.execute(insert(attachment_piece), pieces)
    return sha256


def find(connection: Connection, ward: str, sha256: str) -> Kept | None:
    """What is known of a content."""
    row = connection.execute(select(*_KEPT).where(_is((ward, sha256)))).first()
    return Kept(*row) if row is not None else None


def found_of(connection: Connection, ward: str, hashes: Iterable[str]) -> dict[str, Kept]:
    """What is known of several contents, by hash."""
    here = and_(_one.ward == ward, _one.sha256.in_(sorted(hashes)))
    rows = [Kept(*row) for row in connection.execute(select(*_KEPT).where(here))]
    return {one.sha256: one for one in rows}


def content_of(connection: Connection, ward: str, sha256: str) -> bytes | None:
    """A content; None where it is not here whole, or not what its hash says."""
    known = find(connection, ward, sha256)
    if known is None or known.state == "coming":
        return None
    content = _joined(connection, ward, sha256)
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def piece_of(connection: Connection, ward: str, sha256: str, number: int) -> bytes | None:
    """One piece; None where it is not here."""
    here = and_(_piece.ward == ward, _piece.sha256 == sha256, _piece.number == number)
    found = connection.execute(select(_piece.content).where(here)).scalar()
    return None if found is None else bytes(found)


def forget(connection: Connection, names: Collection[Name]) -> None:
    """Takes contents out of the file."""
    for ward, sha256 in names:
        connection.execute(
            delete(attachment_piece).where(_piece.ward == ward, _piece.sha256 == sha256)
        )
        connection.execute(delete(attachment).where(_is((ward, sha256))))


def unnamed(connection: Connection, ward: str) -> set[str]:
    """The contents of a ward that no record names."""
    found = select(_one.sha256).where(_one.ward == ward, ~_named())
    return set(connection.execute(found).scalars())


def leave_ward(connection: Connection, ward: str) -> None:
    """Contents that no record names any more leave with a ward that was taken away; what was put in
    here and the server lacks stays."""
    mine = and_(_one.own.is_(True), _one.state == "waiting")
    found = select(_one.sha256).where(_one.ward == ward, ~_named(), ~mine)
    gone = connection.execute(found).scalars().all()
    forget(connection, [(ward, sha256) for sha256 in gone])


# --- what waits ----------------------------------------------------------------------------------


def standing(connection: Connection, epoch: str | None) -> tuple[int, int]:
    """How many contents wait until the server, in this life of its database, has them, and how many
    stay here because it refused them or their ward was taken away."""
    return _WAITING.value(connection, epoch=epoch) or 0, _STAYING.value(connection) or 0


def to_send(
    connection: Connection, epoch: str, wards: Collection[str], *, all_again: bool = False
) -> Sequence[Kept]:
    """Contents of these wards that the server may lack: those that wait, and those of which another
    life of its database (with `all_again` also this one) had said that it has them. The oldest
    first."""
    lacking = _one.state == "sent"
    if not all_again:
        lacking = and_(lacking, _one.epoch.is_distinct_from(epoch))
    waiting = and_(_one.state == "waiting", _named(standing_only=True))
    found = select(*_KEPT).where(_one.ward.in_(sorted(wards)), lacking | waiting)
    rows = connection.execute(found.order_by(_one.kept_at, _one.sha256))
    return [Kept(*row) for row in rows]


def long_sent(connection: Connection, before: str, wards: Collection[str]) -> Sequence[Kept]:
    """Own contents that the server has had since before a moment."""
    old = and_(_one.state == "sent", _one.own.is_(True), _one.sent_at < before)
    found = select(*_KEPT).where(old, _one.ward.in_(sorted(wards)))
    return [Kept(*row) for row in connection.execute(found.order_by(_one.sent_at))]


# --- what the server says, what comes ------------------------------------------------------------


def mark(connection: Connection, name: Name, state: str, **more: Any) -> None:
    """Notes how far a content has come."""
    connection.execute(update(attachment).where(_is(name)).values(state=state, **more))


def let_go(connection: Connection, name: Name) -> None:
    """Notes that an own content can be fetched again whenever it is wanted."""
    connection.execute(update(attachment).where(_is(name)).values(own=False))


def begin_coming(connection: Connection, name: Name, what: tuple[str, int], at: str) -> int:
    """Notes that a content of a type and size is to come; how many of its pieces are here."""
    (ward, sha256), (media, size) = name, what
    if find(connection, ward, sha256) is None:
        row = {"ward": ward, "sha256": sha256, "media": media, "size": size}
        row |= {"state": "coming", "own": False, "kept_at": at, "used_at": at}
        connection.execute(insert(attachment).values(row))
    here = and_(_piece.ward == ward, _piece.sha256 == sha256)
    return connection.execute(select(func.count()).where(here)).scalar_one()


def add_piece(connection: Connection, name: Name, number: int, content: bytes) -> None:
    """Keeps a piece of a content that comes; nothing of one that was forgotten meanwhile."""
    known = find(connection, *name)
    if known is None or known.state != "coming":
        return
    ward, sha256 = name
    row = {"ward": ward, "sha256": sha256, "number": number, "content": content}
    connection.execute(insert(attachment_piece).prefix_with("OR REPLACE").values(row))


def settle_coming(connection: Connection, name: Name, epoch: str, at: str) -> bytes | None:
    """A content that has come whole counts from now on; None, and it is forgotten, where it is not
    what its hash says."""
    content = _joined(connection, *name)
    if hashlib.sha256(content).hexdigest() != name[1]:
        forget(connection, [name])
        return None
    mark(connection, name, "sent", epoch=epoch, sent_at=at, used_at=at)
    _make_room(connection, but=name)
    return content


def used(connection: Connection, name: Name, at: str) -> None:
    """Notes that somebody looked at it."""
    connection.execute(update(attachment).where(_is(name)).values(used_at=at))


def _make_room(connection: Connection, but: Name) -> None:
    fetched = and_(_one.state == "sent", _one.own.is_(False))
    columns = (_one.ward, _one.sha256, _one.size)
    found = select(*columns).where(fetched).order_by(_one.used_at.desc(), _one.sha256)
    total, gone = 0, []
    for ward, sha256, size in connection.execute(found):
        total += size
        if total > MOST_FETCHED and (ward, sha256) != but:
            gone.append((ward, sha256))
    forget(connection, gone)


def _joined(connection: Connection, ward: str, sha256: str) -> bytes:
    here = and_(_piece.ward == ward, _piece.sha256 == sha256)
    found = select(_piece.content).where(here).order_by(_piece.number)
    return b"".join(bytes(piece) for piece in connection.execute(found).scalars())


def _is(name: Name) -> ColumnElement[bool]:
    return and_(_one.ward == name[0], _one.sha256 == name[1])


def _named(*, standing_only: bool = False) -> ColumnElement[bool]:
    """Whether a paper names the content; with `standing_only` one that was not withdrawn."""
    named = and_(_paper.ward == _one.ward, _paper.sha256 == _one.sha256)
    if standing_only:
        named = and_(named, _paper.withdrawn.is_(False))
    return exists().where(named)


_FORMER = and_(_one.state == "sent", _one.own, _one.epoch.is_distinct_from(bindparam("epoch")))
_WAITS = and_((_one.state == "waiting") | _FORMER, _named(standing_only=True))
_LOST = and_(_one.state == "waiting", ~_named())
_REFUSED = and_(_one.state == "refused", _named(standing_only=True))
_WAITING = Ready(select(func.count()).select_from(attachment).where(_WAITS))
_STAYING = Ready(select(func.count()).select_from(attachment).where(_LOST | _REFUSED))
