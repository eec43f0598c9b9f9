"""The short form of the headers: one stands for media type, version, digest and run.

With nothing to do the headers are most of what goes over the line. A server shows in its answers in
the long form that it knows the short one (`SPOKEN`); it answers in the form in which it was asked.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from sync.protocol.limits import PROTOCOL_VERSION

BRIEF_HEADER = "Fieldapp"
SPOKEN = str(PROTOCOL_VERSION)
"""The header's value without a digest: its sender knows the short form of this version."""


@dataclass(frozen=True)
class Brief:
    """What the header says; `digest` is empty where it only says that the form is known."""

    version: str
    digest: str = ""
    run: str = ""

    def proves(self, body: bytes) -> bool:
        """Whether a body is the one that was sent."""
        return self.digest == short_digest(body)


def brief(body: bytes, run: str = "") -> str:
    """The header of an unpacked body."""
    return " ".join(filter(None, (SPOKEN, short_digest(body), run)))


def read_brief(value: str | None) -> Brief | None:
    """What a header says; None where it is missing or of another form."""
    parts = (value or "").split()
    return Brief(*parts) if 1 <= len(parts) <= 3 else None


def short_digest(body: bytes) -> str:
    """The first half of the SHA-256, in 22 letters: enough to see that something was changed."""
    return urlsafe_b64encode(hashlib.sha256(body).digest()[:16]).decode().rstrip("=")
