"""Whether a write-ahead log beside the file is the file's own.

SQLite writes a log back page by page without decrypting it, also when a connection that found the
file unreadable is closed: a log copied over from another file would take the place of this one's
pages. So its first page is looked at before anything opens the file. Formats: SQLite's WAL, and
SQLCipher 4's page (AES, an initialisation vector, HMAC-SHA512 with a key derived from the file's).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from pathlib import Path

HEADER, FRAME_HEADER = 32, 24
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
"""Which byte order the checksums are counted in."""
SALT, CODE = 16, 64
_ROUNDS = 2
_MASK = 0x3A


def is_foreign(file: Path, log: Path, key: bytes) -> bool:
    """Whether the log holds a whole page that was not encrypted for this file.

    A log that is empty, torn at its beginning or not there says nothing: SQLite passes over it.
    """
    try:
        with log.open("rb") as opened:
            header = opened.read(HEADER)
            order = _MAGIC.get(int.from_bytes(header[:4], "big"))
            if order is None or len(header) < HEADER:
                return False
            size = int.from_bytes(header[8:12], "big")
            frame = opened.read(FRAME_HEADER + size)
        with file.open("rb") as opened:
            salt = opened.read(SALT)
    except FileNotFoundError:
        return False
    if len(frame) < FRAME_HEADER + size or not _is_whole(header, frame, order):
        return False
    number, page = int.from_bytes(frame[:4], "big"), frame[FRAME_HEADER:]
    return not hmac.compare_digest(page[-CODE:], code_of(page, number, salt, key))


def _is_whole(header: bytes, frame: bytes, order: str) -> bool:
    """Whether SQLite would take the first frame: its salts and checksums are right."""
    standing = _checksum((0, 0), header[:24], order)
    if standing != struct.unpack(">II", header[24:32]) or frame[8:16] != header[16:24]:
        return False
    found = _checksum(standing, frame[:8] + frame[FRAME_HEADER:], order)
    return found == struct.unpack(">II", frame[16:24])


def _checksum(standing: tuple[int, int], content: bytes, order: str) -> tuple[int, int]:
    first, second = standing
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second


def code_of(page: bytes, number: int, salt: bytes, key: bytes) -> bytes:
    """The authentication code that a page of this file would have."""
    masked = bytes(byte ^ _MASK for byte in salt)
    own_key = hashlib.pbkdf2_hmac("sha512", key, masked, _ROUNDS, 32)
    start = SALT if number == 1 else 0
    told = page[start:-CODE] + struct.pack("<I", number)
    return hmac.digest(own_key, told, "sha512")
