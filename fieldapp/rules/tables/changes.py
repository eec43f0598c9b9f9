"""What a new table changes: row by row, and in the premiums of a few families."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.quote import quote_hhi
from fieldapp.rules.tables import Book
from fieldapp.rules.tables.rows import Row
from fieldapp.rules.vsi.methods import Payment
from fieldapp.rules.vsi.quote import quote_vsi
from fieldapp.rules.vsi.support import Aid

MOST_DAYS = 12
"""Days whose premiums are shown; of more, the latest count."""


@dataclass(frozen=True)
class RowChange:
    """One row before and after; `kind`: added, ended (it only got an end), changed, removed."""

    kind: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The row to show: as it is now, or as it was if it is gone."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def day(self) -> date:
        """The first day on which the change tells."""
        if self.kind == "ended" and self.row.valid_to is not None:
            return self.row.valid_to + timedelta(days=1)
        return self.row.valid_from


@dataclass(frozen=True)
class Sample:
    """What one family pays on a day by the standing tables and by the new ones, in đồng.

    None: the rules give no price, because a table does not reach to that day.
    """

    name: str
    day: date
    before: int | None
    after: int | None


def row_changes(before: Sequence[Row], after: Sequence[Row]) -> tuple[RowChange, ...]:
    """What is different, by key and first day; equal rows are left out."""
    old, new = _by_start(before), _by_start(after)
    found = []
    for start in sorted(old.keys() | new.keys()):
        was, is_now = old.get(start), new.get(start)
        if was != is_now:
            found.append(RowChange(_kind(was, is_now), was, is_now))
    return tuple(found)


def samples(before: Book, after: Book, changes: Sequence[RowChange]) -> tuple[Sample, ...]:
    """Premiums on the day before and on the first day of each change; empty if none differs.

    A family of four that pays 12 months of health insurance, and one month of voluntary insurance
    at the lowest income for each group.
    """
    firsts = sorted({change.day for change in changes})[-MOST_DAYS:]
    days = sorted({day for first in firsts for day in (first - timedelta(days=1), first)})
    found = tuple(
        Sample(name, day, _priced(before, name, day), _priced(after, name, day))
        for day in days
        for name in ("hhi_four", *_vsi_samples(before, after))
    )
    return found if any(one.before != one.after for one in found) else ()


def _by_start(rows: Sequence[Row]) -> Mapping[tuple[str, date], Row]:
    return {(row.key, row.valid_from): row for row in rows}


def _kind(was: Row | None, is_now: Row | None) -> str:
    if was is None:
        return "added"
    if is_now is None:
        return "removed"
    only_end = was.valid_to is None and (was.values, was.source) == (is_now.values, is_now.source)
    return "ended" if only_end and is_now.valid_to is not None else "changed"


def _vsi_samples(*books: Book) -> Iterator[str]:
    groups = {group for book in books for group in book.by_key("vsi_support")}
    return (f"vsi_{group}" for group in sorted(groups))


def _priced(book: Book, name: str, day: date) -> int | None:
    price: Callable[[date], int] = _hhi_of_four if name == "hhi_four" else _vsi_of(name[4:])
    with tables.one_book(book):
        try:
            return price(day)
        except UserMends:  # a table does not reach to that day
            return None


def _hhi_of_four(day: date) -> int:
    members = [HhiMember(str(number)) for number in range(1, 5)]
    return quote_hhi(members, months=12, paid_on=day).participant


def _vsi_of(group: str) -> Callable[[date], int]:
    def price(day: date) -> int:
        floor = tables.at("poverty_line", "", day).whole("dong")
        return quote_vsi(floor, Payment(1), paid_on=day, aid=Aid((group,))).participant

    return price
