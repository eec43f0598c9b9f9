"""House numbers of Ho Chi Minh City: alleys inside alleys, in the order in which one walks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from fieldapp.rules.folding import fold

_PART = re.compile(r"([^\d]*)(\d*)(.*)")
_DIGITS = re.compile(r"[0-9]+")
_LAST = 10**9

WalkingKey = tuple[tuple[int, str, str], ...]


def walking_key(house_number: str) -> WalkingKey:
    """Sorts house numbers: 123/4/5 before 123/4/5A before 123/10; a number without digits last."""
    return tuple(_part(part) for part in _parts(house_number))


def first_number(house_number: str) -> int | None:
    """The number of the house or of its alley on the street; None: there is none, or one too long
    to be a number."""
    found = _DIGITS.search(house_number)
    return int(found[0]) if found and len(found[0]) < 7 else None


@dataclass(frozen=True)
class Alley:
    """Where a household's door opens: `prefix` is the number of the alley, "" on the street.

    To be said as `rules.alley` ("Hẻm 123 Ung Văn Khiêm") or, without a prefix, as the street.
    """

    prefix: str
    street: str

    @property
    def sort_key(self) -> tuple[str, WalkingKey]:
        """Street by street; the street's own doors first, then its alleys by number."""
        return fold(self.street), walking_key(self.prefix)


def alley_of(house_number: str, street: str) -> Alley:
    """The alley of a house: what stands before the first slash, if there is one."""
    parts = _parts(house_number)
    return Alley(parts[0] if len(parts) > 1 else "", " ".join(_clean(street).split()))


def _parts(house_number: str) -> list[str]:
    """The numbers between the slashes, spaces taken out, capitals for the letters behind them."""
    compact = "".join(_clean(house_number).split()).upper().removeprefix("SỐ")
    return [part for part in compact.split("/") if part]


def _part(part: str) -> tuple[int, str, str]:
    found = _PART.fullmatch(part)
    if not found or not found[2]:
        return _LAST, part, ""
    return int(found[2]), found[1], found[3]


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\\", "/")
