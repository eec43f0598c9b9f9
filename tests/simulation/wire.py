"""The way from a laptop to the server, and what networks do to what goes over it.

Requests and answers are bytes. An answer is read by the transport's own code (`read_answer`), so a
cut body, a captive portal's page or a proxy's rewriting meets what would meet it in the field.
What is not here is HTTP itself: headers are a mapping, and no connection breaks by itself.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from requests.structures import CaseInsensitiveDict
from sqlalchemy.exc import DBAPIError
from urllib3 import HTTPResponse

from fieldapp.errors import SurroundingsMend
from sync.client.transport import read_answer
from sync.protocol import (
    CALLS,
    DIGEST_HEADER,
    MEDIA_TYPE,
    PROTOCOL_VERSION,
    SPEAKS,
    VERSION_HEADER,
    BrokenBody,
    Calls,
    Greeting,
    Problem,
    digest,
    pack,
    unpack,
)
from sync.server.refusals import Refused
from tests.simulation.disk import Crash, Strike
from tests.simulation.machines import Laptop, Server
from tests.simulation.memory import must

ON_THE_WAY = (
    *("lost", "unheard", "twice", "late", "old_answer", "cut", "altered"),
    *("portal", "portal_401", "busy", "too_large", "broken_gateway"),
    *("put_back_meanwhile", "put_back_unheard"),
)
"""What may happen to one call."""


@dataclass(frozen=True)
class Raw:
    """An answer as bytes."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def headers_of_any_case(self) -> CaseInsensitiveDict[str]:
        """The headers as `requests` gives them."""
        return CaseInsensitiveDict(self.headers)


class _Response:
    """As much of a response as `read_answer` looks at."""

    def __init__(self, raw: Raw) -> None:
        self.status_code, self.headers = raw.status, raw.headers_of_any_case
        self.raw = HTTPResponse(io.BytesIO(raw.body), preload_content=False)


@dataclass(frozen=True)
class Late:
    """A request that is still on its way."""

    token: str | None
    call: str
    body: bytes


