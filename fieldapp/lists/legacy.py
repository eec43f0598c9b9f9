"""Vietnamese text of before Unicode: the fonts .VnTime (TCVN3) and VNI-Windows, recognised, mended.

Both fonts drew Vietnamese letters in the places of Western ones. A workbook or a UTF-8 file keeps
those Western letters as Unicode ("NguyÔn V¨n An", "Nguyeãn Vaên An"), so that a text tells nothing
of its font: only that its words are no Vietnamese syllables as they stand, and would be in the
other alphabet. The tables follow TCVN 5712:1993 (VN3) and VNI-Windows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Encoding = Literal["unicode", "tcvn3", "vni"]

_TCVN3_LETTERS = (
    ("\u00a1", "ĂÂÊÔƠƯĐăâêôơưđ"),
    ("\u00b5", "àảãáạ"),
    ("\u00bb", "ằẳẵắ"),
    ("\u00c6", "ặầẩẫấậè"),
    ("\u00ce", "ẻẽéẹềểễếệìỉ"),
    ("\u00dc", "ĩíịò"),
    ("\u00e1", "ỏõóọồổỗốộờởỡớợù"),
    ("\u00f1", "ủũúụừửữứựỳỷỹýỵ"),
)
"""Runs of places that follow one another, each from its first place on."""

TCVN3 = {
    chr(ord(first) + offset): letter
    for first, letters in _TCVN3_LETTERS
    for offset, letter in enumerate(letters)
}
"""Western letter to Vietnamese one. Capitals with tones had a font of their own (.VnTimeH) with the
places of the small letters: they come out small."""

_VNI_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_ROUND = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_SHORT = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_pairs() -> dict[str, str]:
    found = {
        base + mark: letter + tone
        for base, letter in {**{v: v for v in "aeouy"}, "ô": "ơ", "ö": "ư"}.items()
        for mark, tone in _VNI_TONES.items()
    }
    found |= {base + m: base + "\u0302" + t for base in "aeo" for m, t in _VNI_ROUND.items()}
    found |= {"a" + mark: "a\u0306" + tone for mark, tone in _VNI_SHORT.items()}
    small = {k: unicodedata.normalize("NFC", v) for k, v in found.items()}
    return small | _VNI_SINGLE


def _with_capitals(small: dict[str, str]) -> dict[str, str]:
    """Capital base with capital or small mark: both were typed."""
    large = {source.upper(): letter.upper() for source, letter in small.items()}
    mixed = {s[0].upper() + s[1:]: letter.upper() for s, letter in small.items()}
    return small | mixed | large


VNI = _with_capitals(_vni_pairs())
"""Western letter, or letter and mark, to Vietnamese letter."""

_VNI_PARTS = re.compile("|".join(re.escape(s) for s in sorted(VNI, key=len, reverse=True)))
_TCVN3_PLACES = str.maketrans(TCVN3)


def from_tcvn3(text: str) -> str:
    """A text written in the font .VnTime, in Unicode."""
    return text.translate(_TCVN3_PLACES)


def from_vni(text: str) -> str:
    """A text written in a VNI-Windows font, in Unicode."""
    return _VNI_PARTS.sub(lambda found: VNI[found[0]], text)


def read_as(text: str, encoding: Encoding) -> str:
    """The text in composed Unicode, if it was written in this encoding."""
    if encoding == "tcvn3":
        return from_tcvn3(text)
    if encoding == "vni":
        return from_vni(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


# --- syllables -----------------------------------------------------------------------------------

_ONSETS = tuple(
    """
    b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x
    """.split()  # noqa: SIM905
)
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi
    om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut
    uy uya uych uyên uyêt uyn uynh uyt uyu ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu ynh yt
    """.split()  # noqa: SIM905
)
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_AFTER_STOP = {"\u0301", "\u0323"}
_WORD = re.compile(r"[^\s,.;:/\\()\[\]\"'0-9\-+&|_*]+")


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word is spelt like a Vietnamese syllable: onset, rime, and a tone it can bear."""
    marks: list[str] = []
    letters: list[str] = []
    for sign in unicodedata.normalize("NFD", word.casefold()):
        (marks if sign in _TONES else letters).append(sign)
    plain = unicodedata.normalize("NFC", "".join(letters))
    if len(marks) > 1 or not plain:
        return False
    if plain.endswith(("c", "ch", "p", "t")) and not set(marks) & _AFTER_STOP:
        return False
    return plain in _RIMES or any(
        plain.startswith(onset) and (plain[len(onset) :] in _RIMES or plain == "gi")
        for onset in _ONSETS
    )


@dataclass(frozen=True)
class Evidence:
    """Of the words that say anything (those with a letter beyond ASCII): how many are syllables."""

    syllables: int
    words: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where no word says anything."""
        return self.syllables / self.words if self.words else 0.0


