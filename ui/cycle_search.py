"""Looks for forgotten cycles on the window's thread, and on no other.

Python looks for them wherever so many objects were made, so in a worker too. A page that was left
is such a cycle, and Qt breaks when a widget is destroyed on a thread that is not its own.
"""

from __future__ import annotations

import gc
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from fieldapp.garbage import cycle_search_rests, settled

EVERY_MS = 100
OLDER, ALL = 20, 400
"""Each so many searches that found something to look at go through older objects, and through
all."""
LONG = 0.05
"""Seconds. What it took longer to look through has `settled`: it is lasting, by all that one can
see, and the window stands still meanwhile."""


class CycleSearch(QObject):
    """From `begin` to `end` the search runs here alone: a little at a time through what is new, and
    once a minute at most through all that has not `settled`. A page that was left stays no longer
    than that.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._searches = 0
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
            gc.unfreeze()
            if self._was_on:
                gc.enable()

    def search(self) -> None:
        """Looks through the youngest objects, and from time to time through older ones; never
        while a long list is read, which would make all else wait."""
        if cycle_search_rests() or gc.get_count()[0] <= gc.get_threshold()[0]:
            return
        self._searches += 1
        began = perf_counter()
        gc.collect(2 if self._searches % ALL == 0 else int(self._searches % OLDER == 0))
        if perf_counter() - began > LONG:
            settled()
