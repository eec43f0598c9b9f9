"""The protocol over HTTPS, with requests. A body is taken whole or not at all.

A captive portal's page with status 200, a cut body, a proxy's rewriting or a forged 401 changes
nothing here: an answer is the server's only if it is of our media type, names our version and its
digest is right. Everything else is trouble of the network, sorted into words for the user.
"""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests
from urllib3.exceptions import HTTPError as BrokenTransfer
from urllib3.exceptions import ProtocolError
from urllib3.util import SKIP_HEADER

from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from sync.client.line import Line, Lines
from sync.protocol import (
    BODY_LIMIT,
    CALLS,
    DIGEST_HEADER,
    HOLD_SECONDS,
    LISTEN,
    MEDIA_TYPE,
    PROTOCOL_VERSION,
    RUN_HEADER,
    VERSION_HEADER,
    BrokenBody,
    Calls,
    Listen,
    News,
    Problem,
    digest,
    pack,
    unpack,
)
from sync.protocol.brief import BRIEF_HEADER, SPOKEN, Brief, brief, read_brief

CONNECT_SECONDS = 10
SILENCE_SECONDS = HOLD_SECONDS + 5
"""A transfer that brings nothing for so long has failed; one that creeps along has not."""
CHUNK = 64 * 1024
PACKED = 9
"""A laptop's way is narrower than its processor is slow: this saves a tenth over the usual 6."""
NAMES_PACKING = len("Content-Encoding: gzip\r\n")
"""What it takes to say that a body is packed."""
UNKNOWN_FORM = 415
ONCE = "sign-in"
"""The call that must not be repeated by itself: its one-time code may have been taken."""
MOST_PACKED = 50
"""A body that shrinks more than so many times is sent as it is."""
TOO_LARGE = "sync.too_large"
LONGEST_PAUSE = 3600
"""A `Retry-After` beyond this (seconds) is not believed."""

Message = TypeVar("Message")


