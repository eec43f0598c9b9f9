"""Calls that travel together: a session with nothing to do is one small call, any other one two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from fieldapp.model.changesets import canonical
from sync.protocol.limits import PAGE_BYTES
from sync.protocol.meeting import Greeting, Handshake, Head
from sync.protocol.work import Answers, Page, Pull, Push

SPEAKS = (
    "attachments",
    "audit",
    "bare",
    "desk",
    "exchange",
    "history",
    "knock",
    "listen",
    "snapshot",
)
"""The calls that a server may lack and still speak this version: each greeting names its own."""
MOST_TOGETHER = 500
"""So many pushes, and so many pulls, may travel in one call."""


@dataclass(frozen=True)
class Knock:
    """A laptop that has nothing to send and believes that it has everything asks whether it has.

    `mark` is that of the last greeting; `standing`: see `standing_of`. Both ten bytes, in hex.
    """

    incarnation: str
    device_at: str
    nonce: str
    mark: str
    standing: str
    sums: bool = True
    """Whether `standing` holds row sums: a program that knows other fields can't compare them."""


@dataclass(frozen=True)
class Knocked:
    """`same`: a greeting would say nothing but what the last one said, and every position is at
    its head. Else the laptop shakes hands."""

    nonce: str
    same: bool
    server_at: str


@dataclass(frozen=True)
class Exchange:
    """A handshake, pushes and pulls, done in this order as if each had come alone."""

    greet: Handshake | None = None
    pushes: tuple[Push, ...] = ()
    pulls: tuple[Pull, ...] = ()
    limit_bytes: int = PAGE_BYTES
    """For all pages together."""


@dataclass(frozen=True)
class Exchanged:
    """What became of them, without those that are beyond the limit, and none from the first on
    that is refused: asked alone, that one hears why. Pages without an entry are left out."""

    greeting: Greeting | None = None
    answers: tuple[Answers, ...] = ()
    pages: tuple[Page, ...] = ()


def standing_of(heads: Iterable[Head], last: tuple[int, str] | None, *, sums: bool = True) -> str:
    """Where a laptop stands, or where it would stand at these heads, in 20 hex digits.

    `last`: number and hash of the last changeset of this life of its file.
    """
    told = sorted(
        [head.ward, head.revision, head.chain, *((head.rows, head.row_sum) if sums else ())]
        for head in heads
        if head.revision
    )
    return short_hash([told, list(last) if last else None])


def short_hash(value: object) -> str:
    """A hash that says whether two small things are the same, in 20 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()[:20]
