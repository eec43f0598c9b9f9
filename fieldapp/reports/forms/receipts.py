"""C17-TS: the numbers of receipt books against the money handed in, xlsx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fieldapp.errors import UserMends
from fieldapp.reports.files import whole_file
from fieldapp.reports.forms.content import ListHead, ReceiptLineContent
from fieldapp.reports.forms.form import FormWriter
from fieldapp.reports.forms.layouts import layout_on
from fieldapp.reports.forms.values import Place, Value, notes
from fieldapp.reports.workbook import open_workbook
from fieldapp.rules.money.words import in_vietnamese
from fieldapp.words import Words
from fieldapp.words.format import number

STATES = ("used", "void", "missing")


def write_receipt_reconciliation(
    path: Path,
    head: ListHead,
    lines: Sequence[ReceiptLineContent],
    *,
    words: Words | None = None,
) -> None:
    """Writes the numbers by book and number, with what was used, void and missing, and the money.

    Only used receipts count: a void one keeps its number and is no money. From 2026-05-01 the form
    is no longer the agency's, and the paper says that it is the organisation's own. Raises
    UserMends `forms.no_lines` for an empty list, and as `rules.forms.form_row` and `whole_file` do.
    """
    layout = layout_on("c17", head.listed_on)
    if not lines:
        raise UserMends("forms.no_lines", field="lines")
    ordered = sorted(lines, key=lambda line: (line.book, line.number.zfill(12)))
    with whole_file(path) as part, open_workbook(part) as book:
        FormWriter(book, layout, head, RECEIPT, words or Words("vi")).write(ordered, _said(ordered))


def _said(lines: Sequence[ReceiptLineContent]) -> dict[str, str]:
    total = sum(line.amount_dong for line in lines if line.state == "used")
    counts = {state: number(sum(line.state == state for line in lines)) for state in STATES}
    return {**counts, "total": number(total), "total_words": in_vietnamese(total)}


def _state_note(place: Place[ReceiptLineContent]) -> str:
    state = place.line.state
    said = "" if state == "used" else place.words.say(f"forms.receipt_{state}")
    return notes(said, place.line.note)


def _receipt(place: Place[ReceiptLineContent]) -> str:
    line = place.line
    return f"{line.number} ({line.book})" if line.book else line.number


RECEIPT: Mapping[str, Value[ReceiptLineContent]] = {
    "number": Value("count", lambda p: p.number),
    "receipt": Value("digits", _receipt),
    "issued_on": Value("day", lambda p: p.line.issued_on),
    "payer": Value("text", lambda p: p.line.payer),
    "used_dong": Value("money", lambda p: p.line.amount_dong if p.line.state == "used" else None),
    "state_note": Value("text", _state_note),
}
"""Columns of C17-TS."""
