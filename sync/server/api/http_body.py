"""Bodies over HTTP: capped, unpacked and proved whole coming in, digested and packed going out.

A small gzip body can become hundreds of megabytes: it is unpacked piece by piece under a cap and a
ratio (100:1), and never twice. Answers say their digest, so that a cut or rewritten one shows.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import anyio
from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from fieldapp.model.changesets import canonical
from sync.protocol import (
    BODY_LIMIT,
    DIGEST_HEADER,
    MEDIA_TYPE,
    PROTOCOL_VERSION,
    VERSION_HEADER,
    Pieces,
    digest,
    pack,
)
from sync.protocol.brief import BRIEF_HEADER, SPOKEN, Brief, brief, read_brief
from sync.server.refusals import Refused
from sync.server.wardlog.reading import DEPTH, depth_exceeds

RATIO = 100
RATIO_COUNTS_FROM = 100_000
"""Unpacked bytes below which any ratio will do."""
PACKED = 6
"""A quarter less to send than with 1, for a hundredth of what making the answer takes."""
PACKED_FROM = 1_000
"""Answers shorter than this are not worth packing."""
LARGE = frozenset({"push", "exchange", "offer", "parcel", "audit"})
"""The calls that carry work. All others are short."""
SHORT_LIMIT = 1_000_000
SILENCE_SECONDS = 60
"""Who sends nothing of a body for so long has gone."""


async def read_body(request: Request, call: str, more: Callable[[int], None]) -> bytes:
    """The unpacked body of a request, not yet proved; `more` counts its bytes as they come.

    Raises:
        Refused: 415 for another media type or packing, 426 for another protocol, 413 for too
            much, 400 for a body that is cut or badly packed, and what `more` raises.
    """
    _check_headers(request)
    limit = BODY_LIMIT if call in LARGE else SHORT_LIMIT
    unpacked = bytearray()
    encoding = request.headers.get("content-encoding", "identity")
    if encoding not in ("identity", "gzip"):
        raise Refused("server.unknown_packing", 415)
    unpacker = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    received = 0
    try:
        async for piece in _pieces(request):
            received += len(piece)
            room, known = limit + 1 - len(unpacked), len(unpacked)
            unpacked += _unpack(unpacker, piece, room) if unpacker else piece
            more(len(unpacked) - known)
            _cap(len(unpacked), received, limit)
    except (
        ClientDisconnect,
        TimeoutError,
    ):  # a laptop that was cut: everyday, and nobody hears the answer
        raise Refused("server.broken_body", 400, detail="cut") from None
    if unpacker is not None and (not unpacker.eof or unpacker.unused_data):
        raise Refused("server.broken_body", 400)
    return bytes(unpacked)


def prove(request: Request, body: bytes) -> None:
    """Refuses (400) a body that is not what was sent, or nested too deeply to be parsed.

    Thread: not the one that serves: it takes as long as the body is large.
    """
    asked = _asked_in_brief(request)
    whole = request.headers.get(DIGEST_HEADER) == digest(body) if not asked else asked.proves(body)
    if not whole:
        raise Refused("server.digest_wrong", 400)
    if depth_exceeds(body, DEPTH):
        raise Refused("server.broken_body", 400)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        with anyio.fail_after(SILENCE_SECONDS):
            try:
                piece = await anext(stream)
            except StopAsyncIteration:
                return
        yield piece


def _asked_in_brief(request: Request) -> Brief | None:
    """The short header of a request that has one."""
    return read_brief(request.headers.get(BRIEF_HEADER))


def _check_headers(request: Request) -> None:
    asked = _asked_in_brief(request)
    if asked is not None:
        if asked.version != str(PROTOCOL_VERSION):
            raise Refused("server.unknown_version", 426)
        return
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media != MEDIA_TYPE:
        raise Refused("server.unknown_media_type", 415)
    if request.headers.get(VERSION_HEADER) != str(PROTOCOL_VERSION):
        raise Refused("server.unknown_version", 426)


def _unpack(unpacker: Any, piece: bytes, room: int) -> bytes:
    try:
        return bytes(unpacker.decompress(piece, room))
    except zlib.error as defect:
        raise Refused("server.broken_body", 400) from defect


def _cap(unpacked: int, received: int, limit: int) -> None:
    if unpacked > limit or received > limit:
        raise Refused("server.body_too_large", 413)
    if unpacked > RATIO_COUNTS_FROM and unpacked > RATIO * received:
        raise Refused("server.body_too_large", 413)


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, PACKED, mtime=0)


def _pieces_packed(body: bytes) -> bytes:
    """Takes back what base64 has added: what is within has been packed before."""
    packer = zlib.compressobj(1, wbits=31, strategy=zlib.Z_HUFFMAN_ONLY)
    return packer.compress(body) + packer.flush()


def nothing() -> Response:
    """The answer without a body (204)."""
    said = {VERSION_HEADER: str(PROTOCOL_VERSION), "Cache-Control": "no-store"}
    return Response(b"", 204, said, MEDIA_TYPE)


def answer(
    message: object, request: Request, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The HTTP answer that carries a message (or a plain mapping)."""
    body = canonical(message) if isinstance(message, dict) else pack(message)
    shortly = _asked_in_brief(request) is not None
    said = _brief_head(body) if shortly else _long_head(body)
    said |= dict(headers or {})
    if request.app.state.health.leaving:  # no further call should come over this connection
        said["Connection"] = "close"
    takes_packed = shortly or "gzip" in request.headers.get("accept-encoding", "")
    if len(body) >= PACKED_FROM and takes_packed:
        body = _pieces_packed(body) if isinstance(message, Pieces) else _packed(body)
        said["Content-Encoding"] = "gzip"
    return Response(body, status, said, None if shortly else MEDIA_TYPE)


def _brief_head(body: bytes) -> dict[str, str]:
    """What answers a POST is kept by nobody unless it says for how long."""
    return {BRIEF_HEADER: brief(body)}


def _long_head(body: bytes) -> dict[str, str]:
    proof = {VERSION_HEADER: str(PROTOCOL_VERSION), DIGEST_HEADER: digest(body)}
    return proof | {BRIEF_HEADER: SPOKEN, "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
