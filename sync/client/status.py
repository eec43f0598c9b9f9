"""What the status bar says of the sync, computed from the file and the machine's state alone.

"Safe to shut down" stands there only when the server has confirmed every changeset of this laptop
by id and hash, in the epoch that the laptop knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import from_iso
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.log.from_server import MENDED
from fieldapp.store.meta import read_several
from fieldapp.store.queries import submissions as queries_submissions
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import CLOCK_SLACK, Store
from fieldapp.words import catalogue
from fieldapp.words.format import clock_time
from sync.client.machine import ERASED, Phase, State

SHOWN_FOR = timedelta(days=7)
"""So long a repair of rows is told."""

Sentence = tuple[str, Mapping[str, object]]
"""A key of `fieldapp/words` and its values."""


@dataclass(frozen=True)
class SyncStatus:
    """How far this laptop's work has come.

    Attributes:
        unsent, sent, needs_fixing, conflict: the four words, in actions (conflicts: in number).
            What the agency returned to this user needs fixing too.
        oldest_unsent_at, next_try_at: device time; last_confirmed_at: the server's.
        problem: code of what ended the last run early, with its values.
        receipt: short code of the server's last receipt.
        clock_offset: server minus device time at the last handshake; None before the first.
        unproven: confirmed once, but by another life of the server's database.
        text_confirmed: the server has every changeset of this laptop; safe only without pictures
            that wait.
        pictures_waiting, pictures_staying: scans that the server does not have, in this life of its
            database, and those that it does not take; these need fixing, too.
        mended_rows, mended_at: how many rows differed from the server's at the last repair, and
            when (the server's time); shown for a week.
    """

    unsent: int
    sent: int
    needs_fixing: int
    conflict: int
    phase: Phase
    oldest_unsent_at: datetime | None = None
    next_try_at: datetime | None = None
    last_confirmed_at: datetime | None = None
    problem: str | None = None
    problem_values: Mapping[str, object] | None = None
    receipt: str | None = None
    clock_offset: timedelta | None = None
    unproven: int = 0
    safe_to_shut_down: bool = False
    text_confirmed: bool = False
    pictures_waiting: int = 0
    pictures_staying: int = 0
    mended_rows: int = 0
    mended_at: datetime | None = None

    @property
    def clock_is_off(self) -> bool:
        """Whether the device's clock is off by more than is let pass in silence."""
        return self.clock_offset is not None and abs(self.clock_offset) > CLOCK_SLACK


def read_status(store: Store, state: State) -> SyncStatus:
    """The status now; of a file that was erased there is nothing left to read."""
    if state.trouble is not None and state.trouble.code == ERASED:
        return SyncStatus(0, 0, 0, 0, state.phase, problem=ERASED, problem_values={})
    known, totals, returned, (waiting, staying) = store.read(_counted)
    text_confirmed = not totals.unsent and not totals.foreign and not totals.set_aside
    confirmed, offset = known.get("confirmed_at"), known.get("offset_ms")
    now = store.now() + timedelta(milliseconds=offset or 0)
    mended_at, mended_rows = _last_repair(known.get(MENDED), now)
    return SyncStatus(
        unsent=totals.unsent,
        sent=totals.sent,
        needs_fixing=totals.needs_fixing + returned + staying,
        conflict=totals.conflicts,
        phase=state.phase,
        oldest_unsent_at=totals.oldest_unsent_at,
        next_try_at=state.next_try_at,
        last_confirmed_at=from_iso(confirmed) if confirmed else None,
        problem=state.trouble.code if state.trouble else None,
        problem_values=state.trouble.values if state.trouble else None,
        receipt=known.get("receipt"),
        clock_offset=None if offset is None else timedelta(milliseconds=offset),
        unproven=totals.foreign,
        safe_to_shut_down=text_confirmed and not waiting,
        text_confirmed=text_confirmed,
        pictures_waiting=waiting,
        pictures_staying=staying,
        mended_rows=mended_rows,
        mended_at=mended_at,
    )


def _counted(
    connection: Connection,
) -> tuple[dict[str, Any], queries_sync.Totals, int, tuple[int, int]]:
    """All that a status says of the file, as it is at one moment: it is read at every step."""
    names = ("epoch", "username", "confirmed_at", "offset_ms", "receipt", MENDED)
    known = read_several(connection, names)
    totals = queries_sync.totals(connection, known.get("epoch"))
    returned = queries_submissions.returned_count(connection, str(known.get("username")))
    return known, totals, returned, attachments.standing(connection, known.get("epoch"))


def _last_repair(
    told: Sequence[Mapping[str, Any]] | None, now: datetime
) -> tuple[datetime | None, int]:
    """When rows were last mended, and how many then; none where it is long ago."""
    if not told or now - from_iso(told[-1]["at"]) > SHOWN_FOR:
        return None, 0
    last = from_iso(told[-1]["at"])
    return last, sum(len(one["rows"]) for one in told if from_iso(one["at"]) == last)


def repair_notice(status: SyncStatus) -> Sentence | None:
    """That rows differed from the server's and were mended from it; None where none did."""
    if status.mended_at is None:
        return None
    return "sync.mended", {"n": status.mended_rows}


def sentence(status: SyncStatus) -> Sentence:
    """What the status bar says first: what is true now, then what happens next."""
    if status.phase == "greeting":
        return "sync.greeting", {}
    if status.phase == "pushing":
        return "sync.sending", {"n": status.unsent}
    if status.phase == "pulling":
        return "sync.receiving", {}
    if status.problem is not None:
        return _trouble(status, status.problem)
    if status.unsent:
        return "sync.only_here", {"n": status.unsent}
    if not (status.safe_to_shut_down or status.text_confirmed):
        return "sync.not_confirmed_today", {"n": status.unproven}
    if status.last_confirmed_at is None:
        return "sync.nothing_done_yet", {}
    if status.pictures_waiting:
        return "sync.pictures_wait", {"n": status.pictures_waiting}
    return "sync.all_sent", {}


def last_receipt(status: SyncStatus) -> Sentence:
    """When the server last confirmed something, for the status bar's second place."""
    if status.last_confirmed_at is None:
        return "sync.never_confirmed", {}
    return "sync.last_confirmed", {"at": clock_time(status.last_confirmed_at)}


def clock_warning(status: SyncStatus) -> Sentence | None:
    """That the device's clock is off, by how much and which way; None where it is right."""
    offset = status.clock_offset
    if offset is None or not status.clock_is_off:
        return None
    way = "slow" if offset > timedelta() else "fast"
    minutes = round(abs(offset) / timedelta(minutes=1))
    for unit, size in (("years", 525_600), ("days", 1_440), ("hours", 60)):
        if minutes >= size:
            return f"sync.clock_{way}_{unit}", {"n": round(minutes / size)}
    return f"sync.clock_{way}_minutes", {"n": minutes}


_AT_ONCE = (
    "sync.no_network",
    "sync.incomplete_answer",
    "sync.server_busy",
    "sync.server_trouble",
    "sync.server_restored",
)


def _trouble(status: SyncStatus, code: str) -> Sentence:
    """The problem; those that pass by themselves say when the next try is."""
    if code in _AT_ONCE and status.next_try_at is not None:
        return f"{code}_until", {"at": clock_time(status.next_try_at)}
    known = code in catalogue("vi")  # a newer server may name what this program has no word for
    return code if known else "sync.refused", dict(status.problem_values or {})
