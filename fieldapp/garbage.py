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
    blocks meet, the later one goes on as usual. Where nothing searches by itself, as in a program
    with a window, there is nothing to do, and what has `settled` stays so.
    """
    if not gc.isenabled():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


_RESTS: set[object] = set()
"""One for each block that lets the search rest."""


@contextmanager
def without_cycle_search() -> Iterator[None]:
    """Lets the search for forgotten cycles rest while a block makes millions of lasting objects.

    It would go over all of them again and again, and find none: a fifth of the time at 20,000
    people, more at 100,000. What is no longer used is freed all the same, but for cycles.
    """
    block, searching = object(), gc.isenabled()
    _RESTS.add(block)
    gc.disable()
    try:
        yield
    finally:
        _RESTS.discard(block)
        if searching:
            gc.enable()


def cycle_search_rests() -> bool:
    """Whether such a block runs on some thread: who searches by hand lets it be. Thread: any."""
    return bool(_RESTS)


def settled() -> None:
    """What is there now will stay for very long: who searches by hand goes over it no more.

    At 100,000 people a list of the day is half a million objects, and to go over them takes a third
    of a second. What of them becomes a forgotten cycle later is not found. Thread: any.
    """
    if not gc.isenabled():
        gc.freeze()


def stay_for_good() -> None:
    """What is there now will be there to the end: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
