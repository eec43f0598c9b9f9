"""C17-TS and B15a-UQ: what was used, void and missing adds up; no target, no percentage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.errors import UserMends
from fieldapp.reports.forms import write_receipt_reconciliation, write_targets
from fieldapp.reports.forms.content import Counts, ReceiptLineContent, TargetLine
from tests.reports.form_samples import IN_2024, IN_2026, head
from tests.support.office import converted

PAID = date(2026, 11, 3)
HANG = ReceiptLineContent("79A-0412", "0041907", 1_366_200, PAID, "Nguyễn Thị Bích Hằng")
RECEIPTS = [
    replace(HANG, number="0041910", state="missing", amount_dong=0, issued_on=None, payer=""),
    HANG,
    replace(HANG, number="0041908", amount_dong=956_340, payer="Trần Quốc Khôi"),
    replace(HANG, number="0041909", state="void", note="viết sai tên"),
    replace(HANG, book="79A-0411", number="0000099", amount_dong=1),
]
COUNTS = Counts(875, 8_124, 30, 400, 2_000, 2_400)
TARGETS = [
    TargetLine("Bưu cục Thạnh Mỹ Tây", "NV0001", Counts(100, 0, 3, 4, 20, 24), COUNTS),
    TargetLine("Lê Thị Hồng Lan", "NV0017", Counts(50, 0, 1, 0, 6, 0), Counts(), "Nghỉ phép"),
]


def cells(path: Path) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


def below_signs(rows: list[list[Any]]) -> list[list[Any]]:
    start = next(i for i, row in enumerate(rows) if row[:2] in (["A", "B"], ["A", "1"])) + 1
    end = next(i for i, row in enumerate(rows) if i > start and not any(row))
    return rows[start:end]


def said(rows: list[list[Any]]) -> list[str]:
    return [cell for row in rows for cell in row if isinstance(cell, str) and cell]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three papers as LibreOffice saved them again."""
    folder = tmp_path_factory.mktemp("papers")
    old, new, targets = (folder / f"{name}.xlsx" for name in ("old", "new", "targets"))
    write_receipt_reconciliation(old, head(IN_2024), RECEIPTS)
    write_receipt_reconciliation(new, head(IN_2026), RECEIPTS)
    write_targets(targets, head(IN_2026), TARGETS, date(2026, 11, 1))
    again = converted([old, new, targets], folder, "xlsx")
    for path in (old, new, targets):
        assert cells(again[path.stem]) == cells(path)
    return again


def test_c17_has_the_columns_of_the_agency_while_it_is_the_agencys(papers: dict[str, Path]) -> None:
    assert below_signs(cells(papers["old"])) == [
        [1.0, "0000099 (79A-0411)", 1.0, ""],
        [2.0, "0041907 (79A-0412)", 1_366_200.0, ""],
        [3.0, "0041908 (79A-0412)", 956_340.0, ""],
        [4.0, "0041909 (79A-0412)", "", "Đã hủy; viết sai tên"],
        [5.0, "0041910 (79A-0412)", "", "Thiếu"],
        ["", "Cộng", 2_322_541.0, ""],
    ]


def test_c17_counts_what_was_used_void_and_missing(papers: dict[str, Path]) -> None:
    texts = said(cells(papers["old"]))
    assert "Biên lai đã sử dụng: 3. Biên lai hủy: 1. Biên lai thiếu: 1." in texts
    in_words = "Hai triệu ba trăm hai mươi hai nghìn năm trăm bốn mươi mốt đồng"
    assert f"Tổng số tiền thu: 2.322.541 đồng. Bằng chữ: {in_words}" in texts
    for title in ("Cán bộ thu", "Thủ quỹ", "Kế toán", "Kế toán trưởng", "Giám đốc"):
        assert title in texts


def test_c17_is_the_organisations_own_from_may_2026_and_says_so(papers: dict[str, Path]) -> None:
    rows = cells(papers["new"])
    assert any("không có trong danh mục của Quyết định số 366" in text for text in said(rows))
    assert below_signs(rows)[1] == [
        2.0,
        "0041907 (79A-0412)",
        PAID,
        "Nguyễn Thị Bích Hằng",
        1_366_200.0,
        "",
    ]


def test_b15a_has_four_blocks_and_the_percentage_of_the_sums(papers: dict[str, Path]) -> None:
    rows = cells(papers["targets"])
    post, lan, total = below_signs(rows)
    vsi, hhi = slice(11, 19), slice(27, 35)
    assert post[:3] == [1.0, "Bưu cục Thạnh Mỹ Tây", "NV0001"]
    assert post[vsi] == [100.0, 100.0, 0.0, 7.0, 3.0, 4.0, 44.0, 0.44]
    assert post[hhi][:7] == [8_999.0, 875.0, 8_124.0, 430.0, 30.0, 400.0, 4_400.0]
    assert post[hhi][7] == 0.4889
    assert total[vsi] == [150.0, 150.0, 0.0, 8.0, 4.0, 4.0, 50.0, 0.3333]
    assert total[:2] == ["", "Tổng cộng"] and lan[35] == "Nghỉ phép"
    not_ours = [*post[3:11], *post[19:27]]
    assert not any(not_ours)
    texts = said(rows)
    for block in ("BHXH, BHYT bắt buộc", "BHXH tự nguyện", "BHTNLĐ tự nguyện", "BHYT tự đóng"):
        assert block in texts
    assert "BẢNG THEO DÕI CHỈ TIÊU PHÁT TRIỂN NGƯỜI THAM GIA THÁNG 11/2026" in texts


def test_an_organisation_without_a_target_has_that_of_its_collectors(tmp_path: Path) -> None:
    """Their results are in its line and count once."""
    post, lan = TARGETS
    inner = [replace(post, vsi=Counts(0, 0, 4, 4, 26, 24)), replace(lan, depth=1)]
    write_targets(tmp_path / "b.xlsx", head(IN_2026), [*inner, lan], date(2026, 11, 1))
    total = below_signs(cells(tmp_path / "b.xlsx"))[-1]
    assert total[11:19] == [100.0, 100.0, 0.0, 9.0, 5.0, 4.0, 56.0, 0.56]


def test_without_a_target_there_is_no_percentage(papers: dict[str, Path]) -> None:
    lan = below_signs(cells(papers["targets"]))[1]
    assert lan[27:35] == [0.0] * 7 + [""]


def test_empty_tables_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserMends, match=r"forms\.no_lines"):
        write_receipt_reconciliation(tmp_path / "c.xlsx", head(IN_2026), [])
    with pytest.raises(UserMends, match=r"forms\.no_lines"):
        write_targets(tmp_path / "b.xlsx", head(IN_2026), [], IN_2026)
    with pytest.raises(UserMends, match=r"rules\.form_not_yet"):
        write_targets(tmp_path / "b.xlsx", head(IN_2024), TARGETS, IN_2024)
    assert list(tmp_path.iterdir()) == []
