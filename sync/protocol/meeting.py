"""Who speaks, and where each side stands: sign-in and handshake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.protocol.work import Answer


@dataclass(frozen=True)
class SignIn:
    """Enrols a device with a one-time invitation, or signs its user in again."""

    username: str
    password: str
    device_name: str
    invitation: str | None = None
    device: str | None = None
    """The id that this device got at its first sign-in."""


@dataclass(frozen=True)
class Grant:
    """A role in a ward until a day (ISO date, None: open)."""

    ward: str
    role: str
    until: str | None = None


@dataclass(frozen=True)
class SignedIn:
    """The answer: a revocable token bound to the device, and what the user may see."""

    token: str
    device: str
    username: str
    full_name: str
    role: str
    grants: tuple[Grant, ...]
    epoch: str
    server_at: str


@dataclass(frozen=True)
class Mark:
    """What proves a position: the chain there, and epoch and seal of the last entry."""

    chain: str
    epoch: str = ""
    seal: str = ""


@dataclass(frozen=True)
class Handshake:
    """A laptop says who it is, what it believes the time to be, and where it stands."""

    incarnation: str
    device_at: str
    positions: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Epoch and revision per ward."""
    lease: tuple[str, int] | None = None
    """Book and next number of the receipt lease in use, None without one."""
    app_version: str = ""
    held: tuple[tuple[str, str], ...] = ()
    """Own changesets that were held when last heard of, by id and hash, at most `MOST_HELD`."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Of each position with a revision: what proves it."""
    acks: Mapping[str, tuple[int, Mark]] = field(default_factory=dict)
    """Per ward the last own changeset that was accepted and has not been pulled: its revision, and
    what proves it."""
    nonce: str = ""
    """Random; the answer repeats it, so that no other greeting passes for this one's."""
    challenge: str = ""
    """What the server asked a superseded life to repeat."""
    verify_key: str = ""
    """The public key by which this device's parcels are known; hex."""
    unsent: int | None = None
    """Own changesets that the server has not, before this session sends any; None: not said."""


@dataclass(frozen=True)
class ParcelKeys:
    """The server's public keys, hex: `seal` to encrypt parcels to, `verify` for its replies."""

    seal: str = ""
    verify: str = ""


@dataclass(frozen=True)
class Lease:
    """Receipt numbers of one book that this incarnation of this device may issue."""

    book: str
    first: int
    last: int
    incarnation: str
    next_number: int = 0
    """The first number of the range that the server has seen no receipt for."""


@dataclass(frozen=True)
class Head:
    """Where one ward's log stands on the server: its chain there, and what its rows sum up to.

    `rows` is None where an older server says nothing of it.
    """

    ward: str
    revision: int
    chain: str = ""
    rows: int | None = None
    row_sum: str = ""


@dataclass(frozen=True)
class Greeting:
    """The server's answer to a handshake: epoch, time, the heads of granted wards, a lease."""

    epoch: str
    server_at: str
    grants: tuple[Grant, ...]
    heads: tuple[Head, ...]
    lease: Lease | None = None
    schema_mark: str = ""
    """Row sums are compared only where both sides' marks are equal (`model.sums.schema_mark`)."""
    answers: tuple[Answer, ...] = ()
    """How those of the handshake's held changesets ended that are held no more."""
    fits: tuple[str, ...] = ()
    """The wards whose position, by its mark, lies on this server's log."""
    nonce: str = ""
    last: tuple[int, str] | None = None
    """Number and hash of the last changeset that came from this life of the laptop's file."""
    durable_through: Mapping[str, int] = field(default_factory=dict)
    """Per ward the revision that every backup contains which would still be restored."""
    parcel_keys: ParcelKeys = field(default_factory=ParcelKeys)
    speaks: tuple[str, ...] = ()
    """Which of the calls this server knows that an older one lacks (`together.SPEAKS`)."""
    mark: str = ""
    """Over everything that it would say again, but for heads and answers: see `Knock`."""
