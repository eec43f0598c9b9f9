"""Where the table stands on a sheet, and which of its rows are lines of the list.

Titles stand above the heads, heads may take several rows, a row of column numbers ("A B 1 2 3")
below them; sections, totals, signatures and repeated heads stand between and after the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from fieldapp.lists.cells import Cell, text_of
from fieldapp.lists.columns import (
    NOTHING_SAID,
    Kind,
    Mapped,
    bare,
    lacking,
    recognise,
    signature,
)
from fieldapp.lists.legacy import Encoding, read_as
from fieldapp.lists.reading import Opened
from fieldapp.lists.text_file import TextSheet
from fieldapp.lists.workbook import Sheet
from fieldapp.rules.folding import fold

HEAD_REACH = 40
"""Rows from the top among which the heads are looked for."""
TALLEST_HEAD = 3
ENCODINGS: tuple[Encoding, ...] = ("unicode", "tcvn3", "vni")

Source = Sheet | TextSheet


@dataclass(frozen=True)
class Head:
    """The heads of a sheet.

    Attributes:
        first, last: their rows, from 0.
        texts: per column, all rows of the head joined.
        titles: what stands above, row by row.
    """

    first: int
    last: int
    texts: tuple[str, ...]
    columns: Mapping[str, int]
    encoding: Encoding
    titles: tuple[str, ...]

    @property
    def signature(self) -> str:
        """Names the layout."""
        return signature(self.texts)


@dataclass(frozen=True)
class Line:
    """One line of the list as it stands in the file.

    Attributes:
        row: its number in the file as a spreadsheet shows it, from 1.
        scheme: of the section that it stands in; "" outside any.
        cells: per field.
        uncomputed: fields whose cell is a formula without a value.
    """

    sheet: int
    row: int
    scheme: str
    cells: Mapping[str, Cell]
    uncomputed: frozenset[str] = frozenset()


@dataclass
class Laid:
    """A sheet whose table was found.

    Attributes:
        passed_over: rows below the heads that are no lines: sections, totals, signatures.
        formulas: cells of lines whose value was computed by a formula.
        sections: row of each section's heading (from 0), with its scheme.
    """

    number: int
    source: Source
    head: Head
    columns: dict[str, int]
    scheme: str = ""
    passed_over: int = 0
    formulas: int = 0
    sections: dict[int, str] = field(default_factory=dict)
    numbering: int | None = None


def lay_out(opened: Opened, kind: Kind, remembered: Mapping[str, Mapped]) -> list[Laid]:
    """The sheets of a file that hold a list of this kind, with their columns.

    `remembered` are mappings by signature; the one under "" was said for this file. Sheets without
    such heads are no part of the list, as long as one has them.
    """
    found = []
    for number, source in enumerate(opened.sheets):
        top = list(islice(source.rows(), HEAD_REACH))
        head = find_head(top, source.merged, kind, by_hand=bool(remembered.get("")))
        if head is not None:
            said = remembered.get("") or remembered.get(head.signature) or NOTHING_SAID
            laid = Laid(number, source, head, said.over(head.columns), said.scheme)
            laid.scheme = laid.scheme or _scheme_of_titles(head.titles)
            found.append(laid)
    whole = [laid for laid in found if not lacking(laid.columns, kind)]
    return whole or found[:1]


# --- heads ---------------------------------------------------------------------------------------

Top = Sequence[tuple[int, Sequence[Cell]]]
Squares = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def find_head(top: Top, merged: Squares, kind: Kind, *, by_hand: bool = False) -> Head | None:
    """The heads among the first rows: those that name most fields; None where no row names two."""
    best: tuple[tuple[int, int, int], Head] | None = None
    for encoding in ENCODINGS:
        rows = {number: _texts(cells, encoding) for number, cells in top}
        _spread(rows, merged)
        for head in _candidates(rows, kind, encoding):
            lacks = len(lacking(head.columns, kind))
            rank = (len(head.columns) - 4 * lacks, head.first - head.last, -head.first)
            if best is None or rank > best[0]:
                best = rank, head
        if best is not None and not lacking(best[1].columns, kind):
            break  # heads that can be read as they stand are in no old font
    if best is None or (len(best[1].columns) < 2 and not by_hand):
        return None
    return best[1]


def _texts(cells: Sequence[Cell], encoding: Encoding) -> list[str]:
    return [" ".join(read_as(c, encoding).split()) if isinstance(c, str) else "" for c in cells]


def _spread(rows: dict[int, list[str]], merged: Squares) -> None:
    """A head over several columns is the head of each of them."""
    for (top, left), (bottom, right) in merged:
        if top in rows and top == bottom and right < len(rows[top]):
            for column in range(left + 1, right + 1):
                rows[top][column] = rows[top][left]


def _candidates(rows: Mapping[int, list[str]], kind: Kind, encoding: Encoding) -> Iterator[Head]:
    numbers = sorted(rows)
    for first in numbers:
        for height in range(1, TALLEST_HEAD + 1):
            span = [n for n in range(first, first + height) if n in rows]
            if len(span) < height:
                break
            if height > 1 and not _is_head_row(rows[span[-1]]):
                break
            texts = _joined([rows[n] for n in span])
            columns = recognise(texts, kind)
            titles = tuple(" ".join(filter(None, rows[n])) for n in numbers if n < first)
            yield Head(first, span[-1], texts, columns, encoding, titles)


def _is_head_row(texts: Sequence[str]) -> bool:
    """A further row of heads has words, and no numbers of people or of columns."""
    said = [text for text in texts if text]
    return bool(said) and not _is_numbering(texts) and not any(_DATA.search(t) for t in said)


_DATA = re.compile(r"\d{4,}|\d+/\d+")


def _joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    width = max(map(len, rows))
    columns = []
    for place in range(width):
        parts = [row[place] for row in rows if place < len(row) and row[place]]
        columns.append(" ".join(dict.fromkeys(parts)))
    return tuple(columns)


_NUMBERING = re.compile(r"\(?[A-ZĐ]\)?|\(?\d{1,2}\)?(?:\s*=.*)?")


def _is_numbering(cells: Sequence[Cell]) -> bool:
    """The row "A B 1 2 3" below the heads: short signs only, and not the first line's number."""
    texts = [text_of(cell).value or "" for cell in cells]
    said = [text for text in texts if text]
    return len(said) >= 3 and all(_NUMBERING.fullmatch(text) for text in said)


