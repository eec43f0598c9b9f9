"""A ward as it stands: its rows at a revision, in pieces that are fetched in any number of goes."""

from __future__ import annotations

from dataclasses import dataclass

from sync.protocol.limits import PAGE_BYTES


@dataclass(frozen=True)
class Snapshot:
    """Asks for the list of the pieces of a ward's snapshot."""

    ward: str


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds. Revision 0: there is none, and the log has to be pulled.

    Attributes:
        chain: the log's chain at `revision`.
        rows: how many rows, and
        row_sum: what they sum up to (`model.sums`).
        floor: the log comes along from the entry after this revision; `floor_chain`: its chain.
        types: of the records that it holds.
        pieces: the SHA-256 of each piece's bytes, those of rows first; `row_pieces` are of rows.
    """

    epoch: str
    ward: str
    revision: int = 0
    chain: str = ""
    rows: int = 0
    row_sum: str = ""
    floor: int = 0
    floor_chain: str = ""
    types: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    row_pieces: int = 0


@dataclass(frozen=True)
class FetchPieces:
    """Asks for pieces of a snapshot from the one with this number (from 0) on."""

    ward: str
    revision: int
    first: int
    limit_bytes: int = PAGE_BYTES
    """Unpacked; one piece always comes."""


@dataclass(frozen=True)
class Pieces:
    """Some pieces in a row: each base64 of zlib-packed lines.

    A line of a piece of rows is the canonical JSON whose SHA-256 is the row's hash, without a
    conflict's revision, which stands behind a tab. One of a piece of entries is the canonical JSON
    of a list: revision, content, outcome, chain, epoch, seal.
    """

    epoch: str
    ward: str
    revision: int
    first: int
    pieces: tuple[str, ...]
