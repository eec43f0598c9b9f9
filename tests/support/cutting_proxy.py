"""A proxy before PostgreSQL that cuts the way there at one statement of the program behind it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 1 << 20
RUNS = (b"Q", b"E")
"""A simple query, and the running of a statement that was put together before."""


@dataclass
class CuttingProxy:
    """Counts the statements that the program lets run, and cuts where it is told to.

    Attributes:
        cut_at: the number of the statement to cut at, from 1; 0: none.
        arrives: whether that one still arrives; its answer never does.
        sent: statements so far.
    """

    there: tuple[str, int]
    port: int = 0
    cut_at: int = 0
    arrives: bool = False
    sent: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def cuts(self, at: int, *, arrives: bool) -> None:
        """Cuts at the statement of that number from now on."""
        self.sent, self.cut_at, self.arrives = 0, at, arrives

    @property
    def has_cut(self) -> bool:
        """Whether it came so far."""
        return 0 < self.cut_at <= self.sent

    def serve(self, listening: socket.socket) -> None:
        """Takes connections until the socket is closed."""
        while True:
            try:
                program, _ = listening.accept()
            except OSError:
                return
            database = socket.create_connection(self.there)
            self._open += [program, database]
            ways = ((self._forth, program, database), (self._back, database, program))
            for way, *ends in ways:
                threading.Thread(target=way, args=ends, daemon=True).start()

    def close(self) -> None:
        """Ends every connection."""
        for one in self._open:
            _end(one)

    def _forth(self, program: socket.socket, database: socket.socket) -> None:
        with suppress(OSError):
            for message in _messages(program):
                self.sent += message[:1] in RUNS
                if message[:1] in RUNS and self.sent == self.cut_at:
                    _end(program)
                    if self.arrives:
                        database.sendall(message)
                    break
                database.sendall(message)
        with suppress(OSError):
            database.shutdown(socket.SHUT_WR)

    def _back(self, database: socket.socket, program: socket.socket) -> None:
        with suppress(OSError):
            while piece := database.recv(CHUNK):
                program.sendall(piece)
        _end(program)
        database.close()


def _messages(program: socket.socket) -> Iterator[bytes]:
    """Whole messages, however they were put together on the way. The first has no type."""
    came, kind = b"", 0
    while piece := program.recv(CHUNK):
        came += piece
        while len(came) >= kind + 4:
            whole = kind + int.from_bytes(came[kind : kind + 4], "big")
            if len(came) < whole:
                break
            yield came[:whole]
            came, kind = came[whole:], 1


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting_proxy(host: str, port: int) -> Iterator[CuttingProxy]:
    """The proxy, on a port of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        proxy = CuttingProxy((host, port), listening.getsockname()[1])
        threading.Thread(target=proxy.serve, args=[listening], daemon=True).start()
        try:
            yield proxy
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            proxy.close()
