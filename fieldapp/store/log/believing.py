"""What a laptop believes of itself before a sync: where it stands, and whether anything waits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from fieldapp.store import receipts
from fieldapp.store.log import reunion
from fieldapp.store.meta import read_meta
from fieldapp.store.queries import sync as queries_sync


@dataclass(frozen=True)
class Belief:
    """All of it at one moment.

    Attributes:
        waits: an own changeset is unsent, held, or not back in the log.
        apart: the wards of which something here is of another life of the server's database.
        last: number and hash of the last own changeset of this life of the file.
        numbers_left: receipt numbers before a handshake; None: none was ever leased.
    """

    incarnation: str
    waits: bool
    heads: tuple[queries_sync.HeadHere, ...]
    apart: tuple[str, ...]
    last: tuple[int, str] | None
    numbers_left: int | None


def belief(connection: Connection, mark: receipts.Mark | None) -> Belief:
    """Reads it; `mark`: the receipt number that stands outside the file."""
    life = str(read_meta(connection, "incarnation"))
    heads = queries_sync.heads_here(connection)
    epoch = str(read_meta(connection, "epoch"))
    return Belief(
        incarnation=life,
        waits=queries_sync.something_waits(connection),
        heads=tuple(heads),
        apart=reunion.wards_to_meet(connection, epoch, [head[0] for head in heads]),
        last=queries_sync.last_of_life(connection, life),
        numbers_left=receipts.numbers_left(connection, life, mark),
    )
