"""The frame around all places."""

from __future__ import annotations

from ui.shell.state import ALL_PLACES, Head, Place, ShellState, SyncState, User
from ui.shell.window import ShellWindow

__all__ = ["ALL_PLACES", "Head", "Place", "ShellState", "ShellWindow", "SyncState", "User"]
