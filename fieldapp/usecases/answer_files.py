"""Reads the file in which the agency answers a list: csv or a workbook, columns in any order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.rules.folding import fold

MOST_BYTES = 20_000_000
MOST_ROWS = 5_000
HEADER_WITHIN = 30
"""The header stands in one of the first lines: above it are titles."""

_HEADERS = {
    "number": ("stt", "so thu tu", "dong", "number", "line"),
    "identity": (
        "so cccd",
        "cccd",
        "so dinh danh",
        "so cccd/ddcn",
        "ddcn",
        "so cmnd",
        "ma so bhxh",
        "ma so bhyt",
        "ma so",
        "id",
        "id number",
    ),
    "answer": ("ket qua", "trang thai", "tra loi", "ket qua xu ly", "answer", "result"),
    "reason": ("ly do", "ly do tra lai", "ghi chu", "noi dung", "reason", "note"),
}


@dataclass(frozen=True)
class AnswerRow:
    """One row as it stands in the file: `row` counts the file's lines from 1."""

    row: int
    number: str
    identity: str
    answer: str
    reason: str

    @property
    def text(self) -> str:
        """The row on one line, to be shown."""
        parts = (self.number, self.identity, self.answer, self.reason)
        return " | ".join(part for part in parts if part)


def read_answer_rows(path: Path) -> tuple[AnswerRow, ...]:
    """The rows below the header of a csv or xlsx file.

    Raises:
        UserMends: `submission.file_kind`, `submission.file_large`, `submission.file_broken`,
            `submission.file_no_header` (it needs a column for the line or the ID, and one for the
            answer).
        SurroundingsMend: `submission.file_unreadable`.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserMends("submission.file_large", field="path", name=path.name)
        table = _csv(path) if path.suffix.lower() in (".csv", ".txt") else _workbook(path)
    except OSError as defect:
        raise SurroundingsMend("submission.file_unreadable", name=path.name) from defect
    return tuple(_rows(table, path))


def _csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as defect:
        raise UserMends("submission.file_broken", field="path", name=path.name) from defect
    head = text[:4000]
    separator = max(";,\t|", key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    return list(islice(rows, MOST_ROWS + HEADER_WITHIN))


def _workbook(path: Path) -> list[list[str]]:
    if path.suffix.lower() not in (".xlsx", ".xls", ".ods"):
        raise UserMends("submission.file_kind", field="path", name=path.name)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + HEADER_WITHIN)
    except CalamineError as defect:
        raise UserMends("submission.file_broken", field="path", name=path.name) from defect
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _rows(table: Sequence[Sequence[str]], path: Path) -> Iterator[AnswerRow]:
    place, columns = _header(table)
    if "answer" not in columns or not columns.keys() & {"number", "identity"}:
        raise UserMends("submission.file_no_header", field="path", name=path.name)
    for row, cells in enumerate(table[place + 1 :], start=place + 2):
        said = {
            name: (cells[column].strip() if column < len(cells) else "")
            for name, column in columns.items()
        }
        if any(said.values()):
            yield AnswerRow(
                row,
                said.get("number", ""),
                said.get("identity", ""),
                said["answer"],
                said.get("reason", ""),
            )


def _header(table: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The line with the most known headings, and the columns that they name."""
    best: tuple[int, dict[str, int]] = (0, {})
    for place, cells in enumerate(table[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            name = _named(cell)
            if name:
                columns.setdefault(name, column)
        if len(columns) > len(best[1]):
            best = place, columns
    return best


def _named(cell: str) -> str:
    folded = fold(cell)
    return next((name for name, known in _HEADERS.items() if folded in known), "")
