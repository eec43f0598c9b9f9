"""The annex of TK1-TS (2023): the members of the household, on lying pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from fieldapp.reports import paper
from fieldapp.reports.forms.content import PersonContent
from fieldapp.reports.forms.declaration_paper import MARGIN, TITLE, DeclarationPaper
from fieldapp.reports.forms.values import sex_of
from fieldapp.reports.paper import Placed, Style, draw, end_page, placed_centred, wrapped
from fieldapp.reports.texts import one_line
from fieldapp.words import Words
from fieldapp.words.format import long_date

CELL = Style(paper.REGULAR, 8.2)
HEADING = Style(paper.SEMIBOLD, 7.6)
SIGN = Style(paper.ITALIC, 7.6)
PAD = 3.0


def write_annex(
    sheet: DeclarationPaper, members: Sequence[PersonContent], declared_on: date
) -> None:
    """Sets the annex on pages of its own, under its headings on each."""
    layout = sheet.layout
    sheet.new_page(sideways=True)
    sheet.form_number()
    sheet.centred(layout.annex_title, TITLE)
    sheet.y -= 6
    for fields in layout.annex_fields:
        sheet.row(fields)
    sheet.y -= 4
    table = _Table(sheet)
    table.headings()
    for number, member in enumerate(members, start=1):
        last = number == len(
            members
        )  # it goes to the next page with the foot, never leaves it alone
        table.add(number, member, below=sheet.foot_height(layout.statement) + 4 if last else 0)
    sheet.y -= 4
    sheet.foot(layout.statement, declared_on)
    end_page(sheet.canvas)


class _Table:
    """Rows with frames, each as high as its longest cell."""

    def __init__(self, sheet: DeclarationPaper) -> None:
        self._sheet = sheet
        columns = sheet.layout.columns
        room = sheet.width - 2 * MARGIN
        scale = room / sum(column.width for column in columns)
        self._columns = columns
        self._widths = [column.width * scale for column in columns]

    def headings(self) -> None:
        """Headings and the row of column signs."""
        self._row([column.head for column in self._columns], HEADING, centred=True)
        self._row([column.no for column in self._columns], SIGN, centred=True)

    def add(self, number: int, member: PersonContent, *, below: float) -> None:
        """One member, on a new page under the headings again where it and `below` do not fit."""
        words = Words("vi")
        texts = [one_line(MEMBER[c.value](number, member, words)) for c in self._columns]
        if self._sheet.need(self._height(self._lines(texts, CELL), CELL) + below):
            self.headings()
        self._row(texts, CELL, centred=False)

    def _lines(self, texts: Sequence[str], style: Style) -> list[list[str]]:
        return [
            wrapped(text, style, width - 2 * PAD)
            for text, width in zip(texts, self._widths, strict=True)
        ]

    def _height(self, lines: Sequence[Sequence[str]], style: Style) -> float:
        return max(1, *(len(cell) for cell in lines)) * style.leading + PAD

    def _row(self, texts: Sequence[str], style: Style, *, centred: bool) -> None:
        sheet = self._sheet
        cells = self._lines(texts, style)
        height = self._height(cells, style)
        sheet.canvas.setStrokeColor(paper.EDGE)
        sheet.canvas.setLineWidth(0.6)
        x = MARGIN
        for cell, width in zip(cells, self._widths, strict=True):
            sheet.canvas.rect(x, sheet.y - height, width, height, stroke=1, fill=0)
            y = sheet.y - (height - len(cell) * style.leading) / 2 + 2.2
            for line in cell:
                y -= style.leading
                middle = placed_centred(x + width / 2, y, line, style)
                draw(sheet.canvas, [middle if centred else Placed(x + PAD, y, line, style)])
            x += width
        sheet.y -= height


Said = Callable[[int, PersonContent, Words], str]

MEMBER: Mapping[str, Said] = {
    "number": lambda n, p, w: str(n),
    "full_name": lambda n, p, w: p.full_name,
    "si_number": lambda n, p, w: p.si_number,
    "born_on": lambda n, p, w: long_date(p.born_on) if p.born_on else "",
    "sex": lambda n, p, w: sex_of(p, w),
    "nationality": lambda n, p, w: p.nationality,
    "ethnic_group": lambda n, p, w: p.ethnic_group,
    "birth_place": lambda n, p, w: p.birth_place.whole,
    "relationship": lambda n, p, w: p.relationship,
    "id_number": lambda n, p, w: p.id_number,
    "note": lambda n, p, w: p.note,
}
"""Columns of the annex."""
