"""A sheet of an official form: its head, a table that repeats its headings, feet, signatures.

Everything is a value, nothing a formula: a list is the record of money that was taken, and whoever
opens it, a phone's preview and a program without a calculator included, sees the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from fieldapp.reports.forms.layouts import Column
from fieldapp.reports.texts import clean, one_line
from fieldapp.reports.workbook import A4, write_cell

FONT = {"font_name": "Times New Roman", "font_size": 10, "valign": "vcenter"}
BOX = {**FONT, "border": 1, "text_wrap": True}
LOOKS = {
    "plain": {**FONT, "text_wrap": True},
    "strong": {**FONT, "bold": True, "text_wrap": True},
    "centred": {**FONT, "align": "center", "text_wrap": True},
    "centred_strong": {**FONT, "bold": True, "align": "center", "text_wrap": True},
    "centred_italic": {**FONT, "italic": True, "align": "center", "text_wrap": True},
    "right_italic": {**FONT, "italic": True, "align": "right", "text_wrap": True},
    "title": {**FONT, "bold": True, "font_size": 14, "align": "center", "text_wrap": True},
    "heading": {**BOX, "bold": True, "align": "center"},
    "heading_over": {**BOX, "bold": True, "align": "center", "bottom": 0},
    "heading_under": {**BOX, "bold": True, "align": "center", "valign": "top", "top": 0},
    "sign": {**BOX, "italic": True, "align": "center"},
    "section": {**BOX, "bold": True, "text_wrap": False},
    "section_no": {**BOX, "bold": True, "align": "center"},
    "text": BOX,
    "digits": {**BOX, "num_format": "@", "align": "center"},
    "mark": {**BOX, "align": "center"},
    "day": {**BOX, "num_format": "dd/mm/yyyy", "align": "center"},
    "month": {**BOX, "num_format": "mm/yyyy", "align": "center"},
    "money": {**BOX, "num_format": "#,##0"},
    "count": {**BOX, "num_format": "0", "align": "center"},
    "percent": {**BOX, "num_format": "General", "align": "center"},
    "share": {**BOX, "num_format": "0.0%", "align": "center"},
    "sum": {**BOX, "bold": True, "num_format": "#,##0"},
    "sum_share": {**BOX, "bold": True, "num_format": "0.0%", "align": "center"},
}  # fmt: skip
"""How cells look. Official papers are set in Times New Roman (NĐ30/2020 phụ lục I)."""

LINE_HEIGHT = 13.5
"""Points that a line of the 10 point type takes."""

Texts = Sequence[tuple[str, str]]
"""Texts with the names of their looks."""


class FormSheet:
    """Fills one sheet from the top down; rows can't be gone back to."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[Column]) -> None:
        self.row = 0
        self._columns = columns
        self._last = len(columns) - 1
        self._book = book
        self._formats: dict[str, Format] = {}
        self._sheet = book.add_worksheet(name)
        self._breaks: list[int] = []
        self._set_page()

    def _set_page(self) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.55)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&R&P/&N")
        sheet.hide_gridlines(1)
        for index, column in enumerate(self._columns):
            sheet.set_column(index, index, column.width)

    # --- around the table ------------------------------------------------------------------------

    def beside(self, left: Texts, right: Texts) -> None:
        """Texts on the left of the page and, in the same rows, texts on its right."""
        split = self._split(0.6)
        for index in range(max(len(left), len(right))):
            found = [texts[index] if index < len(texts) else None for texts in (left, right)]
            spans = [(0, split - 1), (split, self._last)]
            self._row_of_texts(
                [(*span, *text) for span, text in zip(spans, found, strict=True) if text]
            )

    def across(self, text: str, look: str = "plain") -> None:
        """A text over the whole width."""
        self._row_of_texts([(0, self._last, text, look)])

    def gap(self) -> None:
        """An empty row."""
        self.row += 1

    def new_page(self) -> None:
        """What comes next begins on a new page."""
        self._breaks.append(self.row)
        self._sheet.set_h_pagebreaks(self._breaks)

    def _row_of_texts(self, texts: Sequence[tuple[int, int, str, str]]) -> None:
        """One row of texts from column to column, as high as its highest text."""
        lines = [
            lines_of(text, self._width(first, last), LOOKS[look])
            for first, last, text, look in texts
        ]
        size = max(float(str(LOOKS[look]["font_size"])) for _, _, _, look in texts)
        self._sheet.set_row(self.row, LINE_HEIGHT * size / 10 * max(lines) + 1.5)
        for first, last, text, look in texts:
            self._write_across(first, last, text, look)
        self.row += 1

    def _write_across(self, first: int, last: int, text: str, look: str) -> None:
        """Never through the library's own text, which would take a sign in front for a formula."""
        if last > first:
            self._sheet.merge_range(self.row, first, self.row, last, "", self.look(look))
        write_cell(self._sheet, (self.row, first), clean(text), self.look(look))

    def _width(self, first: int, last: int) -> float:
        return sum(column.width for column in self._columns[first : last + 1])

    def _split(self, part: float) -> int:
        """The column at which a part of the width ends."""
        wanted, width = self._width(0, self._last) * part, 0.0
        for index, column in enumerate(self._columns):
            width += column.width
            if width >= wanted and index < self._last:
                return index + 1
        return self._last

    # --- the table -------------------------------------------------------------------------------

    def headings(self, *, repeat: bool) -> None:
        """Groups, headings and the row of column signs; repeated on each page where asked."""
        first = self.row
        if any(column.group for column in self._columns):
            self._groups()
        self._heads()
        for index, column in enumerate(self._columns):
            write_cell(self._sheet, (self.row, index), column.no, self.look("sign"))
        self.row += 1
        if repeat:
            self._sheet.repeat_rows(first, self.row - 1)
            self._sheet.freeze_panes(self.row, 2)

    def _groups(self) -> None:
        """The row over the headings. A heading without a group goes over both rows, unmerged:
        rows go to the disk one by one, so no cell can reach into the next."""
        height = 1
        for group, members in groupby(range(len(self._columns)), lambda i: self._group(i)):
            found = list(members)
            if isinstance(group, int):
                self._sheet.write_blank(self.row, group, None, self.look("heading_over"))
                continue
            look = LOOKS["heading"]
            height = max(height, lines_of(group, self._width(found[0], found[-1]), look))
            self._write_across(found[0], found[-1], group, "heading")
        self._sheet.set_row(self.row, LINE_HEIGHT * height + 3)
        self.row += 1

    def _group(self, index: int) -> str | int:
        """A column's group, or the column itself: neighbours without a group stand alone."""
        return self._columns[index].group or index

    def _heads(self) -> None:
        grouped = any(column.group for column in self._columns)
        height = 1
        for index, column in enumerate(self._columns):
            name = "heading" if column.group or not grouped else "heading_under"
            height = max(height, lines_of(column.head, column.width, LOOKS[name]))
            write_cell(self._sheet, (self.row, index), column.head, self.look(name))
        self._sheet.set_row(self.row, LINE_HEIGHT * height + 3)
        self.row += 1

    def cells(self, values: Sequence[tuple[object, str]]) -> None:
        """A row of the table: values with their looks; empty ones keep their frame."""
        for index, (value, look) in enumerate(values):
            text = one_line(value) if isinstance(value, str) else value
            if text in ("", None):
                self._sheet.write_blank(self.row, index, None, self.look(look))
            else:
                write_cell(self._sheet, (self.row, index), text, self.look(look))
        self.row += 1

    def look(self, name: str) -> Format:
        """The format of that name, made once."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format(LOOKS[name])
        return self._formats[name]

    # --- below it --------------------------------------------------------------------------------

    def signatures(self, titles: Sequence[str], signed_on: str, sign_here: str) -> None:
        """The date, who signs below each other's sides, and room to do so."""
        step = (self._last + 1) / len(titles)
        spans = [
            (math.floor(index * step), math.floor((index + 1) * step) - 1)
            for index in range(len(titles))
        ]
        signing = [(*span, title) for span, title in zip(spans, titles, strict=True) if title]
        self._row_of_texts([(*spans[-1], signed_on, "centred_italic")])
        self._row_of_texts([(*one, "centred_strong") for one in signing])
        self._row_of_texts([(*span[:2], sign_here, "centred_italic") for span in signing])
        self.row += 4


def lines_of(text: str, width: float, look: dict[str, object]) -> int:
    """How many lines a text takes in a column of that width, rather one too many.

    Excel's width counts digits of the default type; bold and larger letters take more.
    """
    size = float(str(look["font_size"]))
    room = max(1.0, (width - 1) * 10 / size * (0.9 if look.get("bold") else 1.0))
    lines, filled = 1, 0
    for word in text.split():
        if filled and filled + 1 + len(word) > room:
            lines, filled = lines + 1, 0
        filled += len(word) + (1 if filled else 0)
        lines, filled = lines + int(filled > room) * int(filled // room), filled
    return lines
