"""The dated tables that this server sends out in place of those the program carries.

A table that was put stays a record of the stream `city` for ever; withdrawing it leaves its content
empty, and the shipped table counts again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from fieldapp.errors import UserMends
from fieldapp.model import CITY, DatedTable
from fieldapp.rules import tables
from fieldapp.rules.tables import Book
from fieldapp.rules.tables.changes import RowChange, Sample, row_changes, samples
from fieldapp.rules.tables.check import Judged, judged
from fieldapp.rules.tables.rows import Fault, Row
from sync.server.audit.keeping import Happening, note_audit
from sync.server.reference.city import AUTHOR, append_city, city_id
from sync.server.service import Service
from sync.server.store.tables import table_of

LONGEST_NOTE = 200


@dataclass(frozen=True)
class Listed:
    """One table as laptops are to have it; `issued_at` None: it is the one the program carries."""

    name: str
    rows: int
    newest: Row | None
    issued_at: datetime | None
    note: str


@dataclass(frozen=True)
class Looked:
    """What putting a table would come to: its faults, or else what it changes."""

    faults: tuple[Fault, ...]
    changes: tuple[RowChange, ...] = ()
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True)
class DatedTables:
    """The dated tables of one service's database. Each function is one transaction."""

    service: Service

    def listed(self) -> list[Listed]:
        """All tables by name."""
        with self.service.database.read() as connection:
            put = _put(connection)
        book = _judged(put).book
        return [_listed(book, name, put.get(name)) for name in book.names]

    def text(self, name: str) -> str:
        """The text of a table as laptops are to have it. Raises UserMends for an unknown name."""
        with self.service.database.read() as connection:
            book = _judged(_put(connection)).book
        return book.text(_known(name))

    def look(self, name: str, text: str) -> Looked:
        """Judges a table that is to be put, beside all that stand, and says what it changes."""
        with self.service.database.read() as connection:
            put = _put(connection)
        return _looked(put, name, text)

    def put(self, name: str, text: str, note: str) -> Looked:
        """Sends a table out to all laptops, unless it has a fault: then nothing changes.

        Raises UserMends: the note is missing or too long, or the text is what stands already.
        """
        if not 0 < len(note.strip()) <= LONGEST_NOTE:
            raise UserMends("server.table_note", field="note", longest=LONGEST_NOTE)

        def work(connection: Connection) -> Looked:
            put = _put(connection)
            looked = _looked(put, name, text)
            if not looked.faults:
                if _judged(put).book.text(name) == text:
                    raise UserMends("server.table_same", field="file", table=name)
                self._append(connection, name, text, note.strip())
            return looked

        return self.service.database.in_write(work)

    def withdraw(self, name: str) -> tuple[RowChange, ...]:
        """Lets the table that the program carries count again; what that changes.

        Raises UserMends: the server has put no table of that name, or another one that it has put
        would not fit without it.
        """

        def work(connection: Connection) -> tuple[RowChange, ...]:
            put = _put(connection)
            if name not in put:
                raise UserMends("server.table_not_put", field="name", table=name)
            left = _judged({one: put[one] for one in put if one != name})
            if left.refused:
                others = ", ".join(sorted(left.refused))
                raise UserMends("server.table_needed", field="name", table=name, others=others)
            changes = row_changes(_judged(put).book.rows(name), left.book.rows(name))
            self._append(connection, name, "", "")
            return changes

        return self.service.database.in_write(work)

    def _append(self, connection: Connection, name: str, text: str, note: str) -> None:
        made = self.service
        record = DatedTable(
            ward=CITY,
            id=city_id("dated_table", name),
            name=name,
            content=text,
            note=note,
            issued_at=made.clock.now(),
        )
        append_city(connection, [record], made.maker)
        told = {"table": name, "note": note, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        said = Happening("table_put" if text else "table_withdrawn", AUTHOR, details=told)
        note_audit(connection, [said], made.clock.now(), made.safe)


def _put(connection: Connection) -> dict[str, DatedTable]:
    """The tables that this server has put and not withdrawn, by name."""
    table = table_of(DatedTable)
    rows = connection.execute(select(table).where(table.c.ward == CITY, table.c.content != ""))
    return {row.name: DatedTable(**row._mapping) for row in rows}


def _judged(put: dict[str, DatedTable], **more: str) -> Judged:
    """What laptops of this version make of it."""
    return judged({name: record.content for name, record in put.items()} | more)


def _looked(put: dict[str, DatedTable], name: str, text: str) -> Looked:
    """Another table that no longer fits beside the new one is a fault of the new one."""
    before, after = _judged(put), _judged(put, **{name: text})
    spoilt = [one for one in sorted(after.refused) if one == name or one not in before.refused]
    if spoilt:
        return Looked(tuple(fault for one in spoilt for fault in after.refused[one]))
    changes = row_changes(before.book.rows(name), after.book.rows(name))
    return Looked((), changes, samples(before.book, after.book, changes))


def _listed(book: Book, name: str, put: DatedTable | None) -> Listed:
    rows = book.rows(name)
    newest = max(rows, key=lambda row: row.valid_from, default=None)
    at, note = (put.issued_at, put.note) if put else (None, "")
    return Listed(name, len(rows), newest, at, note)


def _known(name: str) -> str:
    if name not in tables.SHIPPED.names:
        raise UserMends("server.table_unknown", field="name", table=name)
    return name