class HttpTransport(Calls):
    """`SyncProtocol` to one server, for one device (its token) or, for sign-in, for none.

    With `lines` its connection comes from there, and goes back there if every call came through.

    Thread: one caller at a time; `close` may be called from any thread and ends the call under way.

    Every call raises:
        SurroundingsMend: `sync.no_network`, `sync.captive_portal`, `sync.incomplete_answer`,
            `sync.server_trouble`, `sync.server_busy` and `sync.server_restored` (with
            `retry_after` seconds),
            `sync.too_large` (less at once may pass),
            `sync.not_trusted`, `sync.not_our_server`, `sync.no_such_address`, `sync.new_epoch`,
            `sync.not_our_log`, `sync.cancelled`. Nothing of the answer was taken.
        UserMends: `sync.signed_out`, `sync.device_revoked`, `sync.other_version`, or a code that
            the server names.
    """

    def __init__(
        self, server_url: str, token: str | None = None, lines: Lines | None = None
    ) -> None:
        self._url, self._auth = server_url.rstrip("/"), _Bearer(token)
        self._lines = lines
        self._line = lines.take(self._url) if lines is not None else Line(self._url)
        self._closed, self._calling, self._broke = False, False, False
        self._under_way: requests.Response | None = None
        self.run = ""
        """The id of the run, as the server's operator finds it: the nonce that it began with."""

    def close(self) -> None:
        """Ends the call under way (with `sync.cancelled`) and every later one."""
        if self._closed:
            return
        self._closed = True
        response = self._under_way
        if self._lines is not None and not self._calling and not self._broke:
            self._lines.keep(self._line)
            return
        self._line.cut(_wake)
        if response is not None:
            with suppress(ValueError, OSError, AttributeError):
                response.raw.shutdown()  # wakes who waits for the rest of one

    def carry(self, name: str, request: Any) -> Any:
        """Carries one call to the server and gives its whole answer."""
        self.run = self.run or _nonce_of(request)
        return self._carry(name, request, CALLS[name][1])

    def listen(self, request: Listen) -> News:
        """Waits for news. A server without room for one more who waits gives no whole answer."""
        return self._carry(LISTEN, request, News)

    def _carry(self, name: str, request: Any, kind: type[Message]) -> Message:
        self._calling = True
        try:
            if self._closed:
                raise SurroundingsMend("sync.cancelled")
            with closing(self._sent(name.replace("_", "-"), pack(request))) as response:
                self._under_way = response
                return read_answer(response, kind, signing_in=name == "sign_in")
        except (requests.RequestException, BrokenTransfer, OSError, FieldappError) as trouble:
            self._broke = True
            if self._closed:
                raise SurroundingsMend("sync.cancelled") from trouble
            if isinstance(trouble, FieldappError):
                raise
            raise _no_answer(trouble) from trouble
        finally:
            self._under_way, self._calling = None, False

    def _sent(self, name: str, body: bytes) -> requests.Response:
        """The answer as it begins to come; sent again where that is the cure."""
        rested, self._line.rested = self._line.rested, False
        try:
            response = self._send(name, body)
        except requests.ConnectionError as trouble:
            if not rested or name == ONCE or self._closed or not _was_cut(trouble):
                raise
            response = self._send(name, body)  # the server had let the kept connection go
        told = _brief_of(response)
        if told is not None:
            self._line.brief = told.version == SPOKEN
        elif self._line.brief and response.status_code == UNKNOWN_FORM:
            response.close()  # an older program serves there now
            self._line.brief = False
            return self._send(name, body)
        return response

    def _send(self, name: str, body: bytes) -> requests.Response:
        packed = gzip.compress(body, PACKED, mtime=0)
        honest = len(body) < MOST_PACKED * len(packed)  # else it looks like a bomb to the server
        heads = self._brief_head(body) if self._line.brief else self._long_head(body)
        if honest and len(packed) + NAMES_PACKING < len(body):
            body, heads["Content-Encoding"] = packed, "gzip"
        address = f"{self._url}/v{PROTOCOL_VERSION}/{name}"
        request = requests.Request("POST", address, heads, data=body, auth=self._auth).prepare()
        return self._line.send(request, (CONNECT_SECONDS, SILENCE_SECONDS))

    def _brief_head(self, body: bytes) -> dict[str, str]:
        silent = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}
        return silent | {BRIEF_HEADER: brief(body, self.run)}

    def _long_head(self, body: bytes) -> dict[str, str]:
        said = {
            "User-Agent": SKIP_HEADER,
            "Content-Type": MEDIA_TYPE,
            "Accept-Encoding": "gzip",
            VERSION_HEADER: str(PROTOCOL_VERSION),
            DIGEST_HEADER: digest(body),
        }
        return said | ({RUN_HEADER: self.run} if self.run else {})


def _nonce_of(request: Any) -> str:
    """The nonce of a greeting or a knock, alone or with other calls; "" of any other call."""
    return str(getattr(getattr(request, "greet", request), "nonce", ""))


def _wake(open_way: socket.socket) -> None:
    """Whoever waits for an answer to begin waits no longer."""
    open_way.shutdown(socket.SHUT_RDWR)


class _Bearer(requests.auth.AuthBase):
    """Sets the token itself, so that nothing in the address can replace it."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _was_cut(trouble: requests.ConnectionError) -> bool:
    """Whether a connection ended that had been open, before an answer began."""
    return bool(trouble.args) and isinstance(trouble.args[0], ProtocolError)


_NO_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


def _no_answer(trouble: Exception) -> SurroundingsMend:
    """Which trouble of the network it was that no whole answer came."""
    if isinstance(trouble, requests.exceptions.SSLError):
        return SurroundingsMend("sync.not_trusted")
    if isinstance(trouble, requests.exceptions.ConnectionError | requests.exceptions.Timeout):
        return SurroundingsMend("sync.no_network")
    if isinstance(trouble, _NO_ADDRESS):
        return SurroundingsMend("sync.no_such_address")
    return SurroundingsMend("sync.incomplete_answer")


def read_answer(response: requests.Response, kind: type[Message], *, signing_in: bool) -> Message:
    """The message of a whole answer of ours; all else raises as the calls of `HttpTransport` do."""
    if not _claims_to_be_ours(response):
        raise _foreign(response)
    body = b"".join(_body(response))
    told = _brief_of(response)
    in_brief = told is not None and told.proves(body)
    if not in_brief and response.headers.get(DIGEST_HEADER) != digest(body):
        raise SurroundingsMend("sync.incomplete_answer")
    try:
        if response.status_code == 200:
            return unpack(kind, body)
        problem = unpack(Problem, body)
    except BrokenBody as defect:
        raise SurroundingsMend("sync.incomplete_answer") from defect
    raise refusal(problem, response.status_code, _pause(response), signing_in=signing_in)


def _brief_of(response: requests.Response) -> Brief | None:
    return read_brief(response.headers.get(BRIEF_HEADER))


def _claims_to_be_ours(response: requests.Response) -> bool:
    media = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if media.startswith("application/vnd.fieldapp.") and media != MEDIA_TYPE:
        raise UserMends("sync.other_version")
    told = _brief_of(response)
    if told is not None:
        if told.version != str(PROTOCOL_VERSION):
            raise UserMends("sync.other_version")
        return True
    if media != MEDIA_TYPE:
        return False
    if response.headers.get(VERSION_HEADER) != str(PROTOCOL_VERSION):
        raise UserMends("sync.other_version")
    return True


def _foreign(response: requests.Response) -> FieldappError:
    """What an answer means that is not the server's: it proves nothing but trouble on the way."""
    status, pause = response.status_code, _pause(response)
    if status in (429, 503) and pause is not None:
        return SurroundingsMend("sync.server_busy", retry_after=pause)
    if status == 413:  # a proxy that stands before the server has a limit of its own
        return SurroundingsMend(TOO_LARGE)
    if status in (404, 405):
        return SurroundingsMend("sync.not_our_server")
    if status >= 500 and status != 511:
        return SurroundingsMend("sync.server_trouble")
    return SurroundingsMend("sync.captive_portal")


