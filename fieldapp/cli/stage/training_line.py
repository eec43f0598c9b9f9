"""The training's server and its network: real calls in this process, without any address outside.

A training profile gets no other transport than this one, so that nothing of it can reach a network;
whatever server its file may name, all others are refused.
"""

from __future__ import annotations

import threading
from typing import Any

from fieldapp import practice
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.training.lesson import Step
from sync.client.transport import refusal
from sync.protocol import CALLS, Calls, pack, unpack
from sync.server.refusals import Refused
from sync.server.service import Service


class Line:
    """The learner's network, as the step of the lesson has it. Thread: any."""

    def __init__(self, *, up: bool = False) -> None:
        self._lock = threading.Lock()
        self._comes_when_asked = self._breaks = False
        self._up = up
        self.cuts = 0

    def follow(self, step: Step | None) -> None:
        """Be as a step wants it; after the last one it is there."""
        with self._lock:
            self._comes_when_asked = step is not None and step.line == "asked"
            self._up = step is None or step.line == "on"
            self._breaks = step is not None and step.cut

    def asked(self) -> None:
        """Somebody asks for a sync by hand."""
        with self._lock:
            self._up = self._up or self._comes_when_asked

    def must_be_up(self) -> None:
        """Raises SurroundingsMend `sync.no_network` while it is not there."""
        with self._lock:
            if not self._up:
                raise SurroundingsMend("sync.no_network")

    def may_break(self) -> None:
        """Breaks where the step wants it to: the server has taken what was sent, and nobody hears.

        Raises SurroundingsMend `sync.no_network` then.
        """
        with self._lock:
            if not self._breaks:
                return
            self._breaks = self._up = False
            self.cuts += 1
        raise SurroundingsMend("sync.no_network")


class PracticeWire(Calls):
    """`SyncProtocol` into the practice server, in the wire's own form, over a line.

    Every call raises as `HttpTransport` does, and UserMends `training.other_server` where the
    profile names another server than the practice one.
    """

    def __init__(self, service: Service, line: Line, address: str, token: str | None) -> None:
        self._session = service.for_token(token)
        self._line, self._address = line, address

    def close(self) -> None:
        """Nothing is under way between calls."""

    def carry(self, name: str, request: Any) -> Any:
        """Carries one call."""
        if self._address != practice.SERVER:
            raise UserMends("training.other_server")
        self._line.must_be_up()
        asked, answered = CALLS[name]
        try:
            answer = getattr(self._session, name)(unpack(asked, pack(request)))
        except Refused as no:
            raise refusal(
                no.problem, no.status, no.retry_after, signing_in=name == "sign_in"
            ) from no
        if name == "push" or (name == "exchange" and request.pushes):
            self._line.may_break()
        return unpack(answered, pack(answer))
