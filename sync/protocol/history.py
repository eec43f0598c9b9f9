"""What was done to some records before a laptop's log begins: read, shown, and not kept."""

from __future__ import annotations

from dataclasses import dataclass

from sync.protocol.limits import PAGE_BYTES


@dataclass(frozen=True)
class FetchHistory:
    """Asks for the entries of a ward before a revision that touched one of these records."""

    ward: str
    epoch: str
    records: tuple[str, ...]
    """Their ids, at most `MOST_RECORDS`."""
    before: int
    limit_bytes: int = PAGE_BYTES


@dataclass(frozen=True)
class ToldEntry:
    """An entry, with the log's chain before it: both prove that it says what it said there."""

    revision: int
    previous: str
    content: str
    outcome: str
    chain: str
    epoch: str
    seal: str


@dataclass(frozen=True)
class History:
    """These entries, the newest first. `more`: there are older ones, before the last of these."""

    epoch: str
    ward: str
    before: int
    entries: tuple[ToldEntry, ...]
    more: bool = False
