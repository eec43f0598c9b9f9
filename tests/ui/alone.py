"""A machine without a network, whose clock stands: what a program on its own is given."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from fieldapp.clock import Ids, SetClock
from fieldapp.errors import SurroundingsMend
from fieldapp.store.file.keys import Cost, NoKeystore
from fieldapp.store.file.profile import Machine
from tests.ui.town_store import NOW
from ui.surroundings import Surroundings


class Nowhere:
    """A transport on a machine without a network."""

    def __getattr__(self, call: str) -> Callable[..., Any]:
        """Whatever is asked, nobody answers."""

        def unanswered(*_: Any) -> Any:
            raise SurroundingsMend("sync.no_network")

        return unanswered

    def close(self) -> None:
        """Nothing to end."""


def surroundings() -> Surroundings:
    """A machine whose clock stands, without a network."""
    clock = SetClock(NOW)
    machine = Machine(clock, Ids(clock, Random(2).randbytes), NoKeystore(), Cost(64, 1, 1))
    return Surroundings(lambda: machine, lambda server, token: Nowhere())  # type: ignore[arg-type, return-value]  # a double of the transport
