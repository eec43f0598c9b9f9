"""The visit log on paper: A4 across, a head on each page, nothing cut off.

Pages are set one after the other while the rows come; only finished, compressed pages are kept.
A sign that the typeface lacks is printed as a question mark; the table formats have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
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
from fieldapp.reports.visit_cells import outcome_text
from fieldapp.reports.visit_changes import Changes, change_summary, change_text
from fieldapp.reports.visit_row import VisitRow
from fieldapp.reports.visits import (
    UNWATCHED,
    Tally,
    VisitLog,
    Watch,
    Written,
    id_numbers_text,
    period,
    position_text,
    shown,
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
    """A column on paper: the key of its heading, its width, the columns of the log that stand in
    it, and whether it ends flush right."""

    heading: str
    width: float
    tells: tuple[str, ...]
    right: bool = False


SLOTS = (
    _Slot("paper_visited", 50, ("visited_on", "visited_at")),
    _Slot("column_canvasser", 67, ("canvasser",)),
    _Slot("paper_household", 106, ("head", "id_number", "phone")),
    _Slot(
        "paper_address", 144, ("house_number", "street", "neighbourhood", "ward_name", "ward_code")
    ),
    _Slot("paper_members", 26, ("members",), right=True),
    _Slot("column_outcome", 70, ("outcome", "next_on")),
    _Slot("column_enrolments", 30, ("enrolments",), right=True),
    _Slot("column_receipts", 42, ("receipts",)),
    _Slot("column_amount_dong", 62, ("amount_dong",), right=True),
    _Slot("column_note", RIGHT - LEFT - 597 - 9 * GAP, ("note",)),
)


def _slots(chosen: Collection[str]) -> tuple[_Slot, ...]:
    """The slots that tell something of the chosen columns; what the others leave goes to texts."""
    kept = [slot for slot in SLOTS if not chosen or set(slot.tells) & set(chosen)]
    room = RIGHT - LEFT - sum(slot.width for slot in kept) - GAP * (len(kept) - 1)
    texts = [slot for slot in kept if not slot.right] or kept
    more = room / len(texts)
    return tuple(replace(s, width=s.width + more) if s in texts else s for s in kept)


def _places(slots: Sequence[_Slot]) -> tuple[tuple[float, _Slot], ...]:
    """The slots with their left edges."""
    return tuple(
        (LEFT + sum(slot.width + GAP for slot in slots[:index]), slot)
        for index, slot in enumerate(slots)
    )


Cell = list[tuple[str, Style]]


def write_pdf(
    path: Path,
    rows: Iterable[VisitRow],
    *,
    log: VisitLog,
    words: Words,
    watch: Watch = UNWATCHED,
    changes: Changes | None = None,
) -> Written:
    """Writes the log for print; raises as `whole_file` and `Tally.over` do, leaving no file.

    `changes`: what is otherwise than in the last export, for pages of its own behind it.
    """
    tally = Tally(log, watch)
    with whole_file(path) as part, part.open("wb") as file:
        pages = _Pages(Canvas(file, (PAGE_WIDTH, PAGE_HEIGHT), invariant=1), log, words)
        for row in tally.over(rows):
            told = cells(row, words, log.columns)
            pages.add([_fitted(told[slot.heading], slot) for slot in pages.slots])
        pages.sum_up(tally)
        if changes is not None:
            pages.tell_changes(changes, watch)
        pages.end()
    return tally.written(path)


def cells(row: VisitRow, words: Words, chosen: Collection[str] = ()) -> dict[str, Cell]:
    """What stands in each slot of a row, as texts with their styles, one under the other."""

    def told(key: str, text: str) -> str:
        return text if not chosen or key in chosen else ""

    local = row.visited_at.astimezone(VIETNAM)
    coming = words.say("reports.next_visit", day=long_date(row.next_on)) if row.next_on else ""
    ward = told("ward_name", row.ward_name) or told("ward_code", row.ward_code)
    place = (told("neighbourhood", row.neighbourhood), ward)
    known = (told("id_number", row.id_number), told("phone", row.phone))
    address = (told("house_number", row.house_number), told("street", row.street))
    paid = row.amount_dong or row.receipts
    found: tuple[Cell, ...] = (
        [
            (told("visited_on", f"{row.visited_on:%d/%m/%Y}"), BODY),
            (told("visited_at", f"{local:%H:%M}"), QUIET),
        ],
        [(row.canvasser, BODY)],
        [(told("head", row.head), STRONG), (" · ".join(part for part in known if part), QUIET)],
        [
            (" ".join(part for part in address if part), BODY),
            (", ".join(part for part in place if part), QUIET),
        ],
        [(number(row.members), BODY)],
        [
            (told("outcome", outcome_text(row.outcome, words)), BODY),
            (told("next_on", coming), QUIET),
        ],
        [(number(row.enrolments) if row.enrolments else "", BODY)],
        [(", ".join(row.receipts), BODY)],
        [(money(row.amount_dong) if paid else "", STRONG)],
        [(row.note, BODY)],
    )
    return {slot.heading: cell for slot, cell in zip(SLOTS, found, strict=True)}


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
        self.slots = _slots(log.columns)
        self._places = _places(self.slots)
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

    def sum_up(self, tally: Tally) -> None:
        """Sets the totals and what else is said about the log."""
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

    def tell_changes(self, changes: Changes, watch: Watch) -> None:
        """Sets the rows that are new, changed or gone since the last export, on pages of their
        own."""
        words = self._words
        self._turn()
        self._y -= PADDING
        self._text(words.say("reports.sheet_changes"), TOTAL)
        for one in changes.told(watch):
            told = cells(shown(one.row, self._log), words, self._log.columns)
            row = [_fitted(told[slot.heading], slot) for slot in self.slots]
            if self._room() < min(max(map(len, row)) + 2, self._most):  # a word alone says nothing
                self._turn()
            self._y -= PADDING
            self._text(printable(change_text(one, words)), STRONG)
            self.add(row)
        self._y -= 2 * PADDING
        for name, value in change_summary(changes, words):
            text = number(value) if isinstance(value, int) else value
            self._text(f"{name}: {text}", SMALL)

    def end(self) -> None:
        """Closes the document."""
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
        if self._log.unsent:
            found.append(say("reports.unsent_text"))
        if self._log.not_compared:
            found.append(
                f"{say('reports.summary_changes_since')}: {say('reports.not_compared_text')}"
            )
        found.append(id_numbers_text(self._log, self._words))
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
                for (left, slot), cell in zip(self._places, row, strict=True)
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
        texts = [(self._words.say(f"reports.{slot.heading}"), HEADING) for slot in self.slots]
        lines = zip(self._places, texts, strict=True)
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
