"""Whether the numbers of receipt books are as they must be, and how far each range is used. Pure.

Numbers ascend in a book, none is skipped and none comes twice; a void receipt keeps its number
(TT70/2019/TT-BTC on C27-X). A receipt in held work is taken: its number is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from fieldapp.rules.money.receipt_numbers import missing_numbers

Number = tuple[str, int]
"""Book and number."""

NUMBER_FAULTS = ("twice", "skipped", "never_leased")
"""What can be wrong with a number, the gravest first."""


@dataclass(frozen=True)
class Range:
    """Numbers of a book that were given to one machine, first and last. `closed`: what is left of
    it is never given again."""

    book: str
    first: int
    last: int
    closed: bool = False


@dataclass(frozen=True)
class Paper:
    """A receipt, as far as its number goes. `pending`: it is in work that is held."""

    receipt: str
    book: str
    number: int
    issued_by: str = ""
    check_code: str = ""
    void: bool = False
    pending: bool = False


@dataclass(frozen=True)
class NumberFault:
    """Numbers of a book that are not as they must be.

    Attributes:
        kind: `skipped` (a later number of the same range has come), `twice` (several receipts bear
            it; their check codes tell them apart), `never_leased` (given to no machine).
        first, last: the numbers, neighbours that are skipped together.
        papers: the receipts that bear it; of a gap the one behind it.
    """

    kind: Literal["skipped", "twice", "never_leased"]
    book: str
    first: int
    last: int
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class Tally:
    """How the numbers of a range are used; together they are the whole range.

    Attributes:
        used: receipts that stand, held ones too; `pending`: how many of those are held.
        void: crossed out.
        elsewhere: used in a ward that is not seen here.
        missing: below the last used one, with no receipt.
        left: not used yet; of a closed range they never will be.
    """

    used: int = 0
    void: int = 0
    pending: int = 0
    elsewhere: int = 0
    missing: int = 0
    left: int = 0


def check_numbers(
    ranges: Iterable[Range], papers: Iterable[Paper], elsewhere: Collection[Number] = ()
) -> tuple[NumberFault, ...]:
    """What is wrong with the numbers, the gravest first.

    Args:
        ranges: what was given out. Of a book without any, gaps are those between two numbers of
            one collector, as `missing_numbers` has it, and nothing counts as never given.
        papers: the receipts that are seen. One without a book bears no number.
        elsewhere: numbers that were used in wards that are not seen.
    """
    borne = _borne(papers)
    given: dict[str, list[Range]] = defaultdict(list)
    for one in ranges:
        given[one.book].append(one)
    twice = [
        NumberFault("twice", book, number, number, bearers)
        for (book, number), bearers in sorted(borne.items())
        if len(bearers) > 1
    ]
    stray = [
        NumberFault("never_leased", book, number, number, bearers)
        for (book, number), bearers in sorted(borne.items())
        if book in given and not any(r.first <= number <= r.last for r in given[book])
    ]
    used = {*borne, *elsewhere}
    skipped = [
        NumberFault("skipped", book, first, last, borne.get((book, last + 1), ()))
        for book, numbers in sorted(_skipped(given, borne, used).items())
        for first, last in _neighbours(sorted(numbers))
    ]
    return (*twice, *skipped, *stray)


def tally(given: Range, papers: Iterable[Paper], elsewhere: Collection[Number] = ()) -> Tally:
    """How a range is used."""
    borne = _borne(p for p in papers if _within(given, p.book, p.number))
    foreign = {n for book, n in elsewhere if _within(given, book, n)} - {n for _, n in borne}
    void = [bearers for bearers in borne.values() if all(p.void for p in bearers)]
    waiting = [bearers for bearers in borne.values() if any(p.pending for p in bearers)]
    numbers = {number for _, number in borne} | foreign
    last = max(numbers, default=given.first - 1)
    return Tally(
        used=len(borne) - len(void),
        void=len(void),
        pending=len(waiting),
        elsewhere=len(foreign),
        missing=last + 1 - given.first - len(numbers),
        left=given.last - last,
    )


def _within(given: Range, book: str, number: int) -> bool:
    return book == given.book and given.first <= number <= given.last


def _borne(papers: Iterable[Paper]) -> dict[Number, tuple[Paper, ...]]:
    """Who bears which number; the same receipt twice (in the log, and held) is one."""
    found: dict[Number, dict[str, Paper]] = defaultdict(dict)
    for paper in papers:
        if paper.book:
            found[paper.book, paper.number].setdefault(paper.receipt, paper)
    return {place: tuple(bearers.values()) for place, bearers in found.items()}


def _skipped(
    given: Mapping[str, Sequence[Range]],
    borne: Mapping[Number, tuple[Paper, ...]],
    used: Collection[Number],
) -> dict[str, set[int]]:
    """Numbers without a receipt below a later one, by book."""
    taken: dict[str, set[int]] = defaultdict(set)
    for book, number in used:
        taken[book].add(number)
    found: dict[str, set[int]] = defaultdict(set)
    for book, ranges in given.items():
        for one in ranges:
            last = max((n for n in taken[book] if one.first <= n <= one.last), default=one.first)
            found[book] |= set(range(one.first, last)) - taken[book]
    by_taker: dict[Number | tuple[str, str], list[int]] = defaultdict(list)
    for (book, number), bearers in borne.items():
        if book not in given:
            by_taker[book, bearers[0].issued_by].append(number)
    for (book, _), numbers in by_taker.items():
        found[book] |= set(missing_numbers(numbers, taken[book]))
    return found


def _neighbours(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of numbers that follow one another, first and last."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]
