"""The dated tables that the server sent, and their way into force.

A table that can't be read or does not hold together stays out: the standing one goes on, and
`InForce.judged` says what was wrong.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from fieldapp.model import CITY, DatedTable
from fieldapp.rules import tables as dated
from fieldapp.rules.tables.check import Judged, judged
from fieldapp.store.queries import history as queries_log
from fieldapp.store.rows import table_of

DATED_TABLE = DatedTable.type_name()
_sent = table_of(DATED_TABLE).c


@dataclass(frozen=True)
class Sent:
    """A table as the server last sent it; `content` "" says that the shipped one counts again.

    `former` is the content before that, "" where the shipped one counted.
    """

    name: str
    content: str
    note: str
    issued_at: datetime | None
    former: str = ""


def contents(connection: Connection) -> dict[str, str]:
    """The texts that are to replace what the program carries, by table."""
    query = select(_sent.name, _sent.content).where(_sent.ward == CITY, _sent.content != "")
    return {name: content for name, content in connection.execute(query)}


def sent_tables(connection: Connection) -> tuple[Sent, ...]:
    """Every table that the server ever sent, with what it replaced."""
    rows = connection.execute(
        select(_sent.id, _sent.name, _sent.content, _sent.note, _sent.issued_at)
    )
    return tuple(
        Sent(row.name, row.content, row.note, row.issued_at, _former(connection, row.id))
        for row in rows
    )


def _former(connection: Connection, record: str) -> str:
    """The content that the last change of a content replaced."""
    return next(_earlier(connection, record), "")


def _earlier(connection: Connection, record: str) -> Iterator[str]:
    """The contents that a table had before, newest first, as far as the log goes back."""
    key = (DATED_TABLE, record)
    for done in queries_log.settled_changes(connection, CITY, [key]):
        for change in done.changeset.changes:
            if change.key == key and "content" in change.fields:
                yield str(change.fields["content"][0] or "")


def judged_here(connection: Connection) -> Judged:
    """The tables of this file: where one that was sent does not hold, the one before it stands.

    That may be one that was sent earlier, or the one that the program carries.
    """
    texts = contents(connection)
    found = judged(texts)
    if not found.refused:
        return found
    ids = {row.name: row.id for row in connection.execute(select(_sent.name, _sent.id))}
    standing = {name: text for name, text in texts.items() if name not in found.refused}
    for name in found.refused:
        for earlier in _earlier(connection, ids[name]):
            if not earlier or not judged(standing | {name: earlier}).refused:
                standing |= {name: earlier} if earlier else {}
                break
    return Judged(judged(standing).book, found.refused)


class InForce:
    """Which book an open file has put in force. Thread: any."""

    def __init__(self) -> None:
        self.judged = Judged(dated.SHIPPED, {})
        self._one = threading.Lock()

    def use(self, connection: Connection) -> None:
        """Puts what holds together of this file's tables in force, for the whole process."""
        with self._one:
            self.judged = judged_here(connection)
            dated.put_in_force(self.judged.book)

    def leave(self) -> None:
        """Lets the shipped tables count again, unless another file has put its own in force."""
        with self._one:
            if dated.book() is self.judged.book:
                dated.put_in_force(dated.SHIPPED)
