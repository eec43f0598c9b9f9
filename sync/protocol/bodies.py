"""Bodies: how a message is written, proved whole, and read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

Message = TypeVar("Message")


@dataclass(frozen=True)
class Problem:
    """A refusal: its code (a word of `fieldapp/words`), never a sentence."""

    code: str
    detail: str = ""


class BrokenBody(ValueError):
    """A body that is not whole, not ours, or not of the form that the message has."""


def pack(message: Any) -> bytes:
    """The body of a message."""
    return _WIRE.encode(message).encode()


_WIRE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=vars
)
"""As `canonical`; a message and each of its parts is the mapping of its fields."""


def digest(body: bytes) -> str:
    """What the digest header carries: SHA-256 of the unpacked body, in hex."""
    return hashlib.sha256(body).hexdigest()


def unpack(kind: type[Message], body: bytes) -> Message:
    """The message that a body holds; unknown fields of a newer version are passed over.

    Raises:
        BrokenBody: not JSON, or not of the message's form.
    """
    from pydantic import ValidationError

    try:
        message: Message = _reader(cast(Any, kind)).validate_json(body)
    except (ValidationError, RecursionError) as defect:
        raise BrokenBody(str(defect).splitlines()[0]) from defect
    return message


@cache
def _reader(kind: type[Any]) -> Any:
    """What reads messages of a kind: making one takes longer than reading a body with it."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
