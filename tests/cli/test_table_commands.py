"""`fieldapp table` and `fieldapp doctor`: where a number comes from, with and without a profile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fieldapp.rules import tables
from tests.cli.conftest import Ran
from tests.rules.table_texts import with_new_salary

Call = Callable[..., Ran]
NEW = with_new_salary(2_800_000, date(2027, 7, 1))


def test_every_number_of_a_day_has_its_row_source_and_article(fieldapp: Call) -> None:
    ran = fieldapp("table", "show", "hhi_ladder", "--on", "2024-11-21", "--json")
    assert (ran.code, ran.answer["edition"]) == (0, tables.SHIPPED.edition)
    [row] = ran.answer["rows"]
    assert row["values"]["rate"] == "4.5" and row["article"] == "NĐ146/2018 Điều 7.1e"
    assert (row["source"], row["confidence"]) == ("NĐ146/2018 Điều 7.1e", "S")
    lines = tables.SHIPPED.text("hhi_ladder").splitlines()
    assert lines[row["line"] - 1] == "[[row]]"


def test_rows_are_told_in_words(fieldapp: Call) -> None:
    ran = fieldapp("table", "show", "vsi_support", "--key", "poor", "--on", "2026-11-01")
    assert ran.out.startswith("Hộ nghèo, 50 %, từ 01/07/2025. NĐ159/2025 Điều 5")


def test_without_a_profile_the_program_s_own_are_shown(
    fieldapp: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIELDAPP_PASSWORD")
    ran = fieldapp("table", "list", "--json", f"--profile={tmp_path / 'nobody'}")
    assert ran.code == 0
    assert {one["name"] for one in ran.answer["tables"]} == set(tables.SHIPPED.names)
    assert fieldapp("table", "show", "base_salary", "--shipped").code == 0
    assert fieldapp("table", "show", "base_salary").code == 2


def test_with_a_profile_those_in_force_are_shown_and_what_changed(
    fieldapp: Call, receive: Callable[[str, str], None]
) -> None:
    receive("base_salary", NEW)
    answer = fieldapp("table", "list", "--json").answer
    first = answer["tables"][0]
    assert answer["edition"] != tables.SHIPPED.edition
    assert (first["name"], first["sent"]["note"]) == ("base_salary", "NĐ999/2027")
    assert [change["kind"] for change in first["changes"]] == ["ended", "added"]
    assert "thêm: 2.800.000\u00a0đ, từ 01/07/2027" in fieldapp("table", "list").out
    [row] = fieldapp("table", "show", "base_salary", "--on", "2027-07-01", "--json").answer["rows"]
    assert row["values"] == {"dong": 2_800_000}
    [tables_check] = [
        check
        for check in fieldapp("doctor", "--json").answer["checks"]
        if check["name"] == "tables"
    ]
    assert tables_check["well"] and answer["edition"] in tables_check["seen"]
    assert tables.book() is tables.SHIPPED


def test_a_refused_table_is_told_by_list_and_doctor(
    fieldapp: Call, receive: Callable[[str, str], None]
) -> None:
    receive("base_salary", NEW.replace("dong = 2800000", "dong = 0"))
    ran = fieldapp("doctor")
    assert ran.code == 3
    line = tables.SHIPPED.rows("base_salary")[-1].line
    assert f"Mức lương cơ sở: Dòng {line + 9}: dong = 0: phải là số đồng nguyên" in ran.out
    answer = fieldapp("table", "list", "--json").answer
    assert answer["edition"] == tables.SHIPPED.edition
    assert answer["tables"][0]["refused"][0]["code"] == "fault_money"
    assert f"Không dùng bảng vừa nhận: Dòng {line + 9}" in fieldapp("table", "list").out


def test_a_wrong_name_and_a_wrong_day_are_told(fieldapp: Call) -> None:
    assert fieldapp("table", "show", "moon", "--json").error["code"] == "rules.no_such_table"
    wrong = fieldapp("table", "show", "wards", "--on", "soon", "--json")
    assert (wrong.code, wrong.error["field"]) == (2, "on")
