"""The collector of what nobody refers to any more, and work that makes very many objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def much_is_made() -> Iterator[None]:
    """While the block runs, the collector leaves alone what was there before.

    Every so many new objects it looks through all that there are: of a program with a window, or a
    server, that takes a third of the time in which a page is read. Thread: any; where two such
    blocks meet, the later one goes on as usual.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def stay_for_good() -> None:
    """What is there now will be there to the end: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
