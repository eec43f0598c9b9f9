"""Time and ids as things that are passed in, so that a test or a simulation owns both.

Moments are aware UTC and their names end in `_at`; business dates are those of Ho Chi Minh City.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from os import urandom
from typing import Protocol

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam has had no daylight saving time since 1975; a fixed offset needs no time zone files."""


class Clock(Protocol):
    """Says what time the device believes it is. It may be wrong: nothing but `latest` trusts it."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved: for tests, the demo and the simulation."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment the clock was last set to."""
        return self.at

    def forward(self, **span: float) -> None:
        """Moves the clock by `timedelta(**span)`; negative spans turn it back."""
        self.at += timedelta(**span)


def business_date(at: datetime) -> date:
    """The date of a moment in Ho Chi Minh City: the one on receipts, lists and premium tables."""
    return at.astimezone(VIETNAM).date()


def iso(at: datetime) -> str:
    """A moment as stored and sent: UTC, millisecond precision, ending in `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """The moment that `iso` wrote. Raises ValueError for a text that is not an aware moment."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"moment without an offset: {text!r}")
    return at.astimezone(UTC)


class Ids:
    """Makes UUIDv7 texts (RFC 9562): they sort by the time at which a record was made.

    `random_bytes(n)` is passed in so that a seed reproduces them.
    """

    def __init__(self, clock: Clock, random_bytes: Callable[[int], bytes] = urandom) -> None:
        self._clock = clock
        self._random_bytes = random_bytes
        self._last = 0

    def new(self) -> str:
        """A new id, greater than each earlier one of this instance even within a millisecond."""
        millis = int(self._clock.now().timestamp() * 1000)
        head = max(millis << 12, self._last + 1)  # 48 bits of time, 12 of sequence
        self._last = head
        tail = int.from_bytes(self._random_bytes(8), "big") & ((1 << 62) - 1)
        value = ((head >> 12) & ((1 << 48) - 1)) << 80 | 7 << 76 | (head & 0xFFF) << 64
        value |= 2 << 62 | tail
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
