"""The forms of `form_layouts`, as the writers read them: columns, fields, titles, feet.

A table that came by sync may name values that this program does not know: that is found before
anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.errors import DefectFound
from fieldapp.rules.forms import form_row
from fieldapp.rules.tables import Row


@dataclass(frozen=True)
class Column:
    """A column: its sign in the row below the headings, and what stands in it ("" is nothing)."""

    no: str
    head: str
    value: str
    width: float
    """In Excel's units, about one digit each."""
    group: str = ""
    """Heading over this and its neighbours of the same group."""
    sum: bool = False


@dataclass(frozen=True)
class Section:
    """A row between the lines: a heading, the place of the lines, or the totals."""

    no: str = ""
    text: str = ""
    lines: bool = False
    total: bool = False


@dataclass(frozen=True)
class Layout:
    """One form in one generation, as a workbook shows it."""

    form: str
    layout: str
    number: str
    """What people call it: "Mẫu D03-TS"."""
    issued: str
    title: str
    sheet: str
    scheme: str
    left: tuple[str, ...]
    head: tuple[str, ...]
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    feet: tuple[str, ...]
    signatures: tuple[str, ...]
    household: bool = False
    """Whether each household has a form of its own."""


def layout_on(form: str, listed_on: date) -> Layout:
    """The form in use on the date of a list. Raises as `form_row`, and as `read_layout`."""
    return read_layout(form_row(form, listed_on))


def read_layout(row: Row) -> Layout:
    """The form of a row. Raises DefectFound `forms.layout_broken` if it does not hold together."""
    try:
        return Layout(
            form=row.key,
            layout=row.text("layout"),
            number=row.text("number"),
            issued=row.text("issued"),
            title=row.text("title"),
            sheet=row.text("sheet"),
            scheme=row.text("scheme"),
            left=_texts(row, "left"),
            head=_texts(row, "head"),
            columns=tuple(_column(part) for part in _tables(row, "columns")),
            sections=tuple(Section(**part) for part in _tables(row, "sections")),
            feet=_texts(row, "feet"),
            signatures=_texts(row, "signatures"),
            household=row.values.get("household") is True,
        )
    except (TypeError, KeyError, ValueError) as error:
        raise broken(row.key, str(error)) from error


def broken(form: str, what: str) -> DefectFound:
    """The error for a form whose table this program can't follow."""
    return DefectFound("forms.layout_broken", form=form, what=what)


def _column(part: Mapping[str, Any]) -> Column:
    return Column(**{**part, "width": float(part["width"])})


def _texts(row: Row, name: str) -> tuple[str, ...]:
    return tuple(str(text) for text in _list(row, name))


def _tables(row: Row, name: str) -> list[dict[str, Any]]:
    return [dict(part) for part in _list(row, name)]


def _list(row: Row, name: str) -> list[Any]:
    value = row.values.get(name, [])
    if not isinstance(value, list):
        raise TypeError(name)
    return value
