"""Receipt numbers out of leased ranges, and the mark outside the file that guards them.

The last number stands first outside the file: where the file is an old copy, the mark is ahead and
no number is given until the server has been asked. Numbers ascend, none is skipped, none is reused.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, insert, literal_column, select, update

from fieldapp import durable
from fieldapp.errors import UserMends
from fieldapp.ready import Ready
from fieldapp.store import tables
from fieldapp.store.file.keys import Keystore

_RANGES = Ready(
    select(tables.lease.c.book, tables.lease.c.first, tables.lease.c.last)
    .where(tables.lease.c.incarnation == bindparam("incarnation"))
    .order_by(tables.lease.c.book, tables.lease.c.first)
)


@dataclass(frozen=True)
class Mark:
    """The last number that this life of the file gave out, by book."""

    incarnation: str
    book: str
    number: int


class Marks(Protocol):
    """Keeps the mark outside the file."""

    def read(self) -> Mark | None:
        """The mark; None where there is none or it can't be read."""
        ...

    def write(self, mark: Mark) -> None:
        """Keeps the mark before the number is used. Raises OSError where it can't."""
        ...


class FileMarks:
    """The mark in a small file beside the data file: for machines without a keystore."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Mark | None:
        """The mark that was last written whole."""
        try:
            return Mark(**json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, mark: Mark) -> None:
        """Replaces the mark atomically and on the disk."""
        durable.write_whole(self._path, json.dumps(asdict(mark)))


class KeystoreMarks:
    """The mark in the operating system's keystore, with the file as its stand-in."""

    def __init__(self, keystore: Keystore, name: str, stand_in: FileMarks) -> None:
        self._keystore = keystore
        self._name = f"{name}.mark"
        self._stand_in = stand_in

    def read(self) -> Mark | None:
        """The mark of the keystore, or of the file where the keystore has none."""
        kept = self._keystore.read(self._name)
        try:
            return Mark(**json.loads(kept)) if kept else self._stand_in.read()
        except (ValueError, TypeError):
            return None

    def write(self, mark: Mark) -> None:
        """Keeps it in both."""
        self._keystore.write(self._name, json.dumps(asdict(mark)))
        self._stand_in.write(mark)


@dataclass(frozen=True)
class LeasedBook:
    """What is left of the receipt book in use."""

    book: str
    next_number: int
    last_number: int

    @property
    def left(self) -> int:
        """How many numbers can still be given."""
        return self.last_number - self.next_number + 1


def book_in_use(connection: Connection, incarnation: str) -> LeasedBook | None:
    """The lease that the next number comes from; None where none is left."""
    found = _IN_USE.first(connection, incarnation=incarnation)
    return LeasedBook(*found) if found else None


def book_to_name(connection: Connection, incarnation: str) -> LeasedBook | None:
    """What the handshake says of the numbers: the lease in use, else the last one, used up, for
    which the server gives more. None where none was ever leased."""
    found = _LAST_USED.first(connection, incarnation=incarnation)
    return book_in_use(connection, incarnation) or (LeasedBook(*found) if found else None)


_lease = tables.lease.c
_CAME: ColumnElement[int] = literal_column("rowid")
"""Leases in the order in which they came: the server goes by it too, and book names say nothing."""
_LAST_USED = Ready(
    select(_lease.book, _lease.next, _lease.last)
    .where(_lease.incarnation == bindparam("incarnation"))
    .order_by(_CAME.desc())
    .limit(1)
)
_IN_USE = Ready(
    select(_lease.book, _lease.next, _lease.last)
    .where(_lease.incarnation == bindparam("incarnation"), _lease.next <= _lease.last)
    .order_by(_CAME)
    .limit(1)
)
_KNOWN_LEASE = (_lease.book == bindparam("_book")) & (_lease.first == bindparam("_first"))
_LONGER = Ready(
    update(tables.lease)
    .where(_KNOWN_LEASE, _lease.last < bindparam("_last"))
    .values(last=bindparam("_last"))
)
_LEASED = Ready(select(_lease.book).where(_KNOWN_LEASE))


def numbers_left(connection: Connection, incarnation: str, mark: Mark | None) -> int | None:
    """How many numbers can be given before a handshake is needed; None: none was ever leased."""
    book = book_in_use(connection, incarnation)
    if book is None:
        return 0 if leased_ranges(connection, incarnation) else None
    return book.left if _stands(connection, incarnation, mark, book) else 0


def _stands(connection: Connection, incarnation: str, mark: Mark | None, book: LeasedBook) -> bool:
    """Whether the mark proves that this file is no old copy."""
    if mark is None or mark.incarnation != incarnation:
        return False
    return not _ahead(connection, mark, book)


def take_number(connection: Connection, incarnation: str, mark: Mark | None) -> Mark:
    """Gives the next number, within the transaction that books the receipt.

    Raises:
        UserMends: `receipts.book_used_up`: no number is left; `receipts.sync_first`: the mark
            outside the file is absent, foreign or ahead, so the file may be an old copy.
    """
    book = book_in_use(connection, incarnation)
    if book is None:
        raise UserMends("receipts.book_used_up")
    if not _stands(connection, incarnation, mark, book):
        raise UserMends("receipts.sync_first")
    lease = tables.lease
    connection.execute(
        update(lease)
        .where(lease.c.book == book.book, lease.c.next == book.next_number)
        .values(next=book.next_number + 1)
    )
    return Mark(incarnation, book.book, book.next_number)


def _ahead(connection: Connection, mark: Mark, book: LeasedBook) -> bool:
    """Whether the mark stands for a number that this file has not given out.

    The mark of another book must be that of a range which the file has worked through as far.
    """
    if mark.book == book.book:
        return mark.number >= book.next_number
    lease = tables.lease.c
    known = connection.execute(
        select(lease.book).where(
            lease.book == mark.book,
            lease.incarnation == mark.incarnation,
            lease.first - 1 <= mark.number,
            lease.next > mark.number,
        )
    ).first()
    return known is None


@dataclass(frozen=True)
class NewLease:
    """A range that the server leased to this incarnation."""

    book: str
    first: int
    last: int
    incarnation: str
    next_number: int


def take_lease(connection: Connection, new: NewLease) -> None:
    """Files a lease. One that is known may have become longer: its next number stays."""
    _LONGER.run(connection, _book=new.book, _first=new.first, _last=new.last)
    if _LEASED.first(connection, _book=new.book, _first=new.first) is None:
        row = {"book": new.book, "first": new.first, "last": new.last}
        start = {"incarnation": new.incarnation, "next": max(new.first, new.next_number)}
        connection.execute(insert(tables.lease).values(row | start))


def mark_after_handshake(connection: Connection, new: NewLease, mark: Mark | None) -> Mark | None:
    """The mark to write when the server has seen no receipt beyond this file's: None to leave it.

    A mark that is ahead of the file and of the server stands for a number that was never printed
    (the machine died between mark and commit): it is set back, so that no number is skipped.
    """
    book = book_in_use(connection, new.incarnation)
    if book is None or book.book != new.book or new.next_number > book.next_number:
        return None
    if mark is not None and mark.incarnation == new.incarnation:
        ahead = mark.book == book.book and mark.number >= book.next_number
        if not ahead:
            return None
    return Mark(new.incarnation, book.book, book.next_number - 1)


def leased_ranges(
    connection: Connection, incarnation: str
) -> dict[str, tuple[tuple[int, int], ...]]:
    """The ranges that this life of the file was leased, first and last number, by book."""
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for book, first, last in _RANGES.all(connection, incarnation=incarnation):
        found[book] = (*found.get(book, ()), (first, last))
    return found
