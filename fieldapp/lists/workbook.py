"""Workbooks (xlsx): the parts are looked through before calamine reads the values.

The look finds what must not be opened (macros, links to other files, foreign declarations), how far
the cells reach (a cell at the far corner would make a reader reserve the whole sheet), and which
cells are formulas.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from fieldapp.errors import UserMends
from fieldapp.lists.archive import Container
from fieldapp.lists.cells import Cell

MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 6_000_000
"""Of the smallest square around all cells of a sheet: a reader reserves it whole."""
MOST_FORMULAS = 100_000
QUIET_PIECES = 6
"""Pieces (of 64 KB) without a new element: Excel's longest cell (32,767 signs) takes fewer, however
it is written."""

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_MACROS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "activex/")
_OUTWARD = ("externallinks/", "connections.xml", "querytables/")
_READ = (".xml", ".rels")

Rows = Iterator[tuple[int, list[Cell]]]


@dataclass
class Extent:
    """How far the cells of a sheet reach, from 1, and which of them are formulas (from 0)."""

    rows: int = 0
    columns: int = 0
    first_row: int = 0
    first_column: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)

    def take(self, row: int, column: int) -> None:
        """Widens it to a cell with a value."""
        if row > self.rows:
            self.rows = row
        if column > self.columns:
            self.columns = column
        if not self.first_row or row < self.first_row:
            self.first_row = row
        if not self.first_column or column < self.first_column:
            self.first_column = column

    def check(self, sheet: str) -> None:
        """Raises UserMends for a sheet that is too large to be a list."""
        if self.columns > MOST_COLUMNS:
            raise UserMends(
                "imports.too_many_columns", field="file", n=self.columns, limit=MOST_COLUMNS
            )
        height = self.rows - self.first_row + 1
        if height > MOST_ROWS or height * (self.columns - self.first_column + 1) > MOST_CELLS:
            raise UserMends(
                "imports.too_many_rows", field="file", n=height, limit=MOST_ROWS, sheet=sheet
            )


class _Look:
    """Parses one part for its elements only; values are of no interest here.

    It is called for every element of a million: what is the same from cell to cell is kept.
    """

    def __init__(self) -> None:
        self.extent = Extent()
        self._local: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._row_said = ""
        self._row = self._column = 0
        self._in_cell = False
        self._quiet = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, piece: bytes) -> None:
        self._quiet += 1
        self._parser.Parse(piece, False)
        if self._quiet > QUIET_PIECES:
            raise UserMends("imports.cell_too_long", field="file")

    def end(self) -> Extent:
        self._parser.Parse(b"", True)
        return self.extent

    def _refuse_doctype(self, *_: Any) -> None:
        raise UserMends("imports.damaged", field="file")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._quiet = 0
        element = self._local.get(name)
        if element is None:
            element = self._local[name] = name.rpartition(":")[2]
        if element == "c":
            self._cell(attributes.get("r"))
        elif element == "v":
            if self._in_cell:
                self.extent.take(self._row, self._column)
        elif element == "row":
            self._begin_row(attributes.get("r"))
        elif self._in_cell and element in ("is", "f"):
            self._value(element)

    def _begin_row(self, said: str | None) -> None:
        if said is not None and not (said.isascii() and said.isdigit() and 0 < int(said) < 10**7):
            raise UserMends("imports.damaged", field="file")
        self._row = int(said) if said else self._row + 1
        self._row_said = said or ""
        self._column, self._in_cell = 0, False

    def _cell(self, said: str | None) -> None:
        self._in_cell = True
        if said is None:
            self._column += 1
            return
        letters = said.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None or said[len(letters) :] != self._row_said:
            place = _PLACE.fullmatch(said)
            if not place:
                raise UserMends("imports.damaged", field="file")
            column = self._columns[letters] = column_of(letters)
            self._row_said = place[2]
            self._row = int(place[2])
        self._column = column

    def _value(self, element: str) -> None:
        self.extent.take(self._row, self._column)
        if element == "f" and len(self.extent.formulas) < MOST_FORMULAS:
            self.extent.formulas.add((self._row - 1, self._column - 1))


def column_of(letters: str) -> int:
    """The number of a column, from 1, for its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _look_through(container: Container, name: str, beat: Callable[[], None]) -> Extent:
    look = _Look()
    try:
        for piece in container.pieces(name):
            beat()
            look.feed(piece)
        return look.end()
    except expat.ExpatError as defect:
        raise UserMends("imports.damaged", field="file") from defect


