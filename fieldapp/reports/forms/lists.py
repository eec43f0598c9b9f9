"""The lists handed to the agency: D03-TS, D05-TS, Mẫu 3 and Mẫu 4, as workbooks to print on A4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from fieldapp.errors import DefectFound, UserMends
from fieldapp.reports.files import whole_file
from fieldapp.reports.forms.checks import check_line
from fieldapp.reports.forms.content import HealthLine, ListHead, SocialLine
from fieldapp.reports.forms.layouts import Layout, Section, broken, layout_on
from fieldapp.reports.forms.sheet import FormSheet
from fieldapp.reports.forms.values import HEALTH, SOCIAL, Place, Value
from fieldapp.reports.texts import one_line
from fieldapp.reports.workbook import open_workbook
from fieldapp.rules.exact import percent_text
from fieldapp.rules.forms import in_list_order
from fieldapp.words import Words
from fieldapp.words.format import number

Line = HealthLine | SocialLine

KINDS: Mapping[str, tuple[type[Line], Mapping[str, Value[Any]]]] = {
    "hhi": (HealthLine, HEALTH),
    "vsi": (SocialLine, SOCIAL),
}


@dataclass(frozen=True)
class WrittenList:
    """What a list came to; `participant_dong` is what its receipts were issued for."""

    path: Path
    layout: str
    lines: int
    participant_dong: int


def write_list(
    path: Path,
    form: str,
    head: ListHead,
    lines: Sequence[Line],
    *,
    words: Words | None = None,
) -> WrittenList:
    """Writes the list in the generation that its date asks for, in the order of `in_order`.

    `words` say the notes, Vietnamese unless another language is asked for; the form itself is
    always Vietnamese. Raises as `rules.forms.form_row` and `whole_file` do, UserMends
    `forms.no_lines` for an empty list, DefectFound `forms.wrong_lines` for lines of another scheme,
    `forms.line_differs` for money that is not what the form's formula gives and
    `forms.layout_broken`; no file is left.
    """
    layout = layout_on(form, head.listed_on)
    ordered = _checked(layout, head, lines)
    with whole_file(path) as part, open_workbook(part) as book:
        title = f"{layout.number} {head.number}".strip()
        book.set_properties({"title": title, "author": head.organisation.name})
        _List(book, layout, head, words or Words("vi")).write(ordered)
    total = sum(line.participant_dong for line in ordered)
    return WrittenList(path, layout.layout, len(ordered), total)


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines as lists have them: places on the list count from 1 in this order.

    Health insurance goes by household and rank (`in_list_order`); people who pay voluntary social
    insurance stay as they come.
    """
    health = [line for line in lines if isinstance(line, HealthLine)]
    if len(health) < len(lines):
        return list(lines)
    ordered = in_list_order(
        health,
        household=lambda line: line.household.key,
        rank=lambda line: line.rank,
        percent=lambda line: line.percent,
    )
    return list(ordered)


def _checked(layout: Layout, head: ListHead, lines: Sequence[Line]) -> list[Line]:
    """The lines in their order; nothing is written of a list that would be wrong."""
    if not lines:
        raise UserMends("forms.no_lines", field="lines")
    kind, known = KINDS[layout.scheme]
    if not all(isinstance(line, kind) for line in lines):
        raise DefectFound("forms.wrong_lines", form=layout.number)
    for column in layout.columns:
        if column.value and column.value not in known:
            raise broken(layout.form, column.value)
    ordered = in_order(lines)
    for place, line in enumerate(ordered, start=1):
        check_line(line, place, head.listed_on)
    return ordered


