"""`fieldapp table`: for every number of a quote, its row, its source and its article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fieldapp.cli.quote import numbers
from fieldapp.cli.session import Session, machine
from fieldapp.cli.telling import plain, tell
from fieldapp.clock import business_date
from fieldapp.rules.tables import SHIPPED, Book, Row
from fieldapp.rules.tables.changes import RowChange
from fieldapp.rules.tables.rows import document
from fieldapp.store.file.profile import card_of
from fieldapp.usecases.dated_tables import TableState, TableStates, rows_of, states_of, table_states
from fieldapp.words.dated_tables import (
    change_line,
    fault_line,
    row_line,
    row_span,
    table_name,
    whole_source,
)


def run_table_list(session: Session, *, shipped: bool) -> None:
    """Prints every table in force: its edition, its newest row, what the server changed."""
    with _in_force(session, shipped=shipped) as (_, found):
        lines = [session.words.say("tables.edition", edition=found.edition)]
        lines += [line for state in found.tables for line in _lines(session, state)]
        states = [_state(session, state) for state in found.tables]
    answer = {"edition": found.edition, "tables": states}
    tell(answer, "\n".join(lines), as_json=session.common.json)


def run_table_show(
    session: Session, name: str, *, on: str | None, key: str | None, shipped: bool
) -> None:
    """Prints the rows of a table: all of them, or those of a day, of a key."""
    day = None if on is None else numbers.day(on, "on")
    with _in_force(session, shipped=shipped) as (book, found):
        rows = rows_of(book, name, on=day, key=key)
    documents = [document(row) | _article(row) for row in rows]
    answer = {"table": name, "edition": found.edition, "rows": documents}
    text = "\n".join(row_line(session.words, row) for row in rows)
    tell(answer, text, as_json=session.common.json)


def _article(row: Row) -> dict[str, Any]:
    known = not row.article_open
    return {"article": row.article, "article_known": known} | (
        {"article_confidence": row.article_confidence} if known else {}
    )


@contextmanager
def _in_force(session: Session, *, shipped: bool) -> Iterator[tuple[Book, TableStates]]:
    """The book of the profile; without a profile, or if asked for, the program's own."""
    if shipped or card_of(session.folder) is None:
        yield SHIPPED, states_of(SHIPPED, business_date(machine().clock.now()))
        return
    with session.opened() as profile:
        yield profile.store.dated_tables.judged.book, table_states(profile.store)


def _lines(session: Session, state: TableState) -> Iterator[str]:
    words = session.words
    newest = (
        f", {row_span(words, state.newest)}: {whole_source(words, state.newest)}"
        if state.newest
        else ""
    )
    yield f"{state.name} {state.edition}  {table_name(words, state.name)}{newest}"
    for fault in state.refused:
        yield f"  {words.say('tables.refused')}: {fault_line(words, fault)}"
    for change in state.changes:
        yield f"  {change_line(words, change)}"


def _state(session: Session, state: TableState) -> dict[str, Any]:
    sent = state.sent
    return {
        "name": state.name,
        "title": table_name(session.words, state.name),
        "edition": state.edition,
        "rows": state.rows,
        "newest": document(state.newest) if state.newest else None,
        "confidence": state.confidence,
        "own": state.own,
        "sent": {"note": sent.note, "issued_at": plain(sent.issued_at)} if sent else None,
        "changes": [_change(change) for change in state.changes],
        "refused": [
            {"line": fault.line, "code": fault.code, "message": fault_line(session.words, fault)}
            for fault in state.refused
        ],
    }


def _change(change: RowChange) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "kind": change.kind,
        "day": change.day,
        "before": document(before) if before else None,
        "after": document(after) if after else None,
    }