def evidence(texts: Iterable[str], encoding: Encoding = "unicode") -> Evidence:
    """How Vietnamese the texts are, if they were written in this encoding."""
    syllables = words = 0
    for text in texts:
        if text.isascii():
            continue
        for word in _WORD.findall(read_as(text, encoding)):
            if not word.isascii():
                words += 1
                syllables += is_syllable(word)
    return Evidence(syllables, words)


SURE = 0.7
"""So much of a legacy text must come out as syllables before it is believed to be one."""
FEWEST = 3
"""Fewer telling words prove nothing by themselves."""


def recognise(texts: Sequence[str], *, fewest: int = FEWEST) -> Encoding | None:
    """The encoding of the texts of a column or a file; None where too few words tell."""
    plain = evidence(texts)
    if plain.words < fewest:
        return None
    ranked: list[tuple[float, Encoding]] = [(plain.share, "unicode")]
    for encoding in _LEGACY:
        ranked.append((evidence(texts, encoding).share, encoding))
    share, best = max(ranked, key=lambda one: one[0])
    if best == "unicode" or share < SURE or share < plain.share + 0.2:
        return "unicode"
    return best


_LEGACY: tuple[Encoding, ...] = ("tcvn3", "vni")


def _font_of_one(text: str) -> Encoding:
    """The encoding of one cell by itself."""
    plain = evidence((text,))
    if plain.words - plain.syllables < _FEWEST_OF_ONE:
        return "unicode"
    for encoding in _LEGACY:
        turned = evidence((text,), encoding)
        if turned.syllables == turned.words >= plain.syllables + _FEWEST_OF_ONE:
            return encoding
    return "unicode"


def may_be_old(text: str) -> bool:
    """Whether a text has a word that is none as it stands and would be one in an old font: too
    little to mend it, enough to ask."""
    if text.isascii():
        return False
    odd = [word for word in _WORD.findall(text) if not word.isascii() and not is_syllable(word)]
    return any(
        turned != word and is_syllable(turned)
        for word in odd
        for turned in (read_as(word, encoding) for encoding in _LEGACY)
    )


_FEWEST_OF_ONE = 2
"""Words that are none as they stand: a single one can be a foreign name."""

_LAST_WESTERN = "\u00ff"


def mend(text: str, column: Encoding) -> tuple[str, Encoding]:
    """One cell of a column of this encoding in Unicode, and the encoding that it was in.

    A cell that is Vietnamese only as it stands stays, whatever its neighbours are; so does one with
    a letter that no Western font had a place for. Between Unicode cells, one pasted from an old
    list is mended where its words say so: two are no syllables as they stand, all are in its font.
    """
    if text.isascii() or max(text) > _LAST_WESTERN:
        return read_as(text, "unicode"), "unicode"
    if column == "unicode":
        font = _font_of_one(text)
        return read_as(text, font), font
    plain, turned = evidence((text,)), evidence((text,), column)
    if plain.share > turned.share:
        return read_as(text, "unicode"), "unicode"
    return read_as(text, column), column
