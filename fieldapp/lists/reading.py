"""Opening a foreign file: what it is by its content, and why it may be refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fieldapp.errors import UserMends
from fieldapp.lists.text_file import TextSheet, read_text
from fieldapp.lists.workbook import Sheet, read_workbook

LARGEST_FILE = 60_000_000
"""Bytes; a list of 100,000 people is about 6 million as xlsx, 12 million as csv."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"{\\rtf", b"%pdf")
_WORKBOOKS, _TEXTS = (".xlsx",), (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class Opened:
    """A file that may be read.

    Attributes:
        digest: of the whole content: names this very list.
        kind: `xlsx` or `csv`.
    """

    path: Path
    kind: str
    digest: str
    sheets: tuple[Sheet | TextSheet, ...]


def open_file(path: Path, beat: Callable[[], None] = lambda: None) -> Opened:
    """Opens a workbook or a text file.

    `beat` is called now and then; what it raises ends the reading.

    Raises:
        UserMends: `imports.…` with why it is refused; `cli.file_unreadable`: it is not there, or
            may not be read.
    """
    content = _content_of(path)
    kind = _kind_of(content, path)
    digest = hashlib.sha256(content).hexdigest()
    if kind == "xlsx":
        return Opened(path, kind, digest, read_workbook(content, beat))
    return Opened(path, kind, digest, (read_text(content, path.name),))


def _content_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as defect:
        raise UserMends("cli.file_unreadable", field="file", path=str(path)) from defect
    if len(content) > LARGEST_FILE:
        raise UserMends("imports.file_too_large", field="file", limit=LARGEST_FILE // 1_000_000)
    if not content.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise UserMends("imports.empty", field="file")
    return content


def _kind_of(content: bytes, path: Path) -> str:
    """What the content is, if the name says the same."""
    ending = path.suffix.lower()
    if ending in (".xlsm", ".xltm", ".xlsb", ".xlam"):
        raise UserMends("imports.macros", field="file")
    if content.startswith(_OLE):
        code = "imports.encrypted" if _ENCRYPTED in content else "imports.old_format"
        raise UserMends(code, field="file")
    if ending in (".xls", ".ods") and content.startswith(_ZIP):
        raise UserMends("imports.old_format", field="file")
    head = content[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if content.startswith(_ZIP):
        _must_be_called(ending, _WORKBOOKS, path)
        return "xlsx"
    if head.startswith(_MARKUP) or ending not in _TEXTS:
        raise UserMends("imports.wrong_extension", field="file", name=path.name)
    return "csv"


def _must_be_called(ending: str, known: tuple[str, ...], path: Path) -> None:
    if ending not in known:
        raise UserMends("imports.wrong_extension", field="file", name=path.name)
