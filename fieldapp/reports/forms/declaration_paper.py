"""Sets a declaration on A4: rows of fields, ticks, dotted lines, the statement, the signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from fieldapp.reports import paper
from fieldapp.reports.forms.form import day_parts
from fieldapp.reports.forms.layouts import Field, PaperLayout
from fieldapp.reports.paper import (
    Placed,
    Style,
    draw,
    draw_signature,
    end_page,
    placed_centred,
    printable,
    width_of,
    wrapped,
)
from fieldapp.words import Words

MARGIN = 40.0
LABEL = Style(paper.REGULAR, 9.4)
VALUE = Style(paper.SEMIBOLD, 9.4)
STRONG = Style(paper.SEMIBOLD, 9.4)
TITLE = Style(paper.SEMIBOLD, 12.5)
SMALL = Style(paper.REGULAR, 7.6, paper.INK2)
ITALIC = Style(paper.ITALIC, 9.2)

ROW_GAP = 4.6
BETWEEN = 10.0
"""From the end of one field to the next of its row."""
TICK = 8.4
SIGNATURE = 118.0
"""What the foot takes: statement, date, who signs, room to sign, the name."""


class DeclarationPaper:
    """Sets one declaration from the top down, on as many pages as it needs."""

    def __init__(
        self, canvas: Canvas, layout: PaperLayout, said: Mapping[str, str], words: Words
    ) -> None:
        self.canvas = canvas
        self.layout = layout
        self.say = words.say
        self._said = said
        self.signature: Sequence[Sequence[int]] = ()
        """What the person signed on a screen, for the place of the last one who signs."""
        self._page = 0
        self.width = self.y = 0.0

    def write(self, declared_on: date) -> None:
        """The declaration itself, without its annex."""
        self.new_page(sideways=False)
        self._head()
        for row in self.layout.fields:
            self.row(row)
        self.foot(self.layout.statement, declared_on)
        end_page(self.canvas)

    # --- pages -----------------------------------------------------------------------------------

    def new_page(self, *, sideways: bool) -> None:
        """A fresh page, upright or lying."""
        width, height = landscape(A4) if sideways else A4
        self.canvas.setPageSize((width, height))
        self._sideways = sideways
        self.width, self.y = width, height - MARGIN
        self._page += 1
        said = self.say(
            "forms.paper_page",
            form=self.layout.number,
            name=self._said["full_name"],
            page=self._page,
        )
        line = wrapped(said, SMALL, width - 2 * MARGIN)[:1]
        draw(self.canvas, [Placed(MARGIN, 20, text, SMALL) for text in line])

    def need(self, height: float) -> bool:
        """Goes on on another page where this one is too full; says whether it did."""
        if self.y - height >= MARGIN:
            return False
        end_page(self.canvas)
        self.new_page(sideways=self._sideways)
        return True

    # --- parts -----------------------------------------------------------------------------------

    def form_number(self) -> None:
        """Number and source of the form, at the right of the page."""
        room = 190.0
        x = self.width - MARGIN - room / 2
        y = self.y - STRONG.leading + 4
        lines = [placed_centred(x, y, printable(self.layout.number), STRONG)]
        for text in wrapped(f"({self.layout.issued})", SMALL, room):
            y -= SMALL.leading
            lines.append(placed_centred(x, y, text, SMALL))
        draw(self.canvas, lines)
        self.y = y - 8

    def _head(self) -> None:
        self.form_number()
        self.centred(self.say("forms.state_name"), STRONG)
        self.centred(self.say("forms.state_motto"), STRONG)
        half = width_of(printable(self.say("forms.state_motto")), STRONG.font, STRONG.size) / 2
        self.canvas.setStrokeColor(paper.INK)
        self.canvas.setLineWidth(0.6)
        middle = self.width / 2
        self.canvas.line(middle - half, self.y - 3, middle + half, self.y - 3)
        self.y -= 14
        self.centred(self.layout.title, TITLE)
        self.y -= 4
        self.row((Field(label=self.say("forms.addressee")),), inset=90)
        self.y -= 3

    def centred(self, text: str, style: Style) -> None:
        """A text around the middle of the page, in as many lines as it takes."""
        for line in wrapped(text, style, self.width - 2 * MARGIN - 20):
            self.need(style.leading)
            self.y -= style.leading
            draw(self.canvas, [placed_centred(self.width / 2, self.y, line, style)])

    def row(self, fields: Sequence[Field], *, inset: float = 0) -> None:
        """Fields beside each other, as high as the highest of them."""
        if fields[0].heading:
            self._heading(fields[0].heading)
            return
        room = self.width - 2 * (MARGIN + inset) - BETWEEN * (len(fields) - 1)
        parts = sum(field.part for field in fields)
        set_fields = [_SetField(f, self._said, room * f.part / parts) for f in fields]
        self.need(max(one.height for one in set_fields) + ROW_GAP)
        x = MARGIN + inset
        for one in set_fields:
            one.draw(self.canvas, x, self.y)
            x += one.width + BETWEEN
        self.y -= max(one.height for one in set_fields) + ROW_GAP

    def _heading(self, text: str) -> None:
        lines = wrapped(text, STRONG, self.width - 2 * MARGIN)
        self.need((len(lines) + 2) * STRONG.leading)
        self.y -= 4
        for line in lines:
            self.y -= STRONG.leading
            draw(self.canvas, [Placed(MARGIN, self.y, line, STRONG)])
        self.y -= ROW_GAP

    def foot_height(self, statement: str) -> float:
        """What `foot` takes of the page."""
        lines = wrapped(statement, ITALIC, self.width - 2 * MARGIN)
        return len(lines) * ITALIC.leading + SIGNATURE

    def foot(self, statement: str, declared_on: date) -> None:
        """The statement, the date, and where each one signs, with room to do so."""
        self.need(self.foot_height(statement))
        self.y -= 4
        for line in wrapped(statement, ITALIC, self.width - 2 * MARGIN):
            self.y -= ITALIC.leading
            draw(self.canvas, [Placed(MARGIN, self.y, line, ITALIC)])
        self.y -= 8
        half = (self.width - 2 * MARGIN) / 2
        day = self.say("forms.declared_on", **day_parts(declared_on))
        last = len(self.layout.signatures) - 1
        for index, title in enumerate(self.layout.signatures):
            x = MARGIN + half * (index + 0.5)
            y = self.y - ITALIC.leading
            if index == last:
                draw(self.canvas, [placed_centred(x, y, day, ITALIC)])
            if title:
                self._signature(x, y - STRONG.leading, title, half)
            if index == last:
                draw_signature(self.canvas, self.signature, x, y - STRONG.leading - 56, 130)
        self.y -= SIGNATURE - 8

    def _signature(self, x: float, y: float, title: str, room: float) -> None:
        asked = self.say("forms.sign_here")
        names = wrapped(self._said["full_name"], LABEL, room - 20)[:3]
        lines = [
            placed_centred(x, y, printable(title), STRONG),
            placed_centred(x, y - SMALL.leading, asked, SMALL),
        ]
        lines += [
            placed_centred(x, y - 62 - index * LABEL.leading, name, LABEL)
            for index, name in enumerate(names)
        ]
        draw(self.canvas, lines)


class _SetField:
    """One field in its room: the value beside its label if it fits there, else below it."""

    def __init__(self, field: Field, said: Mapping[str, str], width: float) -> None:
        self.width = width
        self._field = field
        self._said = said
        self._label = wrapped(field.title + ("" if field.ticks else ":"), LABEL, width)
        self._after = width_of(self._label[-1], LABEL.font, LABEL.size) + 4
        value = said[field.value]
        beside = wrapped(value, VALUE, width - self._after) if self._after < width - 30 else []
        self._beside = beside if len(beside) == 1 else []
        self._below = [] if len(beside) == 1 else wrapped(value, VALUE, width - 10)
        self._dotted = not value and not field.ticks
        extra = field.lines - 1 if self._dotted else 0
        self._rows = len(self._label) + len(self._below) + extra

    @property
    def height(self) -> float:
        """What it takes of the page."""
        return self._rows * LABEL.leading

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Sets it with its top at `y`."""
        for line in self._label:
            y -= LABEL.leading
            draw(canvas, [Placed(x, y, line, LABEL)])
        for text in self._beside:
            draw(canvas, [Placed(x + self._after, y, text, VALUE)])
        if self._dotted:
            self._dots(canvas, x, y)
        if self._field.ticks:
            self._ticks(canvas, x + self._after + 8, y)
        for text in self._below:
            y -= LABEL.leading
            draw(canvas, [Placed(x + 10, y, text, VALUE)])

    def _dots(self, canvas: Canvas, x: float, y: float) -> None:
        """Dotted lines to write on: after the label, and whole ones below it."""
        canvas.setStrokeColor(paper.EDGE)
        canvas.setLineWidth(0.7)
        canvas.setDash(0.7, 2.2)
        if self._after < self.width - 8:
            canvas.line(x + self._after, y - 1.5, x + self.width, y - 1.5)
        for index in range(1, self._field.lines):
            below = y - 1.5 - index * LABEL.leading
            canvas.line(x, below, x + self.width, below)
        canvas.setDash()

    def _ticks(self, canvas: Canvas, x: float, y: float) -> None:
        canvas.setStrokeColor(paper.INK)
        canvas.setLineWidth(0.7)
        for label, value in self._field.ticks:
            canvas.rect(x, y - 1, TICK, TICK, stroke=1, fill=0)
            mark = self._said[value]
            lines = [Placed(x + TICK + 4, y, printable(label), LABEL)]
            if mark:
                lines.append(placed_centred(x + TICK / 2, y + 0.6, mark, VALUE))
            draw(canvas, lines)
            x += TICK + 4 + width_of(printable(label), LABEL.font, LABEL.size) + 22
