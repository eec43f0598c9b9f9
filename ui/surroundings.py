"""What the window gets of the machine: clock, ids, keystore, network; a test passes its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldapp.store.file.profile import Machine
    from sync.client.driver import ClosableTransport
    from sync.client.line import Lines
    from sync.client.live import Listens
    from sync.client.transport import HttpTransport

Connect = Callable[[str, "str | None"], "ClosableTransport"]
"""Makes a transport to a server address for a token."""
Listening = Callable[[str, "str | None"], "Listens"]
"""The same, of one that waits for news."""


@dataclass(frozen=True)
class Surroundings:
    """What the window gets of the machine; a test or the demo passes its own.

    Attributes:
        machine: clock, ids, keystore, price of a guess.
        connect: makes the transport of each sync.
        listen: makes the transport that waits for news; None: nothing is listened to.
        train: opens the training that belongs to a profile folder, in a language.
    """

    machine: Callable[[], Machine]
    connect: Connect
    train: Callable[[Path, str], object] = lambda profile, language: None
    listen: Listening | None = None


def usual_surroundings() -> Surroundings:
    """This machine, and the network."""
    return Surroundings(_this_machine, _Network().connect, _train, _Network().connect)


def _this_machine() -> Machine:
    from fieldapp.clock import Ids, SystemClock
    from fieldapp.store.file.keys import OsKeystore
    from fieldapp.store.file.profile import Machine

    clock = SystemClock()
    return Machine(clock, Ids(clock), OsKeystore())


class _Network:
    """Keeps its connection from one call to the next."""

    def __init__(self) -> None:
        self._lines: Lines | None = None

    def connect(self, server: str, token: str | None) -> HttpTransport:
        """A transport to a server."""
        from fieldapp.clock import SystemClock
        from sync.client.line import Lines
        from sync.client.transport import HttpTransport

        self._lines = self._lines or Lines(SystemClock())
        return HttpTransport(server, token, self._lines)


def _train(profile: Path, language: str) -> object:
    """As a process of its own, which goes on when this one ends."""
    import sys

    from PySide6.QtCore import QProcess

    frozen = bool(getattr(sys, "frozen", False))
    module = [] if frozen else ["-m", "fieldapp"]
    told = ["--profile", str(profile.absolute()), "--lang", language]
    return QProcess.startDetached(sys.executable, [*module, *told, "training"])
