"""Live: a laptop that is open listens for news, so that a colleague's work is there in seconds.

Nothing rests on it. It says that a sync would bring something, never what; a laptop that hears
nothing syncs as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LISTEN = "listen"
"""The name of the call; it is none of `CALLS`, for it waits."""
HOLD_SECONDS = 25
"""So long the server keeps who listens waiting, at most."""


@dataclass(frozen=True)
class Listen:
    """Waits until a log stands further than here. `heads`: revision by ward."""

    heads: Mapping[str, int]


@dataclass(frozen=True)
class News:
    """Whether one does. No answer at all (204) says that the server has no room to wait in."""

    news: bool
