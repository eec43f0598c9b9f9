"""The dated tables as people look at them: which is in force, since when, and by whose word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.money.exact import weakest
from fieldapp.rules.tables import Book
from fieldapp.rules.tables.changes import RowChange, row_changes
from fieldapp.rules.tables.check import faults_of
from fieldapp.rules.tables.rows import Fault, Row
from fieldapp.store.dated_tables import Sent, sent_tables
from fieldapp.store.store import Store

NOT_VERIFIED = "U"


@dataclass(frozen=True)
class TableState:
    """One table as it is in force.

    Attributes:
        newest: the row that begins last, of any key; None in an empty table.
        confidence: the weakest mark of the rows that hold on the day of asking.
        doubtful: how many of those are not verified, if not all of them; else 0.
        own: whether the one that the program carries counts.
        sent: how the server last sent it; None: it never did.
        changes: what that changed, row by row.
        refused: why the one that was sent is not in force; empty if it is.
    """

    name: str
    edition: str
    rows: int
    newest: Row | None
    confidence: str
    doubtful: int = 0
    own: bool = True
    sent: Sent | None = None
    changes: tuple[RowChange, ...] = ()
    refused: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class TableStates:
    """All tables, and the edition of the whole. Those that need a person's eye come first."""

    edition: str
    tables: tuple[TableState, ...]

    @property
    def refused(self) -> tuple[TableState, ...]:
        """Those that were sent and are not in force."""
        return tuple(one for one in self.tables if one.refused)


def table_states(store: Store) -> TableStates:
    """The tables of an open file."""
    judged = store.dated_tables.judged
    sent = {one.name: one for one in store.read(sent_tables)}
    return states_of(judged.book, store.today(), sent, judged.refused)


def states_of(
    book: Book,
    day: date,
    sent: Mapping[str, Sent] | None = None,
    refused: Mapping[str, tuple[Fault, ...]] | None = None,
) -> TableStates:
    """The tables of a book; without a file, those that the program carries.

    A table that this version does not know at all is named too, with the reason.
    """
    sent, refused = sent or {}, refused or {}
    found = [
        _state(book, name, day, sent.get(name), refused.get(name, ()))
        for name in {*book.names, *refused}
    ]
    return TableStates(book.edition, tuple(sorted(found, key=_eye)))


def rows_of(
    book: Book, table: str, *, on: date | None = None, key: str | None = None
) -> tuple[Row, ...]:
    """The rows of a table: all of them, or those of a day, of a key.

    Raises UserMends: `rules.no_such_table`.
    """
    if table not in book.names:
        raise UserMends("rules.no_such_table", field="table", table=table)
    return tuple(
        row
        for row in book.rows(table)
        if (on is None or row.holds_on(on)) and (key is None or row.key == key)
    )


def _eye(state: TableState) -> tuple[int, str]:
    return (0 if state.refused else 1 if state.sent else 2), state.name


def _state(
    book: Book, name: str, day: date, sent: Sent | None, refused: tuple[Fault, ...]
) -> TableState:
    rows = book.rows(name) if name in book.names else ()
    marks = [row.confidence for row in rows if row.holds_on(day)]
    doubtful = marks.count(NOT_VERIFIED)
    return TableState(
        name=name,
        edition=book.edition_of(name) if name in book.names else "",
        rows=len(rows),
        newest=max(rows, key=lambda row: row.valid_from, default=None),
        confidence=weakest(*marks) if marks else "",
        doubtful=doubtful if doubtful < len(marks) else 0,
        own=name not in book.replaced,
        sent=sent,
        changes=row_changes(_former_rows(sent), rows) if sent and not refused else (),
        refused=refused,
    )


def _former_rows(sent: Sent) -> Sequence[Row]:
    """What counted before: the one sent before, or the program's own if that did not hold."""
    if sent.former and not faults_of(sent.name, sent.former):
        return tables.parse(sent.name, sent.former)
    return tables.SHIPPED.rows(sent.name)
