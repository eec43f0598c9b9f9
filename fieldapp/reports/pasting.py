"""Rows as a spreadsheet takes them from the clipboard: texts with tabs between, a line a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from fieldapp.clock import VIETNAM
from fieldapp.reports.texts import one_line
from fieldapp.reports.visits_csv import guarded

Value = str | int | date | datetime | None


def pasted(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """The rows below their heads. Days are ISO, which every spreadsheet reads as that day; figures
    are plain digits; a text that a spreadsheet would compute or turn into a number has an
    apostrophe before it, and stands on one line."""
    lines = [[one_line(head) for head in heads]]
    lines += [[_cell(value) for value in row] for row in rows]
    return "".join("\t".join(line) + "\n" for line in lines)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else _text(one_line(value))


def _text(text: str) -> str:
    """A cell that begins with a quotation mark would swallow those behind it, and what stands
    between two of them would be taken for a formula: quoted once more it is what it was."""
    if text.startswith('"'):
        return '"' + text.replace('"', '""') + '"'
    return guarded(text)
