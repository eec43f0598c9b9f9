"""The forms of `form_layouts`, as the writers read them: columns, fields, titles, feet.

A table that came by sync may name values that this program does not know: that is found before
anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.errors import DefectFound
from fieldapp.rules.official_lists.forms import form_row
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
    over: str = ""
    """Heading over the groups."""
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
    portrait: bool = False
    unit: str = ""
    """In what amounts are written, over the right end of the table."""


@dataclass(frozen=True)
class Field:
    """A field of a declaration: its sign, label, and the name of what stands in it.

    `part` is its share of the line. `ticks` are boxes instead. `lines` are dotted where it is
    empty. With `heading` it is the heading of what follows.
    """

    no: str = ""
    label: str = ""
    value: str = ""
    part: float = 1.0
    lines: int = 1
    ticks: Sequence[Sequence[str]] = ()
    heading: str = ""

    @property
    def title(self) -> str:
        """The sign and the label as they are printed."""
        return f"{self.no} {self.label}".strip()

    def names(self) -> list[str]:
        """What has to be known to fill it in."""
        return [self.value, *(value for _, value in self.ticks)]


Fields = tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class PaperLayout:
    """A declaration in one generation."""

    form: str
    number: str
    issued: str
    title: str
    schemes: tuple[str, ...]
    fields: Fields
    statement: str
    signatures: tuple[str, ...]
    annex: bool = False
    annex_title: str = ""
    annex_fields: Fields = ()
    columns: tuple[Column, ...] = ()

    def every_field(self) -> Iterator[Field]:
        """All fields, those of the annex's head too."""
        for row in (*self.fields, *self.annex_fields):
            yield from row


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
            columns=_columns(row),
            sections=tuple(Section(**part) for part in _tables(row, "sections")),
            feet=_texts(row, "feet"),
            signatures=_texts(row, "signatures"),
            household=row.values.get("household") is True,
            unit=row.text("unit"),
            portrait=row.values.get("portrait") is True,
        )
    except (TypeError, KeyError, ValueError) as error:
        raise broken(row.key, str(error)) from error


def paper_layout(row: Row) -> PaperLayout:
    """The declaration of a row. Raises DefectFound `forms.layout_broken`."""
    try:
        return PaperLayout(
            form=row.key,
            number=row.text("number"),
            issued=row.text("issued"),
            title=row.text("title"),
            schemes=_texts(row, "schemes"),
            fields=_fields(row, "fields"),
            statement=row.text("statement"),
            signatures=_texts(row, "signatures"),
            annex=row.values.get("annex") is True,
            annex_title=row.text("annex_title"),
            annex_fields=_fields(row, "annex_fields"),
            columns=_columns(row),
        )
    except (TypeError, KeyError, ValueError) as error:
        raise broken(row.key, str(error)) from error


def broken(form: str, what: str) -> DefectFound:
    """The error for a form whose table this program can't follow."""
    return DefectFound("forms.layout_broken", form=form, what=what)


def _columns(row: Row) -> tuple[Column, ...]:
    return tuple(
        Column(**{**part, "width": float(part["width"])}) for part in _tables(row, "columns")
    )


def _fields(row: Row, name: str) -> Fields:
    return tuple(
        tuple(Field(**{**part, "part": float(part.get("part", 1))}) for part in line)
        for line in _list(row, name)
    )


def _texts(row: Row, name: str) -> tuple[str, ...]:
    return tuple(str(text) for text in _list(row, name))


def _tables(row: Row, name: str) -> list[dict[str, Any]]:
    return [dict(part) for part in _list(row, name)]


def _list(row: Row, name: str) -> list[Any]:
    value = row.values.get(name, [])
    if not isinstance(value, list):
        raise TypeError(name)
    return value
