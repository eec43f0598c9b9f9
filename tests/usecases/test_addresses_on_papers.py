"""The ward and the district of an address are those of the day of declaration."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.model import Household
from fieldapp.usecases.official_lists.addresses import home_address

OLD, NEW = "26920.20210101", "26956.20250701"


@pytest.mark.parametrize(
    ("stream", "day", "whole"),
    [
        (OLD, date(2024, 11, 20), "Phường 25, Quận Bình Thạnh, Thành phố Hồ Chí Minh"),
        (OLD, date(2025, 6, 30), "Phường 25, Quận Bình Thạnh, Thành phố Hồ Chí Minh"),
        (OLD, date(2025, 7, 1), "Phường Thạnh Mỹ Tây, Thành phố Hồ Chí Minh"),
        (NEW, date(2026, 11, 20), "Phường Thạnh Mỹ Tây, Thành phố Hồ Chí Minh"),
        (NEW, date(2025, 6, 30), "Phường Thạnh Mỹ Tây, Thành phố Hồ Chí Minh"),
        ("99999.20250701", date(2026, 11, 20), "as entered, Thành phố Hồ Chí Minh"),
        ("odd", date(2026, 11, 20), "as entered, Thành phố Hồ Chí Minh"),
    ],
)
def test_an_address_has_the_names_of_its_day(stream: str, day: date, whole: str) -> None:
    home = Household(
        ward=stream, id="h", house_number="12/3", street="Xô Viết", neighbourhood="KP 1"
    )
    address = home_address(home, "as entered", day)
    assert address.whole == f"12/3 Xô Viết, KP 1, {whole}"