# --- lines ---------------------------------------------------------------------------------------

_SECTIONS = (
    (re.compile(r"\b(?:bhxh|bao hiem xa hoi)\s*(?:tu nguyen|tn)\b"), "vsi"),
    (re.compile(r"\b(?:bhyt|bao hiem y te)\b"), "hhi"),
)
_KEYS = ("born_on", "born_male", "born_female", "number", "id_number", "si_number", "card_number")
_ENDS = re.compile(
    r"(?:tong|cong|tong cong|tong so|cong don|nguoi lap|thu truong|giam doc|can bo|ke toan|"
    r"ngay\s.*\bthang\b.*\bnam\b.*|ky ten|xac nhan|ghi chu:|luu y|tp\.? ?hcm, ngay).*"
)


def lines(laid: Laid, kind: Kind) -> Iterator[Line]:
    """The lines of a sheet in their order; what is no line is counted in `laid.passed_over`."""
    scheme = laid.scheme
    heads = [bare(text) for text in laid.head.texts]
    merged = _MergedDown(laid.source.merged)
    formulas = laid.source.formulas
    for number, cells in laid.source.rows():
        if number <= laid.head.last or not any(cells):
            continue
        if number <= laid.head.last + 2 and laid.numbering is None and _is_numbering(cells):
            laid.numbering = number
            continue
        merged.fill(number, cells)
        said = {name: _at(cells, place) for name, place in laid.columns.items()}
        section = _section_of(cells, said) if kind == "due" else ""
        if section:
            scheme = laid.sections[number] = section
        if section or not _is_line(said, cells, heads):
            laid.passed_over += 1
            continue
        computed = [f for f, p in laid.columns.items() if (number, p) in formulas]
        laid.formulas += len(computed)
        empty = frozenset(f for f in computed if said[f] is None)
        yield Line(laid.number, number + 1, scheme, said, empty)


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


