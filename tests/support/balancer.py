"""What stands before several API processes: one address, calls handed to each in turn.

A process that is taken out gets no further call, as a balancer does that has read its `/ready`. A
call whose connection was refused goes to the next one; one that broke later is answered 502, for
nobody knows what became of it.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Balancer:
    """The processes that get calls, and how many of these broke."""

    behind: list[str] = field(default_factory=list)
    """Addresses, `host:port`."""
    url: str = ""
    broken: int = 0
    _turn: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take_out(self, url: str) -> None:
        """Sends this one no call any more."""
        with self._lock:
            self.behind = [one for one in self.behind if one != url.removeprefix("http://")]

    def take_in(self, url: str) -> None:
        """Sends this one calls."""
        with self._lock:
            self.behind = [*self.behind, url.removeprefix("http://")]

    def next_ones(self) -> list[str]:
        """All that get calls, from the one whose turn it is."""
        with self._lock:
            self._turn += 1
            at = self._turn % max(len(self.behind), 1)
            return self.behind[at:] + self.behind[:at]

    def note_broken(self) -> None:
        """A call ended without a whole answer."""
        with self._lock:
            self.broken += 1


@contextmanager
def balancer() -> Iterator[Balancer]:
    """A balancer on a port of its own, with nobody behind it yet."""
    made = Balancer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, answer = self._ask(body)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            for host in made.next_ones():
                connection = http.client.HTTPConnection(host, timeout=60)
                try:
                    connection.connect()
                except ConnectionRefusedError:
                    continue
                try:
                    connection.request("POST", self.path, body, dict(self.headers))
                    response = connection.getresponse()
                    answer = response.read()
                except (OSError, http.client.HTTPException):
                    break
                finally:
                    connection.close()
                own = ("content-length", "connection", "transfer-encoding")
                kept = {n: v for n, v in response.getheaders() if n.lower() not in own}
                return response.status, kept, answer
            made.note_broken()
            return 502, {}, b""

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
