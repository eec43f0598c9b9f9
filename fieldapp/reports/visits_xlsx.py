"""The visit log as an Excel workbook: a table to filter, and a sheet that says what it is.

Rows go to the disk as they come, in a folder beside the target. A table that is longer than Excel's
sheets goes on in the next sheet, under the same head.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from fieldapp.clock import VIETNAM
from fieldapp.reports.files import whole_file
from fieldapp.reports.visit_cells import Column, Value, columns, values_of
from fieldapp.reports.visit_changes import Changes, change_summary, change_text
from fieldapp.reports.visit_row import VisitRow
from fieldapp.reports.visits import (
    UNWATCHED,
    Tally,
    VisitLog,
    Watch,
    Written,
    shown,
    summary,
)
from fieldapp.reports.workbook import A4, open_workbook, write_cell
from fieldapp.words import Words

ROWS_A_SHEET = 1_048_575
"""Rows that fit on a sheet of Excel below the head."""

_FORMATS = {
    "head": {"bold": True, "bg_color": "#ECE9E2", "bottom": 1, "bottom_color": "#8E877B",
             "text_wrap": True, "valign": "vcenter"},
    "date": {"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"},
    "time": {"num_format": "hh:mm", "valign": "top", "align": "left"},
    "text": {"valign": "top", "text_wrap": True},
    "digits": {"valign": "top", "num_format": "@"},
    "count": {"valign": "top", "num_format": "0"},
    "money": {"valign": "top", "num_format": '#,##0" đ"'},
    "label": {"bold": True, "valign": "top"},
    "figure": {"num_format": "#,##0", "valign": "top", "align": "left"},
}  # fmt: skip


def write_xlsx(
    path: Path,
    rows: Iterable[VisitRow],
    *,
    log: VisitLog,
    words: Words,
    watch: Watch = UNWATCHED,
    changes: Changes | None = None,
    rows_a_sheet: int = ROWS_A_SHEET,
) -> Written:
    """Writes the log as a workbook; raises as `whole_file` and `Tally.over` do, leaving no file.

    `changes`: what is otherwise than in the last export, for sheets of its own.

    A text longer than a cell can hold is cut and ends in an ellipsis; the hash is of all of it.
    """
    tally = Tally(log, watch)
    with whole_file(path) as part, open_workbook(part) as book:
        book.set_properties(
            {
                "title": words.say("reports.visits_title"),
                "author": log.made_by,
                "created": log.made_at.astimezone(VIETNAM).replace(tzinfo=None),
            }
        )
        heads = columns(words, log.columns)
        table = _Table(book, words.say("reports.sheet_visits"), heads, rows_a_sheet)
        told = values_of(words, log.columns)
        for row in tally.over(rows):
            table.add(told(row))
        table.end()
        said = summary(log, tally, words)
        if changes is not None:
            _write_changes(book, changes, log, words, watch, rows_a_sheet)
            said += change_summary(changes, words)
        _write_summary(book, said, words)
    return tally.written(path)


def _write_changes(
    book: Workbook, changes: Changes, log: VisitLog, words: Words, watch: Watch, rows_a_sheet: int
) -> None:
    """The rows that are new, changed or gone since the last export."""
    kept = changes.columns
    heads = (
        Column("change", words.say("reports.column_change"), "text", 34),
        *columns(words, kept),
    )
    table = _Table(book, words.say("reports.sheet_changes"), heads, rows_a_sheet)
    told = values_of(words, kept)
    for one in changes.told(watch):
        table.add([change_text(one, words), *told(shown(one.row, log))])
    table.end()


@dataclass
class _Sheet:
    """The sheet being filled, and the last row written on it."""

    sheet: Worksheet
    row: int = 0


class _Table:
    """The rows, on as many sheets as they need."""

    def __init__(
        self, book: Workbook, name: str, heads: tuple[Column, ...], rows_a_sheet: int
    ) -> None:
        self._book = book
        self._formats = {look: book.add_format(form) for look, form in _FORMATS.items()}
        self._name = name
        self._columns = heads
        self._limit = rows_a_sheet
        self._sheets = 0
        self._at = self._new_sheet()

    def add(self, row: Sequence[Value]) -> None:
        """Writes a row below the last one."""
        if self._at.row == self._limit:
            self.end()
            self._at = self._new_sheet()
        self._at.row += 1
        for index, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            look = self._formats[column.kind]
            write_cell(self._at.sheet, (self._at.row, index), value, look)

    def end(self) -> None:
        """Puts the filter over the rows of the sheet."""
        self._at.sheet.autofilter(0, 0, self._at.row, len(self._columns) - 1)

    def _new_sheet(self) -> _Sheet:
        self._sheets += 1
        number = "" if self._sheets == 1 else f" {self._sheets}"
        sheet = self._book.add_worksheet(f"{self._name}{number}")
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        for index, column in enumerate(self._columns):
            sheet.set_column(index, index, column.width)
        sheet.set_row(0, 32)
        for index, column in enumerate(self._columns):
            sheet.write_string(0, index, column.header, self._formats["head"])
        return _Sheet(sheet)


def _write_summary(book: Workbook, pairs: list[tuple[str, Value]], words: Words) -> None:
    """The sheet that says what was asked for, how far the data reached and what it adds up to."""
    sheet = book.add_worksheet(words.say("reports.sheet_summary"))
    label, text = book.add_format(_FORMATS["label"]), book.add_format(_FORMATS["text"])
    figure = book.add_format(_FORMATS["figure"])
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 80)
    for row, (name, value) in enumerate(pairs):
        sheet.write_string(row, 0, name, label)
        write_cell(sheet, (row, 1), value, figure if isinstance(value, int) else text)
