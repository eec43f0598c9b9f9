"""What the settings show of the dated tables: one line a table, and the selected one. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fieldapp.clock import business_date
from fieldapp.rules import tables
from fieldapp.rules.folding import fold
from fieldapp.rules.tables.changes import RowChange
from fieldapp.rules.tables.rows import Row
from fieldapp.store.store import Store
from fieldapp.usecases.dated_tables import TableState, TableStates, table_states
from fieldapp.words import Words
from fieldapp.words.dated_tables import (
    change_line,
    confidence,
    fault_line,
    key_name,
    row_source,
    row_span,
    row_values,
    table_name,
    with_article_mark,
)
from fieldapp.words.format import long_date

MOST_ROWS = 12
"""Rows and changes that the band shows of a long table; how many more there are stands below."""


@dataclass(frozen=True)
class Shown:
    """A row or a change: what it says, where from, and what is not certain of it."""

    text: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class TableDetail:
    """One table in the band. `more_…`: how many lines were left out."""

    title: str
    facts: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]
    rows: tuple[Shown, ...]
    more_rows: int
    changes: tuple[Shown, ...]
    more_changes: int


@dataclass(frozen=True)
class TablesState:
    """All tables, those that need a person's eye first, and the rows that count from today on."""

    states: tuple[TableState, ...]
    edition: str
    coming: dict[str, tuple[Row, ...]]

    def named(self, name: str) -> TableState | None:
        """The table of that name."""
        return next((one for one in self.states if one.name == name), None)


def read_tables(store: Store, words: Words) -> TablesState:
    """Reads them. Blocking: on the database worker."""
    found = table_states(store)
    today = store.today()
    with tables.one_book(store.dated_tables.judged.book) as book:
        coming = {
            one.name: _from_today(book.rows(one.name), today)
            for one in found.tables
            if one.name in book.names
        }
    return TablesState(_in_order(found, words), found.edition, coming)


def detail(state: TablesState, name: str, words: Words) -> TableDetail | None:
    """The selected table; None if there is none of that name."""
    one = state.named(name)
    if one is None:
        return None
    rows = state.coming.get(name, ())
    return TableDetail(
        title=table_name(words, one.name),
        facts=_facts(one, words),
        refused=tuple(fault_line(words, fault) for fault in one.refused[:MOST_ROWS]),
        rows=tuple(_row(words, row) for row in rows[:MOST_ROWS]),
        more_rows=max(0, len(rows) - MOST_ROWS),
        changes=tuple(_change(words, change) for change in one.changes[:MOST_ROWS]),
        more_changes=max(0, len(one.changes) - MOST_ROWS),
    )


def mark_of(one: TableState, words: Words) -> str:
    """How sure a table is: its weakest mark, or how many of its rows are not verified."""
    if one.doubtful:
        return words.say("settings.table_doubtful", n=one.doubtful)
    if not one.confidence:
        return ""
    mark = confidence(words, one.confidence)
    newest = one.newest
    same = newest is not None and newest.confidence == one.confidence
    return with_article_mark(words, newest, mark) if newest and same else mark


def _from_today(rows: Sequence[Row], today: date) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.valid_to is None or row.valid_to >= today)


def _in_order(found: TableStates, words: Words) -> tuple[TableState, ...]:
    def place(one: TableState) -> tuple[int, str]:
        return (0 if one.refused else 1 if one.sent else 2), fold(table_name(words, one.name))

    return tuple(sorted(found.tables, key=place))


def _facts(one: TableState, words: Words) -> tuple[tuple[str, str], ...]:
    sent = one.sent
    at = sent.issued_at if sent else None
    pairs = (
        ("edition", one.edition),
        ("rows", str(one.rows)),
        ("confidence", mark_of(one, words)),
        (
            "from",
            words.say("settings.table_own" if one.own else "settings.table_sent"),
        ),
        ("sent_on", long_date(business_date(at)) if at else ""),
        ("note", sent.note if sent else ""),
    )
    return tuple((words.say(f"settings.table_{name}"), value) for name, value in pairs if value)


def _row(words: Words, row: Row) -> Shown:
    told = ": ".join(part for part in (key_name(words, row), row_values(words, row)) if part)
    return Shown(told, f"{row_span(words, row)}, {row_source(words, row)}", row.note)


def _change(words: Words, change: RowChange) -> Shown:
    kind, _, _ = change_line(words, change).partition(":")
    shown = _row(words, change.row)
    before = _row(words, change.before).text if change.kind == "changed" and change.before else ""
    note = words.say("settings.table_before", before=before) if before else ""
    return Shown(f"{kind[:1].upper()}{kind[1:]}: {shown.text}", shown.source, note)
