"""The end of a canvasser's day: what was taken today, and what she still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.rules.money.day import DayTakings, Taken, takings
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store
from fieldapp.usecases.me import me
from fieldapp.usecases.receipts.remittances import OwnCash, own_cash


@dataclass(frozen=True)
class DayEnd:
    """The user's own receipts of a day, and her cash by ward, of whatever day."""

    day: date
    takings: DayTakings
    cash: tuple[OwnCash, ...]

    @property
    def in_hand_dong(self) -> int:
        """What must lie in the purse, đồng."""
        return sum(one.dong for one in self.cash)


def day_end(store: Store) -> DayEnd:
    """What the user took today, and what she holds."""
    user, today = me(store), store.today()
    taken = store.read(_taken, user.streams, user.username, today)
    return DayEnd(today, takings(taken), own_cash(store))


def _taken(
    connection: Connection, wards: tuple[str, ...], username: str, today: date
) -> list[Taken]:
    return [
        Taken(row.method, row.amount_dong, row.void_reason is not None)
        for row in q.receipt_rows(connection, wards)
        if row.issued_by == username and business_date(row.issued_at) == today
    ]
