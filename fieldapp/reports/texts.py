"""Texts as every file format can carry them."""

from __future__ import annotations

import re
import unicodedata

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text with what no file format carries (controls, half characters) shown as U+FFFD."""
    return text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)


_SPACES = re.compile("[^\\S\u00a0]+")
"""All but the no-break space, which holds an amount together."""


def one_line(text: str) -> str:
    """The text composed, clean and on one line, without spaces at its ends or doubled within."""
    return _SPACES.sub(" ", clean(unicodedata.normalize("NFC", text))).strip()