class _MergedDown:
    """Cells merged over several rows: each of the rows has the value, not only the first."""

    def __init__(self, squares: Squares) -> None:
        self._begins: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, Cell]] = {}
        for (top, left), (bottom, _) in squares:
            if bottom > top:
                self._begins.setdefault(top, []).append((left, bottom))

    def fill(self, number: int, cells: list[Cell]) -> None:
        """Puts the values of merged cells into a row; rows come in their order."""
        for left, bottom in self._begins.pop(number, ()):
            self._open[left] = bottom, _at(cells, left)
        for left, (bottom, value) in list(self._open.items()):
            if number > bottom:
                del self._open[left]
            elif left < len(cells) and cells[left] is None:
                cells[left] = value


def _section_of(cells: Sequence[Cell], said: Mapping[str, Cell]) -> str:
    """The scheme that a heading inside the table names; "" for any other row."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) > 3 or any(said.get(name) is not None for name in (*_KEYS, "due_on")):
        return ""
    return scheme_named(" ".join(texts))


def scheme_named(text: str) -> str:
    """`vsi` or `hhi` where a text names exactly one of the two schemes."""
    folded = fold(text)
    for encoding in ENCODINGS[1:]:
        if not text.isascii() and not any(p.search(folded) for p, _ in _SECTIONS):
            folded = fold(read_as(text, encoding))
    found = {scheme for pattern, scheme in _SECTIONS if pattern.search(folded)}
    return found.pop() if len(found) == 1 else ""


def _scheme_of_titles(titles: Sequence[str]) -> str:
    return scheme_named(" ".join(titles))


def _is_line(said: Mapping[str, Cell], cells: Sequence[Cell], heads: Sequence[str]) -> bool:
    """A line names somebody and says something of him; a total or a signature does not."""
    tells = any(said.get(name) is not None for name in _KEYS)
    name = said.get("full_name")
    if tells and name is not None:
        return not _repeats(cells, heads)
    first = next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")
    if _ENDS.fullmatch(fold(first)):
        return False
    if name is None:
        return tells or said.get("due_on") is not None
    numbered = bool(_NUMBERING.fullmatch(text_of(said.get("line_number")).value or ""))
    others = sum(said.get(field) is not None for field in ("due_on", "address", "relationship"))
    return (numbered or others > 0) and not _repeats(cells, heads)


def _repeats(cells: Sequence[Cell], heads: Sequence[str]) -> bool:
    """The heads once more, as at the top of a further page."""
    first = next((cell for cell in cells if isinstance(cell, str)), "")
    if bare(first) not in heads:
        return False
    said = [(bare(cell), head) for cell, head in zip(cells, heads, strict=False)
            if isinstance(cell, str)]  # fmt: skip
    return len(said) > 2 and sum(one == head and bool(one) for one, head in said) * 2 > len(said)


# --- titles --------------------------------------------------------------------------------------

_TOLD = {
    "head_name": re.compile(r"(?:ho (?:va )?ten chu ho|chu ho)\s*:\s*"),
    "household_code": re.compile(r"(?:ma so ho gia dinh|ma ho gia dinh|ma ho)\s*:\s*"),
    "address": re.compile(r"(?:dia chi|noi cu tru|noi thuong tru)(?: noi cu tru)?\s*:\s*"),
}
_WIDE = re.compile(r"\s{2,}")
_NEXT_LABEL = re.compile(r"\s*;\s*|\s+(?=[A-ZĐ][^:,;]{2,40}:)")


def told_above(titles: Sequence[str]) -> dict[str, str]:
    """What stands over the table of one household: its head, its code, its address."""
    found: dict[str, str] = {}
    for title in (_WIDE.sub(" ; ", title.strip()) for title in titles):
        folded = fold(title)
        if len(folded) != len(title):
            continue
        for name, label in _TOLD.items():
            if (place := label.search(folded)) and name not in found:
                value = _NEXT_LABEL.split(title[place.end() :].strip(" .…"))[0]
                if value.strip(" .…_"):
                    found[name] = value.strip(" .…_")
    return found
