"""A workbook's zip container, looked at before anything in it is opened.

Sizes in a zip's directory are claims. Every part is unpacked here once, in small pieces that are
thrown away, up to what the directory says and not a byte further: only a container that keeps its
word is handed on to a reader that would believe it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from fieldapp.errors import UserMends

MOST_ENTRIES = 2_000
MOST_BYTES = 400_000_000
"""Unpacked, all parts together: a list of 100,000 people has about a tenth of this."""
HIGHEST_RATIO = 150
"""Unpacked to packed, of the whole container; sheets of real lists reach about 30."""
SMALL = 5_000_000
"""A container that unpacks to less harms nobody, whatever its ratio."""
PIECE = 65_536
_LOCAL_HEAD = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1


class Container:
    """The parts of a checked container, by name, to be streamed."""

    def __init__(self, content: bytes) -> None:
        """Checks what the directory says.

        Raises:
            UserMends: `imports.damaged`, `imports.zip_bomb`, `imports.encrypted`.
        """
        self._content = content
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                self._parts = {part.filename: part for part in opened.infolist()}
                count = len(opened.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as defect:
            raise UserMends("imports.damaged", field="file") from defect
        self._check_claims(count)

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        return frozenset(self._parts)

    def _check_claims(self, count: int) -> None:
        total = sum(part.file_size for part in self._parts.values())
        ratio = total / max(len(self._content), 1)
        if count != len(self._parts):
            raise UserMends("imports.damaged", field="file")
        if count > MOST_ENTRIES or total > MOST_BYTES or (total > SMALL and ratio > HIGHEST_RATIO):
            raise UserMends("imports.zip_bomb", field="file")
        if any(part.flag_bits & _ENCRYPTED for part in self._parts.values()):
            raise UserMends("imports.encrypted", field="file")

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part's content in pieces, never more than the directory says.

        Raises:
            UserMends: `imports.damaged`; `imports.zip_bomb`: there is more than was said.
        """
        part = self._parts[name]
        packed = self._packed(part)
        if part.compress_type == zipfile.ZIP_STORED:
            if len(packed) != part.file_size:
                raise UserMends("imports.damaged", field="file")
            yield from (packed[at : at + PIECE] for at in range(0, len(packed), PIECE))
        elif part.compress_type == zipfile.ZIP_DEFLATED:
            yield from _inflated(packed, part.file_size)
        else:
            raise UserMends("imports.damaged", field="file")

    def check(self, name: str) -> None:
        """Unpacks a part for nothing but to see that it is what the directory says."""
        for _ in self.pieces(name):
            pass

    def _packed(self, part: zipfile.ZipInfo) -> bytes:
        head = self._content[part.header_offset : part.header_offset + _LOCAL_HEAD.size]
        if len(head) < _LOCAL_HEAD.size:
            raise UserMends("imports.damaged", field="file")
        sign, name, extra = _LOCAL_HEAD.unpack(head)
        start = part.header_offset + _LOCAL_HEAD.size + name + extra
        packed = self._content[start : start + part.compress_size]
        if sign != b"PK\x03\x04" or len(packed) != part.compress_size:
            raise UserMends("imports.damaged", field="file")
        return packed


def _inflated(packed: bytes, size: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-15)
    given, waiting = 0, packed
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(waiting, PIECE)
            given += len(piece)
            if given > size:
                raise UserMends("imports.zip_bomb", field="file")
            if not piece and not unpacker.unconsumed_tail and not unpacker.eof:
                raise UserMends("imports.damaged", field="file")
            yield piece
            waiting = unpacker.unconsumed_tail
    except zlib.error as defect:
        raise UserMends("imports.damaged", field="file") from defect
    if given != size:
        raise UserMends("imports.damaged", field="file")
