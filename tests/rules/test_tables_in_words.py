"""Dated tables as they are told: names, rows, changes, faults."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules import tables
from fieldapp.rules.tables.changes import row_changes
from fieldapp.rules.tables.shapes import SHAPES
from fieldapp.words import LANGUAGES, Words
from fieldapp.words.dated_tables import change_line, key_name, row_line, row_values, table_name
from tests.rules.table_texts import with_new_salary


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_name_that_people_use(language: str) -> None:
    words = Words(language)
    assert [name for name in SHAPES if table_name(words, name) == name] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", tables.SHIPPED.names)
def test_every_row_can_be_told_in_a_line(table: str, language: str) -> None:
    words = Words(language)
    for row in tables.SHIPPED.rows(table)[-40:]:
        line = row_line(words, row)
        assert all(part in line for part in row.source.split(";")), line
        assert "\n" not in line and "{" not in line, line
        assert len(row_values(words, row)) < 200, line


@pytest.mark.parametrize(
    ("table", "key", "told"),
    [
        (
            "base_salary",
            "",
            "2.340.000\u00a0đ, từ 01/07/2024 đến 30/06/2026. NĐ73/2024 Điều 3.2 (văn",
        ),
        ("hhi_ladder", "", "tỷ lệ 4,5 %, bậc 100 %, 70 %, 60 %, 50 %, 40 %, từ 01/12/2018 đến"),
        ("vsi_support", "near_poor", "Cận nghèo, 25 %, từ 01/01/2018 đến 30/06/2025."),
        ("wards", "26740", "26740, Phường Bến Nghé, mã tỉnh 79, mã quận 760, nay là 26740, từ"),
        ("hhi_insured_otherwise", "employer", "nơi làm việc, từ 01/01/2015"),
    ],
)
def test_rows_of_the_campaign_read_like_this(table: str, key: str, told: str) -> None:
    assert told in row_line(Words("vi"), tables.at(table, key, date(2024, 11, 21)))


def test_a_change_says_what_was_before() -> None:
    before = tables.SHIPPED.rows("base_salary")
    after = tables.parse("base_salary", with_new_salary())
    back = [change_line(Words("vi"), change) for change in row_changes(after, before)]
    assert back[0].startswith("sửa: 2.530.000") and "Trước đây: 2.530.000" in back[0]
    assert back[1].startswith("bỏ: 2.800.000")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_row_is_called_by_its_code(language: str) -> None:
    words = Words(language)
    rows = [row for name in tables.SHIPPED.names for row in tables.load(name)]
    codes = {key_name(words, row) for row in rows}
    assert not [code for code in codes if "_" in code or code in ("hhi", "vsi", "d03", "mau4")]
