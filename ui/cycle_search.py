"""Looks for forgotten cycles on the window's thread, and on no other.

Python looks for them wherever so many objects were made, so in a worker too. A page that was left
is such a cycle, and Qt breaks when a widget is destroyed on a thread that is not its own.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from fieldapp.garbage import cycle_search_rests

EVERY_MS = 500


class CycleSearch(QObject):
    """From `begin` to `end` the search runs here alone, about as often as Python would have run it.

    Through all objects it goes also where few came since: a tenth of a second, once a minute at
    most. A page that was left stays no longer for that.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.search)

    def begin(self) -> None:
        """No other thread searches from now on."""
        if not self._timer.isActive():
            self._was_on = gc.isenabled()
            gc.disable()
            self._timer.start()

    def end(self) -> None:
        """Python searches again by itself, if it did."""
        if self._timer.isActive():
            self._timer.stop()
            if self._was_on:
                gc.enable()

    def search(self) -> None:
        """Looks through the youngest objects, and through older ones when many were made; never
        while a long list is read, which would make all else wait."""
        if cycle_search_rests():
            return
        limits, counts = gc.get_threshold(), gc.get_count()
        if counts[0] <= limits[0]:
            return
        older = counts[1] > limits[1]
        gc.collect(2 if older and counts[2] > limits[2] else int(older))
