"""The API on a real socket in this process, and a caller that speaks the protocol over it."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
import uvicorn
from fastapi import FastAPI

from sync.protocol import (
    DIGEST_HEADER,
    MEDIA_TYPE,
    PROTOCOL_VERSION,
    VERSION_HEADER,
    digest,
    pack,
    unpack,
)

Message = TypeVar("Message")


class _Ready(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def live_api(app: FastAPI) -> Iterator[str]:
    """Serves the app on a free port for as long as the block runs; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = _Ready(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    assert server.listening.wait(30), "the API did not start"
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@dataclass
class Wire:
    """Sends messages, right ones and wrong ones."""

    address: str
    token: str | None = None

    def post(
        self,
        call: str,
        body: bytes,
        *,
        packed: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> requests.Response:
        """Posts a body with the protocol's headers; `packed` is sent in its place, as gzip."""
        said: dict[str, Any] = {
            "Content-Type": MEDIA_TYPE,
            VERSION_HEADER: str(PROTOCOL_VERSION),
            DIGEST_HEADER: digest(body),
        }
        if self.token is not None:
            said["Authorization"] = f"Bearer {self.token}"
        if packed is not None:
            said["Content-Encoding"] = "gzip"
        said |= dict(headers or {})
        sent = {name: value for name, value in said.items() if value is not None}
        address = f"{self.address}/v1/{call}"
        return requests.post(address, data=packed or body, headers=sent, timeout=30)

    def call(self, call: str, message: object, kind: type[Message]) -> Message:
        """Sends a message, packed, and reads the answer, which must be whole."""
        body = pack(message)
        answer = self.post(call, body, packed=gzip.compress(body, 1))
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return unpack(kind, whole(answer))


def whole(answer: requests.Response) -> bytes:
    """The body of an answer that is ours and whole."""
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers[VERSION_HEADER] == str(PROTOCOL_VERSION)
    assert answer.headers[DIGEST_HEADER] == digest(answer.content)
    return answer.content
