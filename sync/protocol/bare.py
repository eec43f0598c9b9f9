"""Own contents out of which somebody was erased, for a laptop whose ward left before it heard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NameOwn:
    """A device names changesets of its own, by id and hash, at most `MOST_NAMED`."""

    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BareOwn:
    """Id and content of those out of which somebody was erased; `left`: the ids of those that found
    no room here. Nothing of it is new to the device that wrote them."""

    contents: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
