"""What a large list asks of Python's memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_cycle_search() -> Iterator[None]:
    """Lets the search for forgotten cycles rest while a block makes millions of lasting objects.

    It would go over all of them again and again, and find none: a fifth of the time at 20,000
    people, more at 100,000. What is no longer used is freed all the same, but for cycles.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
