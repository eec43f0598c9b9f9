"""An address as people write it in one cell, taken apart: door, street, neighbourhood, ward.

Written in every order of care: "Số 123/4/5A đường Ung Văn Khiêm, KP 3, P. Thạnh Mỹ Tây, TP.HCM".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from fieldapp.rules.folding import fold
from fieldapp.rules.places.address import walking_key
from fieldapp.rules.places.wards import names_a_district, names_a_ward


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of an address; "" where it does not say."""

    house_number: str = ""
    street: str = ""
    neighbourhood: str = ""
    ward: str = ""
    district: str = ""

    @property
    def is_a_door(self) -> bool:
        """Whether one can knock there: a number, and the street or hamlet that it counts in."""
        return bool(self.house_number and self.street)


_PARTS = re.compile(r"\s*[,;\n]\s*|\s+-\s+")
_WARD = re.compile(  # "Xa lộ Hà Nội" is a street, "Xanh" a word
    r"(?:(?:phuong|xa(?!\s+lo\b)|thi tran|dac khu)(?=[\s.\d])|p\.|x\.|tt\.|p(?=\s*\d)|p(?=\s))"
    r"\s*\.?\s*(.+)"
)
_DISTRICT = re.compile(  # "Quang Trung" and "Huyền Trân Công Chúa" are streets
    r"(?:quan(?![a-z])|huyen(?![a-z]|\s+tran\s)|thi xa|thanh pho thu duc|tp\.? ?thu duc"
    r"|q\.|h\.|q(?=\d)).*"
)
_CITY = re.compile(  # "Tỉnh lộ 10" is a street
    r"(?:thanh pho|tp\.?|tinh(?!\s+lo\b)|t\.)\s*.*|hcm|tphcm|ho chi minh|viet nam"
    r"|ba ria.*|binh duong"
)
_HAMLET = re.compile(
    r"(?:(?:khu pho|kp\.?|ap|thon|to dan pho|to dp|tdp|khu vuc|khu dan cu)\s*\.?\s*\S+"
    r"|(?:khu|to)\s*\.?\s*\d+).*"
)
_DOOR = re.compile(
    r"(?:(?:so nha|so|nha|sn|hem|ngo|kiet)\s*:?\s*)?"
    r"(?P<number>[a-z]{0,3}\d[\w/.\-]*(?:\s?[a-z])?(?=\s|$))\s*"
    r"(?P<rest>.*)"
)
_NO_STREET = re.compile(r"(?:hem|ngo|kiet|ngach|chung cu|cc|can ho|lo|block|toa|thap|tang|lau)\b")
_STREET = re.compile(r"(?:duong|d\.|pho|dg\.?)\s+")
_SPLIT_WARD = re.compile(r"\s+(?=(?:phuong|xa(?!\s+lo\b))(?:\s*\d|\.|\s+\S)|p\.\s*\S)")


def read_address(text: str) -> Place:
    """Takes an address apart; what is not recognised counts as the street where none is named.

    What is neither the door nor its street ("chung cư Sông Xanh") stands with the neighbourhood.
    """
    whole = unicodedata.normalize("NFC", text)
    parts = [part for part in _PARTS.split(whole.strip(" .,;")) if part]
    if len(parts) == 1:
        parts = _split_unpunctuated(parts[0])
    kinds = _kinds(parts)
    told = dict(reversed([*zip(kinds, range(len(parts)), strict=True)]))  # the first of each kind
    hamlets = [part for part, kind in zip(parts, kinds, strict=True) if kind == "neighbourhood"]
    doors = [place for place, kind in enumerate(kinds) if kind in ("door", "street")]
    at = next((place for place in doors if _is_door(fold(parts[place]))), min(doors, default=None))
    number, street = _door(parts[at]) if at is not None else ("", "")
    taken = {at}
    named = next((place for place in doors if place != at and kinds[place] == "street"), None)
    if not street and named is not None:
        street = parts[named]
        taken.add(named)
    if number and not street and hamlets:
        street = hamlets[-1]
    around = [
        part
        for place, part in enumerate(parts)
        if place not in taken and kinds[place] in ("door", "street", "neighbourhood")
    ]
    return Place(
        house_number=number,
        street=street,
        neighbourhood=", ".join(around),
        ward=parts[told["ward"]] if "ward" in told else "",
        district=parts[told["district"]] if "district" in told else "",
    )


def _split_unpunctuated(text: str) -> list[str]:
    """ "12 Lê Lợi phường Bến Thành": cut before the word that names a ward."""
    folded = fold(text)
    cut = _SPLIT_WARD.search(folded)
    if not cut or len(folded) != len(text):
        return [text]
    return [text[: cut.start()].strip(), text[cut.end() :].strip()]


