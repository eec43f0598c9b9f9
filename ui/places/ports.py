"""What a place asks of the window: work off the GUI thread, and somewhere to go.

Only protocols: the window gives the real ones, a test its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from fieldapp.errors import FieldappError

T = TypeVar("T")
Failed = Callable[[FieldappError], None] | None
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class Tasks(Protocol):
    """Runs jobs off the GUI thread and answers on it."""

    def read(self, job: Callable[[], T], then: Callable[[T], None], failed: Failed = None) -> None:
        """Runs a job that only reads. A late answer is the caller's to ignore."""
        ...

    def write(self, job: Callable[[], T], then: Callable[[T], None], failed: Failed = None) -> None:
        """Runs a job that writes, after all writes before it. Without `failed` it shows the
        error."""
        ...


class LongTasks(Tasks, Protocol):
    """Tasks that also run long jobs with a way to stop them."""

    def long(
        self,
        job: Callable[[Progress, Cancelled], T],
        then: Callable[[T], None],
        failed: Failed = None,
        progressed: Progress | None = None,
    ) -> Callable[[], None]:
        """Runs a long job; returns what cancels it."""
        ...


class Navigator(Protocol):
    """Goes to places and tells what was done."""

    def go(self, place: str, **target: object) -> None:
        """Opens a place, or a page above it, for a target."""
        ...

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Says what was just done, with a way back if there is one."""
        ...

    def banner(self, error: FieldappError) -> None:
        """Shows an error until it is solved."""
        ...


class Asked:
    """Counts requests so that a late answer of an old one is dropped.

    `mine = asked.next()` before asking, `asked.is_last(mine)` when the answer comes.
    """

    def __init__(self) -> None:
        self._number = 0

    def next(self) -> int:
        """Begins a request; every earlier one is old from now on."""
        self._number += 1
        return self._number

    def current(self) -> int:
        """The last request."""
        return self._number

    def is_last(self, number: int) -> bool:
        """Whether no later request was begun."""
        return number == self._number
