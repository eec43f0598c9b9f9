"""Fills a form with its lines: what all workbooks of `form_layouts` share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from xlsxwriter import Workbook

from fieldapp.reports.forms.content import ListHead
from fieldapp.reports.forms.layouts import Column, Layout, Section, broken
from fieldapp.reports.forms.sheet import FormSheet
from fieldapp.reports.forms.values import Place, Value
from fieldapp.reports.texts import one_line
from fieldapp.words import Words

Line = TypeVar("Line")
Values = Mapping[str, Value[Line]]


def check_columns(layout: Layout, values: Values[Line]) -> None:
    """Raises DefectFound `forms.layout_broken` for a column that this program can't fill."""
    for column in layout.columns:
        if column.value and column.value not in values:
            raise broken(layout.form, column.value)


@dataclass(frozen=True)
class _Filling(Generic[Line]):
    """What one form is filled with."""

    lines: Sequence[Line]
    said: Mapping[str, str]
    total: Line | None
    first: int


class FormWriter(Generic[Line]):
    """One form, or several one after the other, on the sheets of a workbook."""

    def __init__(
        self,
        book: Workbook,
        layout: Layout,
        head: ListHead,
        values: Values[Line],
        words: Words,
    ) -> None:
        check_columns(layout, values)
        self._layout = layout
        self._head = head
        self._values = values
        self._words = words
        self._form_words = Words("vi")
        self._name = f"{layout.number} {head.number}".strip()
        book.set_properties({"title": self._name, "author": head.organisation.name})
        self._book = book
        self._sheets = 0
        self._sheet = self._new_sheet()

    def write(
        self,
        lines: Sequence[Line],
        said: Mapping[str, str],
        *,
        total: Line | None = None,
        repeat: bool = True,
        first: int = 1,
    ) -> None:
        """One form below what is there already, on a new page; its lines count from `first`.

        `said` is what head and feet may name beside the organisation; "" is left to be filled in
        by hand. `total` stands for all lines where columns can't just be added up. `repeat` sets
        the headings on each page: only one form of a sheet can have that.
        """
        dots = self._form_words.say("forms.dots")
        whole = {**head_values(self._head), **said}
        whole = {name: one_line(text) or dots for name, text in whole.items()}
        if self._sheet.is_full:
            self._sheet = self._new_sheet()
        elif self._sheet.row:
            self._sheet.new_page()
        self._top(whole)
        self._sheet.headings(repeat=repeat)
        for section in self._layout.sections:
            self._section(section, _Filling(lines, whole, total, first))
        self._bottom(whole)

    def _new_sheet(self) -> FormSheet:
        self._sheets += 1
        return FormSheet(self._book, self._layout, self._name, self._sheets)

    def _top(self, said: Mapping[str, str]) -> None:
        """Who hands it in, number and source of the form, title, number and date."""
        layout, sheet = self._layout, self._sheet
        left = [(self._filled(text, said), "plain") for text in layout.left]
        right = [(layout.number, "centred_strong"), (f"({layout.issued})", "centred_italic")]
        sheet.beside(left, right)
        sheet.gap()
        sheet.across(self._filled(layout.title, said), "title")
        day = day_parts(self._head.listed_on)
        number_said = self._form_words.say("forms.list_number", number=said["number"], **day)
        sheet.across(number_said, "centred_italic")
        for text in layout.head:
            sheet.across(self._filled(text, said))
        sheet.across(layout.unit, "right_italic")

    def _bottom(self, said: Mapping[str, str]) -> None:
        self._sheet.gap()
        for foot in self._layout.feet:
            self._sheet.across(self._filled(foot, said), "strong")
        self._sheet.gap()
        signed_on = self._form_words.say("forms.signed_on", **day_parts(self._head.listed_on))
        sign_here = self._form_words.say("forms.sign_here")
        self._sheet.signatures(self._layout.signatures, signed_on, sign_here)

    def _section(self, section: Section, filling: _Filling[Line]) -> None:
        if section.text:
            self._row(section, filling)
        if section.lines:
            for number, line in enumerate(filling.lines, start=filling.first):
                self._line(self._place(line, number))

    def _row(self, section: Section, filling: _Filling[Line]) -> None:
        """A heading between the lines, or the totals of their columns."""
        cells: list[tuple[object, str]] = [
            self._total(column, filling) if section.total and column.sum else ("", "text")
            for column in self._layout.columns
        ]
        text = self._filled(section.text, filling.said)
        self._sheet.cells([(section.no, "section_no"), (text, "section"), *cells[2:]])

    def _total(self, column: Column, filling: _Filling[Line]) -> tuple[object, str]:
        value = self._values[column.value]
        look = "sum_share" if value.kind == "share" else "sum"
        if filling.total is not None:
            return value.of(self._place(filling.total, 0)), look
        cells = (value.of(self._place(line, 0)) for line in filling.lines)
        return sum(cell for cell in cells if isinstance(cell, int)), look

    def _line(self, place: Place[Line]) -> None:
        cells: list[tuple[object, str]] = []
        for column in self._layout.columns:
            value = self._values.get(column.value)
            cells.append((value.of(place), value.kind) if value else ("", "text"))
        self._sheet.cells(cells)

    def _filled(self, text: str, said: Mapping[str, str]) -> str:
        """A text of the layout with what it names; a name that is not known is a broken table."""
        try:
            return text.format(**said)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise broken(self._layout.form, text) from error

    def _place(self, line: Line, number: int) -> Place[Line]:
        return Place(line, number, self._head.listed_on, self._words)


def head_values(head: ListHead) -> dict[str, str]:
    """What every form may say of the organisation and the collector."""
    body = head.organisation
    return {
        "organisation": body.name,
        "organisation_code": body.code,
        "tax_code": body.tax_code,
        "organisation_address": body.address,
        "organisation_phone": body.phone,
        "organisation_email": body.email,
        "number": head.number,
        "collector_name": head.collector_name,
        "collector_code": head.collector_code,
    }


def day_parts(day: date) -> dict[str, str]:
    """Day, month and year of a date as forms write them."""
    return {"day": f"{day:%d}", "month": f"{day:%m}", "year": f"{day:%Y}"}
