"""What every printed paper shares: the typeface, colours, and lines that break where they must.

Sizes and lengths are in points (1/72 inch).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from fontpkg_be_vietnam_pro import ROOT
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from fieldapp import practice
from fieldapp.rules.people.signature import HIGH, WIDE

REGULAR, MEDIUM, SEMIBOLD = "BeVietnamPro", "BeVietnamPro-Medium", "BeVietnamPro-SemiBold"
ITALIC = "BeVietnamPro-Italic"

_FILES = {
    REGULAR: "BeVietnamPro-Regular.ttf",
    MEDIUM: "BeVietnamPro-Medium.ttf",
    SEMIBOLD: "BeVietnamPro-SemiBold.ttf",
    ITALIC: "BeVietnamPro-Italic.ttf",
}

INK, INK2 = HexColor("#1F1D1A"), HexColor("#55514A")
LINE, EDGE, SUNKEN = HexColor("#CFC9BE"), HexColor("#8E877B"), HexColor("#FAF8F4")
BRICK, BRICK_SOFT = HexColor("#A6301D"), HexColor("#F3DAD4")

LEADING = 1.42
"""Line height over type size: a capital with two stacked marks reaches 1.2 of the size, a hook
below a quarter of it; less than this and the marks of one line touch the line above."""

MISSING = "?"
"""Stands for a sign that the typeface lacks, such as a picture sign."""


@cache
def _fonts() -> dict[str, TTFont]:
    """The faces, known to the PDF library from the first call on."""
    found = {}
    for name, file in _FILES.items():
        found[name] = TTFont(name, str(Path(ROOT) / "files" / file))
        pdfmetrics.registerFont(found[name])
    return found


class _Glyphs(dict[int, int | str | None]):
    """For `str.translate`: what is printed for a character; asked once for each."""

    def __init__(self) -> None:
        super().__init__()
        self._known = _fonts()[REGULAR].face.charToGlyph

    def __missing__(self, code: int) -> int | str | None:
        self[code] = self._printed(code)
        return self[code]

    def _printed(self, code: int) -> int | str | None:
        sign = chr(code)
        category = unicodedata.category(sign)
        if sign == "\n" or (code in self._known and category != "Cc"):
            return code
        if sign.isspace():
            return " "
        invisible = category in ("Cf", "Mn", "Me")  # joiners, direction marks, loose accents
        return None if invisible else MISSING


@cache
def _glyphs() -> _Glyphs:
    return _Glyphs()


def printable(text: str) -> str:
    """The text as the typeface can print it: composed, with `MISSING` for what it lacks."""
    return unicodedata.normalize("NFC", text).translate(_glyphs())


@lru_cache(maxsize=20_000)
def width_of(text: str, font: str, size: float) -> float:
    """The length of a printable text."""
    widths = _fonts()[font].face.charWidths
    missing = _fonts()[font].face.defaultWidth
    return float(sum(widths.get(ord(sign), missing) for sign in text)) * size / 1000


@dataclass(frozen=True)
class Style:
    """How a text is set."""

    font: str = REGULAR
    size: float = 8.0
    colour: Color = INK

    @property
    def leading(self) -> float:
        """The height of a line."""
        return self.size * LEADING


def wrapped(text: str, style: Style, width: float) -> list[str]:
    """The text in lines no longer than `width`; a word that is longer is broken within itself.

    Line feeds in the text are kept. Empty text has no lines.
    """
    text = printable(text)
    return [line for part in text.split("\n") for line in _lines(part, style, width)]


def _lines(part: str, style: Style, width: float) -> Iterator[str]:
    space = width_of(" ", style.font, style.size)
    line, length = "", 0.0
    for word in part.split(" "):
        for piece in _pieces(word, style, width):
            long = width_of(piece, style.font, style.size)
            if line and length + space + long > width:
                yield line
                line, length = piece, long
            elif line:
                line, length = f"{line} {piece}", length + space + long
            else:
                line, length = piece, long
    if line:
        yield line


def _pieces(word: str, style: Style, width: float) -> Iterator[str]:
    """The word, or parts of it that fit where it does not."""
    if not word:
        return
    if len(word) < 60 and width_of(word, style.font, style.size) <= width:
        yield word
        return
    piece, length = "", 0.0
    for sign in word:
        long = width_of(sign, style.font, style.size)
        if piece and length + long > width:
            yield piece
            piece, length = "", 0.0
        piece, length = piece + sign, length + long
    yield piece


PRACTICE = Style(SEMIBOLD, 64, BRICK)
"""Of the word across the papers of the training; what is under it stays readable."""


@dataclass(frozen=True)
class Placed:
    """A printable line and the left end of its baseline."""

    x: float
    y: float
    text: str
    style: Style


def placed_right(x: float, y: float, text: str, style: Style) -> Placed:
    """A line that ends at `x`."""
    return Placed(x - width_of(text, style.font, style.size), y, text, style)


def placed_centred(x: float, y: float, text: str, style: Style) -> Placed:
    """A line around `x`."""
    return Placed(x - width_of(text, style.font, style.size) / 2, y, text, style)


def draw(canvas: Canvas, lines: Iterable[Placed]) -> None:
    """Sets lines, in their order: the order in which a reader that speaks the paper says them."""
    _fonts()
    ink = canvas.beginText()
    style: Style | None = None
    for line in lines:
        if line.style is not style:
            ink.setFont(line.style.font, line.style.size)
            if style is None or line.style.colour is not style.colour:
                ink.setFillColor(line.style.colour)
            style = line.style
        ink.setTextOrigin(round(line.x, 2), round(line.y, 2))
        ink.textOut(line.text)
    canvas.drawText(ink)


def draw_signature(
    canvas: Canvas, strokes: Iterable[Sequence[int]], middle: float, bottom: float, width: float
) -> None:
    """Sets a signature (`fieldapp.rules.people.signature`) above a height, around a middle."""
    scale = width / WIDE
    path = canvas.beginPath()
    for stroke in strokes:
        points = list(zip(stroke[::2], stroke[1::2], strict=True))
        placed = [(middle - width / 2 + x * scale, bottom + (HIGH - y) * scale) for x, y in points]
        path.moveTo(*placed[0])
        for point in placed[1:]:
            path.lineTo(*point)
    canvas.saveState()
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.1)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def draw_across(canvas: Canvas, text: str, style: Style) -> None:
    """Sets a word across the middle of the page."""
    width, height = canvas._pagesize
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(38)
    draw(canvas, [placed_centred(0, -style.size * 0.36, text, style)])
    canvas.restoreState()


def end_page(canvas: Canvas) -> None:
    """Ends a page and keeps it compressed: the library would keep it open until the last one.

    Across a page of the training stands that it is one.
    """
    if practice.is_on():
        canvas.setFillAlpha(0.3)
        draw_across(canvas, practice.PAPER_WORD, PRACTICE)
    canvas.showPage()
    page = canvas._doc.Pages.pages[-1]
    packed = zlib.compress(page.stream.encode("latin-1"))
    how = PDFDictionary({"Filter": PDFArray([PDFName("FlateDecode")])})
    page.Contents = PDFStream(how, packed)
    page.stream = None
