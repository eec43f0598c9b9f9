"""What a planted bug is, the list of them, and how one takes the place of the product's code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

BITES = "what it does wrong"
REACHED: Counter[str] = Counter()
"""How often the code of the bug that is planted now was reached, by what it takes the place of."""


@dataclass(frozen=True)
class Bug:
    """A planted bug. `number`: in the list of histories that broke earlier drafts, 0 for others.

    `about`: the faults and acts that it takes. Where those are rare, histories are drawn from them
    alone: nothing else is done for it, and what is checked is the same. Empty: any history.
    """

    name: str
    number: int
    plant: Callable[[], AbstractContextManager[Any]]
    about: tuple[str, ...] = ()


BUGS: list[Bug] = []


def bug(number: int = 0, *about: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Registers a function that makes a patch as a bug."""

    def register(plant: Callable[[], Any]) -> Callable[[], Any]:
        BUGS.append(Bug(plant.__name__, number, plant, about))
        return plant

    return register


@contextmanager
def swap(place: Any, name: str, planted: Any, *, sometimes: bool = False) -> Iterator[None]:
    """Puts planted code (or a planted value) in the place of the product's, and counts its use.

    Code that is never reached shows that the product has moved away from under its bug.
    `sometimes`: it does wrong only where it calls `bites`, and that is counted, too.
    """
    where = f"{getattr(place, '__name__', place)}.{name}"
    if callable(planted) or isinstance(planted, property | tuple):
        REACHED[where] += 0
    if sometimes:
        REACHED[BITES] += 0
    with patch.object(place, name, _counted(where, planted)):
        yield


def _counted(where: str, planted: Any) -> Any:
    if isinstance(planted, property):
        assert planted.fget is not None
        return property(_counted(where, planted.fget))
    if isinstance(planted, tuple):
        return _Counted(where, planted)
    if not callable(planted):
        return planted  # what uses it is to be counted

    def reached(*args: Any, **kwargs: Any) -> Any:
        REACHED[where] += 1
        return planted(*args, **kwargs)

    return reached


class _Counted(tuple[Any, ...]):
    """A planted list."""

    where: str

    def __new__(cls, where: str, planted: tuple[Any, ...]) -> _Counted:
        made = super().__new__(cls, planted)
        made.where = where
        return made

    def __iter__(self) -> Iterator[Any]:
        REACHED[self.where] += 1
        return super().__iter__()


def bites() -> None:
    """Called by planted code that does wrong only sometimes: here it does."""
    REACHED[BITES] += 1


@contextmanager
def both(*patches: Any) -> Iterator[None]:
    """Several patches as one."""
    with ExitStack() as stack:
        for one in patches:
            stack.enter_context(one)
        yield
