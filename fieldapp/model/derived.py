"""Ids derived from what they name, so that every machine makes the same one."""

from __future__ import annotations

import hashlib


def derived_id(*parts: str) -> str:
    """A UUID (version 8) over the parts."""
    text = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-8{text[13:16]}-a{text[17:20]}-{text[20:32]}"
