"""Receipts as the server sees them: those in the logs, and those in work that is still held.

A receipt in held work counts at once: the citizen has paid, and the number is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from fieldapp.model import Receipt
from fieldapp.model.changesets import Changeset
from fieldapp.model.record import from_wire
from fieldapp.ready import Ready, among
from sync.server.store.tables import held, lease, receipt_book, table_of
from sync.server.wardlog.register import arrive

RECEIPT = Receipt.type_name()


@dataclass(frozen=True)
class PendingReceipt:
    """A receipt in held work: `held` is the id under which that waits, `device` who handed it in,
    `author` the user of that device."""

    ward: str
    held: str
    receipt: str
    book: str
    number: int
    amount_dong: int
    method: str
    check_code: str
    author: str
    device: str
    received_at: datetime


@dataclass(frozen=True)
class NumberFault:
    """A number of a book that is not as it must be: `twice`, `never_leased`, or `skipped`: a later
    one of the same lease has come."""

    ward: str
    book: str
    number: int
    what: str


_WAITING = select(held).where(held.c.released_at.is_(None)).order_by(held.c.received_at, held.c.id)
_HELD, _HELD_OF = Ready(_WAITING), Ready(_WAITING.where(held.c.device == bindparam("device")))
_HELD_IN = Ready(_WAITING.where(among(held.c.ward)))


def pending_receipts(connection: Connection, device: str | None = None) -> Iterator[PendingReceipt]:
    """The receipts in work that is held now (one device's), as far as it can be read."""
    rows = _HELD.all(connection) if device is None else _HELD_OF.all(connection, device=device)
    yield from _receipts_in(rows)


def pending_in(connection: Connection, wards: Sequence[str]) -> Iterator[PendingReceipt]:
    """The receipts in work that is held now for these wards, as far as it can be read."""
    yield from _receipts_in(_HELD_IN.all(connection, ids=wards))


def _receipts_in(rows: Iterable[Any]) -> Iterator[PendingReceipt]:
    for row in rows:
        changeset = arrive(bytes(row.content).decode(), row.device).changeset
        if changeset is not None:
            yield from _of(changeset, row)


_SAID = {"book": "", "number": 0, "amount_dong": 0, "method": "cash", "check_code": ""}
"""What is told of a receipt, with what stands where its changeset says nothing."""


def _of(changeset: Changeset, row: Any) -> Iterator[PendingReceipt]:
    for change in changeset.changes:
        if change.kind != "create" or change.record_type != RECEIPT:
            continue
        values = _SAID | {name: new for name, (_, new) in change.fields.items() if name in _SAID}
        try:
            said = {name: from_wire(Receipt, name, value) for name, value in values.items()}
        except ValueError:
            continue
        yield PendingReceipt(
            ward=row.ward,
            held=row.id,
            receipt=change.record,
            author=row.author,
            device=row.device,
            received_at=row.received_at,
            **said,
        )


def number_faults(connection: Connection) -> Iterator[NumberFault]:
    """Numbers that two receipts bear, and numbers of a known book that were leased to nobody."""
    books = set(connection.execute(select(receipt_book.c.book)).scalars())
    leases: dict[str, list[tuple[int, int]]] = {}
    for given in connection.execute(select(lease.c.book, lease.c.first, lease.c.last)):
        leases.setdefault(given.book, []).append((given.first, given.last))
    bearers = _bearers(connection)
    rows = connection.execute(select(receipt_book.c.book, receipt_book.c.ward))
    of_book = {row.book: row.ward for row in rows}
    for book, given_out in sorted(leases.items()):
        for first, last in given_out:
            used = [n for b, n in bearers if b == book and first <= n <= last]
            for number in range(first, max(used, default=first)):
                if (book, number) not in bearers:
                    yield NumberFault(of_book.get(book, ""), book, number, "skipped")
    for (book, number), places in sorted(bearers.items()):
        ward = min(ward for ward, _ in places)
        if len(places) > 1:
            yield NumberFault(ward, book, number, "twice")
        ranges = leases.get(book, ())
        if book in books and not any(first <= number <= last for first, last in ranges):
            yield NumberFault(ward, book, number, "never_leased")


def _bearers(connection: Connection) -> dict[tuple[str, int], set[tuple[str, str]]]:
    """The receipts, by ward and id, that bear a number: those of the logs, and pending ones.

    One without a book bears none: the number says nothing without it.
    """
    table = table_of(Receipt)
    rows = select(table.c.ward, table.c.id, table.c.book, table.c.number).where(table.c.book != "")
    found: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for row in connection.execute(rows):
        found.setdefault((row.book, row.number), set()).add((row.ward, row.id))
    for one in pending_receipts(connection):
        if not one.book:
            continue
        found.setdefault((one.book, one.number), set()).add((one.ward, one.receipt))
    return found


def book_sums(connection: Connection) -> Iterator[dict[str, Any]]:
    """Per book: its numbers, and the receipts in the logs and in held work, with their money."""
    table, pending = table_of(Receipt), list(pending_receipts(connection))
    for book in connection.execute(select(receipt_book).order_by(receipt_book.c.book)):
        mine = select(func.count(), func.coalesce(func.sum(table.c.amount_dong), 0))
        taken, money = connection.execute(mine.where(table.c.book == book.book)).one()
        waiting = [one for one in pending if one.book == book.book]
        yield {
            "book": book.book,
            "ward": book.ward,
            "first": book.first,
            "last": book.last,
            "next": book.next,
            "taken": taken,
            "taken_dong": int(money),
            "pending": len(waiting),
            "pending_dong": sum(one.amount_dong for one in waiting),
        }
