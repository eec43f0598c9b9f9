"""Addresses as the papers write them: in the names of the day of declaration."""

from __future__ import annotations

from datetime import date
from typing import Any

from fieldapp.reports.forms.content import AddressContent
from fieldapp.rules.places.wards import CITY, PROVINCES, became, district_name, ward_of


def home_address(home: Any, ward_name: str, declared_on: date) -> AddressContent:
    """Where a household is, as declared on a day (NĐ188 guide of Mẫu 4: "tại thời điểm kê khai").

    Where its ward was divided since, nobody knows into which part the door fell: the address then
    keeps the ward that it was entered with, as it does for a ward that the table does not have.
    """
    door = f"{home.house_number} {home.street}".strip()
    house = ", ".join(part for part in (door, home.neighbourhood) if part)
    code, _, first = home.ward.partition(".")
    ward = ward_of(code, date.fromisoformat(first)) if first else None
    if ward is None:
        return AddressContent(house=house, ward=ward_name, province=PROVINCES[CITY])
    found = became(ward, declared_on)
    then = found[0] if len(found) == 1 else ward
    return AddressContent(
        house=house, ward=then.name, district=district_name(then), province=PROVINCES[then.province]
    )
