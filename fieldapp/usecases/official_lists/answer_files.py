"""Reads the file in which the agency answers a list: csv or a workbook, columns in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fieldapp import practice
from fieldapp.errors import UserMends
from fieldapp.lists.cells import text_of
from fieldapp.lists.reading import open_file
from fieldapp.rules.folding import fold

MOST_ROWS = 5_000
"""Ten times the lines of the longest list; a longer file is no answer to one."""
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
    "name": ("ho va ten", "ho ten", "ho, ten", "full name", "name"),
    "reason": ("ly do", "ly do tra lai", "noi dung", "reason"),
    "note": ("ghi chu", "note"),
}


@dataclass(frozen=True)
class AnswerRow:
    """One row as it stands in the file: `row` counts the file's lines from 1.

    `note` is a column of remarks: a list that comes back with answers written into it has its own.
    """

    row: int
    number: str
    identity: str
    answer: str
    reason: str
    name: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The row on one line, to be shown."""
        parts = (self.number, self.identity, self.name, self.answer, self.reason or self.note)
        return " | ".join(part for part in parts if part)


def read_answer_rows(path: Path) -> tuple[AnswerRow, ...]:
    """The rows below the header of a csv or xlsx file.

    Raises:
        UserMends: `imports.…` with why the file is refused; `submission.file_no_header` (it needs
            a column for the line or the ID, and one for the answer); `submission.file_too_long`.
        UserMends: `cli.file_unreadable`.
    """
    if practice.is_on():
        raise UserMends("imports.not_in_training", field="path")
    sheet = open_file(path).sheets[0]
    table = [
        [text_of(cell).value or "" for cell in cells]
        for _, cells in islice(sheet.rows(), MOST_ROWS + 1)
    ]
    if len(table) > MOST_ROWS:
        raise UserMends("submission.file_too_long", field="path", name=path.name, limit=MOST_ROWS)
    return tuple(_rows(table, path))


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
                said.get("name", ""),
                said.get("note", ""),
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
