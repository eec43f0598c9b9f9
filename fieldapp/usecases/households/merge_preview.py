"""What two records of one human have of cover and money, each and together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.store.queries.people import covers_of_people, paid_for_people
from fieldapp.store.store import Store
from fieldapp.usecases.households.duplicates import Pair
from fieldapp.usecases.visiting.today import receipt_number


@dataclass(frozen=True)
class Holding:
    """Of one record, or of both.

    Attributes:
        cover_until: last day of health insurance, whoever paid for it; None: none is recorded.
        paid_dong: what was paid for this person against `receipts` that stand.
    """

    cover_until: date | None = None
    paid_dong: int = 0
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaidTwice:
    """A time for which both records paid into one scheme: some of it may have to be paid back."""

    scheme: str
    begins_on: date
    ends_on: date


@dataclass(frozen=True)
class MergePreview:
    """What a merge comes to. Nothing of it is rewritten: it is shown together."""

    one: Holding
    other: Holding
    both: Holding
    twice: tuple[PaidTwice, ...] = ()


def merge_previews(store: Store, pairs: Sequence[Pair]) -> tuple[MergePreview, ...]:
    """For each of these pairs, in their order."""
    return store.read(_previews, pairs)


def _previews(connection: Connection, pairs: Sequence[Pair]) -> tuple[MergePreview, ...]:
    people: dict[str, set[str]] = {}
    for pair in pairs:
        people.setdefault(pair.one.ward, set()).update((pair.one.person, pair.other.person))
    covers: dict[tuple[str, str], list[Any]] = {}
    paid: dict[tuple[str, str], list[Any]] = {}
    for ward, ids in people.items():
        for row in covers_of_people(connection, ward, sorted(ids))[0]:
            covers.setdefault((ward, row.person), []).append(row)
        for row in paid_for_people(connection, ward, sorted(ids)):
            paid.setdefault((ward, row.person), []).append(row)

    def preview(pair: Pair) -> MergePreview:
        keys = [(pair.one.ward, one.person) for one in (pair.one, pair.other)]
        had = [covers.get(key, []) for key in keys]
        gave = [paid.get(key, []) for key in keys]
        one, other = (_holding(*both) for both in zip(had, gave, strict=True))
        both = _holding([*had[0], *had[1]], [*gave[0], *gave[1]])
        return MergePreview(one, other, both, tuple(_twice(*gave)))

    return tuple(preview(pair) for pair in pairs)


def _holding(covers: Sequence[Any], paid: Sequence[Any]) -> Holding:
    ends = [row.valid_to for row in (*covers, *paid) if row.scheme == "hhi" and row.valid_to]
    numbers = sorted({receipt_number(row.number) for row in paid})
    return Holding(
        max(ends, default=None), sum(row.participant_dong for row in paid), tuple(numbers)
    )


def _twice(one: Iterable[Any], other: Sequence[Any]) -> Iterator[PaidTwice]:
    for mine in one:
        for theirs in other:
            days = (mine.valid_from, mine.valid_to, theirs.valid_from, theirs.valid_to)
            if mine.scheme != theirs.scheme or None in days:
                continue
            first = max(mine.valid_from, theirs.valid_from)
            last = min(mine.valid_to, theirs.valid_to)
            if first <= last:
                yield PaidTwice(mine.scheme, first, last)
