"""The wards of a day: names change, codes return with other borders, and wards are divided.

Ho Chi Minh City had 322 ward-level units to 2020-12-31, 312 to 2024-12-31, 273 to 2025-06-30 and
has 168 since (NQ1111/NQ-UBTVQH14, NQ1278/NQ-UBTVQH15, NQ1685/NQ-UBTVQH15), so a ward is its code
AND its first day. Which day counts is for the caller to say: for an address, that of the
declaration (NĐ188/2025 guide of Mẫu 4: "theo tên địa danh tại thời điểm kê khai").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.folding import fold
from fieldapp.rules.tables import Book, Row

CITY = "79"
PROVINCES = {
    CITY: "Thành phố Hồ Chí Minh",
    "74": "Tỉnh Bình Dương",
    "77": "Tỉnh Bà Rịa - Vũng Tàu",
}
"""Of the wards that the table has; 74 and 77 joined the city on 2025-07-01 (NQ202/2025/QH15)."""

_KIND = re.compile(r"^(?:phuong|xa|thi tran|dac khu|p\.?|x\.?|tt\.?)(?=[ \d])")
_DISTRICT_KIND = re.compile(r"^(?:quan|huyen|thi xa|thanh pho|q\.?|h\.?|tx\.?|tp\.?)(?=[ \d])")

Key = tuple[str, date]
"""Code and first day: what names a ward for ever."""


@dataclass(frozen=True)
class Ward:
    """One ward-level unit; `valid_to` None: it is in force.

    `district` is a code, "" since districts were abolished.
    """

    code: str
    valid_from: date
    valid_to: date | None
    name: str
    kind: str
    province: str
    district: str
    row: Row
    """Where it is from, and how sure it is."""

    @property
    def key(self) -> Key:
        """What names it for ever."""
        return self.code, self.valid_from


@dataclass(frozen=True)
class Office:
    """An office of the insurance agency (BHXH cơ sở)."""

    code: str
    name: str
    row: Row
    """The row that says whose ward is whose."""


def wards_on(day: date, province: str = CITY) -> tuple[Ward, ...]:
    """The wards of a day, in the order of their codes; empty before 2018-01-01."""
    return tuple(one for one in _all().values() if one.province == province and _holds(one, day))


def ward_on(code: str, day: date) -> Ward | None:
    """The ward that had this code on a day."""
    row = tables.find("wards", code, day)
    return None if row is None else _all()[code, row.valid_from]


def ward_of(code: str, valid_from: date) -> Ward | None:
    """The ward with this code and first day."""
    return _all().get((code, valid_from))


def wards_named(name: str, day: date, district: str = "") -> tuple[Ward, ...]:
    """The wards of that name on a day: without tones, with or without "Phường", "P.", a zero.

    Before 2025-07-01 many districts had a "Phường 1": `district`, a code or a name, tells which.
    """
    wanted = _plain(name, _KIND)
    found = [one for one in tables.book().made(_by_name).get(wanted, ()) if _holds(one, day)]
    if district:
        found = [one for one in found if _is_in(one, district)]
    return tuple(found)


def successors(code: str, valid_from: date) -> tuple[Ward, ...]:
    """The wards that a ward became part of, on the day after its last: several if it was divided.

    Empty for one that is in force, and for one that is not known.
    """
    ward = ward_of(code, valid_from)
    if ward is None or ward.valid_to is None:
        return ()
    day = ward.valid_to + timedelta(days=1)
    found = (ward_on(successor, day) for successor in ward.row.texts("successors"))
    return tuple(one for one in found if one is not None)


def predecessors(code: str, valid_from: date) -> tuple[Ward, ...]:
    """The wards that became part of this one, by code."""
    return tables.book().made(_before).get((code, valid_from), ())


def became(ward: Ward, day: date) -> tuple[Ward, ...]:
    """What the territory of a ward belongs to on a later day, or belonged to on an earlier one.

    The ward itself where it is valid on that day; several where it was divided, or put together;
    none where the table does not reach.
    """
    step = successors if day >= ward.valid_from else predecessors
    found, waiting = {}, {ward.key: ward}
    while waiting:
        key, one = waiting.popitem()
        if _holds(one, day):
            found[key] = one
        else:
            waiting |= {near.key: near for near in step(*key)}
    return tuple(found[key] for key in sorted(found))


def ward_for_declaration(ward: Ward, declared_on: date) -> Ward:
    """The ward whose name an address has on the day on which it is declared.

    Raises UserMends: `rules.ward_divided` where there are several (`among`), and
    `rules.ward_not_on_day` where the table has none.
    """
    found = became(ward, declared_on)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UserMends("rules.ward_not_on_day", field="ward", ward=ward.name, day=declared_on)
    among = ", ".join(one.name for one in found)
    raise UserMends(
        "rules.ward_divided", field="ward", ward=ward.name, day=declared_on, among=among
    )


def address_line(street: str, ward: Ward, declared_on: date) -> str:
    """An address in the names of the day of declaration, district included while there were any.

    `street` is what stands before the ward: house number, street, neighbourhood. Raises as
    `ward_for_declaration`.
    """
    then = ward_for_declaration(ward, declared_on)
    parts = (street.strip(" ,"), then.name, district_name(then), PROVINCES[then.province])
    return ", ".join(part for part in parts if part)


def district_name(ward: Ward) -> str:
    """The name of a ward's district; "" since districts were abolished."""
    row = tables.find("districts", ward.district, ward.valid_from)
    return row.text("name") if row else ""


