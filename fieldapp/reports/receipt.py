"""The receipt for the resident: A5, as people know it, with a code that finds its record again.

Fields are those of the receipt that stub, payer and accountant share (TT70/2019/TT-BTC, form
C27-X): unit, book and number, date, payer, address, items, total in figures and in words, both
signatures. A void receipt keeps its number and says that it is void. Abbreviations of the trade do
not stand on paper that a resident keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from fieldapp.errors import DefectFound
from fieldapp.reports import paper
from fieldapp.reports.files import whole_file
from fieldapp.reports.paper import (
    Placed,
    Style,
    draw,
    draw_across,
    draw_signature,
    end_page,
    placed_centred,
    placed_right,
    printable,
    wrapped,
)
from fieldapp.reports.qr import qr_rects
from fieldapp.words import Words
from fieldapp.words.format import money, number

PAGE_WIDTH, PAGE_HEIGHT = A5
LEFT, RIGHT = 36.0, PAGE_WIDTH - 36.0
TOP, BOTTOM = PAGE_HEIGHT - 34.0, 30.0
MIDDLE = PAGE_WIDTH / 2
QR_SIZE = 74.0

UNIT = Style(paper.SEMIBOLD, 8.6)
SMALL = Style(paper.REGULAR, 7.4, paper.INK2)
NUMBER = Style(paper.SEMIBOLD, 11)
TITLE = Style(paper.SEMIBOLD, 17)
BODY = Style(paper.REGULAR, 8.8)
STRONG = Style(paper.SEMIBOLD, 8.8)
LABEL = Style(paper.REGULAR, 8.8, paper.INK2)
HEADING = Style(paper.SEMIBOLD, 7.6, paper.INK2)
TOTAL = Style(paper.SEMIBOLD, 12.5)
IN_WORDS = Style(paper.ITALIC, 9)
VOID = Style(paper.SEMIBOLD, 9, paper.BRICK)
STAMP = Style(paper.SEMIBOLD, 76, paper.BRICK_SOFT)

AMOUNT, MONTHS, PERCENT = RIGHT, RIGHT - 88, RIGHT - 150
"""Right ends of the columns of figures."""


@dataclass(frozen=True)
class ReceiptLine:
    """What one member pays for one scheme (`hhi`, `vsi`).

    `percent` is the rank's part of the first person's premium; None where there are no ranks.
    """

    member: str
    scheme: str
    percent: int | None
    months: int
    amount_dong: int


@dataclass(frozen=True)
class ReceiptPaper:
    """Everything that stands on a receipt. `method` is cash or transfer.

    `total_words` is the total in words, with đồng. `check_code` tells two machines apart that
    print the same number; `record_id` stands in the QR code.
    """

    issuing_unit: str
    unit_address: str
    book: str
    number: str
    paid_on: date
    payer: str
    address: str
    lines: tuple[ReceiptLine, ...]
    total_dong: int
    total_words: str
    method: str
    collector: str
    check_code: str
    record_id: str
    void: bool = False
    signature: tuple[tuple[int, ...], ...] = ()
    """What the payer signed on a screen; room to sign on the paper without it."""


def write_receipt_pdf(path: Path, receipt: ReceiptPaper, *, words: Words | None = None) -> None:
    """Writes the receipt, in Vietnamese unless `words` speak another language.

    Lines that one page cannot hold go on on a second one. Raises DefectFound
    `reports.receipt_total_differs` for lines that do not add up to the total, and as `whole_file`
    does, leaving no file.
    """
    added = sum(line.amount_dong for line in receipt.lines)
    if added != receipt.total_dong:
        raise DefectFound("reports.receipt_total_differs", total=receipt.total_dong, added=added)
    with whole_file(path) as part, part.open("wb") as file:
        canvas = Canvas(file, A5, invariant=1)
        _Receipt(canvas, receipt, words or Words("vi")).write()
        canvas.save()


class _Receipt:
    """Sets one receipt from the top down."""

    def __init__(self, canvas: Canvas, receipt: ReceiptPaper, words: Words) -> None:
        self._canvas = canvas
        self._receipt = receipt
        self._say = words.say
        self._y = TOP
        self._page = 1
        title = words.say("reports.receipt_name", number=receipt.number)
        canvas.setTitle(printable(title))
        canvas.setAuthor(printable(receipt.issuing_unit))

    def write(self) -> None:
        """Sets everything."""
        self._stamp()
        self._head()
        self._title()
        self._field("receipt_payer", self._receipt.payer, STRONG)
        self._field("receipt_address", self._receipt.address, BODY)
        self._y -= 8
        self._table()
        self._total()
        self._signatures()
        self._foot()
        end_page(self._canvas)

    def _stamp(self) -> None:
        """Says across the page that the receipt is void; what is under it stays readable."""
        if not self._receipt.void:
            return
        draw_across(self._canvas, self._say("reports.receipt_void_stamp"), STAMP)

    def _head(self) -> None:
        """Who issues it on the left, book and number on the right."""
        receipt = self._receipt
        right = [
            (self._say("reports.receipt_book", book=receipt.book), SMALL),
            (self._say("reports.receipt_number", number=receipt.number), NUMBER),
        ]
        left = [(line, UNIT) for line in wrapped(receipt.issuing_unit, UNIT, 210)]
        left += [(line, SMALL) for line in wrapped(receipt.unit_address, SMALL, 210)]
        y = self._y
        for text, style in right:
            y -= style.leading
            draw(self._canvas, [placed_right(RIGHT, y, printable(text), style)])
        lowest, y = y, self._y
        for text, style in left:
            y -= style.leading
            draw(self._canvas, [Placed(LEFT, y, text, style)])
        self._y = min(y, lowest) - 12

    def _title(self) -> None:
        """The name of the paper, its date, and whether it is void."""
        day = self._receipt.paid_on
        when = self._say("reports.receipt_date", day=day.day, month=day.month, year=day.year)
        lines = [(self._say("reports.receipt_title"), TITLE), (when, LABEL)]
        if self._receipt.void:
            lines.append((self._say("reports.receipt_void"), VOID))
        for text, style in lines:
            self._y -= style.leading
            draw(self._canvas, [placed_centred(MIDDLE, self._y, text, style)])
        self._y -= 10

    def _field(self, label: str, text: str, style: Style) -> None:
        """A label and its text, which may take several lines."""
        name = self._say(f"reports.{label}")
        lines = wrapped(text, style, RIGHT - LEFT - 82) or [""]
        draw(self._canvas, [Placed(LEFT, self._y - style.leading, name, LABEL)])
        for line in lines:
            self._need(style.leading + 1)
            self._y -= style.leading + 1
            draw(self._canvas, [Placed(LEFT + 82, self._y + 1, line, style)])

    def _table(self) -> None:
        """The lines under their headings, scheme by scheme as they come."""
        self._headings()
        scheme = ""
        for line in self._receipt.lines:
            if line.scheme != scheme:
                scheme = line.scheme
                self._need(3 * BODY.leading, headings=True)
                self._y -= BODY.leading + 3
                name = self._say(f"reports.scheme_{scheme}")
                draw(self._canvas, [Placed(LEFT, self._y, name, STRONG)])
            self._line(line)
        self._y -= 6
        self._rule(paper.EDGE, 0.8)

    def _headings(self) -> None:
        self._rule(paper.EDGE, 0.8)
        self._y -= HEADING.leading + 2
        texts = [
            Placed(LEFT, self._y, self._say("reports.receipt_member"), HEADING),
            placed_right(PERCENT, self._y, self._say("reports.receipt_percent"), HEADING),
            placed_right(MONTHS, self._y, self._say("reports.receipt_months"), HEADING),
            placed_right(AMOUNT, self._y, self._say("reports.receipt_amount"), HEADING),
        ]
        draw(self._canvas, texts)
        self._y -= 5
        self._rule(paper.LINE, 0.5)

    def _line(self, line: ReceiptLine) -> None:
        """One member's line; a long name goes on below itself."""
        names = wrapped(line.member, BODY, PERCENT - 36 - LEFT - 10) or [""]
        self._need(BODY.leading + 4, headings=True)
        self._y -= BODY.leading + 2
        percent = f"{line.percent} %" if line.percent is not None else ""
        texts = [
            Placed(LEFT + 10, self._y, names[0], BODY),
            placed_right(PERCENT, self._y, percent, BODY),
            placed_right(MONTHS, self._y, number(line.months), BODY),
            placed_right(AMOUNT, self._y, money(line.amount_dong), BODY),
        ]
        draw(self._canvas, texts)
        for name in names[1:]:
            self._need(BODY.leading, headings=True)
            self._y -= BODY.leading
            draw(self._canvas, [Placed(LEFT + 10, self._y, name, BODY)])

    def _total(self) -> None:
        """The total in figures and in words, and how it was paid."""
        receipt = self._receipt
        spelled = self._say("reports.receipt_in_words", words=receipt.total_words)
        lines = wrapped(spelled, IN_WORDS, RIGHT - LEFT)
        self._need(TOTAL.leading + (len(lines) + 1) * IN_WORDS.leading + 190)
        self._y -= TOTAL.leading + 2
        total = [
            Placed(LEFT, self._y, self._say("reports.receipt_total"), STRONG),
            placed_right(AMOUNT, self._y, money(receipt.total_dong), TOTAL),
        ]
        draw(self._canvas, total)
        self._y -= 3
        for line in lines:
            self._y -= IN_WORDS.leading
            draw(self._canvas, [Placed(LEFT, self._y, line, IN_WORDS)])
        self._y -= 2
        self._field("receipt_method", self._say(f"reports.method_{receipt.method}"), BODY)

    def _signatures(self) -> None:
        """Where both sign, with their names below the space for it."""
        quarter = (RIGHT - LEFT) / 4
        self._y -= 10
        for x, role, name in (
            (LEFT + quarter, "receipt_payer", self._receipt.payer),
            (RIGHT - quarter, "receipt_collector", self._receipt.collector),
        ):
            y = self._y - STRONG.leading
            asked = self._say("reports.receipt_sign")
            lines = [
                placed_centred(x, y, self._say(f"reports.{role}"), STRONG),
                placed_centred(x, y - SMALL.leading, asked, SMALL),
            ]
            for index, part in enumerate(wrapped(name, BODY, 2 * quarter - 12)[:2]):
                lines.append(placed_centred(x, y - 60 - index * BODY.leading, part, BODY))
            draw(self._canvas, lines)
            if role == "receipt_payer":
                draw_signature(self._canvas, self._receipt.signature, x, y - 50, 110)

    def _foot(self) -> None:
        """The code that finds the record, and which paper has the last word."""
        receipt, left = self._receipt, LEFT + QR_SIZE + 10
        self._qr(LEFT - 6, BOTTOM - 6)
        y = BOTTOM + QR_SIZE - 22
        code = self._say("reports.receipt_check", code=receipt.check_code)
        lines = [Placed(left, y, printable(code), STRONG)]
        small = wrapped(self._say("reports.receipt_record", id=receipt.record_id), SMALL, 260)
        small += wrapped(self._say("reports.receipt_final"), SMALL, RIGHT - left)
        for text in small:
            y -= SMALL.leading
            lines.append(Placed(left, y - 3, text, SMALL))
        draw(self._canvas, lines)

    def _qr(self, x: float, y: float) -> None:
        self._canvas.setFillColor(paper.INK)
        path = self._canvas.beginPath()
        for left, bottom, width, height in qr_rects(self._receipt.record_id, QR_SIZE):
            path.rect(x + left, y + bottom, width, height)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _need(self, height: float, *, headings: bool = False) -> None:
        """Goes on on another page, under headings or none, where this one is too full."""
        if self._y - height >= BOTTOM:
            return
        end_page(self._canvas)
        self._page += 1
        self._y = TOP
        self._stamp()
        more = self._say("reports.receipt_more", number=self._receipt.number, page=self._page)
        draw(self._canvas, [Placed(LEFT, self._y - SMALL.size, printable(more), SMALL)])
        self._y -= 20
        if headings:
            self._headings()

    def _rule(self, colour: Color, weight: float) -> None:
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(weight)
        self._canvas.line(LEFT, self._y, RIGHT, self._y)
