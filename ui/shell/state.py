"""What the frame shows, as plain values: it asks nobody and knows no store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ui.theme.icons import PLACES


@dataclass(frozen=True)
class Place:
    """A place of the rail: its code, icon, the key of its word, and whether a gap stands above."""

    code: str
    icon: str
    word_key: str
    gap_above: bool = False


ALL_PLACES: tuple[Place, ...] = tuple(
    Place(code, icon, f"shell.place_{code}", gap_above=code in ("inbox", "settings"))
    for code, icon in PLACES.items()
)
"""The eight places in their order: today, households, dossiers, receipts, inbox, progress,
reports, settings."""


@dataclass(frozen=True)
class User:
    """Who is at the laptop: the name by which colleagues call them, and a line (ward or role)."""

    name: str = ""
    line: str = ""

    @property
    def initials(self) -> str:
        """First letters of the first and the last word of the name."""
        words = self.name.split()
        ends = words if len(words) < 2 else (words[0], words[-1])
        return "".join(word[0].upper() for word in ends)


@dataclass(frozen=True)
class ShellState:
    """The rail: codes of the places that this role sees in order, the current one, the user, and
    how much waits in a place."""

    places: tuple[str, ...] = tuple(PLACES)
    current: str = "today"
    user: User = field(default_factory=User)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SyncState:
    """The status bar. The sentences come whole from the sync's own words: `network` what happens
    now or next, `receipt` when the server last confirmed. `busy` while a round runs."""

    on_device: int = 0
    sent: int = 0
    needs_fixing: int = 0
    conflict: int = 0
    network: str = ""
    receipt: str = ""
    online: bool = False
    busy: bool = False


@dataclass(frozen=True)
class Head:
    """The header of a page: title, one line of context, whether there is a way back."""

    title: str
    context: str = ""
    back: bool = False
