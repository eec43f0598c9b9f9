"""Whether a list is of another ward: by the ward that its lines and titles name.

Only names and codes of today's wards say so. An address that still names a district is of before
July 2025, when wards had other borders under the same names: it says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from fieldapp.rules import tables
from fieldapp.rules.folding import fold
from fieldapp.rules.places.written_address import Place

_KIND = re.compile(r"^(?:phuong|xa dao|xa|thi tran|dac khu|p|x|tt)\s*\.?\s+|^(?:p|x)\.\s*")


def bare_ward(text: str) -> str:
    """A ward's name without its kind: "P. Thạnh Mỹ Tây" is "thanh my tay"."""
    said = " ".join(fold(text).replace(",", " ").split())
    return _KIND.sub("", said).strip(" .")


@lru_cache(maxsize=4)
def _known(edition: str, day: date) -> dict[str, set[str]]:
    """Codes by bare name, and by the code itself."""
    found: dict[str, set[str]] = {}
    for row in tables.rows_at("wards", day):
        found.setdefault(bare_ward(row.text("name")), set()).add(row.key)
        found.setdefault(row.key, set()).add(row.key)
    return found


def wards_named(text: str, day: date) -> frozenset[str]:
    """Codes of the wards that a text can mean on a day; none for a name that no ward has."""
    return _named(tables.edition(), text, day)


@lru_cache(maxsize=1_000)
def _named(edition: str, text: str, day: date) -> frozenset[str]:
    said = bare_ward(text)
    return frozenset(_known(edition, day).get(said.zfill(5) if said.isdigit() else said, set()))


def wards_in_titles(titles: Sequence[str], day: date) -> frozenset[str]:
    """Codes of the wards that titles name, with whatever else stands in the line."""
    known = _known(tables.edition(), day)
    found: set[str] = set()
    for title in titles:
        said = fold(title)
        for name, codes in known.items():
            if not name.isdigit() and re.search(rf"\b(?:phuong|xa|dac khu)\s+{name}\b", said):
                found |= codes
    return frozenset(found)


def named_by(home: Place, day: date) -> frozenset[str]:
    """Codes of the wards that an address can mean; none where it does not tell."""
    if not home.ward or home.district:
        return frozenset()
    return wards_named(home.ward, day)


def foreign(home: Place, ward: str, day: date) -> bool:
    """Whether an address lies in another ward than the one with this code."""
    named = named_by(home, day)
    return bool(named) and ward not in named


def commonest(homes: Iterable[Place], day: date) -> tuple[str, int, int]:
    """The ward that most lines name, how many do, and how many name any; "" where none does."""
    counted: Counter[str] = Counter()
    telling = 0
    for home in homes:
        named = named_by(home, day)
        telling += bool(named)
        counted.update(named)
    ((code, n),) = counted.most_common(1) or [("", 0)]
    return code, n, telling
