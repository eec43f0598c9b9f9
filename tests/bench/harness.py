"""Prints what we take beside what the file itself takes: ours, the floor, and how often it fits."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Taken:
    """Seconds of a measured block, by the wall's clock and of this process alone.

    The second tells more on a machine that has other work to do.
    """

    seconds: float = 0.0
    busy: float = 0.0


@contextmanager
def timed() -> Iterator[Taken]:
    """Measures the block."""
    taken, began, busy = Taken(), time.perf_counter(), time.process_time()
    try:
        yield taken
    finally:
        taken.seconds = time.perf_counter() - began
        taken.busy = time.process_time() - busy


def memory_mb() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def heading() -> None:
    """The head of the table."""
    print(f"{'what':<44}{'ours s':>9}{'floor s':>9}{'ratio':>7}{'MB':>7}")


def line(what: str, ours: float, floor: float) -> None:
    """One line of the table."""
    print(f"{what:<44}{ours:>9.2f}{floor:>9.2f}{ours / floor:>7.1f}{memory_mb():>7.0f}", flush=True)
