"""Reads the visit log of wards that are not on this laptop from the server, piece by piece.

A way that breaks is tried again where it was: the question for a piece has one answer, whenever it
is asked. Nothing of it is kept here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Protocol, TypeVar

from fieldapp.clock import from_iso
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model.record import CITY
from fieldapp.reports.visit_row import FIELDS, VisitRow
from fieldapp.visit_log.choosing import CutOff, VisitFilter
from sync.protocol import FetchVisits, ReadVisits, SyncProtocol, VisitsBegun

PASSES = frozenset(
    {
        *("sync.no_network", "sync.captive_portal", "sync.incomplete_answer"),
        *("sync.server_trouble", "sync.server_busy"),
    }
)
"""Troubles of the way: the same piece is asked for again."""
WAITS = (1, 2, 4, 8, 15, *(30,) * 15)
"""Seconds between attempts; then the export gives up: about eight minutes."""
Told = TypeVar("Told")


class Way(SyncProtocol, Protocol):
    """A transport that is closed after use."""

    def close(self) -> None:
        """Ends it."""
        ...


def wait(seconds: float, cancelled: Callable[[], bool]) -> None:
    """Lets some time pass, or less where the export is stopped."""
    still = threading.Event()
    while seconds > 0 and not cancelled():
        still.wait(min(seconds, 0.5))
        seconds -= 0.5


@dataclass
class ServerVisits:
    """`FarLog` over the server. `connect` makes a transport; one is used for one file.

    Thread: that of the export. Raises as the transport does, `visit_log.…` for what the server does
    not tell, `visit_log.old_server`, and `reports.cancelled`.
    """

    connect: Callable[[], Way]
    fresh_id: Callable[[], str]
    cancelled: Callable[[], bool] = lambda: False
    pause: Callable[[float, Callable[[], bool]], None] = wait
    chance: Callable[[], float] = lambda: 0.0
    most: int = 1_000
    wards: frozenset[str] = frozenset()
    expected: int = 0
    _reason: str = ""
    _way: Way | None = None
    _begun: dict[VisitFilter, ReadVisits] = field(default_factory=dict)

    def begin(
        self, wards: Sequence[str], chosen: VisitFilter, named: Mapping[str, int], *, reason: str
    ) -> Mapping[str, CutOff]:
        """Begins a reading of these wards, which the server notes; the cut-off of `city`, too."""
        self.wards, self._reason = frozenset(wards), reason
        if not wards:
            return {}
        told = self._ask(chosen, {w: named[w] for w in (*wards, CITY) if w in named})
        self.expected = told.rows
        return {one.ward: CutOff(told.epoch, one.revision, one.chain) for one in told.cut_offs}

    def _ask(self, chosen: VisitFilter, named: Mapping[str, int]) -> VisitsBegun:
        reading = ReadVisits(
            self.fresh_id(),
            tuple(ward for ward in chosen.wards if ward in self.wards),
            chosen.since.isoformat(),
            chosen.until.isoformat(),
            chosen.canvassers,
            chosen.outcomes,
            self._reason,
            dict(named) or None,
        )
        told = self._again(lambda way: way.read_visits(reading))
        self._begun[chosen] = reading
        return told

    def rows(
        self, ward: str, chosen: VisitFilter, cuts: Mapping[str, CutOff]
    ) -> Iterator[VisitRow]:
        """The rows of one ward up to its cut-off."""
        if chosen not in self._begun:
            self._ask(chosen, {})
        cut, city = cuts[ward], cuts[CITY].revision
        place = ("", "")
        while True:
            asked = FetchVisits(
                self._begun[chosen], ward, cut.revision, cut.chain, city, *place, self.most
            )
            told = self._again(partial(_piece, asked=asked))
            yield from told.rows
            place = told.place
            if not told.place[1]:
                return

    def close(self) -> None:
        """Ends the way, if one is open."""
        way, self._way = self._way, None
        if way is not None:
            way.close()

    def _again(self, call: Callable[[Way], Told]) -> Told:
        """Until there is an answer, or a refusal, or nobody waits any more."""
        for seconds in (*WAITS, None):
            if self.cancelled():
                raise UserMends("reports.cancelled", rows=0)
            try:
                self._way = self._way or self.connect()
                return call(self._way)
            except SurroundingsMend as trouble:
                self.close()
                if trouble.code not in PASSES or seconds is None:
                    raise
                self.pause(self._until(trouble, seconds), self.cancelled)
            except UserMends as refusal:
                if refusal.code == "server.no_such_call":
                    raise UserMends("visit_log.old_server") from refusal
                raise
        raise AssertionError("the last attempt raises")

    def _until(self, trouble: SurroundingsMend, seconds: float) -> float:
        """At least as long as the server asks to be left alone, and up to a quarter longer."""
        asked = trouble.context.get("retry_after")
        if not isinstance(asked, int):
            return seconds
        return max(seconds, asked * (1 + self.chance() / 4))


@dataclass(frozen=True)
class _Piece:
    rows: tuple[VisitRow, ...]
    place: tuple[str, str]


def _piece(way: Way, asked: FetchVisits) -> _Piece:
    """A piece that is what was asked for: of another ward or revision nothing is taken, and nothing
    of one in which anything is not what it should be."""
    told = way.fetch_visits(asked)
    forward = not told.after or (told.after_at, told.after) > (asked.after_at, asked.after)
    whole = all(len(values) == len(FIELDS) + 1 for values in told.rows)
    if (told.ward, told.revision) != (asked.ward, asked.revision) or not forward or not whole:
        raise SurroundingsMend("sync.incomplete_answer")
    try:
        rows = tuple(_row(asked.ward, values) for values in told.rows)
    except (TypeError, ValueError) as defect:
        raise SurroundingsMend("sync.incomplete_answer") from defect
    return _Piece(rows, (told.after_at, told.after))


_KINDS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys((*FIELDS, "visit"), (str,)),
    **dict.fromkeys(("members", "enrolments", "amount_dong"), (int,)),
    **{"next_on": (str, type(None)), "receipts": (list, tuple)},
}


def _row(ward: str, values: Sequence[object]) -> VisitRow:
    """The row that a list of values tells. Raises TypeError or ValueError for what is none."""
    said = dict(zip((*FIELDS, "visit"), values, strict=True))
    if any(type(value) not in _KINDS[name] for name, value in said.items()):
        raise TypeError
    next_on, receipts = said["next_on"], said["receipts"]
    said |= {
        "visited_at": from_iso(str(said["visited_at"])),
        "visited_on": date.fromisoformat(str(said["visited_on"])),
        "next_on": date.fromisoformat(str(next_on)) if next_on else None,
        "receipts": tuple(map(str, receipts)),  # type: ignore[call-overload]  # of _KINDS
    }
    return VisitRow(**said, ward=ward)  # type: ignore[arg-type]  # as the protocol says
