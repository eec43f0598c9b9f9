"""What may be kept of a scanned paper, judged by its bytes and never by its name.

Both sides ask this of the same content: the laptop before it keeps or shows one, the server before
it calls one whole. Only headers are read, so nothing here can be made to unpack anything.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MOST_BYTES = 4_000_000
"""Of one content as it is kept and sent."""
PIECE_BYTES = 48_000
"""So much travels at once: what a cut repeats at most. At 64 kbit/s it takes 6 seconds."""
MOST_PIXELS = 50_000_000
MOST_SIDE = 20_000

_PNG_BEGINS, _PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The marks of a JPEG behind which its size stands."""
_SCAN = 0xDA
MOST_SCANS = 64
"""Of one JPEG, ten times what a program writes: each is a pass over the whole picture, so a small
file with thousands of them is unpacked for hours. The mark stands nowhere else in packed data."""


class Unfit(ValueError):
    """A content that is not kept; `reason` is a code: `unknown_kind`, `damaged`, `too_many_pixels`,
    `too_large`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Looked:
    """What a content is; a PDF has no size in pixels."""

    media: str
    wide: int = 0
    high: int = 0


def look(content: bytes) -> Looked:
    """What a content is, by its first bytes and its header.

    Raises:
        Unfit: `unknown_kind`, `damaged` (the header is cut or says nonsense), `too_many_pixels`.
    """
    if content.startswith(b"%PDF-"):
        return Looked(PDF)
    if content.startswith(_PNG_BEGINS):
        found = Looked(PNG, *_png_size(content))
    elif content.startswith(b"\xff\xd8\xff"):
        found = Looked(JPEG, *_jpeg_size(content))
        if content.count(bytes((0xFF, _SCAN))) > MOST_SCANS:
            raise Unfit("damaged")
    else:
        raise Unfit("unknown_kind")
    if not found.wide or not found.high:
        raise Unfit("damaged")
    if max(found.wide, found.high) > MOST_SIDE or found.wide * found.high > MOST_PIXELS:
        raise Unfit("too_many_pixels")
    return found


def fault_of(content: bytes, media: str) -> str | None:
    """Why a content can't be kept as one of this type; None: it can. It has to end as its type
    ends, so that nothing else hangs behind a picture."""
    try:
        if len(content) > MOST_BYTES:
            raise Unfit("too_large")
        found = look(content)
        if found.media != media:
            raise Unfit("unknown_kind")
        if not _ends_well(content, media):
            raise Unfit("damaged")
    except Unfit as unfit:
        return unfit.reason
    return None


def piece_count(size: int) -> int:
    """In how many pieces a content of this size travels."""
    return max(1, -(-size // PIECE_BYTES))


def pieces_of(content: bytes) -> Iterator[bytes]:
    """A content in the pieces in which it travels and lies."""
    for start in range(0, max(1, len(content)), PIECE_BYTES):
        yield content[start : start + PIECE_BYTES]


def _ends_well(content: bytes, media: str) -> bool:
    if media == PDF:
        return b"%%EOF" in content[-1024:]
    return content.endswith(_PNG_ENDS if media == PNG else b"\xff\xd9")


def _png_size(content: bytes) -> tuple[int, int]:
    if len(content) < 24 or content[12:16] != b"IHDR":
        raise Unfit("damaged")
    return struct.unpack(">II", content[16:24])


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            break
        mark = content[at + 1]
        if mark == 0xFF:  # a byte that fills
            at += 1
            continue
        if mark in _FRAMES:
            high, wide = struct.unpack(">HH", content[at + 5 : at + 9])
            return wide, high
        if mark == _SCAN:
            break
        at += 2 + max(2, struct.unpack(">H", content[at + 2 : at + 4])[0])
    raise Unfit("damaged")
