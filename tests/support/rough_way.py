"""A way to several servers on which things go wrong: a proxy of whole connections, from a seed.

It stands on one address. Each request goes to one of the servers and may meet one fault. Faults are
chosen in the order of arrival, so two runs of real processes differ; what landed is counted.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random

from tests.support.fault_proxy import PORTAL

FAULTS = (
    *("never_arrives", "half_a_request", "unheard", "half_an_answer", "twice", "twice_at_once"),
    *("late", "slow", "portal", "bad_gateway"),
)
_PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PATIENCE = 60.0


class RoughWay:
    """A proxy before the servers at `ports()`; `rough`: the share of requests that meet a fault."""

    def __init__(self, ports: Callable[[], list[int]], random: Random, rough: float) -> None:
        self._ports, self._random, self.rough = ports, random, rough
        self._turn = threading.Lock()
        self.landed: Counter[str] = Counter()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes nobody in any more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _chosen(self) -> tuple[str, float, int]:
        """The fault of this request, where in it, and the server that it goes to."""
        with self._turn:
            meets = self._random.random() < self.rough
            fault = self._random.choice(FAULTS) if meets else ""
            self.landed[fault or "none"] += 1
            return fault, self._random.random(), self._random.choice(self._ports())

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE)
        with suppress(OSError), client:
            request = _request(client)
            if request:
                self._carry(client, request, *self._chosen())

    def _carry(
        self, client: socket.socket, request: bytes, fault: str, share: float, port: int
    ) -> None:
        part = int(share * len(request))
        match fault:
            case "never_arrives":
                return _reset(client)
            case "portal":
                return client.sendall(_PORTAL % (len(PORTAL), PORTAL))
            case "bad_gateway":
                return client.sendall(_GATEWAY)
            case "half_a_request":
                with _to(port) as upstream:
                    upstream.sendall(request[:part])
                return _reset(client)
            case "late":
                time.sleep(share)
            case "twice":
                _unheard(port, request)
            case "twice_at_once":
                threading.Thread(target=_unheard, args=(port, request), daemon=True).start()
        try:
            answer = _asked(port, request, slowly=fault == "slow")
        except OSError:
            return client.sendall(_GATEWAY)
        if fault == "unheard":
            return _reset(client)
        if fault == "half_an_answer":
            answer = answer[: int(share * len(answer))]
        _send(client, answer, slowly=fault == "slow")


def _to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def _asked(port: int, request: bytes, *, slowly: bool = False) -> bytes:
    """What a server answers; as much of it as came before it died."""
    answer = b""
    with _to(port) as upstream:
        _send(upstream, request, slowly=slowly)
        with suppress(ConnectionResetError):
            while part := upstream.recv(65_536):
                answer += part
    return answer


def _unheard(port: int, request: bytes) -> None:
    """A delivery whose answer nobody hears."""
    with suppress(OSError):
        _asked(port, request)


def _send(to: socket.socket, content: bytes, *, slowly: bool) -> None:
    if not slowly:
        return to.sendall(content)
    size = max(1, len(content) // 20)
    for start in range(0, len(content), size):
        to.sendall(content[start : start + size])
        time.sleep(0.01)
    return None


def _request(client: socket.socket) -> bytes:
    """One whole request that asks for its connection to be closed; empty if there is none."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = client.recv(65_536)
        if not part:
            return b""
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    lengths = [int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")]
    while len(body) < sum(lengths):
        part = client.recv(65_536)
        if not part:
            return b""
        body += part
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close", b"", body])


def _reset(connection: socket.socket) -> None:
    """Ends a connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
