"""A server on a real port, and a proxy before it that does what networks do to answers.

`plan` lists what happens to the next calls, one each, from `FAULTS` or "none"; with an empty plan
everything passes. Requests that reached the proxy are counted in `seen`.
"""

from __future__ import annotations

import gzip
import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import uvicorn

from sync.protocol import BODY_LIMIT, DIGEST_HEADER, MEDIA_TYPE, VERSION_HEADER
from sync.protocol.brief import BRIEF_HEADER, SPOKEN
from sync.server.api.app import build_app
from sync.server.service import Service

PORTAL = "<html><body>Chào mừng đến quán cà phê. Mời đăng nhập.</body></html>".encode()


@contextmanager
def http_server(service: Service) -> Iterator[str]:
    """The service behind HTTP in a thread of this process; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # who connects before the app is ready waits in the queue
    config = uvicorn.Config(
        build_app(service), log_level="error", lifespan="off", server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass
class Answer:
    """An answer on its way through the proxy."""

    status: int
    headers: dict[str, str]
    body: bytes
    after: bytes = b""
    """Whether and how the connection breaks: b"" ends it in order, b"reset" resets it."""


def portal(answer: Answer) -> Answer:
    return Answer(200, {"Content-Type": "text/html", "Content-Length": str(len(PORTAL))}, PORTAL)


def redirect(answer: Answer) -> Answer:
    return Answer(302, {"Location": "http://127.0.0.1:9/login", "Content-Length": "0"}, b"")


def forged_401(answer: Answer) -> Answer:
    return Answer(401, {"Content-Type": MEDIA_TYPE, VERSION_HEADER: "1"}, b'{"code":"x"}')


def html_401(answer: Answer) -> Answer:
    return Answer(401, {"Content-Type": "text/html"}, PORTAL)


def network_login_511(answer: Answer) -> Answer:
    return Answer(511, {"Content-Type": "text/html"}, PORTAL)


def cut_with_length(answer: Answer) -> Answer:
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])


def cut_without_length(answer: Answer) -> Answer:
    headers = {n: v for n, v in answer.headers.items() if n.lower() != "content-length"}
    return Answer(answer.status, headers, answer.body[: len(answer.body) // 2])


def cut_to_nothing(answer: Answer) -> Answer:
    return Answer(answer.status, answer.headers | {"content-length": "0"}, b"")


def two_lengths(answer: Answer) -> Answer:
    return Answer(answer.status, answer.headers | {"Content-Length": "0"}, b"")


def reset_half_way(answer: Answer) -> Answer:
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2], b"reset")


def flipped(answer: Answer) -> Answer:
    body = bytearray(answer.body)
    body[len(body) // 2] ^= 0x20
    return Answer(answer.status, answer.headers, bytes(body))


def rewritten(answer: Answer) -> Answer:
    """A proxy that unpacks and writes the JSON anew, the digest left as it was."""
    packed = answer.headers.get("content-encoding") == "gzip"
    body = gzip.decompress(answer.body) if packed else answer.body
    body = body.replace(b":", b": ")
    headers = answer.headers | {"content-encoding": "identity", "content-length": str(len(body))}
    return Answer(answer.status, headers, body)


def without_digest(answer: Answer) -> Answer:
    headers = {n: v for n, v in answer.headers.items() if n.lower() != DIGEST_HEADER.lower()}
    return Answer(answer.status, headers | {BRIEF_HEADER.lower(): SPOKEN}, answer.body)


def bomb(answer: Answer) -> Answer:
    """A small body that unpacks to ten times what is allowed."""
    body = gzip.compress(b" " * (BODY_LIMIT * 10), 9)
    headers = answer.headers | {"content-encoding": "gzip", "content-length": str(len(body))}
    return Answer(200, headers, body)


def trouble_500(answer: Answer) -> Answer:
    return Answer(500, {"Content-Type": "text/plain", "Content-Length": "0"}, b"")


def gateway_502(answer: Answer) -> Answer:
    return Answer(502, {"Content-Type": "text/html"}, PORTAL)


def busy_503(answer: Answer) -> Answer:
    return Answer(503, {"Content-Type": "text/html", "Retry-After": "120"}, PORTAL)


def other_version(answer: Answer) -> Answer:
    newer = {VERSION_HEADER.lower(): "2", BRIEF_HEADER.lower(): "2 digest"}
    return Answer(200, answer.headers | newer, answer.body)


def newer_media_type(answer: Answer) -> Answer:
    media = MEDIA_TYPE.replace("v1", "v2")
    return Answer(200, answer.headers | {"content-type": media}, answer.body)


FAULTS = {
    made.__name__: made
    for made in (
        portal,
        redirect,
        forged_401,
        html_401,
        network_login_511,
        cut_with_length,
        cut_without_length,
        cut_to_nothing,
        two_lengths,
        reset_half_way,
        flipped,
        rewritten,
        without_digest,
        bomb,
        trouble_500,
        gateway_502,
        busy_503,
        other_version,
        newer_media_type,
    )
}


@dataclass
class FaultProxy:
    """What the proxy will do, and what it has seen (path and body of each request, body of each
    answer)."""

    upstream: str
    url: str = ""
    plan: list[str] = field(default_factory=list)
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    answered: list[bytes] = field(default_factory=list)
    connections: int = 0
    older: bool = False
    """The server behind it knows nothing of the short form of the headers."""

    def next_fault(self) -> str:
        """The fault for this call."""
        return self.plan.pop(0) if self.plan else "none"

    def ask_upstream(self, path: str, headers: Any, body: bytes) -> Answer:
        """What the server answers."""
        host = self.upstream.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=30)
        unknown = (BRIEF_HEADER.lower(),) if self.older else ()
        asked = {name: value for name, value in headers.items() if name.lower() not in unknown}
        connection.request("POST", path, body, asked)
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        kept = {name: value for name, value in told.items() if name not in unknown}
        answer = Answer(response.status, kept, response.read())
        connection.close()
        return answer


@contextmanager
def fault_proxy(upstream: str, *, keeps: bool = False) -> Iterator[FaultProxy]:
    """A proxy on a port of its own, before the server at this address; `keeps`: connections stay
    open behind an answer."""
    proxy = FaultProxy(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1" if keeps else "HTTP/1.0"

        def setup(self) -> None:
            proxy.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            proxy.seen.append((self.path, body))
            fault = proxy.next_fault()
            if fault == "never_arrives":
                _reset(self.connection)
                self.close_connection = True
                return
            if fault == "request_flipped":
                fault, body = "none", body[:-9] + bytes([body[-9] ^ 1]) + body[-8:]
            answer = proxy.ask_upstream(self.path, self.headers, body)
            proxy.answered.append(answer.body)
            if fault != "none":
                answer = FAULTS[fault](answer)
            self._give(answer)

        def _give(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()
            if answer.after == b"reset":
                _reset(self.connection)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a server that says nothing on the console
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def _reset(connection: socket.socket) -> None:
    """Ends a connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
