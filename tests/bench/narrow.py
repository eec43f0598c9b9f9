"""A bad way to the server: bytes take their time, wait in line, and some packets get lost.

A lost packet is seen here as its reader sees it: TCP sends it again, and everything behind it waits
for that. So a loss is a pause of one round trip.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Queue
from random import Random
from urllib.parse import urlsplit

PACKET = 1_400
HEADERS = 60
"""Of IP and TCP, on each packet."""


@dataclass(frozen=True)
class Link:
    """What a way bears, each way: `loss` of its packets, `delay` from end to end in seconds."""

    name: str
    bits_a_second: int
    delay: float = 0.0
    loss: float = 0.0


WORN = Link("300 ms, 1 Mbit/s, 2 % loss", 1_000_000, 0.15, 0.02)
THIN = Link("64 kbit/s", 64_000, 0.1)


@contextmanager
def narrowed(server: str, link: Link) -> Iterator[str]:
    """A proxy over such a link before a server's address; its own address."""
    listening = socket.create_server(("127.0.0.1", 0))
    to = (str(urlsplit(server).hostname), int(urlsplit(server).port or 80))
    random = Random(1)

    def accept() -> None:
        while True:
            try:
                came, _ = listening.accept()
            except OSError:  # closed: the block has ended
                return
            time.sleep(2 * link.delay)  # the two ends shake hands
            beyond = socket.create_connection(to)
            for one, other in ((came, beyond), (beyond, came)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _carry(one, other, link, random)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def _carry(source: socket.socket, target: socket.socket, link: Link, random: Random) -> None:
    """Carries one direction: packets leave one after the other and arrive some time later."""
    under_way: Queue[tuple[float, bytes]] = Queue()

    def leave() -> None:
        free_at = time.monotonic()
        with suppress(OSError):
            while packet := source.recv(PACKET):
                free_at = max(free_at, time.monotonic())
                free_at += 8 * (len(packet) + HEADERS) / link.bits_a_second
                if random.random() < link.loss:
                    free_at += 2 * link.delay
                under_way.put((free_at + link.delay, packet))
        under_way.put((free_at + link.delay, b""))

    def arrive() -> None:
        with suppress(OSError):
            while True:
                at, packet = under_way.get()
                time.sleep(max(0.0, at - time.monotonic()))
                if not packet:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(packet)

    for work in (leave, arrive):
        threading.Thread(target=work, daemon=True).start()
