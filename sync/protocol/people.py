"""People and devices from afar: what a supervisor asks of the server, and what it tells.

These calls are beside the logs: what they change is the server's own, judged and done there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ListPeople:
    """Asks for everybody of the wards that the caller supervises."""


@dataclass(frozen=True)
class DatedGrant:
    """A role in a ward from a day until a day (ISO dates, inclusive; None: open)."""

    ward: str
    role: str
    since: str
    until: str | None = None


@dataclass(frozen=True)
class Colleague:
    """A person of these wards; grants of other wards are not told."""

    username: str
    full_name: str
    sex: str | None
    role: str
    grants: tuple[DatedGrant, ...]
    may_change: bool
    """Whether the caller stands above all that this person may do."""


@dataclass(frozen=True)
class Installation:
    """One device of somebody, as of its last contact; None: it never said."""

    device: str
    username: str
    name: str
    enrolled_at: str
    last_seen_at: str | None = None
    app_version: str = ""
    unsent: int | None = None
    """Own changesets that the server had not got when that contact ended."""
    clock_offset_ms: int | None = None
    """Server time less device time."""
    revoked_at: str | None = None
    cloned: bool = False
    held: int = 0
    """Changesets from it that wait for a person."""


@dataclass(frozen=True)
class People:
    """Everybody of the caller's wards with their devices; `wards`: the caller's role in each."""

    server_at: str
    wards: Mapping[str, str]
    people: tuple[Colleague, ...] = ()
    devices: tuple[Installation, ...] = ()


@dataclass(frozen=True)
class NewColleague:
    """Somebody who is to work here, with one role in some wards from today until a day."""

    full_name: str
    role: str
    wards: tuple[str, ...]
    sex: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Invite:
    """Asks for a one-time code for one device of a user; `new`: the user is made first."""

    username: str
    new: NewColleague | None = None


@dataclass(frozen=True)
class Invited:
    """What is told once and stored nowhere in the clear: the code, and a new user's password."""

    username: str
    code: str
    expires_at: str
    password: str = ""


@dataclass(frozen=True)
class GiveWard:
    """Grants a role in a ward from a day (None: today) until a day (None: open)."""

    username: str
    ward: str
    role: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class EndWard:
    """Ends every grant of a user in a ward with yesterday. Safe to repeat."""

    username: str
    ward: str


@dataclass(frozen=True)
class RevokeDevice:
    """From now on the device reads nothing; what it still hands in is held. Safe to repeat."""

    device: str


@dataclass(frozen=True)
class Done:
    """It stands so on the server, as of this moment."""

    server_at: str
