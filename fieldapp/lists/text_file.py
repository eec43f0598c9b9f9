"""Text files (csv): the encoding and the sign between the fields are found out.

A text stays a text: what begins with = + - or @ is no formula here, and nobody computes it.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections import Counter
from dataclasses import dataclass

from fieldapp.errors import UserMends
from fieldapp.lists.cells import Cell
from fieldapp.lists.legacy import evidence
from fieldapp.lists.workbook import MOST_COLUMNS, MOST_ROWS, Rows
from fieldapp.reports.visits_csv import unguarded

DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_LINES = 200
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class TextSheet:
    """The lines of a text file, to be read as often as needed, as a sheet is."""

    name: str
    text: str
    encoding: str
    delimiter: str
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()

    @property
    def height(self) -> int:
        """Rows, about: a field may go over several lines."""
        return self.text.count("\n") + 1

    def rows(self) -> Rows:
        """Every row with its number, from 0."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        width, began = 0, 1
        try:
            for number, row in enumerate(reader):
                _check_size(number, row)
                if reader.line_num > began and self._swallows(row, width):
                    raise UserMends("imports.quote_open", field="file", row=began)
                width, began = max(width, len(row)), reader.line_num + 1
                cells: list[Cell] = [unguarded(cell) if cell else None for cell in row]
                yield number, cells
        except csv.Error as defect:
            raise UserMends("imports.cell_too_long", field="file") from defect

    def _swallows(self, row: list[str], width: int) -> bool:
        """Whether a cell holds most of a further row: a quotation mark was opened and not closed.

        An address on several lines has fewer of the signs between fields than a row.
        """
        least = max(3, -(-2 * width // 3))
        lines = (line for cell in row if "\n" in cell for line in cell.splitlines()[1:])
        return any(line.count(self.delimiter) >= least for line in lines)


def _check_size(number: int, row: list[str]) -> None:
    if number >= MOST_ROWS:
        raise UserMends(
            "imports.too_many_rows", field="file", n=number + 1, limit=MOST_ROWS, sheet="csv"
        )
    if len(row) > MOST_COLUMNS:
        raise UserMends("imports.too_many_columns", field="file", n=len(row), limit=MOST_COLUMNS)


def read_text(content: bytes, name: str) -> TextSheet:
    """The rows of a text file.

    Raises:
        UserMends: `imports.not_text`: these bytes are no text in any encoding known here.
    """
    text, encoding = decoded(content)
    return TextSheet(name, text, encoding, delimiter_of(text))


def decoded(content: bytes) -> tuple[str, str]:
    """The text with the encoding that it was in.

    By its mark; by the NULs of UTF-16; UTF-8 if it is valid; else the Windows code page (1258 or
    the Western one, in which TCVN3 and VNI are written) that makes the better Vietnamese.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    wide = _wide_without_mark(content)
    if wide:
        return _strictly(content, wide), wide
    if b"\0" in content:
        raise UserMends("imports.not_text", field="file")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _from_code_page(content)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as defect:
        raise UserMends("imports.not_text", field="file") from defect
    if "\0" in text:
        raise UserMends("imports.not_text", field="file")
    return text


def _wide_without_mark(content: bytes) -> str:
    """UTF-16 without its mark: every other byte of what is written in ASCII is a NUL."""
    sample = content[:4_000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd / half > 0.3 and even / half < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even / half > 0.3 and odd / half < 0.02 else ""


_WESTERN_SIGNS = {n: bytes([n]).decode("cp1252", "ignore") or None for n in range(128, 160)}
"""Places that the Western code page fills otherwise than Latin-1, or leaves empty."""


def _from_code_page(content: bytes) -> tuple[str, str]:
    viet = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
    west = content.decode("latin-1")
    west = west.translate(
        {n: bytes([n]).decode("cp1252", "ignore") or None for n in range(128, 160)}
    )
    lines = viet.splitlines()[:2_000]
    if evidence(lines).share >= 0.7:
        return viet, "windows-1258"
    return west, "windows-1252"


def delimiter_of(text: str) -> str:
    """The sign that parts most of the first lines into the same number of fields."""
    sample = io.StringIO(text[:200_000], newline="")
    lines = [line for _, line in zip(range(_SAMPLE_LINES), sample, strict=False) if line.strip()]
    best, most = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        widths = _widths(lines, delimiter)
        (width, rows), *_ = widths.most_common(1) or [(1, 0)]
        power = (width - 1) * rows if width > 1 else 0
        if power > most:
            best, most = delimiter, power
    return best


def _widths(lines: list[str], delimiter: str) -> Counter[int]:
    """Line by line: a quotation mark that is not closed must not swallow the others."""
    try:
        rows = [row for line in lines for row in csv.reader([line], delimiter=delimiter)]
        return Counter(len(row) for row in rows if len(row) > 1)
    except csv.Error:
        return Counter()
