"""What every workbook shares: rows kept on the disk, values written as what they are.

Texts are written as strings, so no name can become a formula and no number loses a zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fieldapp import practice

CELL_UNITS = 32_767
"""UTF-16 units that fit into a cell of Excel."""

A4 = 9
"""Excel's number of the paper size."""


@contextmanager
def open_workbook(part: Path) -> Iterator[Workbook]:
    """A workbook that keeps its rows beside `part`; what the disk says comes out as OSError.

    Rows must be written from the top down, each one from left to right.
    """
    options = {"constant_memory": True, "tmpdir": str(part.parent)}
    book = Workbook(str(part), options)
    book.use_zip64()
    try:
        yield book
        if practice.is_on():
            mark_practice(book)
        book.close()
    except FileCreateError as error:
        raise error.args[0] from error
    finally:
        if not book.fileclosed:  # else Windows could not remove the folder with the rows
            for sheet in book.worksheets():
                with suppress(OSError):
                    sheet._opt_close()


_ACROSS = {
    "width": 620,
    "height": 90,
    "fill": {"none": True},
    "line": {"none": True},
    "font": {"size": 54, "bold": True, "color": "#D9A79E"},
    "align": {"horizontal": "center", "vertical": "middle"},
    "object_position": 3,
}


def mark_practice(book: Workbook) -> None:
    """Writes across every sheet, and over every printed page, that it is one of the training."""
    for sheet in book.worksheets():
        sheet.insert_textbox(4, 1, practice.PAPER_WORD, _ACROSS)
        sheet.set_header(f"&C&28{practice.PAPER_WORD}")


def write_cell(sheet: Worksheet, at: tuple[int, int], value: object, look: Format) -> None:
    """Writes a value as what it is: never lets the library guess from a text.

    A moment is written as its time of day. Nothing is written for "" and None.
    """
    row, column = at
    if isinstance(value, datetime):
        sheet.write_number(row, column, (value.hour * 60 + value.minute) / 1440, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    elif value:
        sheet.write_string(row, column, fitted(str(value)), look)


def fitted(text: str) -> str:
    """The text as long as a cell of Excel can be, ending in an ellipsis where it was cut."""
    if len(text) * 2 <= CELL_UNITS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CELL_UNITS * 2:
        return text
    return units[: (CELL_UNITS - 1) * 2].decode("utf-16-le", "ignore") + "…"
