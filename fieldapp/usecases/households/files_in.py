"""Files that people point at, whatever they may be: read whole, or not at all."""

from __future__ import annotations

import stat
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldapp.errors import UserMends

BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError),
    *(AttributeError, NotImplementedError, AssertionError, struct.error, zlib.error),
)
"""What Pillow's readers raise at a broken file, format by format."""


def read_file(path: Path, most: int, unreadable: str, too_large: str, field: str) -> bytes:
    """The content of a file of at most so many bytes.

    Raises:
        UserMends: with the code `unreadable` (gone, no plain file, no right) or `too_large`.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UserMends(unreadable, field=field, path=str(path))
        with path.open("rb") as file:
            content = file.read(most + 1) if path.stat().st_size <= most else None
    except (OSError, ValueError) as refusal:
        raise UserMends(unreadable, field=field, path=str(path)) from refusal
    if content is None or len(content) > most:
        raise UserMends(too_large, field=field, megabytes=most // 1_000_000)
    return content


@contextmanager
def quietly() -> Iterator[None]:
    """What Pillow remarks about odd files is for nobody: only the size matters, and is checked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