def refusal(problem: Problem, status: int, pause: int | None, *, signing_in: bool) -> FieldappError:
    """What it means to a laptop that the server said no; `pause`: seconds to leave it alone for."""
    if problem.code == "server.restored":
        return SurroundingsMend("sync.server_restored", retry_after=pause)
    if status in (429, 503):
        return SurroundingsMend("sync.server_busy", retry_after=pause)
    if status >= 500:
        return SurroundingsMend("sync.server_trouble")
    if status == 413:
        return SurroundingsMend(TOO_LARGE)
    if status == 401 and not signing_in:
        return UserMends("sync.signed_out")
    if problem.code in _STANDS_STILL:
        return SurroundingsMend(_STANDS_STILL[problem.code])
    code = _OURS.get(problem.code, problem.code)
    if status in _FOR_A_PERSON:
        return UserMends(code, detail=problem.detail)
    return SurroundingsMend(code, detail=problem.detail)  # what arrived there was not what we sent


_FOR_A_PERSON = frozenset({401, 403, 404, 405, 409, 415, 426})
_STANDS_STILL = {"server.other_epoch": "sync.new_epoch", "server.beyond_head": "sync.not_our_log"}
_OURS = {
    "server.device_revoked": "sync.device_revoked",
    "server.unknown_version": "sync.other_version",
    "server.unknown_media_type": "sync.other_version",
}


def _pause(response: requests.Response) -> int | None:
    """The seconds of `Retry-After`, given as a number or as a date against the answer's own."""
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return min(int(asked[:9]), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(asked)
        since = parsedate_to_datetime(response.headers.get("Date", ""))
        seconds = (_aware(until) - _aware(since)).total_seconds()
    except ValueError:
        return None
    return min(max(int(seconds), 0), LONGEST_PAUSE)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _body(response: requests.Response) -> Iterator[bytes]:
    """The unpacked body piece by piece; raises for one that is cut or too long."""
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    if packed not in ("", "identity", "gzip"):
        raise SurroundingsMend("sync.incomplete_answer")
    unpacker = zlib.decompressobj(31) if packed == "gzip" else None
    left = BODY_LIMIT
    for chunk in response.raw.stream(CHUNK, decode_content=False):
        piece = _unpacked(unpacker, chunk, left + 1)
        left -= len(piece)
        if left < 0:
            raise SurroundingsMend("sync.incomplete_answer")
        yield piece
    if unpacker is not None and not unpacker.eof:
        raise SurroundingsMend("sync.incomplete_answer")


def _unpacked(unpacker: Any, chunk: bytes, at_most: int) -> bytes:
    if unpacker is None:
        return chunk
    try:
        piece: bytes = unpacker.decompress(chunk, at_most)
    except zlib.error as defect:
        raise SurroundingsMend("sync.incomplete_answer") from defect
    return piece
