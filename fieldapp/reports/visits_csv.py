"""The visit log as CSV: for other programs, and right when Excel opens it by a double click.

UTF-8 with a byte order mark (without it Excel takes Vietnamese for Windows-1258), lines ended by
CR LF, every field quoted, separated by `;`: where the comma is the decimal sign, as in Vietnam,
Excel splits at the semicolon. No `sep=` line: Excel then ignores the byte order mark, and other
readers take it for data. Dates are ISO (2026-11-23), which no regional setting reads as another
day; amounts are plain digits. Behind the rows comes one empty line, and behind that what the file
is: filters, cut-offs, count and hash, in two columns. Nothing in it depends on when or by whom it
was made: the same cut-offs give the same bytes. (In the training one line above the head says so.)

Excel makes numbers, dates and formulas out of text: 079168002117 loses its zero, house 12/3 becomes
the 12th of March, =cmd|... runs. CSV cannot say "text", and the form ="..." is itself a formula.
So a text that begins with a digit or with = + - @ (spaces, TAB, CR, LF and apostrophes before it
included) gets one apostrophe in front, as OWASP ASVS 1.2.10 and CWE-1236 advise; a formula sign
straight behind a separator within a text gets one as well, for who opens the file with another
separator. It is visible, it survives saving, and `unguarded` takes away exactly what was added.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from fieldapp import practice
from fieldapp.reports.files import whole_file
from fieldapp.reports.texts import clean
from fieldapp.reports.visit_cells import Value, columns, values_of
from fieldapp.reports.visit_changes import Changes, change_summary, change_text
from fieldapp.reports.visit_row import VisitRow
from fieldapp.reports.visits import UNWATCHED, Tally, VisitLog, Watch, Written, shown, summary
from fieldapp.words import Words

_SIGNS = "=+\\-@＝＋－＠"
_AT_START = f"^(?=[\\s']*[0-9{_SIGNS}])"
_INSIDE = f"(?<=[,;\\t\\r\\n])(?=[\\s']*[{_SIGNS}])"
_GUARD = re.compile(f"{_AT_START}|{_INSIDE}")
_SIGN, _AT_DIGIT = re.compile(f"[{_SIGNS}]"), re.compile("[\\s']*[0-9]")
_UNGUARD = re.compile(f"^'(?=[\\s']*[0-9{_SIGNS}])|(?<=[,;\\t\\r\\n])'(?=[\\s']*[{_SIGNS}])")


def guarded(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would read something else out of it."""
    if _SIGN.search(text) is not None:
        return _GUARD.sub("'", text)
    return f"'{text}" if _AT_DIGIT.match(text) is not None else text  # most are one of these


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return _UNGUARD.sub("", text)


def write_csv(
    path: Path,
    rows: Iterable[VisitRow],
    *,
    log: VisitLog,
    words: Words,
    watch: Watch = UNWATCHED,
    changes: Changes | None = None,
) -> Written:
    """Writes the log as CSV; raises as `whole_file` and `Tally.over` do, leaving no file.

    `changes`: what is otherwise than in the last export, for a file of its own beside it.
    """
    tally = Tally(log, watch)
    head = columns(words, log.columns)
    beside = changes_path(path, words) if changes is not None else None
    with whole_file(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = _begun(file, [column.header for column in head])
        told = values_of(words, log.columns, text=_text, looks=_LOOKS)
        writer.writerows(map(told, tally.over(rows)))
        short = ("",) * (len(head) - 2)
        writer.writerow(["", "", *short][: len(head)])
        for label, value in summary(log, tally, words, made=False):
            writer.writerow([label, _field(value), *short])
        if changes is not None and beside is not None:
            _write_changes(beside, changes, log, words, watch)
    return replace(tally.written(path), changes=beside)


def changes_path(path: Path, words: Words) -> Path:
    """Where the second file of a log stands: beside it, with its name."""
    return path.with_stem(words.say("reports.changes_file", name=path.stem))


def _write_changes(path: Path, changes: Changes, log: VisitLog, words: Words, watch: Watch) -> None:
    """The rows that are new, changed or gone since the last export, and which that was."""
    heads = [column.header for column in columns(words, changes.columns)]
    told = values_of(words, changes.columns, text=_text, looks=_LOOKS)
    with whole_file(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = _begun(file, [words.say("reports.column_change"), *heads])
        for one in changes.told(watch):
            writer.writerow([guarded(change_text(one, words)), *told(shown(one.row, log))])
        short = ("",) * (len(heads) - 1)
        writer.writerow(["", "", *short])
        for label, value in change_summary(changes, words):
            writer.writerow([label, _field(value), *short])


def _begun(file: TextIO, heads: Sequence[str]) -> Any:
    """What writes rows into a file that has its heads."""
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if practice.is_on():
        writer.writerow([practice.PAPER_WORD])
    writer.writerow(heads)
    return writer


def _text(text: str) -> str:
    return guarded(clean(text))


_LOOKS: Mapping[str, Callable[[Any], str]] = {
    "time": lambda at: f"{at.hour:02}:{at.minute:02}",
    "date": lambda day: "" if day is None else day.isoformat(),
}


def _field(value: Value) -> str:
    """What the summary says, as the field's text."""
    return guarded(value) if isinstance(value, str) else str(value)
