"""What the server told this desk beside the logs, as it was kept at the end of the last run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.clock import from_iso
from fieldapp.store.store import Store

DESK_TOLD = "desk_told"
"""The setting that keeps the server's answer (`sync.protocol.desk.DeskTold`)."""


@dataclass(frozen=True)
class Lease:
    """A range of receipt numbers and the device that has it."""

    ward: str
    book: str
    first: int
    last: int
    device: str
    leased_at: datetime
    closed: bool


@dataclass(frozen=True)
class Pending:
    """A receipt in work that the server holds: taken, not in the log yet."""

    ward: str
    held: str
    receipt: str
    book: str
    number: int
    amount_dong: int
    method: str
    check_code: str
    author: str
    device: str
    received_at: datetime


@dataclass(frozen=True)
class Machine:
    """A device of the ward's people; `last_seen_at` by the server's clock."""

    device: str
    name: str
    username: str
    last_seen_at: datetime | None
    revoked: bool


@dataclass(frozen=True)
class Told:
    """All of it, as of `told_at`; None: this laptop was never told."""

    told_at: datetime | None = None
    leases: tuple[Lease, ...] = ()
    pending: tuple[Pending, ...] = ()
    machines: tuple[Machine, ...] = ()
    elsewhere: frozenset[tuple[str, int]] = frozenset()


def desk_told(store: Store, wards: Collection[str]) -> Told:
    """What was told of these wards."""
    kept: Mapping[str, Any] | None = store.setting(DESK_TOLD)
    if not kept:
        return Told()
    return Told(
        from_iso(kept["server_at"]),
        tuple(_lease(row) for row in kept["leases"] if row["ward"] in wards),
        tuple(_pending(row) for row in kept["pending"] if row["ward"] in wards),
        tuple(_machine(row) for row in kept["machines"]),
        frozenset((book, number) for book, number in kept["elsewhere"]),
    )


def _lease(row: Mapping[str, Any]) -> Lease:
    return Lease(**{**row, "leased_at": from_iso(row["leased_at"])})


def _pending(row: Mapping[str, Any]) -> Pending:
    return Pending(**{**row, "received_at": from_iso(row["received_at"])})


def _machine(row: Mapping[str, Any]) -> Machine:
    seen = row["last_seen_at"]
    return Machine(**{**row, "last_seen_at": from_iso(seen) if seen else None})
