"""A ward name of before, with its district and perhaps a day, as a ward of today."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.places.old_names import wards_meant
from fieldapp.rules.places.wards import Ward, became, district_name, wards_on

EARLY, CAMPAIGN, TODAY = date(2019, 1, 1), date(2024, 11, 21), date(2026, 11, 23)


def meant(name: str, district: str = "", on: date | None = None, today: date = TODAY) -> list[str]:
    return [ward.name for ward in wards_meant(name, district, today=today, written_on=on)]


@pytest.mark.parametrize(
    ("name", "district", "now"),
    [
        ("Phường 6", "Quận 3", ["Phường Xuân Hòa"]),
        ("P.6", "Q.3", ["Phường Xuân Hòa"]),
        ("Phường Bình Khánh", "Quận 2", ["Phường An Khánh"]),
        ("Phường An Khánh", "Quận 2", ["Phường An Khánh"]),
        ("Phường Linh Xuân", "Quận Thủ Đức", ["Phường Linh Xuân"]),
        ("Phường Phước Bình", "Quận 9", ["Phường Phước Long"]),
        ("Phường 12", "Quận 4", ["Phường Xóm Chiếu"]),
        ("Phường 5", "Quận 4", ["Phường Khánh Hội", "Phường Vĩnh Hội"]),
        ("Phường Đa Kao", "Quận 1", ["Phường Tân Định", "Phường Sài Gòn"]),
        ("Phường An Khánh", "", ["Phường An Khánh"]),
        ("Phường 6", "", []),
        ("Phường 6", "Quận 2", []),
        ("Phường An Khánh", "Quận 3", ["Phường An Khánh"]),
    ],
)
def test_an_old_name_says_which_ward_it_is_now(name: str, district: str, now: list[str]) -> None:
    assert meant(name, district) == now


def test_a_name_that_meant_two_places_is_told_apart_by_its_day() -> None:
    spring = date(2025, 3, 1)
    assert meant("An Khánh", "", EARLY, spring) == ["Phường Thủ Thiêm"]
    assert meant("An Khánh", "", CAMPAIGN, spring) == ["Phường An Khánh"]
    assert meant("An Khánh", "Quận 2", None, spring) == ["Phường Thủ Thiêm"]
    assert meant("An Khánh", "Thành phố Thủ Đức", None, spring) == ["Phường An Khánh"]
    two = {on: wards_meant("Phường 2", "Quận 4", today=date(2022, 1, 1), written_on=on)
           for on in (EARLY, None)}  # fmt: skip
    assert two[EARLY] == two[None] and two[None][0].valid_from == date(2021, 1, 1)


def test_a_day_makes_a_name_without_its_district_an_old_one() -> None:
    assert meant("Phường Bình Khánh", "", EARLY) == ["Phường An Khánh"]
    assert meant("Bình Khánh", "", EARLY) == ["Phường An Khánh", "Xã Bình Khánh"]
    assert meant("Xã Bình Khánh", "", EARLY) == ["Xã Bình Khánh"]
    assert meant("Phường Võ Thị Sáu", "", CAMPAIGN) == ["Phường Xuân Hòa"]
    assert len(meant("Phường 1", "", EARLY)) > 5


def test_an_old_name_written_after_its_end_is_still_looked_up() -> None:
    assert meant("Phường An Khánh", "Quận 2", date(2022, 5, 1), date(2022, 6, 1)) == [
        "Phường Thủ Thiêm"
    ]


def test_a_day_to_come_says_nothing_and_neither_do_borders_to_come() -> None:
    assert meant("Phường 6", "Quận 3", date(2030, 1, 1)) == ["Phường Xuân Hòa"]
    assert meant("Phường 1", "Quận Gò Vấp", None, EARLY) == ["Phường 1"]
    assert meant("Phường Rạch Ông", "Quận 8", None, CAMPAIGN) == []


@given(st.sampled_from([ward for day in (EARLY, CAMPAIGN) for ward in wards_on(day)]))
def test_every_old_ward_with_its_district_is_found_under_its_day_and_without(ward: Ward) -> None:
    name, district = ward.name, district_name(ward)
    dated = wards_meant(name, district, today=TODAY, written_on=ward.valid_from)
    assert dated == became(ward, TODAY)
    undated = wards_meant(name, district, today=TODAY)
    assert {now.key for now in undated} & {now.key for now in dated}
