"""A way to the server that counts the bytes of each direction, HTTP's own included."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Meter:
    """Where it listens, and what went through."""

    url: str
    up: int = 0
    down: int = 0

    def reset(self) -> None:
        """Counts from nothing."""
        self.up = self.down = 0


@contextmanager
def metered(server: str) -> Iterator[Meter]:
    """A proxy before a server's address for as long as the block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    meter = Meter(f"http://127.0.0.1:{listening.getsockname()[1]}")
    to = (str(urlsplit(server).hostname), int(urlsplit(server).port or 80))

    def accept() -> None:
        while True:
            try:
                came, _ = listening.accept()
            except OSError:  # closed: the block has ended
                return
            threading.Thread(target=_pump, args=(came, to, meter), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield meter
    finally:
        listening.close()


def _pump(came: socket.socket, to: tuple[str, int], meter: Meter) -> None:
    with came, socket.create_connection(to) as server:
        for end in (came, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            ready, _, _ = select.select([came, server], [], [])
            for end in ready:
                piece = end.recv(1 << 18)
                if not piece:
                    return
                if end is came:
                    meter.up += len(piece)
                    server.sendall(piece)
                else:
                    meter.down += len(piece)
                    came.sendall(piece)
