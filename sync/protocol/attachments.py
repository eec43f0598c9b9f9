"""The lane of attachments: contents of papers, in pieces, known by their hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MOST_ATTACHMENTS = 200
"""So many contents are named in one call."""

Came = Literal["here", "wanted", "later", "refused"]
"""How far a content has come on the server: it is there whole; its next piece is wanted; it is not
wanted yet (no paper in the log names it, or there is no room); it is not wanted, and why."""


@dataclass(frozen=True)
class NameAttachments:
    """Names contents of a granted ward by their SHA-256, in hex."""

    ward: str
    named: tuple[str, ...]


@dataclass(frozen=True)
class AttachmentTold:
    """How far one has come. `pieces`: how many of this device's are there; `durable`: it is in
    every backup that would still be restored."""

    sha256: str
    state: Came
    pieces: int = 0
    reason: str | None = None
    durable: bool = False


@dataclass(frozen=True)
class AttachmentsTold:
    """The answer, one for each that was named, in the same order."""

    epoch: str
    ward: str
    told: tuple[AttachmentTold, ...]


@dataclass(frozen=True)
class PutPiece:
    """Hands in one piece (base64) of a content that a paper in the ward's log names."""

    ward: str
    sha256: str
    number: int
    piece: str


@dataclass(frozen=True)
class PieceTaken:
    """How far the content has come with it."""

    epoch: str
    told: AttachmentTold


@dataclass(frozen=True)
class FetchPiece:
    """Asks for one piece of a content of a granted ward."""

    ward: str
    sha256: str
    number: int


@dataclass(frozen=True)
class FetchedPiece:
    """The piece (base64), and how long the whole content is."""

    epoch: str
    sha256: str
    number: int
    size: int
    piece: str
