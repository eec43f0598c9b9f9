"""The lists handed to the agency: D03-TS, D05-TS, Mẫu 3 and Mẫu 4, as workbooks to print on A4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from fieldapp.errors import DefectFound, UserMends
from fieldapp.reports.files import whole_file
from fieldapp.reports.forms.checks import check_line
from fieldapp.reports.forms.content import HealthLine, ListHead, SocialLine
from fieldapp.reports.forms.form import FormWriter
from fieldapp.reports.forms.layouts import Layout, layout_on
from fieldapp.reports.forms.values import HEALTH, SOCIAL, Value
from fieldapp.reports.workbook import open_workbook
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.official_lists.forms import in_list_order
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
    parts = _households(ordered) if layout.household else [ordered]
    with whole_file(path) as unfinished, open_workbook(unfinished) as book:
        values = KINDS[layout.scheme][1]
        form_writer = FormWriter(book, layout, head, values, words or Words("vi"))
        first = 1  # places count on from form to form: the agency answers a list by them
        for part in parts:
            form_writer.write(part, _said(part), repeat=len(parts) == 1, first=first)
            first += len(part)
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
    kind, _ = KINDS[layout.scheme]
    if not all(isinstance(line, kind) for line in lines):
        raise DefectFound("forms.wrong_lines", form=layout.number)
    ordered = in_order(lines)
    for place, line in enumerate(ordered, start=1):
        check_line(line, place, head.listed_on)
    return ordered


def _said(lines: Sequence[Line]) -> dict[str, str]:
    """What head and feet may name of the lines."""
    return {
        **_household_values(lines[0]),
        **_collector_values(lines),
        "base": "; ".join(_each(lines, "base_dong", number)),
        "state_percents": "; ".join(_each(lines, "state_percent", _percent)),
        "people": number(len(lines)),
        "paper": number(sum(line.person.paper_result for line in lines)),
        "new": number(sum(line.change == "new" for line in lines)),
    }


def _households(lines: Sequence[Line]) -> list[Sequence[Line]]:
    health = [line for line in lines if isinstance(line, HealthLine)]
    return [list(part) for _, part in groupby(health, lambda line: line.household.key)]


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


def _collector_values(lines: Sequence[Line]) -> dict[str, str]:
    """Who took the money of all these lines, where it was one: a list may hold several people's."""
    takers = {(line.collector_name, line.collector_code) for line in lines}
    if len(takers) > 1:
        return {}
    named = dict(zip(("collector_name", "collector_code"), takers.pop(), strict=True))
    return {key: text for key, text in named.items() if text}


def _each(lines: Sequence[Line], name: str, said: Any) -> list[str]:
    """The different values of the lines that are not 0, in ascending order."""
    found = {getattr(line, name, 0) for line in lines} - {0}
    return [said(value) for value in sorted(found)]


def _percent(percent: Any) -> str:
    return percent_text(Fraction(percent))
