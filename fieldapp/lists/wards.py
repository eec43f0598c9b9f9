"""Which ward a list is of, and which of its lines are of another: by the wards that they name.

A name without a district, or a code, is one of today's wards. A name with its district is of before
July 2025: it says which of today's wards the old one became (322, 312, 273 and now 168 ward-level
units, see `old_names`), several if it was divided. An old name without its district says nothing: a
dozen districts had a "Phường 1".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from fieldapp.rules import tables
from fieldapp.rules.folding import fold
from fieldapp.rules.places.old_names import wards_meant
from fieldapp.rules.places.written_address import Place

Codes = frozenset[str]
NONE: Codes = frozenset()

_KIND = re.compile(r"^(?:phuong|xa dao|xa|thi tran|dac khu|p|x|tt)\s*\.?\s+|^(?:p|x)\.\s*")
_WARD_OR_COMMUNE = re.compile(r"(phuong|p|xa|x)(?=[\s.])")


def bare_ward(text: str) -> str:
    """A ward's name without its kind: "P. Thạnh Mỹ Tây" is "thanh my tay"."""
    said = " ".join(fold(text).replace(",", " ").split())
    return _KIND.sub("", said).strip(" .")


@lru_cache(maxsize=4)
def _known(edition: str, day: date) -> dict[str, Codes]:
    """Codes by bare name, and by the code itself."""
    found: dict[str, set[str]] = {}
    for row in tables.rows_at("wards", day):
        found.setdefault(bare_ward(row.text("name")), set()).add(row.key)
        found.setdefault(row.key, set()).add(row.key)
    return {name: frozenset(codes) for name, codes in found.items()}


def wards_named(text: str, day: date, district: str = "") -> Codes:
    """Codes of the wards of a day that a name can mean, with its district that of an old ward."""
    return _named(tables.edition(), text, district, day)


@lru_cache(maxsize=1_000)
def _named(edition: str, text: str, district: str, day: date) -> Codes:
    said = bare_ward(text)
    today = _known(edition, day).get(said.zfill(5) if said.isdigit() else said, NONE)
    old = _became(text, district, day) if district else NONE
    return old or _of_kind(text, today, day)


def _of_kind(text: str, codes: Codes, day: date) -> Codes:
    """Without those of another kind: "Phường Bình Khánh" was in Quận 2, and is not Xã Bình Khánh
    of today. Other kinds than these two ended, so they say nothing."""
    said = _WARD_OR_COMMUNE.match(fold(text).strip())
    if said is None:
        return codes
    other = "commune" if said[1].startswith("p") else "ward"
    rows = ((code, tables.find("wards", code, day)) for code in codes)
    return frozenset(code for code, row in rows if row is None or row.text("kind") != other)


def _became(text: str, district: str, day: date) -> Codes:
    """What an old ward is today; a name of today beside an old district is none."""
    return frozenset(ward.code for ward in wards_meant(text, district, today=day))


_PLACE_IN_TITLE = re.compile(
    r"\b(?:phuong|xa|thi tran|dac khu)\s+(?P<ward>\w[\w ]*?)\s*[,\-\u2013]\s*"
    r"(?P<district>(?:quan|huyen|thi xa|thanh pho thu duc|tp\.? ?thu duc)\b[\w ]*)"
)
_WARD_IN_TITLE = re.compile(r"\b(?:phuong|xa|dac khu)\s+(?=(?P<rest>.+))")


def wards_in_titles(titles: Sequence[str], day: date) -> Codes:
    """Codes of the wards that titles name, with whatever else stands in the line."""
    found: set[str] = set()
    for title in titles:
        said = " ".join(fold(title).split())
        for old in _PLACE_IN_TITLE.finditer(said):
            found |= wards_named(old["ward"], day, old["district"])
        for named in _WARD_IN_TITLE.finditer(_PLACE_IN_TITLE.sub(" ", said)):
            found |= _longest(named["rest"], day)
    return frozenset(found)


def _longest(rest: str, day: date) -> Codes:
    """The ward whose name begins a text: "an phu dong" is not An Phú."""
    known, words = _known(tables.edition(), day), re.findall(r"\w+", rest)[:_LONGEST_NAME]
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if not name.isdigit() and name in known:
            return known[name]
    return NONE


_LONGEST_NAME = 5
"""Words of a ward's name."""


def named_by(home: Place, day: date) -> Codes:
    """Codes of the wards that an address can mean; none where it does not tell."""
    return wards_named(home.ward, day, home.district) if home.ward else NONE


def names_of(codes: Iterable[str], day: date) -> str:
    """The names of wards, for a sentence; a code that the table does not have as it is."""
    rows = ((code, tables.find("wards", code, day)) for code in sorted(codes))
    return ", ".join(row.text("name") if row else code for code, row in rows)


def commonest(homes: Iterable[Place], day: date) -> tuple[Codes, int]:
    """The wards that more than half of the telling lines can mean, and how many lines tell.

    Several where most lines name a ward that was divided.
    """
    counted: Counter[Codes] = Counter(named_by(home, day) for home in homes)
    counted.pop(NONE, None)
    telling = counted.total()
    by_code: Counter[str] = Counter()
    for codes, n in counted.items():
        by_code.update(dict.fromkeys(codes, n))
    return frozenset(code for code, n in by_code.items() if n * 2 > telling), telling
