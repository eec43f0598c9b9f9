"""A sheet of an official form: its head, a table that repeats its headings, feet, signatures.

Everything is a value, nothing a formula: a list is the record of money that was taken, and whoever
opens it, a phone's preview and a program without a calculator included, sees the same.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby

from reportlab.pdfbase.pdfmetrics import stringWidth
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from fieldapp.reports.forms.layouts import Layout
from fieldapp.reports.texts import clean, one_line
from fieldapp.reports.workbook import A4, write_cell
from fieldapp.words.format import long_date

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
    "heading_between": {**BOX, "bold": True, "align": "center", "top": 0, "bottom": 0},
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
    "people": {**BOX, "num_format": "#,##0"},
    "share": {**BOX, "num_format": "0.0%", "align": "center"},
    "sum": {**BOX, "bold": True, "num_format": "#,##0"},
    "sum_share": {**BOX, "bold": True, "num_format": "0.0%", "align": "center"},
}  # fmt: skip
"""How cells look. Official papers are set in Times New Roman (NĐ30/2020 phụ lục I)."""

LINE_HEIGHT = 12.9
"""Points that a line of the 10 point type takes."""

POINTS_A_UNIT = 5.25
"""Room for text in a unit of Excel's width: 7 pixels of 96 an inch."""

FIRST_DAY = date(1900, 3, 1)
"""Excel's calendar has a 29th of February 1900, so that days before it fall on others."""

MOST_BREAKS = 1_000
"""Page breaks that go on a sheet: Excel takes 1,023."""

_D_WITHOUT_STROKE = str.maketrans("đĐ", "dD")

Texts = Sequence[tuple[str, str]]
"""Texts with the names of their looks."""


