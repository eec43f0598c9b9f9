"""A table as it is seen on a screen, as a workbook: title, what was chosen, heads, rows, hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from fieldapp.errors import UserMends
from fieldapp.model.changesets import canonical
from fieldapp.model.record import to_wire
from fieldapp.reports.files import whole_file
from fieldapp.reports.texts import one_line
from fieldapp.reports.workbook import open_workbook, write_cell
from fieldapp.words import Words
from fieldapp.words.format import number

MOST_ROWS = 1_048_000
"""Rows of one sheet, less what stands around them (Excel has 1,048,576)."""
Value = str | int | date | None


@dataclass(frozen=True)
class TableHead:
    """What stands above the rows: the title, notes line by line, and the heads of the columns with
    their widths in characters."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class WrittenTable:
    """A finished file; `sha256` is that of its rows."""

    path: Path
    rows: int
    sha256: str


def write_table(
    path: Path, head: TableHead, rows: Iterable[Sequence[Value]], words: Words
) -> WrittenTable:
    """Writes a workbook, whole or not at all, with flat memory. Money is whole đồng, days are
    days; texts are texts, whatever they begin with.

    Raises:
        UserMends: `reports.table_too_long`; SurroundingsMend: as `whole_file` says.
    """
    digest, count = hashlib.sha256(), 0
    with whole_file(path) as part, open_workbook(part) as book:
        looks = _looks(book)
        sheet = book.add_worksheet()
        sheet.set_landscape()
        for column, (_, width) in enumerate(head.columns):
            sheet.set_column(column, column, width)
        write_cell(sheet, (0, 0), head.title, looks["title"])
        for at, note in enumerate(head.notes, start=1):
            write_cell(sheet, (at, 0), note, looks["note"])
        top = len(head.notes) + 2
        for column, (title, _) in enumerate(head.columns):
            write_cell(sheet, (top, column), title, looks["head"])
        for row in rows:
            count += 1
            if count > MOST_ROWS:
                raise UserMends("reports.table_too_long", limit=number(MOST_ROWS))
            digest.update(canonical([to_wire(value) for value in row]) + b"\n")
            for column, value in enumerate(row):
                clean = one_line(value) if isinstance(value, str) else value
                write_cell(sheet, (top + count, column), clean, looks[_kind(value)])
        told = words.say("money_place.file_count", n=number(count))
        proof = words.say("money_place.file_hash", hash=digest.hexdigest())
        write_cell(sheet, (top + count + 2, 0), f"{told}. {proof}", looks["note"])
    return WrittenTable(path, count, digest.hexdigest())


def _looks(book: Workbook) -> dict[str, Format]:
    plain = {"font_name": "Times New Roman", "font_size": 11}
    return {
        "title": book.add_format({**plain, "bold": True, "font_size": 14}),
        "note": book.add_format({**plain, "italic": True}),
        "head": book.add_format({**plain, "bold": True, "border": 1, "text_wrap": True}),
        "text": book.add_format({**plain, "border": 1}),
        "number": book.add_format({**plain, "border": 1, "num_format": "#,##0"}),
        "day": book.add_format({**plain, "border": 1, "num_format": "dd/mm/yyyy"}),
    }


def _kind(value: Value) -> str:
    if isinstance(value, date):
        return "day"
    return "number" if isinstance(value, int) else "text"