class _List:
    """One list being written."""

    def __init__(self, book: Workbook, layout: Layout, head: ListHead, words: Words) -> None:
        self._layout = layout
        self._head = head
        self._words = words
        self._sheet = FormSheet(book, layout.sheet, layout.columns)
        self._values = KINDS[layout.scheme][1]

    def write(self, lines: Sequence[Line]) -> None:
        """The whole list, or one form after the other where each household has its own."""
        parts = _households(lines) if self._layout.household else [lines]
        for index, part in enumerate(parts):
            if index:
                self._sheet.new_page()
            self._form(part, repeat=len(parts) == 1)

    def _form(self, lines: Sequence[Line], *, repeat: bool) -> None:
        said = self._said(lines)
        self._top(said)
        self._sheet.headings(repeat=repeat)
        for section in self._layout.sections:
            self._section(section, lines, said)
        self._sheet.gap()
        for foot in self._layout.feet:
            self._sheet.across(foot.format(**said), "strong")
        self._sheet.gap()
        signed_on = self._words.say("forms.signed_on", **_day_parts(self._head.listed_on))
        sign_here = self._words.say("forms.sign_here")
        self._sheet.signatures(self._layout.signatures, signed_on, sign_here)

    def _top(self, said: Mapping[str, str]) -> None:
        """Who hands it in, number and source of the form, title, number and date."""
        layout, sheet = self._layout, self._sheet
        left = [(text.format(**said), "plain") for text in layout.left]
        right = [(layout.number, "centred_strong"), (f"({layout.issued})", "centred_italic")]
        sheet.beside(left, right)
        sheet.gap()
        sheet.across(layout.title, "title")
        day = _day_parts(self._head.listed_on)
        number_said = self._words.say("forms.list_number", number=said["number"], **day)
        sheet.across(number_said, "centred_italic")
        for text in layout.head:
            sheet.across(text.format(**said))
        sheet.across(self._words.say("forms.unit"), "right_italic")

    def _section(self, section: Section, lines: Sequence[Line], said: Mapping[str, str]) -> None:
        if section.text:
            self._row(section, lines, said)
        if section.lines:
            for place, line in enumerate(lines, start=1):
                self._line(Place(line, place, self._head.listed_on, self._words))

    def _row(self, section: Section, lines: Sequence[Line], said: Mapping[str, str]) -> None:
        """A heading between the lines, or the totals of their columns."""
        sums = [
            (self._sum(column.value, lines), "sum")
            if section.total and column.sum
            else ("", "text")
            for column in self._layout.columns
        ]
        text = section.text.format(**said)
        self._sheet.cells([(section.no, "section_no"), (text, "section"), *sums[2:]])

    def _line(self, place: Place[Any]) -> None:
        cells: list[tuple[object, str]] = []
        for column in self._layout.columns:
            value = self._values.get(column.value)
            cells.append((value.of(place), value.kind) if value else ("", "text"))
        self._sheet.cells(cells)

    def _sum(self, value: str, lines: Sequence[Line]) -> int:
        of = self._values[value].of
        places = (Place(line, 0, self._head.listed_on, self._words) for line in lines)
        return sum(cell for cell in map(of, places) if isinstance(cell, int))

    def _said(self, lines: Sequence[Line]) -> dict[str, str]:
        """What head and feet may name; what is not known is left to be filled in by hand."""
        found = {
            **_head_values(self._head),
            **_household_values(lines[0]),
            "base": "; ".join(_each(lines, "base_dong", number)),
            "state_percents": "; ".join(_each(lines, "state_percent", _percent)),
        }
        dots = self._words.say("forms.dots")
        counts = {
            "people": len(lines),
            "paper": sum(line.person.paper_result for line in lines),
            "new": sum(line.change == "new" for line in lines),
        }
        return {name: one_line(text) or dots for name, text in found.items()} | {
            name: number(count) for name, count in counts.items()
        }


def _households(lines: Sequence[Line]) -> list[Sequence[Line]]:
    health = [line for line in lines if isinstance(line, HealthLine)]
    return [list(part) for _, part in groupby(health, lambda line: line.household.key)]


def _head_values(head: ListHead) -> dict[str, str]:
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


def _household_values(line: Line) -> dict[str, str]:
    if not isinstance(line, HealthLine):
        return {}
    household = line.household
    return {
        "household_head": household.head_name,
        "household_phone": household.phone,
        "household_house": household.address.house,
        "household_ward": household.address.ward,
        "household_province": household.address.province,
    }


def _each(lines: Sequence[Line], name: str, said: Any) -> list[str]:
    """The different values of the lines that are not 0, in ascending order."""
    found = {getattr(line, name, 0) for line in lines} - {0}
    return [said(value) for value in sorted(found)]


def _percent(percent: Any) -> str:
    return percent_text(Fraction(percent))


def _day_parts(day: date) -> dict[str, str]:
    return {"day": f"{day:%d}", "month": f"{day:%m}", "year": f"{day:%Y}"}
