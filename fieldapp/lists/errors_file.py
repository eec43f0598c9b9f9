"""The lines that were not imported, as a file of the same form with the reason behind each.

It has the titles and heads of the list, so that it can be corrected and imported again. In a
register without codes the other lines of the household stand beside a faulty one, without a reason:
they tell which household it is, and are found to be there already.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from fieldapp.lists.cells import Cell
from fieldapp.lists.layout import Laid
from fieldapp.lists.text_file import TextSheet
from fieldapp.reports.files import whole_file
from fieldapp.reports.visits_csv import guarded

Row = tuple[int, int]
"""Sheet, and number of the row in the file, from 1."""


@dataclass(frozen=True)
class Leftover:
    """What goes into the file.

    Attributes:
        reasons: per row why it was not imported; "" for a row that only tells the household.
        lenders: rows whose empty household columns are those of another row.
        head: what stands over the column of reasons.
    """

    reasons: Mapping[Row, str]
    lenders: Mapping[Row, Row]
    head: str


LENT = ("household_code", "head_name", "address", "house_number", "street", "neighbourhood", "ward")


def write_leftover(path: Path, laid: Sequence[Laid], left: Leftover) -> None:
    """Writes the file, whole or not at all, as xlsx or csv like the list itself.

    Raises:
        SurroundingsMend, UserMends: as `whole_file` says.
    """
    with whole_file(path) as part:
        if isinstance(laid[0].source, TextSheet):
            _write_text(part, laid[0], left)
        else:
            _write_workbook(part, laid, left)


def _rows(laid: Laid, left: Leftover) -> Iterator[tuple[int, list[Cell], str]]:
    """Titles and heads, then the rows that are left with their section's heading before them."""
    lent: dict[Row, list[Cell]] = {}
    needed = set(left.lenders.values())
    heading: tuple[int, list[Cell]] | None = None
    width = len(laid.head.texts)
    for number, cells in laid.source.rows():
        row = (laid.number, number + 1)
        if row in needed:
            lent[row] = cells
        if number <= laid.head.last or number == laid.numbering:
            yield number, cells, left.head if number == laid.head.last else ""
        elif number in laid.sections:
            heading = number, cells
        elif row in left.reasons:
            if heading is not None:
                yield (*heading, "")
                heading = None
            _lend(cells, lent.get(left.lenders.get(row, row)), laid, width)
            yield number, cells, left.reasons[row]


def _lend(cells: list[Cell], lender: list[Cell] | None, laid: Laid, width: int) -> None:
    cells += [None] * (width - len(cells))
    for name in LENT:
        place = laid.columns.get(name)
        if lender and place is not None and place < len(lender) and cells[place] is None:
            cells[place] = lender[place]


# --- text ----------------------------------------------------------------------------------------


def _write_text(part: Path, laid: Laid, left: Leftover) -> None:
    assert isinstance(laid.source, TextSheet)
    width = len(laid.head.texts)
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=laid.source.delimiter, lineterminator="\r\n")
        for _, cells, reason in _rows(laid, left):
            texts = [guarded(str(cell)) if cell is not None else "" for cell in cells[:width]]
            texts += [""] * (width - len(texts))
            writer.writerow([*texts, reason])


# --- workbook ------------------------------------------------------------------------------------


def _write_workbook(part: Path, laid: Sequence[Laid], left: Leftover) -> None:
    book = Workbook(str(part), {"strings_to_formulas": False, "strings_to_urls": False})
    looks = {
        "day": book.add_format({"num_format": "dd/mm/yyyy"}),
        "digits": book.add_format({"num_format": "0"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"}),
    }
    for one in laid:
        if any(sheet == one.number for sheet, _ in left.reasons):
            sheet = book.add_worksheet(one.source.name[:31])
            _write_sheet(sheet, one, left, looks)
    book.close()


def _write_sheet(sheet: Any, laid: Laid, left: Leftover, looks: Mapping[str, Any]) -> None:
    width = len(laid.head.texts)
    at = 0
    for number, cells, reason in _rows(laid, left):
        at = number if number <= laid.head.last else at + 1
        head = number <= laid.head.last
        for place, cell in enumerate(cells[:width] if not head else cells):
            _write(sheet, (at, place), cell, looks["head"] if head else None, looks)
        if reason:
            sheet.write_string(at, width, reason, looks["head"] if head else None)
        if number == laid.head.last:
            _merge_heads(sheet, laid, looks)
    sheet.set_column(width, width, 60)


def _merge_heads(sheet: Any, laid: Laid, looks: Mapping[str, Any]) -> None:
    """Heads that were merged stay so: their layout is read from it."""
    for (top, left), (bottom, right) in laid.source.merged:
        if laid.head.first <= top and bottom <= laid.head.last:
            text = next(
                (c[left] for n, c in laid.source.rows() if n == top and left < len(c)), None
            )
            sheet.merge_range(top, left, bottom, right, "", looks["head"])
            _write(sheet, (top, left), text, looks["head"], looks)


def _write(
    sheet: Any, at: tuple[int, int], cell: Cell, look: Any, looks: Mapping[str, Any]
) -> None:
    """A cell as what it was; a text is never taken for a formula."""
    row, column = at
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, look)
    elif isinstance(cell, float):
        sheet.write_number(
            row, column, cell, look or (looks["digits"] if cell.is_integer() else None)
        )
    elif isinstance(cell, datetime | date):
        sheet.write_datetime(row, column, cell, look or looks["day"])
    else:
        sheet.write_string(row, column, str(cell), look)
