"""Wards through three mergers: by code, by name, forwards, backwards, on paper."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.places.wards import (
    Ward,
    address_line,
    became,
    district_name,
    office_of,
    predecessors,
    successors,
    ward_for_declaration,
    ward_of,
    ward_on,
    wards_named,
    wards_on,
)

CAMPAIGN, SPRING, TODAY = date(2024, 11, 21), date(2025, 3, 1), date(2026, 11, 23)
OLD, NEW = date(2021, 1, 1), date(2025, 7, 1)
HORIZON, EARLY = date(2018, 1, 1), date(2019, 1, 1)
MERGERS = {date(2018, 1, 1): 322, OLD: 312, date(2025, 1, 1): 273, NEW: 168}

WARDS = [
    ward
    for day in (EARLY, CAMPAIGN, SPRING, TODAY)
    for province in ("79", "74", "77")
    for ward in wards_on(day, province)
]


def named(name: str, day: date, district: str = "") -> Ward:
    (found,) = wards_named(name, day, district)
    return found


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2017, 12, 31), 0),
        (HORIZON, 322),
        (date(2020, 12, 31), 322),
        (OLD, 312),
        (CAMPAIGN, 312),
        (date(2024, 12, 31), 312),
        (date(2025, 1, 1), 273),
        (date(2025, 6, 30), 273),
        (date(2025, 7, 1), 168),
        (TODAY, 168),
    ],
)
def test_so_many_wards_were_there_on_a_day(day: date, count: int) -> None:
    assert len(wards_on(day)) == count == len({ward.code for ward in wards_on(day)})


def test_the_districts_had_so_many_wards_before_and_after_the_first_merger() -> None:
    def of(district: str) -> tuple[int, int]:
        both = (wards_on(day) for day in (CAMPAIGN, SPRING))
        first, second = (sum(ward.district == district for ward in wards) for wards in both)
        return first, second

    assert {d: of(d) for d in ("760", "764", "769", "772", "776", "783")} == {
        "760": (10, 10),
        "764": (16, 12),
        "769": (34, 34),
        "772": (16, 10),
        "776": (16, 10),
        "783": (21, 21),
    }
    assert sum(row.text("province") == "79" for row in tables.rows_at("districts", SPRING)) == 22
    assert tables.rows_at("districts", TODAY) == ()


def test_before_2021_the_city_had_24_districts_with_so_many_wards() -> None:
    def of(day: date) -> dict[str, int]:
        return dict(Counter(district_name(ward) for ward in wards_on(day)))

    early, later = of(EARLY), of(OLD)
    assert (len(early), len(later)) == (24, 22)
    assert (early["Quận Thủ Đức"], early["Quận 9"], early["Quận 2"]) == (12, 13, 11)
    assert later["Thành phố Thủ Đức"] == 34
    changed = {name: (early[name], later[name]) for name in early.keys() & later.keys()}
    assert {name: two for name, two in changed.items() if two[0] != two[1]} == {
        "Quận 3": (14, 12),
        "Quận 4": (15, 13),
        "Quận 5": (15, 14),
        "Quận 10": (15, 14),
        "Quận Phú Nhuận": (15, 13),
    }


@given(st.dates(HORIZON, date(2027, 12, 31)))
def test_every_day_of_the_horizon_has_its_wards_and_districts(day: date) -> None:
    wards = wards_on(day)
    assert len(wards) == next(n for first, n in reversed(MERGERS.items()) if first <= day)
    assert len({ward.code for ward in wards}) == len(wards)
    assert all(bool(district_name(ward)) == (day < NEW) for ward in wards)
    districts = {
        row.key for row in tables.rows_at("districts", day) if row.text("province") == "79"
    }
    assert {ward.district for ward in wards} - {""} == districts
    assert len(districts) == (24 if day < OLD else 22 if day < NEW else 0)


def test_on_each_day_just_so_many_wards_are_in_force() -> None:
    """The property above of every single day: between two first days nothing can change."""
    begins = {row.valid_from for row in tables.load("wards")}
    ends = {row.valid_to + timedelta(days=1) for row in tables.load("wards") if row.valid_to}
    assert begins | ends == set(MERGERS)
    assert {day: len(wards_on(day)) for day in MERGERS} == MERGERS


def test_every_ward_of_every_day_leads_to_a_ward_of_today() -> None:
    today = {ward.key for ward in wards_on(TODAY)}
    for day in MERGERS:
        reached = [{now.key for now in became(ward, TODAY)} for ward in wards_on(day)]
        assert all(reached)
        assert set().union(*reached) <= today


def test_wards_put_together_in_january_2021() -> None:
    for district, parts, into in (
        ("Quận 3", ("Phường 6", "Phường 7", "Phường 8"), "Phường Võ Thị Sáu"),
        ("Quận 2", ("Phường Bình An", "Phường Bình Khánh"), "Phường An Khánh"),
        ("Quận 2", ("Phường An Khánh", "Phường Thủ Thiêm"), "Phường Thủ Thiêm"),
        ("Quận 4", ("Phường 2", "Phường 5"), "Phường 2"),
        ("Phú Nhuận", ("Phường 13", "Phường 14"), "Phường 13"),
    ):
        wards = [named(part, EARLY, district) for part in parts]
        assert {after.name for ward in wards for after in successors(*ward.key)} == {into}
        (after,) = successors(*wards[0].key)
        assert {ward.name for ward in predecessors(*after.key)} == set(parts)
        assert after.valid_from == OLD and wards[0].row.confidence == "S2"


def test_what_was_written_down_under_a_key_of_2021_is_still_found() -> None:
    ward = ward_of("26920", OLD)
    assert ward is not None and ward.name == "Phường 25"
    (before,) = predecessors(*ward.key)
    assert before.key == ("26920", HORIZON) and became(before, CAMPAIGN) == (ward,)


def test_a_code_can_name_two_wards_and_the_day_tells_which() -> None:
    old, new = ward_on("26740", CAMPAIGN), ward_on("26740", TODAY)
    assert old is not None and new is not None
    assert (old.name, new.name) == ("Phường Bến Nghé", "Phường Sài Gòn")
    assert (old.key, new.key) == (("26740", OLD), ("26740", NEW))
    assert ward_of("26740", NEW) is new
    assert ward_on("00000", TODAY) is None and ward_of("26740", CAMPAIGN) is None


@pytest.mark.parametrize("typed", ["Phường 1", "phuong 01", "P.1", "p 1", "1", "PHƯỜNG 1"])
@pytest.mark.parametrize("district", ["Quận Gò Vấp", "go vap", "Q. Gò Vấp", "764"])
def test_a_ward_is_found_by_name_and_district_as_people_type_them(
    typed: str, district: str
) -> None:
    assert named(typed, SPRING, district).key == ("26890", date(2025, 1, 1))


def test_a_name_alone_is_enough_where_it_is_the_only_one() -> None:
    assert named("ben thanh", TODAY).code == "26743"
    assert named("Thị trấn Củ Chi", CAMPAIGN, "Huyện Củ Chi").kind == "town"
    assert len(wards_named("Phường 1", CAMPAIGN)) > 5
    assert wards_named("Phường 1", TODAY) == ()
    assert wards_named("Bến Thành", TODAY, "Quận 1") == ()


def test_wards_merged_and_divided_in_january_2025() -> None:
    ten = named("Phường 10", CAMPAIGN, "Quận 3")
    assert [ward.name for ward in successors(*ten.key)] == ["Phường 9"]
    five = named("Phường 5", CAMPAIGN, "Quận 6")
    assert {ward.name for ward in successors(*five.key)} == {"Phường 2", "Phường 9"}
    rach_ong = named("Rạch Ông", SPRING)
    assert {ward.name for ward in predecessors(*rach_ong.key)} == {
        "Phường 1",
        "Phường 2",
        "Phường 3",
    }
    fourteen = named("Phường 14", SPRING, "Bình Thạnh")
    before = {ward.name: ward.code for ward in predecessors(*fourteen.key)}
    assert before == {"Phường 14": "26935", "Phường 24": "26929"}
    assert fourteen.code == "26929"


def test_a_ward_that_stayed_as_it_was_is_one_ward_until_the_summer() -> None:
    ward = named("Bến Nghé", CAMPAIGN)
    assert ward.valid_to == date(2025, 6, 30) and named("Bến Nghé", SPRING) is ward


def test_a_ward_that_was_divided_has_several_successors() -> None:
    da_kao = named("Đa Kao", CAMPAIGN)
    assert [ward.name for ward in successors(*da_kao.key)] == ["Phường Tân Định", "Phường Sài Gòn"]
    sai_gon = named("Sài Gòn", TODAY)
    assert {"Phường Bến Nghé", "Phường Đa Kao"} <= {w.name for w in predecessors(*sai_gon.key)}
    assert successors(*sai_gon.key) == () == successors("00000", NEW)


def test_two_mergers_are_followed_in_one_step() -> None:
    ten = named("Phường 10", CAMPAIGN, "Quận 3")
    assert [ward.name for ward in became(ten, TODAY)] == ["Phường Nhiêu Lộc"]
    assert became(ten, CAMPAIGN) == (ten,)
    nhieu_loc = named("Nhiêu Lộc", TODAY)
    assert ten in became(nhieu_loc, CAMPAIGN)
    assert became(nhieu_loc, date(2017, 12, 31)) == ()


def test_wards_of_the_provinces_that_joined_lead_to_the_city() -> None:
    lai_thieu = next(w for w in wards_on(SPRING, "74") if w.name == "Phường Lái Thiêu")
    assert all(ward.province == "79" for ward in successors(*lai_thieu.key))
    assert [district_name(lai_thieu)] == ["Thành phố Thuận An"]


@given(st.sampled_from(WARDS))
def test_every_ward_leads_somewhere_and_back(ward: Ward) -> None:
    for after in successors(*ward.key):
        assert ward in predecessors(*after.key)
        assert ward.valid_to is not None
        assert after.row.holds_on(ward.valid_to + timedelta(days=1))
    assert became(ward, TODAY) and (ward.valid_to is None or successors(*ward.key))
    assert ward in wards_named(ward.name, ward.valid_from, ward.district)


def test_the_address_has_the_names_of_the_day_of_declaration() -> None:
    ward = named("Phường 10", CAMPAIGN, "Quận 3")
    street = "12/3 Lê Văn Sỹ, "
    assert address_line(street, ward, CAMPAIGN) == (
        "12/3 Lê Văn Sỹ, Phường 10, Quận 3, Thành phố Hồ Chí Minh"
    )
    assert address_line(street, ward, SPRING) == (
        "12/3 Lê Văn Sỹ, Phường 9, Quận 3, Thành phố Hồ Chí Minh"
    )
    assert address_line(street, ward, TODAY) == (
        "12/3 Lê Văn Sỹ, Phường Nhiêu Lộc, Thành phố Hồ Chí Minh"
    )


def test_where_a_ward_was_divided_a_person_must_say_which() -> None:
    with pytest.raises(UserMends) as told:
        address_line("1 Đinh Tiên Hoàng", named("Đa Kao", CAMPAIGN), TODAY)
    assert told.value.code == "rules.ward_divided"
    assert told.value.context["among"] == "Phường Tân Định, Phường Sài Gòn"
    with pytest.raises(UserMends) as told:
        ward_for_declaration(named("Đa Kao", CAMPAIGN), date(2017, 12, 31))
    assert told.value.code == "rules.ward_not_on_day"


def test_each_ward_of_today_has_its_office() -> None:
    offices = {ward.code: office_of(ward.code, TODAY) for ward in wards_on(TODAY)}
    assert None not in offices.values()
    assert len({office.code for office in offices.values() if office}) == 36
    found = offices["26740"]
    assert found is not None and (found.code, found.name) == ("1", "BHXH cơ sở Tân Định")
    assert found.row.confidence == "S2"
    assert office_of("26740", CAMPAIGN) is None


def test_codes_that_two_lists_give_differently_are_marked() -> None:
    doubtful = {ward.name for ward in wards_on(TODAY) if ward.row.confidence == "U"}
    assert len(doubtful) == 10 and "Phường Bàn Cờ" in doubtful
    assert all(w.row.note for w in wards_on(TODAY) if w.name in doubtful)


def test_the_ethnic_groups_are_complete_and_what_is_open_is_marked() -> None:
    groups = {row.key: row for row in tables.rows_at("ethnic_groups", TODAY)}
    assert len(groups) == 56 and groups["30"].text("name") == "Co"
    majority = {row.text("name") for row in groups.values() if not row.values.get("minority")}
    assert majority == {"Kinh", "Người nước ngoài"}
    assert (groups["04"].confidence, groups["55"].confidence) == ("U", "U")
