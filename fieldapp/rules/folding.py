"""Vietnamese text for finding and sorting: without tones, and in the order of the alphabet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Order of the tones after the level one, as in dictionaries: huyền, hỏi, ngã, sắc, nặng."""

_PARTS = re.compile(r"[0-9]{1,18}|[^\W0-9_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_ORDER = {letter: place for place, letter in enumerate(ALPHABET)}

SyllableKey = tuple[tuple[int, ...], int]
NameKey = tuple[SyllableKey, tuple[SyllableKey, ...], SyllableKey]


def fold(text: str) -> str:
    """The text as one types it in a hurry: no tones, đ as d, lower case, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(filter(None, map(_folded_word, text.split())))


@lru_cache(maxsize=20_000)
def _folded_word(word: str) -> str:
    """A list of 100,000 people has few different words; no sign folds to a space or across one."""
    plain = word.casefold()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFD", plain).replace("đ", "d"))
        if not plain.isascii():  # marks of other scripts
            plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain


def name_sort_key(name: str) -> NameKey:
    """Sorts Vietnamese names by given name, then middle names, then family name.

    Letters come in alphabet order (a ă â … d đ …), equal letters by tone; composed and decomposed
    texts, capitals and the place of the tone mark in the syllable make no difference.
    """
    syllables = [_syllable(word) for word in name.split()]
    nothing: SyllableKey = ((), 0)
    if not syllables:
        return nothing, (), nothing
    family = syllables[0] if len(syllables) > 1 else nothing
    return syllables[-1], tuple(syllables[1:-1]), family


def address_sort_key(text: str) -> tuple[tuple[int, int, SyllableKey], ...]:
    """Sorts streets and house numbers as they are read: words as in a dictionary, figures before
    them and by their size (2, 2/10, 2/11, 12)."""
    return tuple(map(_part, _PARTS.findall(text)))


@lru_cache(maxsize=20_000)
def _part(part: str) -> tuple[int, int, SyllableKey]:
    return (0, int(part), ((), 0)) if part.isdecimal() else (1, 0, _syllable(part))


@lru_cache(maxsize=20_000)
def _syllable(word: str) -> SyllableKey:
    """Letters by their place in the alphabet, then the tone: tones decide only between equals."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    tone = max((TONES[c] for c in decomposed if c in TONES), default=0)
    letters = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in TONES))
    return tuple(_ORDER.get(letter, len(ALPHABET) + ord(letter)) for letter in letters), tone
