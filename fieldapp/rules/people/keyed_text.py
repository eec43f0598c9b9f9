"""Undoing what a keyboard on the way does to the text of a card, before anybody reads it.

A scanner presses keys. Whatever sits between it and the program reads them in its own way: the
wrong character set, CapsLock, an input method that takes letters and digits for tones, a layout
without `|`. Nothing is guessed: a mending is tried, and holds only where the card then validates.
"""

from __future__ import annotations

import re
import unicodedata

from fieldapp.errors import UserMends
from fieldapp.rules.people.identity import UNSEEN

LONGEST = 10_000
"""Letters; a QR code holds fewer than 3,000 bytes of text, so this is three cards and more."""
BAR = "|"
OTHER_BARS = "\\~¦｜"
"""What other layouts type where the scanner means `|`."""
CHARSETS = ("cp1252", "cp437", "cp850", "latin-1")
"""As what the bytes of UTF-8 may have been read."""
TELEX = {"\u0302": "", "\u0306": "w", "\u031b": "w"} | dict(
    zip("\u0300\u0301\u0309\u0303\u0323", "fsrxj", strict=True)
)
VNI = {"\u0302": "6", "\u0306": "8", "\u031b": "7"} | dict(
    zip("\u0300\u0301\u0309\u0303\u0323", "21345", strict=True)
)
"""Keys of the input methods by the mark that they make; Telex makes â, ê, ô by a second letter."""

_VIETNAMESE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_SCANNED = re.compile(r"\||[0-9]{9,}[\\~¦｜]")
_BEGINNING = re.compile(r"(?:[A-Z]{2}[1-5][0-9]{12}|[0-9]{12}|[0-9]{10})[|\\~¦｜]", re.IGNORECASE)
_ALT_CODE = re.compile(r"0?([1-9][0-9]{2,3})")


def looks_scanned(text: str) -> bool:
    """Whether a text has the marks of a card in it: then it is no name and no number."""
    return bool(_SCANNED.search(text))


def split_scan(text: str) -> tuple[str, str]:
    """What stood in an input before a card was scanned into it, and the scan."""
    found = _BEGINNING.search(text)
    return (text[: found.start()], text[found.start() :]) if found else ("", text)


def cleaned(text: str) -> str:
    """The text of a scan, composed, in its own characters and with its bars.

    Raises UserMends("rules.card_too_long") for what no card can hold.
    """
    if len(text) > LONGEST:
        raise UserMends("rules.card_too_long", field="card", limit=LONGEST)
    mended = unicodedata.normalize("NFC", _in_its_charset(text.lstrip("\ufeff")))
    if BAR not in mended:
        for other in OTHER_BARS:
            mended = mended.replace(other, BAR)
    return "".join(c for c in mended if c.isspace() or unicodedata.category(c) not in UNSEEN)


def _in_its_charset(text: str) -> str:
    """UTF-8 that was read as something else, read again; any other text as it stands."""
    if text.isascii():
        return text
    for charset in CHARSETS:
        try:
            again = b"".join(_byte_of(c, charset) for c in text).decode("utf-8")
        except UnicodeError:
            continue
        return again if _VIETNAMESE.search(again) or BAR in again else text
    return text


def _byte_of(letter: str, charset: str) -> bytes:
    """The byte behind a letter; what the character set leaves out stands for itself, as usual."""
    try:
        return letter.encode(charset)
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def keys_pressed(text: str, method: dict[str, str]) -> str:
    """The keys behind a text that an input method (`TELEX`, `VNI`) turned into letters.

    Only for texts that are letters and digits on the card: á was `a1` in VNI, đ was `dd` in Telex.
    """
    pressed = []
    for letter in text:
        if letter in "đĐ":
            pressed.append("dd" if method is TELEX else "d9")
            continue
        base, *marks = list(unicodedata.normalize("NFD", letter))
        pressed.append(base + "".join(_key_of(mark, base, method) for mark in marks))
    return "".join(pressed)


def _key_of(mark: str, base: str, method: dict[str, str]) -> str:
    return method.get(mark, "") or base


def uncapped(text: str) -> str:
    """The text without CapsLock: `nGUYỄN vĂN a` was `Nguyễn Văn A`; any other stays."""
    first = text[:1]
    return text.swapcase() if first.islower() and any(c.isupper() for c in text) else text


def without_alt_codes(name: str) -> str:
    """A name whose letters came as the numbers that one types with Alt: `Nguy7877n` is Nguyễn."""
    return _ALT_CODE.sub(_letter_of, name)


def _letter_of(found: re.Match[str]) -> str:
    letter = chr(int(found[1]))
    return letter if letter.isalpha() else found[0]
