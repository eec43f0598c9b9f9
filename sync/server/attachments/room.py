"""How much room contents of papers have on the server, and what goes to make some.

A laptop that begins contents without end, or sends pictures without end, reaches a bound of its own
before the ward's is reached: others go on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection, and_, delete, func, insert, select

from fieldapp.model import Paper
from sync.server.store.tables import attachment, attachment_begun, attachment_piece, table_of

MOST_OF_A_WARD = 50_000_000_000
"""Bytes of contents: about a hundred thousand papers. Beyond that none is taken; text is."""
MOST_OF_A_DEVICE = MOST_OF_A_WARD // 5
"""Bytes of a ward's contents that came from one laptop: years of its pictures."""
MOST_BEGUN = 50
"""Contents of a ward that a laptop has begun and not finished. It sends one after the other."""
LONGEST_WAIT = timedelta(days=30)
"""After so long the pieces of a content that was never finished go, and contents that no standing
paper names."""
_paper, _whole, _piece = table_of(Paper).c, attachment.c, attachment_piece.c
_begun = attachment_begun.c


class Room:
    """Whether a laptop may begin one more content in a ward; asked once, and only if need be."""

    def __init__(self, connection: Connection, ward: str, device: str) -> None:
        self._connection, self._ward, self._device = connection, ward, device

    @cached_property
    def is_there(self) -> bool:
        """Whether there is any."""
        mine = and_(_begun.ward == self._ward, _begun.device == self._device)
        begun = select(func.count()).select_from(attachment_begun).where(mine)
        if self._connection.execute(begun).scalar_one() >= MOST_BEGUN:
            return False
        hers = func.sum(_whole.size).filter(_whole.device == self._device)
        held = select(func.sum(_whole.size), hers).where(_whole.ward == self._ward)
        all_of_it, of_the_device = self._connection.execute(held).one()
        return (all_of_it or 0) < MOST_OF_A_WARD and (of_the_device or 0) < MOST_OF_A_DEVICE


def begin(connection: Connection, ward: str, sha256: str, device: str, at: datetime) -> None:
    """Notes that the first piece of a content came."""
    row = {"ward": ward, "sha256": sha256, "device": device, "received_at": at}
    connection.execute(insert(attachment_begun).values(row))


def drop_pieces(
    connection: Connection, ward: str, sha256: str, *, device: str = "", but: str = ""
) -> None:
    """Drops the pieces of a content, of one device or of all `but` one, and that they were begun;
    `but` keeps its pieces, which are whole now."""
    here = and_(_piece.ward == ward, _piece.sha256 == sha256)
    begun = and_(_begun.ward == ward, _begun.sha256 == sha256)
    if device:
        here, begun = and_(here, _piece.device == device), and_(begun, _begun.device == device)
    connection.execute(delete(attachment_piece).where(here, _piece.device != but))
    connection.execute(delete(attachment_begun).where(begun))


def drop_stale(connection: Connection, ward: str, before: datetime) -> None:
    """Room is made by what was begun long ago, and by contents whose papers were withdrawn."""
    old = and_(_begun.ward == ward, _begun.received_at < before)
    for row in connection.execute(select(attachment_begun).where(old)).all():
        drop_pieces(connection, ward, row.sha256, device=row.device)
    gone = select(_paper.sha256).where(_paper.ward == ward, _paper.withdrawn, _paper.sha256 != "")
    standing = select(_paper.id).where(
        _paper.ward == ward, _paper.sha256 == _whole.sha256, _paper.withdrawn.is_(False)
    )
    here = and_(_whole.ward == ward, _whole.received_at < before, _whole.sha256.in_(gone))
    found = select(_whole.sha256).where(here, ~standing.exists())
    for sha256 in connection.execute(found).scalars().all():
        drop_pieces(connection, ward, sha256)
        connection.execute(delete(attachment).where(_whole.ward == ward, _whole.sha256 == sha256))