def names_a_ward(text: str, district: str = "") -> bool:
    """Whether a text without "Phường" or "Xã" is the name of a ward that was or is in a district;
    of one of today where no `district` is said.

    A bare number is none: "Phường 3" is, "3" is not.
    """
    found = tables.book().made(_by_name).get(_plain(text, _KIND), ())
    if district:
        found = tuple(one for one in found if _is_in(one, district))
    else:
        found = tuple(one for one in found if one.valid_to is None)
    return not text.strip().isdigit() and bool(found)


def names_a_district(text: str) -> bool:
    """Whether a text is the name of a district that was, with or without "Quận", "Huyện", "TP.".

    A bare number is none: "Quận 3" is, "3" is not.
    """
    plain = _plain(text, _DISTRICT_KIND)
    return not text.strip().isdigit() and plain in tables.book().made(_districts)


def office_of(code: str, day: date) -> Office | None:
    """The office that serves the ward which has this code on a day.

    None before 2025-07-01: the districts had offices, which this table does not list.
    """
    row = tables.find("ward_offices", code, day)
    office = row and tables.find("agency_offices", row.text("office"), day)
    return Office(office.key, office.text("name"), row) if row and office else None


def _holds(ward: Ward, day: date) -> bool:
    return ward.row.holds_on(day)


def _all() -> Mapping[Key, Ward]:
    return tables.book().made(_by_key)


def _by_key(book: Book) -> Mapping[Key, Ward]:
    rows = sorted(book.rows("wards"), key=lambda row: (row.key, row.valid_from))
    return {(row.key, row.valid_from): _ward(row) for row in rows}


def _ward(row: Row) -> Ward:
    return Ward(
        code=row.key,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        name=row.text("name"),
        kind=row.text("kind"),
        province=row.text("province"),
        district=row.text("district"),
        row=row,
    )


def _by_name(book: Book) -> Mapping[str, tuple[Ward, ...]]:
    found: dict[str, tuple[Ward, ...]] = {}
    for ward in book.made(_by_key).values():
        plain = _plain(ward.name, _KIND)
        found[plain] = (*found.get(plain, ()), ward)
    return found


def _districts(book: Book) -> frozenset[str]:
    return frozenset(_plain(row.text("name"), _DISTRICT_KIND) for row in book.rows("districts"))


def _before(book: Book) -> Mapping[Key, tuple[Ward, ...]]:
    found: dict[Key, tuple[Ward, ...]] = {}
    with tables.one_book(book):
        for ward in book.made(_by_key).values():
            for after in successors(*ward.key):
                found[after.key] = (*found.get(after.key, ()), ward)
    return found


def _is_in(ward: Ward, district: str) -> bool:
    if district == ward.district:
        return True
    named = _plain(district_name(ward), _DISTRICT_KIND)
    return bool(named) and named == _plain(district, _DISTRICT_KIND)


def _plain(name: str, kind: re.Pattern[str]) -> str:
    """A name for comparing: no tones, no word for its kind, no zero before a number."""
    bare = kind.sub("", fold(name)).strip()
    return re.sub(r"^0+(?=\d)", "", bare)
