"""The clock of the demo's town: one for all laptops and the server, moved through the day at will.

It runs like the machine's clock, shifted by what stands in a file, so that several processes agree.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from fieldapp.clock import Clock, SystemClock


class TownClock:
    """A clock shifted by the seconds that stand in the file; without a file, unshifted."""

    def __init__(self, path: Path, base: Clock | None = None) -> None:
        self._path = path
        self._base = base or SystemClock()

    def now(self) -> datetime:
        """The present moment of the town, aware, UTC."""
        return self._base.now() + timedelta(seconds=self._shift())

    def set_to(self, at: datetime) -> None:
        """Moves the town on to a moment; never back, since nobody's watch does that."""
        if at > self.now() or not self._path.exists():
            seconds = (at - self._base.now()).total_seconds()
            aside = self._path.with_suffix(".new")
            aside.write_text(repr(seconds), "ascii")
            aside.replace(self._path)

    def _shift(self) -> float:
        try:
            return float(self._path.read_text("ascii"))
        except FileNotFoundError:
            return 0.0
