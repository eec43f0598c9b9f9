"""What the training's window is given: the invented neighbourhood, its network and its partners."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fieldapp.training.lesson import Step, Story

if TYPE_CHECKING:
    from fieldapp.store.file.profile import Machine
    from fieldapp.store.store import Store
    from sync.client.driver import ClosableTransport

Progress = Callable[[int, int], None]


class Network(Protocol):
    """The learner's network."""

    @property
    def cuts(self) -> int:
        """How often it broke in the middle of a sync."""
        ...

    def asked(self) -> None:
        """Somebody asks for a sync by hand."""
        ...


class Neighbourhood(Protocol):
    """Everything behind the window. `prepare`, `story` and `act` run off the GUI thread."""

    @property
    def learner(self) -> Path:
        """The learner's profile folder."""
        ...

    @property
    def password(self) -> str:
        """What opens it: no secret."""
        ...

    @property
    def line(self) -> Network:
        """The learner's network."""
        ...

    def prepare(self, progress: Progress = ..., *, anew: bool = False) -> None:
        """Goes on with the neighbourhood that is there, or makes one."""
        ...

    def machine(self) -> Machine:
        """The learner's machine."""
        ...

    def connect(self, address: str, token: str | None) -> ClosableTransport:
        """The learner's transport."""
        ...

    def follow(self, step: Step | None) -> None:
        """The network becomes that of a step."""
        ...

    def story(self, store: Store) -> Story:
        """Where the lesson plays."""
        ...

    def act(self, name: str, story: Story) -> None:
        """A partner does what a step wants."""
        ...

    def close(self) -> None:
        """Gives everything free."""
        ...