@dataclass(frozen=True)
class Sheet:
    """One visible sheet, to be read as often as needed.

    Attributes:
        merged: squares of merged cells: first row and column, last row and column, from 0.
        formulas: row and column, from 0, of cells whose value somebody's program computed.
    """

    name: str
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    formulas: frozenset[tuple[int, int]]
    source: Any

    @property
    def height(self) -> int:
        """Rows down to the last one."""
        return int(self.source.total_height)

    def rows(self) -> Rows:
        """Every row with its number, from 0, and its cells from column A on."""
        start = self.source.start
        if start is None:
            return
        lead: list[Cell] = [None] * start[1]
        with told_plainly():
            for number, row in enumerate(self.source.iter_rows(), start[0]):
                yield number, lead + [_plain(cell) for cell in row]


def _plain(cell: Any) -> Cell:
    """A cell as our own kinds: whole numbers too come as float, so that all are read alike."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return None if cell == "" else cell


def read_workbook(content: bytes, beat: Callable[[], None] = lambda: None) -> tuple[Sheet, ...]:
    """The visible sheets of an xlsx file.

    `beat` is called now and then; what it raises ends the reading.

    Raises:
        UserMends: `imports.…` with why the file is refused; nothing of it was believed.
    """
    container = Container(content)
    _refuse_active(container)
    extents: dict[str, Extent] = {}
    for name in sorted(container.names):
        if name.lower().endswith(_READ):
            extents[name] = _look_through(container, name, beat)
            extents[name].check(name)
        else:
            container.check(name)
    paths = _sheet_paths(container, extents)
    with told_plainly():
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        return tuple(_sheets(book, {name: extents[path] for name, path in paths.items()}))


def _refuse_active(container: Container) -> None:
    names = [name.lower() for name in container.names]
    if any(part in name for name in names for part in _MACROS):
        raise UserMends("imports.macros", field="file")
    if any(part in name for name in names for part in _OUTWARD):
        raise UserMends("imports.external_links", field="file")
    if "xl/workbook.xml" not in names:
        raise UserMends("imports.not_a_workbook", field="file")


def _sheet_paths(container: Container, looked_at: Collection[str]) -> dict[str, str]:
    """Sheet name to its part, as the workbook says; each must be one that was looked through."""
    targets = {
        found.get("Id", ""): found.get("Target", "")
        for found in _elements(container, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    paths = {}
    for found in _elements(container, "xl/workbook.xml", "sheet"):
        link = next((v for k, v in found.items() if k.rpartition(":")[2] == "id"), "")
        target = targets.get(link, "").lstrip("/")
        path = target if target.startswith("xl/") else f"xl/{target}"
        if path not in looked_at:
            raise UserMends("imports.damaged", field="file")
        paths[found.get("name", "")] = path
    return paths


def _elements(container: Container, name: str, element: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    if name not in container.names:
        raise UserMends("imports.damaged", field="file")

    def start(said: str, attributes: dict[str, str]) -> None:
        if said.rpartition(":")[2] == element:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(b"".join(container.pieces(name)), True)
    return found


def _sheets(book: CalamineWorkbook, extents: Mapping[str, Extent]) -> Iterator[Sheet]:
    for about in book.sheets_metadata:
        if about.typ is SheetTypeEnum.WorkSheet and about.visible is SheetVisibleEnum.Visible:
            source: CalamineSheet = book.get_sheet_by_name(about.name)
            yield Sheet(
                about.name,
                tuple(source.merged_cell_ranges or ()),
                frozenset(extents[about.name].formulas) if about.name in extents else frozenset(),
                source,
            )


@contextmanager
def told_plainly() -> Iterator[None]:
    """The reader's own errors, and its panics on files made to break it, as a refusal."""
    try:
        yield
    except PasswordError as defect:
        raise UserMends("imports.encrypted", field="file") from defect
    except (CalamineError, ValueError, OverflowError, OSError) as defect:
        raise UserMends("imports.damaged", field="file") from defect
    except BaseException as panic:  # a panic of the library is no Exception
        if type(panic).__name__ != "PanicException":
            raise
        raise UserMends("imports.damaged", field="file") from panic
