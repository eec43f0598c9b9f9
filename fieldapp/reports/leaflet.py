"""The sheet that a family keeps: who pays what and why, and what it is worth. A5.

It is no receipt and says so. Every number was quoted before, by one edition of the dated tables;
what is not verified says so in its own sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from fieldapp.reports import paper
from fieldapp.reports.files import whole_file
from fieldapp.reports.paper import Placed, Style, draw, end_page, placed_right, printable, wrapped
from fieldapp.words import Words
from fieldapp.words.format import long_date, money

PAGE_WIDTH, PAGE_HEIGHT = A5
LEFT, RIGHT = 36.0, PAGE_WIDTH - 36.0
TOP, BOTTOM = PAGE_HEIGHT - 36.0, 40.0
TITLE = Style(paper.SEMIBOLD, 13)
HEADING = Style(paper.SEMIBOLD, 9.5)
NAME = Style(paper.SEMIBOLD, 9)
BODY = Style(paper.REGULAR, 8.4)
SMALL = Style(paper.REGULAR, 7.4, paper.INK2)
TOTAL = Style(paper.SEMIBOLD, 12)
INDENT = 10.0


@dataclass(frozen=True)
class LeafletLine:
    """What one person pays for one scheme: the scheme in words, the sum, and why."""

    name: str
    scheme: str
    dong: int
    why: tuple[str, ...]


@dataclass(frozen=True)
class Leaflet:
    """Everything that stands on the sheet. `edition` is that of the dated tables."""

    head_name: str
    address: str
    told_on: date
    lines: tuple[LeafletLine, ...]
    total_dong: int
    total_words: str
    benefits: tuple[str, ...]
    adviser: str
    edition: str


def write_leaflet_pdf(path: Path, leaflet: Leaflet, words: Words) -> None:
    """Writes the sheet, on as many pages as it needs; raises as `whole_file` does."""
    with whole_file(path) as part, part.open("wb") as file:
        canvas = Canvas(file, A5, invariant=1)
        _Sheet(canvas, leaflet, words).write()
        canvas.save()


class _Sheet:
    """Sets the sheet from the top down."""

    def __init__(self, canvas: Canvas, leaflet: Leaflet, words: Words) -> None:
        self._canvas, self._leaflet, self._say = canvas, leaflet, words.say
        self._y = TOP
        canvas.setTitle(printable(words.say("leaflet.title")))

    def write(self) -> None:
        """Sets everything."""
        leaflet, say, day = self._leaflet, self._say, long_date(self._leaflet.told_on)
        self._text(say("leaflet.title"), TITLE)
        whom = say("leaflet.for_whom", name=leaflet.head_name, address=leaflet.address)
        self._text(whom, BODY)
        self._text(say("leaflet.told_on", day=day), SMALL)
        self._rule()
        scheme = ""
        for line in leaflet.lines:
            if line.scheme != scheme:
                scheme = line.scheme
                self._text(scheme, HEADING, gap=6)
            self._person(line)
        self._total()
        self._text(say("leaflet.benefits"), HEADING, gap=8)
        for benefit in leaflet.benefits:
            self._text(benefit, BODY, gap=2)
        self._rule()
        if leaflet.adviser:
            self._text(say("leaflet.asked", name=leaflet.adviser), BODY)
        self._text(say("leaflet.edition", edition=leaflet.edition, day=day), SMALL)
        end_page(self._canvas)

    def _person(self, line: LeafletLine) -> None:
        """Name and sum in one line, the reasons below."""
        self._need(NAME.leading + 2 * BODY.leading)
        names = wrapped(line.name, NAME, RIGHT - LEFT - 110) or [""]
        self._y -= NAME.leading + 3
        dong = placed_right(RIGHT, self._y, money(line.dong), NAME)
        draw(self._canvas, [Placed(LEFT, self._y, names[0], NAME), dong])
        for text in (*names[1:], *line.why):
            self._text(text, SMALL, indent=INDENT)

    def _total(self) -> None:
        self._need(TOTAL.leading + 2 * BODY.leading)
        self._rule()
        self._y -= TOTAL.leading
        total = placed_right(RIGHT, self._y, money(self._leaflet.total_dong), TOTAL)
        draw(self._canvas, [Placed(LEFT, self._y, self._say("leaflet.total"), NAME), total])
        self._text(self._say("leaflet.in_words", words=self._leaflet.total_words), BODY)

    def _text(self, text: str, style: Style, *, gap: float = 0, indent: float = 0) -> None:
        self._y -= gap
        for part in wrapped(text, style, RIGHT - LEFT - indent):
            self._need(style.leading)
            self._y -= style.leading
            draw(self._canvas, [Placed(LEFT + indent, self._y, part, style)])

    def _rule(self) -> None:
        self._y -= 6
        self._canvas.setStrokeColor(paper.EDGE)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(LEFT, self._y, RIGHT, self._y)
        self._y -= 2

    def _need(self, height: float) -> None:
        """Goes on on another page where this one is too full."""
        if self._y - height < BOTTOM:
            end_page(self._canvas)
            self._y = TOP