class Network:
    """What all wires share: requests on their way, what landed, who listens."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.late: list[Late] = []
        self.landed: Callable[[str], None] = lambda fault: None
        self.heard: Callable[[Laptop, Any], None] = lambda laptop, message: None
        self.put_back: Callable[[Any], bool] = lambda random: False

    def deliver_late(self) -> None:
        """All requests that were on their way arrive, the last one first. Nobody hears answers."""
        while self.late:
            late = self.late.pop()
            self.served(late.token, late.call, late.body)

    def served(self, token: str | None, call: str, body: bytes) -> Raw | None:
        """What the server answers; None where it died over it, and was started again."""
        try:
            return _served(self.server, token, call, body)
        except Crash:
            self.server.start()
            return None


class Wire(Calls):
    """`SyncProtocol` for one laptop. `harms` has one word for each call to come, "" for none."""

    def __init__(self, network: Network, laptop: Laptop, harms: tuple[str, ...] = ()) -> None:
        self._network, self._laptop = network, laptop
        self._harms = list(harms)
        self._token: str | None = laptop.store.setting("token")

    def close(self) -> None:
        """Nothing is under way between calls."""

    def carry(self, name: str, request: Any) -> Any:
        """Carries one call."""
        must(name != "count_parts", "rows sum up alike on both sides", self._laptop.name)
        harm = self._harms.pop(0) if self._harms else ""
        self._strike(harm)
        raw = self._way(harm, name, pack(request))
        answer = read_answer(
            _Response(raw),  # type: ignore[arg-type]  # a double
            CALLS[name][1],
            signing_in=name == "sign_in",
        )
        if harm in ("cut", "altered"):
            whole = read_answer(
                _Response(self._whole),  # type: ignore[arg-type]  # a double
                CALLS[name][1],
                signing_in=name == "sign_in",
            )
            must(answer == whole, "no answer that was changed on the way is believed", harm)
        self._network.heard(self._laptop, answer)
        return answer

    def _strike(self, harm: str) -> None:
        """Harm to a machine begins with its name: `laptop:full`, `server:dies_after`."""
        machine, _, blow = harm.partition(":")
        if blow:
            random = self._laptop.random
            laptop = machine == "laptop"
            disk = self._laptop.disk if laptop else self._network.server.disk
            at = random.randrange(1, 25 if laptop else 12)
            disk.strike = Strike(blow, at, lasting=random.random() < 0.5)  # type: ignore[arg-type]  # one of its blows

    def _way(self, harm: str, call: str, body: bytes) -> Raw:
        if harm == "lost":
            self._lost(harm)
        if harm == "late":
            self._network.late.append(Late(self._token, call, body))
            self._lost(harm)
        if harm in _FOREIGN:
            self._network.landed(harm)
            return _FOREIGN[harm]
        if self._network.late and self._laptop.random.random() < 0.5:
            self._network.deliver_late()
        if harm == "put_back_meanwhile" and self._network.put_back(self._laptop.random):
            self._network.landed(harm)
        if harm == "old_answer" and self._laptop.random.random() < 0.5:
            older = self._laptop.heard.get(call)
            if older:  # a cache on the way answers with what it has, and the server hears nothing
                self._network.landed(harm)
                return older[-1]
        if harm == "twice":
            self._network.landed(harm)
            self._network.served(self._token, call, body)
        raw = self._network.served(self._token, call, body)
        self._network.server.disk.strike = None
        if raw is None:
            raise SurroundingsMend("sync.no_network")
        self._keep(call, raw)
        if harm == "put_back_unheard" and self._network.put_back(self._laptop.random):
            self._lost(harm)
        if harm == "unheard":
            self._lost(harm)
        return self._spoiled(harm, call, raw)

    def _keep(self, call: str, raw: Raw) -> None:
        """A cache on the way keeps answers, those that nobody heard, too."""
        older = self._laptop.heard.setdefault(call, [])
        if raw.status == 200:
            older.append(raw)
            del older[:-6]

    def _spoiled(self, harm: str, call: str, raw: Raw) -> Raw:
        random, older = self._laptop.random, self._laptop.heard[call]
        if harm == "old_answer" and any(one.body != raw.body for one in older):
            self._network.landed(harm)
            return random.choice([one for one in older if one.body != raw.body])
        place = random.randrange(len(raw.body))
        self._whole = raw
        if harm == "cut":
            self._network.landed(harm)
            return Raw(raw.status, raw.headers, raw.body[:place])
        if harm == "altered":
            self._network.landed(harm)
            sign = bytes([raw.body[place] ^ (1 << random.randrange(8))])
            return Raw(raw.status, raw.headers, raw.body[:place] + sign + raw.body[place + 1 :])
        return raw

    def _lost(self, harm: str) -> None:
        self._network.landed(harm)
        raise SurroundingsMend("sync.no_network")


def _served(server: Server, token: str | None, call: str, body: bytes) -> Raw:
    """What `sync.server.api.app` answers to a request that arrived whole."""
    kind = CALLS[call][0]
    try:
        if server.older and call in SPEAKS:
            return _ours(404, Problem("server.no_such_call"))
        session = server.service.for_token(token)
        answer = getattr(session, call)(unpack(kind, body))
        if server.older and isinstance(answer, Greeting):
            answer = replace(answer, speaks=(), mark="")
        return _ours(200, answer)
    except BrokenBody:
        return _ours(400, Problem("server.broken_body"))
    except Refused as refused:
        after = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
        return _ours(refused.status, refused.problem, after)
    except DBAPIError:  # a full disk
        server.disk.start()
        return _ours(503, Problem("server.busy"), {"Retry-After": "30"})


def _ours(status: int, message: Any, headers: dict[str, str] | None = None) -> Raw:
    body = pack(message)
    said = {
        "Content-Type": MEDIA_TYPE,
        VERSION_HEADER: str(PROTOCOL_VERSION),
        DIGEST_HEADER: digest(body),
    } | (headers or {})
    if len(body) % 4 == 0:  # some answers are packed
        said["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 1, mtime=0)
    return Raw(status, said, body)


_PAGE = "<html><body>Xin chào! Đăng nhập để dùng Wi-Fi miễn phí.</body></html>".encode()
_FOREIGN = {
    "portal": Raw(200, {"Content-Type": "text/html; charset=utf-8"}, _PAGE),
    "portal_401": Raw(401, {"Content-Type": "text/html"}, _PAGE),
    "busy": Raw(503, {"Content-Type": "text/html", "Retry-After": "120"}, b"<html>busy</html>"),
    "too_large": _ours(413, Problem("server.body_too_large")),
    "broken_gateway": Raw(502, {"Content-Type": "text/html"}, b"<html>bad gateway</html>"),
}
"""Answers that do not come from our server, or not from the request."""
