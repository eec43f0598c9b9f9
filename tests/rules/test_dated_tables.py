"""The dated tables: what the program carries holds together, and broken ones are refused."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables

ROW = """
[[row]]
key = "a"
dong = 5
valid_from = {start}
valid_to = {end}
source = "law"
confidence = "S"
"""


def row(start: str, end: str = '""') -> str:
    return ROW.format(start=start, end=end)


def test_every_table_of_the_program_has_rows_but_those_of_the_server() -> None:
    empty = [name for name in tables.names() if not tables.load(name)]
    assert empty == ["collect_accounts", "facilities"]


def test_there_are_168_ward_units_from_july_2025() -> None:
    wards = tables.rows_at("wards", date(2025, 7, 1))
    assert len({ward.key for ward in wards}) == 168
    kinds = [ward.text("kind") for ward in wards]
    assert (kinds.count("ward"), kinds.count("commune"), kinds.count("special_zone")) == (
        113,
        54,
        1,
    )
    assert tables.at("wards", "26743", date(2026, 1, 1)).text("name") == "Phường Bến Thành"


def test_the_63_province_codes_are_known() -> None:
    assert len(tables.keys("province_codes")) == 63
    found = tables.find("province_codes", "079", date(2024, 1, 1))
    assert found is not None and found.text("name") == "Hồ Chí Minh"


@pytest.mark.parametrize(
    ("day", "dong"),
    [
        (date(2013, 7, 1), 1_150_000),
        (date(2024, 6, 30), 1_800_000),
        (date(2024, 7, 1), 2_340_000),
        (date(2026, 6, 30), 2_340_000),
        (date(2026, 7, 1), 2_530_000),
    ],
)
def test_the_base_salary_changes_on_the_day_of_the_decree(day: date, dong: int) -> None:
    assert tables.at("base_salary", "", day).whole("dong") == dong


def test_a_day_outside_a_table_is_told_to_the_user() -> None:
    with pytest.raises(UserMends) as refused:
        tables.at("base_salary", "", date(2013, 6, 30))
    assert refused.value.code == "rules.date_out_of_range"
    assert refused.value.context["day"] == date(2013, 6, 30)


def test_unknown_tables_keys_and_values_are_defects() -> None:
    with pytest.raises(DefectFound):
        tables.load("weather")
    with pytest.raises(DefectFound):
        tables.at("base_salary", "noon", date(2024, 1, 1))
    salary = tables.at("base_salary", "", date(2024, 1, 1))
    for read in (salary.whole, salary.number, salary.numbers):
        with pytest.raises(DefectFound):
            read("percent")
    assert tables.find("wards", "00000", date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    "text",
    [
        row("2020-01-01", "2020-06-30") + row("2020-07-02"),
        row("2020-01-01", "2020-06-30") + row("2020-06-30"),
        row("2020-01-01") + row("2021-01-01"),
        row("2020-01-01", "2019-12-31"),
        row('"soon"'),
        row("2020-01-01", '"later"'),
        row("2020-01-01").replace('"law"', '""'),
        row("2020-01-01").replace('"S"', '"sure"'),
    ],
)
def test_gaps_overlaps_and_rows_without_source_are_refused(text: str) -> None:
    with pytest.raises(DefectFound):
        tables.parse("broken", text)


def test_rows_may_stand_in_any_order_and_decimals_are_exact() -> None:
    text = row("2020-07-01").replace("5", "4.5") + row("2020-01-01", "2020-06-30")
    first, second = tables.parse("fine", text)
    assert first.number("dong") == Fraction(9, 2)
    assert second.holds_on(date(2020, 6, 30)) and not second.holds_on(date(2020, 7, 1))
    assert first.article == "law"


def test_the_edition_names_all_tables_in_ten_signs() -> None:
    assert re.fullmatch("[0-9a-f]{10}", tables.edition())
    assert tables.edition() == tables.edition()
