"""What a ward's desk hears beside the logs: numbers given out, receipts in held work, machines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AskDesk:
    """Asks for what is known of the wards in which the caller is more than a canvasser."""


@dataclass(frozen=True)
class LeaseTold:
    """A range of receipt numbers, and the device that has it. `closed`: it gives no more."""

    ward: str
    book: str
    first: int
    last: int
    device: str
    leased_at: str
    closed: bool = False


@dataclass(frozen=True)
class PendingTold:
    """A receipt in held work: the citizen has paid, and the number is used."""

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
    received_at: str


@dataclass(frozen=True)
class MachineTold:
    """A device of somebody who works in one of the wards, or who has numbers of their books."""

    device: str
    name: str
    username: str
    last_seen_at: str | None = None
    revoked: bool = False


@dataclass(frozen=True)
class DeskTold:
    """The answer, as of `server_at`.

    `elsewhere`: book and number of receipts, in wards that the caller does not see, that bear a
    number of a book of one of these wards.
    """

    server_at: str
    wards: tuple[str, ...]
    leases: tuple[LeaseTold, ...] = ()
    pending: tuple[PendingTold, ...] = ()
    machines: tuple[MachineTold, ...] = ()
    elsewhere: tuple[tuple[str, int], ...] = ()
