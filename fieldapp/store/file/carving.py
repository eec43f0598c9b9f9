"""Own actions out of single pages, where the file's schema can't be read any more.

Without its schema SQLite reads nothing of a file. Each page that proves to be the file's own is
decrypted by itself; a row of the journal is known by a content beside its own hash, so nothing is
taken for one that is none. Formats: SQLite's table leaves and overflow pages, SQLCipher 4's pages.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from fieldapp.model.changesets import content_hash
from fieldapp.store.file.foreign_log import CODE, FRAME_HEADER, HEADER, SALT, code_of

PAGE = 4096
RESERVED = 80
_USABLE = PAGE - RESERVED
_LEAF = 0x0D
_MOST_LOCAL = _USABLE - 35
_LEAST_LOCAL = (_USABLE - 12) * 32 // 255 - 23
_LONGEST_CHAIN = 1_000
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
"""Bytes of a value by its serial type, below 12."""


def contents(file: Path, log: Path, key: bytes) -> Iterator[bytes]:
    """Each content that stands beside its own hash in a row of any readable page."""
    pages = _Pages(file, log, key)
    for number in pages.numbers:
        page = pages.plain(number)
        if page is None:
            continue
        for values in _rows(page, number, pages):
            texts = {value for value in values if isinstance(value, str)}
            for value in values:
                if isinstance(value, bytes) and content_hash(value) in texts:
                    yield value


class _Pages:
    """The pages of a file, newest first: those of its log, then its own."""

    def __init__(self, file: Path, log: Path, key: bytes) -> None:
        raw = file.read_bytes() if file.exists() else b""
        self._salt, self._key = raw[:SALT], key
        own = [(at // PAGE + 1, raw[at : at + PAGE]) for at in range(0, len(raw), PAGE)]
        self._kept: dict[int, list[bytes]] = {}
        for number, page in [*_frames(log), *own]:
            self._kept.setdefault(number, []).append(page)
        self.numbers = sorted(self._kept)

    def plain(self, number: int) -> bytes | None:
        """A page decrypted, the newest that is the file's own; None where none is."""
        for page in self._kept.get(number, ()):
            if len(page) == PAGE and hmac.compare_digest(
                page[-CODE:], code_of(page, number, self._salt, self._key)
            ):
                return self._decrypted(page, number)
        return None

    def _decrypted(self, page: bytes, number: int) -> bytes:
        start = SALT if number == 1 else 0
        vector = page[_USABLE : _USABLE + 16]
        cipher = Cipher(AES(self._key), CBC(vector)).decryptor()
        return bytes(start) + cipher.update(page[start:_USABLE]) + cipher.finalize()


def _frames(log: Path) -> list[tuple[int, bytes]]:
    """The pages in a log, the last one first. Which are the file's own their codes will tell."""
    raw = log.read_bytes() if log.exists() else b""
    found = []
    for at in range(HEADER, len(raw) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        start = at + FRAME_HEADER
        found.append((int.from_bytes(raw[at : at + 4], "big"), raw[start : start + PAGE]))
    return found[::-1]


def _rows(page: bytes, number: int, pages: _Pages) -> Iterator[list[object]]:
    """The rows of a leaf of a table; nothing for another kind of page."""
    start = 100 if number == 1 else 0
    if page[start] != _LEAF:
        return
    for place in range(int.from_bytes(page[start + 3 : start + 5], "big")):
        pointer = start + 8 + 2 * place
        cell = int.from_bytes(page[pointer : pointer + 2], "big")
        try:
            yield _values(_payload(page, cell, pages))
        except (IndexError, ValueError):
            continue  # a part of it lies on a page that can't be read


def _payload(page: bytes, cell: int, pages: _Pages) -> bytes:
    size, at = _varint(page, cell)
    _, at = _varint(page, at)
    if size <= _MOST_LOCAL:
        return page[at : at + size]
    local = _LEAST_LOCAL + (size - _LEAST_LOCAL) % (_USABLE - 4)
    local = local if local <= _MOST_LOCAL else _LEAST_LOCAL
    found = page[at : at + local]
    following = int.from_bytes(page[at + local : at + local + 4], "big")
    for _ in range(_LONGEST_CHAIN):
        if len(found) >= size:
            return found[:size]
        more = pages.plain(following)
        if more is None:
            break
        following, found = int.from_bytes(more[:4], "big"), found + more[4:_USABLE]
    raise ValueError("a part of the row can't be read")


def _values(payload: bytes) -> list[object]:
    """The texts and bytes of a record; None for every other value."""
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[object] = []
    for kind in kinds:
        size = _SIZES[kind] if kind < 12 else (kind - 12) // 2
        value = payload[at : at + size]
        at += size
        values.append((value.decode() if kind % 2 else value) if kind >= 12 else None)
    return values


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """SQLite's number of one to nine bytes, and where it ends."""
    value = 0
    for place in range(8):
        value = value << 7 | content[at + place] & 0x7F
        if content[at + place] < 0x80:
            return value, at + place + 1
    return value << 8 | content[at + 8], at + 9