def _kinds(parts: list[str]) -> list[str]:
    """What each part is. A district's name right after the ward is the district, whatever word
    stands before it: cards say "Phường 24, Bình Thạnh, TP. Hồ Chí Minh". Where nothing is called
    a ward, the name of one before the district or the city is."""
    kinds = [_kind(part, first=place == 0) for place, part in enumerate(parts)]
    if "ward" not in kinds and (bare := _bare_ward(parts, kinds)) is not None:
        kinds[bare] = "ward"
    after = kinds.index("ward") + 1 if "ward" in kinds else len(parts)
    if after < len(parts) and kinds[after] in ("street", "city") and names_a_district(parts[after]):
        kinds[after] = "district"
    return kinds


def _bare_ward(parts: list[str], kinds: list[str]) -> int | None:
    """The place of "Hiệp Bình Chánh" in "12 Đường số 5, Hiệp Bình Chánh, Thủ Đức".

    Only behind a door that names its street: "12, Bàn Cờ, Quận 3" has a street of a ward's name.
    "Thủ Đức" before the city can be the ward of today or the district that was: neither is taken.
    Nor is one of two that can be: "Bến Thành, Sài Gòn, TP.HCM" calls the city by its old name.
    """
    door = next((place for place, part in enumerate(parts) if _is_door_of_a_street(part)), None)
    if door is None:
        return None
    behind_it = [place for place, kind in enumerate(kinds) if place > door and kind == "street"]
    found = [place for place in behind_it if _can_be_the_ward(parts, kinds, place)]
    if len(found) == 1 and kinds[found[0] + 1] == "city":
        found = [place for place in behind_it if names_a_ward(parts[place])]
    return found[0] if len(found) == 1 else None


def _can_be_the_ward(parts: list[str], kinds: list[str], place: int) -> bool:
    """Whether a part is the name of a ward in what stands behind it."""
    if place + 1 == len(parts):
        return False
    part, after, behind = parts[place], parts[place + 1], kinds[place + 1]
    if behind == "district" or (behind in ("street", "city") and names_a_district(after)):
        return names_a_ward(part, after)
    return behind == "city" and not names_a_district(part) and names_a_ward(part)


def _is_door_of_a_street(part: str) -> bool:
    """Whether a door stands with its street, not only with the alley or the house in it."""
    number, street = _door(part)
    return bool(number and street) and not _NO_STREET.match(fold(street))


def _kind(part: str, *, first: bool) -> str:
    said = fold(part)
    if _HAMLET.fullmatch(said) and not (first and _is_door(said)):
        return "neighbourhood"
    if _DISTRICT.fullmatch(said):
        return "district"
    if _WARD.fullmatch(said):
        return "ward"
    if _CITY.fullmatch(said):
        return "city"
    return "door" if first or _is_door(said) else "street"


def _is_door(folded: str) -> bool:
    return bool(_DOOR.fullmatch(folded)) and not _HAMLET.fullmatch(folded)


def _door(part: str) -> tuple[str, str]:
    """House number and street of the first part."""
    folded = fold(part)
    found = _DOOR.fullmatch(folded)
    if len(folded) != len(part):  # a letter that folds to two: never in an address of ours
        return "", part
    if not found:
        return "", _bare_street(part)
    number = part[found.start("number") : found.end("number")].replace(" ", "").rstrip(".-/")
    return number, _bare_street(part[found.start("rest") :])


def _bare_street(text: str) -> str:
    said = fold(text)
    prefix = _STREET.match(said)  # "Đường số 7" keeps its first word: "số 7" alone is no street
    if prefix and said[prefix.end() :].startswith("so "):
        prefix = None
    return text[prefix.end() :].strip() if prefix and len(said) == len(text) else text.strip()


DoorKey = tuple[object, str]


@lru_cache(maxsize=5_000)
def door_key(house_number: str, street: str) -> DoorKey:
    """Equal for two ways to write one door: "123/4/5a" and "Số 123/4/5A", with or without tones."""
    return walking_key(house_number), street_key(street)


@lru_cache(maxsize=5_000)
def street_key(street: str) -> str:
    """Equal for two ways to write one street."""
    return fold(_bare_street(" ".join(street.split())))


def are_near(one: Place, other: Place) -> bool:
    """Whether two addresses can be one home, or doors of one alley or street.

    An address that does not say contradicts nothing.
    """
    if one.street and other.street:
        return street_key(one.street) == street_key(other.street)
    if one.neighbourhood and other.neighbourhood:
        return fold(one.neighbourhood) == fold(other.neighbourhood)
    return True
