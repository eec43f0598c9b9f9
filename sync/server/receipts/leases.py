"""Receipt numbers: ranges of a book, each given once, to one life of one device.

Numbers ascend in a book and none is used twice. A lease is lengthened where the book goes on right
behind it, so that no number is skipped; else the device gets a second range near the end of the
first. What a closed lease left over is never given again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, literal_column, or_, select, update

from fieldapp.model import Receipt
from fieldapp.ready import Question, Ready, among
from sync.protocol import Handshake, Lease
from sync.server.lives.keeping import Rows, note
from sync.server.lives.safe import Safe
from sync.server.people.accounts import Caller
from sync.server.receipts.standing import pending_receipts
from sync.server.store.tables import lease, receipt_book, table_of

LEASE_SIZE = 50
NEAR_THE_END = 10
"""With fewer numbers left than this a device gets more."""

_lease, _receipt = lease.c, table_of(Receipt).c
_CLOSE_OTHERS = Ready(
    update(lease)
    .where(_lease.device == bindparam("_device"), _lease.incarnation != bindparam("_incarnation"))
    .where(_lease.closed_at.is_(None))
    .values(closed_at=bindparam("_at"))
)
_OPEN = Ready(
    select(lease)
    .where(_lease.device == bindparam("device"), _lease.incarnation == bindparam("incarnation"))
    .where(_lease.closed_at.is_(None))
    .order_by(_lease.leased_at, _lease.first)
)
_book = receipt_book.c
_FREE_BOOK = (
    select(receipt_book)
    .where(among(_book.ward), _book.next <= _book.last)
    .where(or_(_book.username == bindparam("username"), _book.username.is_(None)))
    .order_by(_book.username.is_(None), _book.ward, _book.book)
    .limit(literal_column("1"))
)
"""The user's own book, else one of the wards', that has numbers left."""
_FREE, _FREE_LOCKED = Ready(_FREE_BOOK), Ready(_FREE_BOOK.with_for_update())
_LAST_OF_RANGE = Ready(
    select(func.max(_receipt.number))
    .where(_receipt.book == bindparam("book"))
    .where(_receipt.number >= bindparam("first"), _receipt.number <= bindparam("last"))
)


@dataclass(frozen=True)
class Counter:
    """Gives numbers to one life of one device, in a transaction that has locked the device."""

    connection: Connection
    caller: Caller
    incarnation: str
    at: datetime
    safe: Safe

    def lease_for(self, wards: Sequence[str], greeting: Handshake) -> Lease | None:
        """The lease to use after this handshake: the present one, a longer one, or another.

        None: no ward to collect in, or every book is used up.
        """
        if not wards:
            return None
        given = self._give(wards, greeting)
        return given and replace(given, next_number=self._next_in(given))

    def standing(self, wards: Sequence[str]) -> list[object]:
        """What `lease_for` goes by: where it is as it was, a laptop that has numbers enough, or for
        which there were none, would hear nothing new. Changes nothing."""
        mine = self._open()
        if mine or not wards:
            return [[one.book, one.first, one.last] for one in mine]
        return [self._free(_FREE, wards) is not None]

    def _free(self, statement: Ready, wards: Sequence[str]) -> Any:
        return statement.first(self.connection, ids=list(wards), username=self.caller.username)

    def _give(self, wards: Sequence[str], greeting: Handshake) -> Lease | None:
        self._close_other_lives()
        mine = self._open()
        if not mine:
            return self._new(wards)
        ahead = [(one, self._left(one, greeting)) for one in mine[_place(mine, greeting) :]]
        for given, left in ahead:
            if left >= NEAR_THE_END:
                return given
        spare = next((given for given, left in ahead if left > 0), None)
        return self._lengthened(ahead[-1][0]) or self._new(wards) or spare

    def _left(self, given: Lease, greeting: Handshake) -> int:
        """How many numbers of a range are to be used: as the device says of the one that it works
        through, and by the receipts that have come of any other."""
        if greeting.lease is not None and _holds(given, *greeting.lease):
            _, next_number = greeting.lease
        else:
            next_number = self._next_in(given)
        return given.last + 1 - next_number

    def _close_other_lives(self) -> None:
        """Two lives must never print one number: the rest of a superseded life's is closed."""
        mine = {"_device": self.caller.device, "_incarnation": self.incarnation}
        if _CLOSE_OTHERS.run(self.connection, **mine, _at=self.at):
            note(self.connection, self.safe, Rows(lease, {"device": self.caller.device}))

    def _next_in(self, given: Lease) -> int:
        """The first number of the range beyond every receipt that has come from it."""
        place = {"book": given.book, "first": given.first, "last": given.last}
        last = _LAST_OF_RANGE.value(self.connection, **place) or given.first - 1
        held = (
            one.number
            for one in pending_receipts(self.connection, self.caller.device)
            if one.book == given.book and given.first <= one.number <= given.last
        )
        return max([last, *held]) + 1

    def asks_open(self) -> Question:
        """What `standing` will ask first."""
        return _OPEN, {"device": self.caller.device, "incarnation": self.incarnation}

    def _open(self) -> list[Lease]:
        rows = _OPEN.all(self.connection, device=self.caller.device, incarnation=self.incarnation)
        return [Lease(row.book, row.first, row.last, row.incarnation) for row in rows]

    def _lengthened(self, current: Lease) -> Lease | None:
        book = receipt_book.c
        follows = book.book == current.book, book.next == current.last + 1, book.next <= book.last
        row = self.connection.execute(
            select(receipt_book).where(*follows).with_for_update()
        ).first()
        if row is None:
            return None
        last = min(current.last + LEASE_SIZE, row.last)
        self._take_out(current.book, last)
        mine = lease.c.book == current.book, lease.c.first == current.first
        self.connection.execute(update(lease).where(*mine).values(last=last))
        self._note(current.book)
        return Lease(current.book, current.first, last, self.incarnation)

    def _new(self, wards: Sequence[str]) -> Lease | None:
        """A range from the user's own book, else from one of the wards'."""
        row = self._free(_FREE_LOCKED, wards)
        if row is None:
            return None
        last = min(row.next + LEASE_SIZE - 1, row.last)
        self._take_out(row.book, last)
        given = {"book": row.book, "first": row.next, "last": last, "leased_at": self.at}
        given |= {"device": self.caller.device, "incarnation": self.incarnation}
        self.connection.execute(insert(lease).values(given))
        self._note(row.book)
        return Lease(row.book, row.next, last, self.incarnation)

    def _note(self, book: str) -> None:
        """In the ledger before the answer: a restored server must not give these out again."""
        leases = Rows(lease, {"book": book, "device": self.caller.device})
        note(self.connection, self.safe, Rows(receipt_book, {"book": book}), leases)

    def _take_out(self, book: str, last: int) -> None:
        taken = update(receipt_book).where(receipt_book.c.book == book)
        self.connection.execute(taken.values(next=last + 1))


def _place(mine: Sequence[Lease], greeting: Handshake) -> int:
    """From which lease on there are numbers to use: the one that the device names; the first where
    it names none that it has, for an answer may have been lost."""
    if greeting.lease is None:
        return 0
    named = [place for place, one in enumerate(mine) if _holds(one, *greeting.lease)]
    return named[-1] if named else 0


def _holds(given: Lease, book: str, next_number: int) -> bool:
    return given.book == book and given.first <= next_number <= given.last + 1
