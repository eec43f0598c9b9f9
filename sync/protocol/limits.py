"""What both sides may count on: version, names of headers, and how much at once."""

from __future__ import annotations

PROTOCOL_VERSION = 1
"""1: 2026-11, the first. Sign-in, handshake, push, pull."""

MEDIA_TYPE = "application/vnd.fieldapp.v1+json"
DIGEST_HEADER = "Fieldapp-Digest"
VERSION_HEADER = "Fieldapp-Protocol"
RUN_HEADER = "Fieldapp-Run"
"""Names the run that a call belongs to: the nonce that it began with, in hex."""

PUSH_BYTES = 200_000
"""A push batch holds about this much content before compression (at least one changeset)."""
PAGE_BYTES = 400_000
"""A page holds about this much content and outcome before compression (at least one entry)."""
MOST_HELD = 500
MOST_NAMED = 2_000
MOST_POINTS = 64
MOST_FORMER = 16
"""Places where one changeset stood on lines that were lost, beside the newest one."""
MOST_RECORDS = 1_000
"""Whose history is asked for at once: a household with everything that was ever done for it."""
DEEPEST_PREFIX = 4
"""Parts are halved no further: 65,536 of them hold a handful of rows each."""
BODY_LIMIT = 16_000_000
"""Neither side unpacks a body beyond this."""
