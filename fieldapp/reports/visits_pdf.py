"""The visit log on paper: A4 across, a head on each page, nothing cut off.

Pages are set one after the other while the rows come; only finished, compressed pages are kept.
ID numbers are masked to their last four digits, because paper lies about. A sign that the typeface
lacks is printed as a question mark; the table formats have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from fieldapp.clock import VIETNAM
from fieldapp.reports import paper
from fieldapp.reports.files import whole_file
from fieldapp.reports.paper import (
    Placed,
    Style,
    draw,
    end_page,
    placed_right,
    printable,
    width_of,
    wrapped,
)
from fieldapp.reports.visits import (
    UNWATCHED,
    Tally,
    VisitLog,
    VisitRow,
    Watch,
    Written,
    outcome_text,
    period,
    position_text,
    summary,
)
from fieldapp.words import Words
from fieldapp.words.format import long_date, money, number

PAGE_WIDTH, PAGE_HEIGHT = landscape(A4)
LEFT, RIGHT, TOP, BOTTOM = 34.0, PAGE_WIDTH - 34.0, PAGE_HEIGHT - 30.0, 38.0
FOOT = 24.0
GAP = 8.0
PADDING = 4.0
TOTAL_PAGES = "total_pages"

TITLE = Style(paper.SEMIBOLD, 14)
SMALL = Style(paper.REGULAR, 7.5, paper.INK2)
HEADING = Style(paper.SEMIBOLD, 7.2, paper.INK2)
BODY = Style(paper.REGULAR, 7.8)
STRONG = Style(paper.SEMIBOLD, 7.8)
QUIET = Style(paper.REGULAR, 7.8, paper.INK2)
TOTAL = Style(paper.SEMIBOLD, 9.5)


@dataclass(frozen=True)
class _Slot:
    """A column on paper: the key of its heading, its width, and whether it ends flush right."""

    heading: str
    width: float
    right: bool = False


SLOTS = (
    _Slot("paper_visited", 50),
    _Slot("column_canvasser", 67),
    _Slot("paper_household", 106),
    _Slot("paper_address", 144),
    _Slot("paper_members", 26, right=True),
    _Slot("column_outcome", 70),
    _Slot("column_enrolments", 30, right=True),
    _Slot("column_receipts", 42),
    _Slot("column_amount_dong", 62, right=True),
    _Slot("column_note", RIGHT - LEFT - 597 - 9 * GAP),
)

PLACES = tuple(
    (LEFT + sum(slot.width + GAP for slot in SLOTS[:index]), slot)
    for index, slot in enumerate(SLOTS)
)
"""The slots with their left edges."""

Cell = list[tuple[str, Style]]


def write_pdf(
    path: Path,
    rows: Iterable[VisitRow],
    *,
    log: VisitLog,
    words: Words,
    watch: Watch = UNWATCHED,
) -> Written:
    """Writes the log for print; raises as `whole_file` and `Tally.over` do, leaving no file."""
    tally = Tally(log, watch)
    with whole_file(path) as part, part.open("wb") as file:
        pages = _Pages(Canvas(file, (PAGE_WIDTH, PAGE_HEIGHT), invariant=1), log, words)
        for row in tally.over(rows):
            pages.add([_fitted(c, s) for c, s in zip(cells(row, words), SLOTS, strict=True)])
        pages.end(tally)
    return tally.written(path)


def masked(id_number: str) -> str:
    """The last four digits of the number behind four dots; nothing of a shorter one."""
    return f"••••{id_number[-4:]}" if len(id_number) > 4 else "••••" if id_number else ""


def cells(row: VisitRow, words: Words) -> tuple[Cell, ...]:
    """What stands in each slot of a row, as texts with their styles, one under the other."""
    local = row.visited_at.astimezone(VIETNAM)
    coming = words.say("reports.next_visit", day=long_date(row.next_on)) if row.next_on else ""
    place = ", ".join(part for part in (row.neighbourhood, row.ward_name) if part)
    known = (masked(row.id_number), row.phone)
    paid = row.amount_dong or row.receipts
    return (
        [(f"{row.visited_on:%d/%m/%Y}", BODY), (f"{local:%H:%M}", QUIET)],
        [(row.canvasser, BODY)],
        [(row.head, STRONG), (" · ".join(part for part in known if part), QUIET)],
        [(f"{row.house_number} {row.street}".strip(), BODY), (place, QUIET)],
        [(number(row.members), BODY)],
        [(outcome_text(row.outcome, words), BODY), (coming, QUIET)],
        [(number(row.enrolments) if row.enrolments else "", BODY)],
        [(", ".join(row.receipts), BODY)],
        [(money(row.amount_dong) if paid else "", STRONG)],
        [(row.note, BODY)],
    )


def _fitted(cell: Cell, slot: _Slot) -> Cell:
    """The cell in lines that are no longer than its slot."""
    return [
        (line, style) for text, style in cell if text for line in wrapped(text, style, slot.width)
    ]


class _Pages:
    """Sets rows from the top of a page to its bottom, then begins the next one."""

    def __init__(self, canvas: Canvas, log: VisitLog, words: Words) -> None:
        self._canvas = canvas
        self._log = log
        self._words = words
        self._page = 0
        self._y = 0.0
        canvas.setTitle(words.say("reports.visits_title"))
        canvas.setAuthor(printable(log.made_by))
        self._begin()

    def add(self, row: list[Cell]) -> None:
        """Sets a row: whole on one page where a page can hold it, else in parts."""
        tallest = max(len(cell) for cell in row)
        if self._room() < min(tallest, self._most):
            self._turn()
        start = 0
        while start < tallest:
            count = min(tallest - start, self._room())
            self._set([cell[start : start + count] for cell in row])
            start += count
            if start < tallest:
                self._turn()

    def end(self, tally: Tally) -> None:
        """Sets the totals and what else is said about the log; closes the document."""
        if not tally.rows:
            self._y -= PADDING
            self._text(self._words.say("reports.nothing"), BODY)
        line = self._words.say(
            "reports.total_line",
            rows=number(tally.rows),
            enrolments=number(tally.enrolments),
            total=money(tally.total_dong),
        )
        self._y -= 2 * PADDING
        self._text(line, TOTAL)
        for text in self._last_words(tally):
            self._text(text, SMALL)
        self._canvas.beginForm(TOTAL_PAGES, 0, -4, 40, 12)
        draw(self._canvas, [Placed(0, 0, number(self._page), SMALL)])
        self._canvas.endForm()
        end_page(self._canvas)
        self._canvas.save()

    def _last_words(self, tally: Tally) -> list[str]:
        """What stands below the total, in small type."""
        say = self._words.say
        reached = "; ".join(position_text(p, self._words) for p in self._log.positions)
        asked = [f"{name}: {value}" for name, value in summary(self._log, tally, self._words)[2:6]]
        found = [". ".join(asked) + "."]
        if reached:
            found.append(say("reports.cut_off_line", positions=reached))
        found.append(say("reports.masked_line"))
        found.append(say("reports.hash_line", hash=tally.sha256))
        return found

    def _room(self) -> int:
        """How many lines of body type a row may still have on this page."""
        return int((self._y - BOTTOM - 2 * PADDING) / BODY.leading)

    def _text(self, text: str, style: Style) -> None:
        """Sets a text across the page, on as many lines and pages as it takes."""
        for line in wrapped(text, style, RIGHT - LEFT):
            if self._y - style.leading < BOTTOM:
                self._turn()
                self._y -= PADDING
            self._y -= style.leading
            draw(self._canvas, [Placed(LEFT, self._y + style.size * 0.32, line, style)])

    def _set(self, row: list[Cell]) -> None:
        """Sets the lines of a row that fit on this page, and the rule below them."""
        top = self._y - PADDING
        draw(
            self._canvas,
            [
                _placed(slot, left, top - index * BODY.leading - BODY.size * 1.05, line)
                for (left, slot), cell in zip(PLACES, row, strict=True)
                for index, line in enumerate(cell)
            ],
        )
        self._y = top - max(len(cell) for cell in row) * BODY.leading - PADDING
        self._rule(self._y, paper.LINE, 0.5)

    def _turn(self) -> None:
        end_page(self._canvas)
        self._begin()

    def _begin(self) -> None:
        """Begins a page with its head, its foot and the headings of the table."""
        self._page += 1
        say = self._words.say
        y = TOP - TITLE.size
        local = self._log.made_at.astimezone(VIETNAM)
        made = say("reports.made", at=f"{local:%H:%M %d/%m/%Y}", by=self._log.made_by)
        days = period(self._log, self._words)
        head = [
            Placed(LEFT, y, say("reports.visits_title"), TITLE),
            Placed(LEFT, y - 15, printable(days), SMALL),
            placed_right(RIGHT, y - 15, printable(made), SMALL),
        ]
        draw(self._canvas, head)
        self._headings(y - 23)
        self._foot()
        if self._page == 1:
            self._most = self._room()

    def _foot(self) -> None:
        """ "Trang 3/" and a form: how many pages there are is filled in at the end."""
        text = self._words.say("reports.page", page=self._page)
        draw(self._canvas, [Placed(LEFT, FOOT, text, SMALL)])
        self._canvas.saveState()
        self._canvas.translate(LEFT + width_of(text, SMALL.font, SMALL.size), FOOT)
        self._canvas.doForm(TOTAL_PAGES)
        self._canvas.restoreState()

    def _headings(self, y: float) -> None:
        """The headings on their ground."""
        height = HEADING.leading + 2 * PADDING
        self._canvas.setFillColor(paper.SUNKEN)
        self._canvas.rect(LEFT - 6, y - height, RIGHT - LEFT + 12, height, stroke=0, fill=1)
        baseline = y - PADDING - HEADING.size * 1.08
        texts = [(self._words.say(f"reports.{slot.heading}"), HEADING) for slot in SLOTS]
        lines = zip(PLACES, texts, strict=True)
        draw(self._canvas, [_placed(slot, left, baseline, text) for (left, slot), text in lines])
        self._y = y - height
        self._rule(self._y, paper.EDGE, 0.8)

    def _rule(self, y: float, colour: Color, weight: float) -> None:
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(weight)
        self._canvas.line(LEFT - 6, y, RIGHT + 6, y)


def _placed(slot: _Slot, left: float, baseline: float, line: tuple[str, Style]) -> Placed:
    """A line of a cell at its side of the slot."""
    text, style = line
    if slot.right:
        return placed_right(left + slot.width, baseline, text, style)
    return Placed(left, baseline, text, style)