class FormSheet:
    """Fills one sheet from the top down; rows can't be gone back to."""

    def __init__(self, book: Workbook, layout: Layout, footer: str = "", number: int = 1) -> None:
        self.row = 0
        self._columns = layout.columns
        self._last = len(layout.columns) - 1
        self._book = book
        self._formats: dict[str, Format] = {}
        name = layout.sheet if number == 1 else f"{layout.sheet} ({number})"
        self._sheet = book.add_worksheet(name)
        self._breaks: list[int] = []
        self._set_page(layout.portrait, footer)

    def _set_page(self, portrait: bool, footer: str) -> None:
        sheet = self._sheet
        if portrait:
            sheet.set_portrait()
        else:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        escaped = clean(footer).replace("&", "&&")[:200]  # Excel allows 255 signs
        sheet.set_footer(f"&L{escaped}&R&P/&N")
        sheet.hide_gridlines(1)
        for index, column in enumerate(self._columns):
            sheet.set_column(index, index, column.width)

    # --- around the table ------------------------------------------------------------------------

    def beside(self, left: Texts, right: Texts) -> None:
        """Texts on the left of the page and, in the same rows, texts on its right."""
        spans = self._spans((0.58, 0.42))
        for index in range(max(len(left), len(right))):
            found = [texts[index] if index < len(texts) else None for texts in (left, right)]
            self._row_of_texts(
                [(*span, *text) for span, text in zip(spans, found, strict=True) if text]
            )

    def across(self, text: str, look: str = "plain") -> None:
        """A text over the whole width."""
        self._row_of_texts([(0, self._last, text, look)])

    def gap(self) -> None:
        """An empty row."""
        self.row += 1

    @property
    def is_full(self) -> bool:
        """Whether no other page can be begun on this sheet."""
        return len(self._breaks) >= MOST_BREAKS

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

    def _spans(self, parts: Sequence[float]) -> list[tuple[int, int]]:
        """First and last column of parts of the width; each has a column at least."""
        whole = self._width(0, self._last)
        spans: list[tuple[int, int]] = []
        first, wanted = 0, 0.0
        for index, part in enumerate(parts):
            wanted += part * whole
            after = len(parts) - 1 - index  # columns that the parts after this one need
            last = first
            while last < self._last - after and self._width(0, last) < wanted - 1:
                last += 1
            spans.append((first, last if after else self._last))
            first = last + 1
        return spans

    # --- the table -------------------------------------------------------------------------------

    def headings(self, *, repeat: bool) -> None:
        """Groups, headings and the row of column signs; repeated on each page where asked."""
        first = self.row
        levels = [
            level
            for level in ([c.over for c in self._columns], [c.group for c in self._columns])
            if any(level)
        ]
        for depth in range(len(levels)):
            self._groups(levels[: depth + 1])
        self._heads(levels)
        for index, column in enumerate(self._columns):
            write_cell(self._sheet, (self.row, index), column.no, self.look("sign"))
        self.row += 1
        if repeat:
            self._sheet.repeat_rows(first, self.row - 1)
            self._sheet.freeze_panes(self.row, 2)

    def _groups(self, levels: Sequence[Sequence[str]]) -> None:
        """One row over the headings. A heading without a group there reaches up unmerged: rows go
        to the disk one by one, so no cell can reach into the next."""
        height = 1

        def same(index: int) -> object:
            return [level[index] for level in levels] if levels[-1][index] else index

        for _, members in groupby(range(len(self._columns)), same):
            found = list(members)
            first, last = found[0], found[-1]
            text = levels[-1][first]
            if text:
                height = max(height, lines_of(text, self._width(first, last), LOOKS["heading"]))
                self._write_across(first, last, text, "heading")
            else:
                blank_above = len(levels) > 1 and not levels[-2][first]
                look = self.look("heading_between" if blank_above else "heading_over")
                self._sheet.write_blank(self.row, first, None, look)
        self._sheet.set_row(self.row, LINE_HEIGHT * height + 3)
        self.row += 1

    def _heads(self, levels: Sequence[Sequence[str]]) -> None:
        height = 1
        for index, column in enumerate(self._columns):
            name = "heading" if not levels or levels[-1][index] else "heading_under"
            height = max(height, lines_of(column.head, column.width, LOOKS[name]))
            write_cell(self._sheet, (self.row, index), column.head, self.look(name))
        self._sheet.set_row(self.row, LINE_HEIGHT * height + 3)
        self.row += 1

    def cells(self, values: Sequence[tuple[object, str]]) -> None:
        """A row of the table: values with their looks; empty ones keep their frame."""
        found = [(_as_written(value), look) for value, look in values]
        lines = max(
            1,
            *(
                lines_of(value, column.width, LOOKS[look])
                for column, (value, look) in zip(self._columns, found, strict=True)
                if isinstance(value, str) and LOOKS[look]["text_wrap"]
            ),
        )
        self._sheet.set_row(self.row, LINE_HEIGHT * lines + 1.5)
        for index, (value, look) in enumerate(found):
            if value in ("", None):
                self._sheet.write_blank(self.row, index, None, self.look(look))
            else:
                write_cell(self._sheet, (self.row, index), value, self.look(look))
        self.row += 1

    def look(self, name: str) -> Format:
        """The format of that name, made once."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format(LOOKS[name])
        return self._formats[name]

    # --- below it --------------------------------------------------------------------------------

    def signatures(self, titles: Sequence[str], signed_on: str, sign_here: str) -> None:
        """The date, who signs, three beside each other at most, and room to do so."""
        for start in range(0, len(titles), 3):
            some = titles[start : start + 3]
            spans = self._spans([1 / len(some)] * len(some))
            if not start:
                self._row_of_texts([(*spans[-1], signed_on, "centred_italic")])
            signing = [
                (first, last, title)
                for (first, last), title in zip(spans, some, strict=True)
                if title
            ]
            self._row_of_texts([(*one, "centred_strong") for one in signing])
            self._row_of_texts([(*one[:2], sign_here, "centred_italic") for one in signing])
            self.row += 4


def _as_written(value: object) -> object:
    """The value of a cell; a day before Excel's calendar begins can only be a text there."""
    if isinstance(value, date) and value < FIRST_DAY:
        return long_date(value)
    return one_line(value) if isinstance(value, str) else value


def lines_of(text: str, width: float, look: dict[str, object]) -> int:
    """How many lines a text takes in a column of that width, in its look.

    Readers other than Excel do not find the height of a row by themselves.
    """
    size = float(str(look["font_size"]))
    face = "Times-Bold" if look.get("bold") else "Times-Roman"
    room = width * POINTS_A_UNIT + 2
    lines, filled = 1, 0.0
    for word in text.split():
        long = _width_of(word, face, size)
        space = _width_of(" ", face, size) if filled else 0.0
        if filled and filled + space + long > room:
            lines, filled, space = lines + 1, 0.0, 0.0
        broken = math.ceil((filled + space + long) / room) - 1
        lines, filled = lines + broken, filled + space + long - broken * room
    return lines


@lru_cache(maxsize=20_000)
def _width_of(text: str, face: str, size: float) -> float:
    """A letter with its marks is as wide as the letter: the face is measured without them."""
    letters = unicodedata.normalize("NFD", text).translate(_D_WITHOUT_STROKE)
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return float(stringWidth(plain, face, size))
