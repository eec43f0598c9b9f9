"""The visit log of wards that a laptop does not hold: the server reads it, piece by piece.

A reading is noted in the audit's list before a row is told. A piece is found by the visit before
it, at a revision: the same question has the same answer, so that one that was lost is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReadVisits:
    """Begins a reading. `id` is made by who asks: begun twice it is noted once.

    `full_ids`: what whole ID numbers are needed for, a code; "": the last four digits. `cut_offs`:
    revisions by stream; those that are not named are the logs' heads.
    """

    id: str
    wards: tuple[str, ...]
    since: str
    until: str
    canvassers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    full_ids: str = ""
    cut_offs: Mapping[str, int] | None = None


@dataclass(frozen=True)
class CutTold:
    """Up to where a log is read, and its chain there."""

    ward: str
    revision: int
    chain: str


@dataclass(frozen=True)
class VisitsBegun:
    """The cut-offs of the wards and of `city`; `rows`: how many visits it will be, about."""

    epoch: str
    cut_offs: tuple[CutTold, ...]
    rows: int


@dataclass(frozen=True)
class FetchVisits:
    """Asks for a piece of one ward of a reading: the rows behind a visit, in the order of time.

    `after_at` and `after`: when that visit was and its id; "": from the beginning.
    """

    reading: ReadVisits
    ward: str
    revision: int
    chain: str
    city_revision: int
    after_at: str = ""
    after: str = ""
    most: int = 1_000


@dataclass(frozen=True)
class VisitsTold:
    """The rows, each as the list of its values (`FIELDS` of `fieldapp.reports.visits`, then the
    visit's id); where to go on: "" behind the last piece."""

    ward: str
    revision: int
    rows: tuple[tuple[Any, ...], ...]
    after_at: str = ""
    after: str = ""


MOST_VISITS = 2_000
"""On one piece."""
MOST_WARDS = 400
MOST_CHOSEN = 2_000
"""So many canvassers, and outcomes, may be named."""
