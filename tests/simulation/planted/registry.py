"""What a planted bug is, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any


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
def both(*patches: Any) -> Iterator[None]:
    """Several patches as one."""
    with ExitStack() as stack:
        for one in patches:
            stack.enter_context(one)
        yield
