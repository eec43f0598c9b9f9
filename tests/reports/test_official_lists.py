"""The lists, opened by LibreOffice and read again: every cell is what was meant."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from fieldapp.errors import DefectFound, SurroundingsMend, UserMends
from fieldapp.reports.forms import WrittenList, in_order, write_list
from fieldapp.reports.forms.content import HealthLine, ReceiptContent, SocialLine
from fieldapp.rules import tables
from fieldapp.rules.tables import Book, in_force
from tests.reports.form_samples import (
    DUC,
    FIRST,
    HANG,
    IN_2024,
    IN_2026,
    KHOI,
    NHI,
    OLD_ADDRESS,
    SECOND,
    head,
    health,
    ranked,
    social,
    supported,
)
from tests.support.office import converted

Line = HealthLine | SocialLine
Cells = list[list[Any]]

OLD_FIRST = replace(FIRST, address=OLD_ADDRESS)
OLD_SECOND = replace(SECOND, address=OLD_ADDRESS)
IN_2017 = ReceiptContent("17A-0001", "0000012", date(2018, 1, 15))
HOSTILE = ("=1+1", "+1", "-2", "@x", '=HYPERLINK("http://example.invalid")', "{=1}", "\t=1+1")


def family_2024() -> list[Line]:
    """Two households in disorder, one member supported."""
    return [
        supported(DUC, household=OLD_FIRST, note="Cận nghèo"),
        ranked(NHI, 3, 758_160, household=OLD_FIRST),
        health(KHOI, OLD_SECOND),
        health(HANG, OLD_FIRST),
        ranked(KHOI, 2, 884_520, household=OLD_FIRST),
    ]


def family_2026() -> list[Line]:
    """The same in November 2026."""
    paid = {"base_dong": 2_530_000, "starts_on": date(2026, 12, 28)}
    paid |= {"receipt": ReceiptContent("79A-0412", "0041906", date(2026, 11, 20))}
    near_poor = {"gross_dong": 683_100, "state_dong": 478_170, "local_dong": 68_310}
    near_poor |= {"other_dong": 34_155, "participant_dong": 102_465, "months": 6}
    first = {"gross_dong": 1_366_200, "participant_dong": 1_366_200}
    return [
        replace(supported(DUC), **paid, **near_poor),
        replace(ranked(NHI, 3, 819_720), **paid),
        replace(health(KHOI, SECOND), **paid, **first),
        replace(health(HANG), **paid, **first),
        replace(ranked(KHOI, 2, 956_340), **paid),
    ]


def examples_of_h1_and_h2() -> list[Line]:
    """QĐ595 guide of D03-TS, in its base salary: two of its cases on one list."""
    base = {"base_dong": 1_300_000, "receipt": IN_2017}
    near_poor = {"gross_dong": 351_000, "state_dong": 245_700, "local_dong": 35_100}
    near_poor |= {"other_dong": 0, "other_percent": Decimal(0), "participant_dong": 70_200}
    return [
        health(HANG, gross_dong=702_000, participant_dong=702_000, **base),
        ranked(KHOI, 2, 491_400, **base),
        ranked(NHI, 3, 421_200, **base),
        replace(supported(DUC), **base, **near_poor, months=6),
    ]


def payers_2026() -> list[Line]:
    """Every way to pay that changes what stands on D05-TS."""
    helped = {"state_percent": Decimal(40), "state_dong": 792_000}
    helped |= {"local_percent": Decimal(25), "local_dong": 495_000}
    helped |= {"other_percent": Decimal("12.5"), "other_dong": 247_500}
    half = {"income_dong": 1_500_000, "months": 12, "gross_dong": 3_960_000}
    half |= {"state_dong": 330_000, "participant_dong": 3_630_000}
    ahead = {"method": "years_ahead", "income_dong": 1_500_000, "months": 24}
    ahead |= {"gross_dong": 7_644_801, "state_dong": 1_584_000, "participant_dong": 6_060_801}
    return [
        social(),
        social(HANG, change="renewal", participant_dong=1_105_500, **helped),
        social(KHOI, change="rejoin", **half),
        social(NHI, note="Đã có sổ", **ahead),
    ]


def payers_2024() -> list[Line]:
    """The campaign's everyday case, and one with everything."""
    paid = {"receipt": ReceiptContent("79A-0412", "0041908", date(2024, 11, 2))}
    paid |= {"from_month": date(2024, 11, 1), "address": OLD_ADDRESS}
    plain = {"income_dong": 1_500_000, "months": 1, "gross_dong": 330_000}
    plain |= {"state_percent": Decimal(10), "state_dong": 33_000, "participant_dong": 297_000}
    return [social(**paid, **plain)]


def hostile() -> list[Line]:
    return [
        health(replace(HANG, full_name=text, facility=text), note=text, collector_code=text)
        for text in HOSTILE
    ]


def many() -> list[Line]:
    """Three hundred people of a hundred households."""
    homes = [replace(OLD_FIRST, key=str(n)) for n in range(100)]
    return [
        line
        for home in homes
        for line in (
            health(HANG, home),
            ranked(KHOI, 2, 884_520, household=home),
            ranked(NHI, 3, 758_160, household=home),
        )
    ]


LISTS: dict[str, tuple[str, date, Callable[[], list[Line]]]] = {
    "d03": ("d03", IN_2024, family_2024),
    "d03_examples": ("d03", IN_2024, examples_of_h1_and_h2),
    "d03_one": ("d03", IN_2024, lambda: [health()]),
    "d03_hostile": ("d03", IN_2024, hostile),
    "d03_many": ("d03", IN_2024, many),
    "mau3": ("mau3", IN_2026, family_2026),
    "mau4": ("mau4", IN_2026, family_2026),
    "d05_2023": ("d05", IN_2024, payers_2024),
    "d05_2026": ("d05", IN_2026, payers_2026),
}


@dataclass(frozen=True)
class Office:
    """The lists as they were written, and as LibreOffice saved and printed them again."""

    written: dict[str, Path]
    again: dict[str, Path]
    printed: dict[str, Path]

    def cells(self, name: str) -> Cells:
        return read(self.again[name])

    def lines(self, name: str) -> Cells:
        """The rows below the row of column signs, up to the first empty one."""
        rows = self.cells(name)
        start = next(i for i, row in enumerate(rows) if row[:2] == ["A", "B"]) + 1
        end = next(i for i, row in enumerate(rows) if i > start and not any(row))
        return rows[start:end]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("lists")
    written = {}
    for name, (form, day, lines) in LISTS.items():
        written[name] = folder / f"{name}.xlsx"
        write_list(written[name], form, head(day), lines())
    again = converted(list(written.values()), folder, "xlsx")
    printed = converted([written["d03_many"], written["mau4"]], folder, "pdf")
    return Office(written, again, printed)


def read(path: Path) -> Cells:
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


def texts(cells: Cells) -> list[str]:
    return [cell for row in cells for cell in row if isinstance(cell, str) and cell]


def numbered(lines: Cells) -> Cells:
    """The people's rows, without section headings and totals."""
    return [row for row in lines if isinstance(row[0], float)]


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_libreoffice_finds_just_the_cells_that_were_written(name: str, office: Office) -> None:
    assert office.cells(name) == read(office.written[name])


OLD = "12/3 Ung Văn Khiêm, Phường 25, Quận Bình Thạnh, Thành phố Hồ Chí Minh"
PAID = date(2024, 11, 20)
SINCE = date(2024, 12, 1)
SECOND_RANK, THIRD_RANK = "Người thứ 2: 70\u00a0%", "Người thứ 3: 60\u00a0%"
SUPPORT = "NSNN hỗ trợ 70\u00a0%: 884.520\u00a0đ; Cận nghèo"


def test_d03_names_the_money_of_the_period_household_by_household(office: Office) -> None:
    def paid(dong: float, local: Any = "", other: Any = "", note: str = "") -> list[Any]:
        receipt = [PAID, "0041906"]
        return [OLD, "79-034", *receipt, dong, local, other, SINCE, 12.0, "NV0017", note]

    hang = ["Nguyễn Thị Bích Hằng", "0123456789", "079168000001", date(1968, 2, 3), "Nữ"]
    khoi = ["Trần Quốc Khôi", "0123456790", "079066000002", date(1966, 12, 31), "Nam"]
    nhi = ["Trần Phương Nhi", "", "079304000003", date(2004, 9, 5), "Nữ"]
    duc = ["Trần Minh Đức", "0123456792", "079098000004", date(1998, 1, 1), "Nam"]
    nothing = [""] * 15
    assert office.lines("d03") == [
        ["I", "Tăng", *nothing],
        ["I.1", "Người tham gia", *nothing],
        [1.0, *hang, *paid(1_263_600.0)],
        [2.0, *khoi, *paid(884_520.0, note=SECOND_RANK)],
        [3.0, *nhi, *paid(758_160.0, note=THIRD_RANK)],
        [4.0, *duc, *paid(189_540.0, 126_360.0, 63_180.0, SUPPORT)],
        [5.0, *khoi, *paid(1_263_600.0)],
        ["I.2", "Tiền lương", *nothing],
        ["", "Cộng tăng: 5 người", *[""] * 8, 4_359_420.0, 126_360.0, 63_180.0, *[""] * 4],
        ["II", "Giảm", *nothing],
    ]


def test_the_official_examples_stand_on_d03_as_the_guide_has_them(office: Office) -> None:
    rows = numbered(office.lines("d03_examples"))
    assert [row[10] for row in rows] == [702_000.0, 491_400.0, 421_200.0, 70_200.0]


def test_mau3_names_the_reduced_base_and_not_the_premium(office: Office) -> None:
    rows = numbered(office.lines("mau3"))
    month, note = date(2026, 12, 1), "6 tháng; Hỗ trợ khác 5\u00a0%: 34.155\u00a0đ"
    nothing = [""] * 4
    assert [row[5:] for row in rows] == [
        [2_530_000.0, *nothing, month, "", "x", "", "12 tháng"],
        [1_771_000.0, *nothing, month, "", "x", "", f"12 tháng; {SECOND_RANK}"],
        [1_518_000.0, *nothing, month, "", "", "x", f"12 tháng; {THIRD_RANK}"],
        [2_530_000.0, *nothing, month, 80.0, "x", "", note],
        [2_530_000.0, *nothing, month, "", "x", "", "12 tháng"],
    ]
    assert rows[2][:5] == [3.0, "Trần Phương Nhi", "", "079304000003", "79-034"]
    total = next(row for row in office.lines("mau3") if row[1] == "Cộng tăng: 5 người")
    assert total[5] == 10_879_000.0 and not any(total[6:])


def test_the_official_example_of_mau3_comes_out() -> None:
    """NĐ188 guide of Mẫu 3: 2,340,000, 1,638,000 and 1,404,000 at 2,340,000."""
    lines = [health(), ranked(KHOI, 2, 884_520), ranked(NHI, 3, 758_160)]
    assert [line.reduced_base_dong for line in lines] == [2_340_000, 1_638_000, 1_404_000]


def test_mau4_is_a_form_for_each_household(office: Office) -> None:
    rows = office.cells("mau4")
    found = [row for row in rows if isinstance(row[0], float)]
    note = "6 tháng; Hỗ trợ khác 5\u00a0%: 34.155\u00a0đ"
    assert [[row[0], row[1], *row[6:]] for row in found] == [
        [1.0, "Nguyễn Thị Bích Hằng", 2_530_000.0, "Chủ hộ", "", "x", "", "12 tháng"],
        [2.0, "Trần Quốc Khôi", 2_530_000.0, "Chồng", "", "x", "", f"12 tháng; {SECOND_RANK}"],
        [3.0, "Trần Phương Nhi", 2_530_000.0, "Con", "", "", "x", f"12 tháng; {THIRD_RANK}"],
        [4.0, "Trần Minh Đức", 2_530_000.0, "Con", 80.0, "x", "", note],
        [5.0, "Trần Quốc Khôi", 2_530_000.0, "Chồng", "", "x", "", "12 tháng"],
    ]
    said = texts(rows)
    assert [text for text in said if text.startswith("Họ và tên chủ hộ")] == [
        "Họ và tên chủ hộ: Nguyễn Thị Bích Hằng     Số điện thoại: 0903000123",
        "Họ và tên chủ hộ: Lê Văn Ba     Số điện thoại: 0903000124",
    ]
    assert [text for text in said if text.startswith("Tổng số người")] == [
        "Tổng số người đề nghị cấp thẻ: 4 người, trong đó cấp thẻ giấy: 1 người",
        "Tổng số người đề nghị cấp thẻ: 1 người, trong đó cấp thẻ giấy: 0 người",
    ]
    assert len(PdfReader(office.printed["mau4"]).pages) == 2


def test_d05_of_2026_says_where_the_formula_does_not_give_the_money(office: Office) -> None:
    month = date(2026, 11, 1)
    lines = office.lines("d05_2026")
    assert [row[4:] for row in lines] == [
        [month, 6.0, 2e6, 2_640_000.0, 2_244_000.0, 20.0, *[""] * 4, "Bản điện tử", "Đóng mới", ""],
        [month, 6.0, 2e6, 2_640_000.0, 1_105_500.0, 40.0, 25.0, 495_000.0, 12.5, 247_500.0,
         "Bản điện tử", "Đóng tiếp", ""],
        [month, 12.0, 1.5e6, 3_960_000.0, 3_630_000.0, 20.0, *[""] * 4, "Bản điện tử", "Đóng lại",
         "NSNN hỗ trợ 5 trên 12 tháng: 330.000\u00a0đ"],
        [month, 24.0, 1.5e6, 7_644_801.0, 6_060_801.0, 20.0, *[""] * 4, "Bản giấy", "Đóng mới",
         "Đóng một lần cho nhiều năm về sau, đã chiết khấu; cột số tháng × thu nhập × 22 % là "
         "7.920.000\u00a0đ; Đã có sổ"],
        ["", "", "", 16_884_801.0, 13_040_301.0, "", "", 495_000.0, "", 247_500.0, "", "", ""],
    ]  # fmt: skip
    assert lines[-1][:2] == ["", "Cộng: 4 người"]


def test_column_7_of_d05_follows_the_working_rule(office: Office) -> None:
    """7 = 6 − 4×8×CN×22 % − 10 − 12: the guide's own formula cannot be right."""
    for row in office.lines("d05_2026")[:2]:
        months, gross, paid, percent = row[5], row[7], row[8], row[9]
        state = months * percent / 100 * 1_500_000 * 22 / 100
        assert paid == gross - state - (row[11] or 0) - (row[13] or 0)


def test_d05_of_2023_has_the_states_money_too(office: Office) -> None:
    (row,) = numbered(office.lines("d05_2023"))
    receipt = [date(2024, 11, 2), "0041908"]
    assert row == [
        1.0, "Trần Minh Đức", "0123456792", "079098000004", OLD, *receipt, 1_500_000.0, 1.0,
        date(2024, 11, 1), 330_000.0, 297_000.0, 10.0, 33_000.0, *[""] * 4, "NV0017", "Đóng mới",
    ]  # fmt: skip
    assert "Tổng số sổ BHXH đề nghị cấp: 1 sổ" in texts(office.cells("d05_2023"))


def test_the_head_names_form_organisation_and_day(office: Office) -> None:
    said = texts(office.cells("d03"))
    for text in (
        "Mẫu D03-TS",
        "(Ban hành kèm theo Quyết định số 490/QĐ-BHXH ngày 28/3/2023 của BHXH Việt Nam)",
        "DANH SÁCH NGƯỜI CHỈ THAM GIA BẢO HIỂM Y TẾ",
        "Số: 12/DS, ngày 28 tháng 11 năm 2024",
        "Tên đơn vị/điểm thu: Bưu điện Thành phố Hồ Chí Minh",
        "Mã đơn vị: 3456789000TH7900070003     Mã số thuế: 3456789000",
        "Tổng số thẻ BHYT đề nghị cấp: 5 thẻ",
        "Nhân viên thu",
        "(ký, ghi rõ họ tên)",
    ):
        assert text in said, text
    about = next(text for text in said if text.startswith("Đối tượng tham gia"))
    assert "Lương cơ sở: 2.340.000 đồng" in about and "Tỷ lệ NSNN hỗ trợ: 70 %" in about


def test_what_is_not_known_is_left_to_fill_in(tmp_path: Path) -> None:
    unknown = replace(head(IN_2024), number="", collector_name="", collector_code="")
    write_list(tmp_path / "l.xlsx", "d03", unknown, [health()])
    said = texts(read(tmp_path / "l.xlsx"))
    assert "Số: ……………, ngày 28 tháng 11 năm 2024" in said
    assert any(text.endswith("Tỷ lệ NSNN hỗ trợ: ……………") for text in said)


def test_texts_that_look_like_formulas_stay_texts(office: Office) -> None:
    names = [row[1] for row in numbered(office.lines("d03_hostile"))]
    assert names == [text.strip() for text in HOSTILE]
    sheet = zipfile.ZipFile(office.written["d03_hostile"]).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet and b"<hyperlink" not in sheet


def test_a_head_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    body = replace(head(IN_2024).organisation, name="=1+1")
    changed = replace(head(IN_2024, "&P{x}=1"), organisation=body)
    write_list(tmp_path / "l.xlsx", "d03", changed, [health()])
    said = texts(read(tmp_path / "l.xlsx"))
    assert "Tên đơn vị/điểm thu: =1+1" in said
    sheet = zipfile.ZipFile(tmp_path / "l.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "&amp;&amp;P{x}=1&amp;R&amp;P/&amp;N" in sheet


# --- pages ---------------------------------------------------------------------------------------


def test_a_list_prints_on_a4_with_its_headings_on_every_page(office: Office) -> None:
    with zipfile.ZipFile(office.written["d03_many"]) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        book = file.read("xl/workbook.xml").decode()
    assert 'paperSize="9"' in sheet and 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet and "_xlnm.Print_Titles" in book
    pages = PdfReader(office.printed["d03_many"]).pages
    said = [page.extract_text() for page in pages]
    assert 5 < len(pages) < 20
    assert all("Nơi đăng ký KCB" in text and "Mẫu D03-TS 12/DS" in text for text in said)
    assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages} == {
        (842, 595)
    }
    assert "Cộng tăng: 300 người" in said[-1] + said[-2]


def test_cells_are_high_enough_for_their_lines(office: Office) -> None:
    """An address of two lines has a row of two lines, in programs that do not reckon heights."""
    sheet = zipfile.ZipFile(office.written["d03"]).read("xl/worksheets/sheet1.xml").decode()
    rows = re.findall(r'<row [^>]* ht="([\d.]+)"[^>]*>(?:(?!</row>).)*<v>1263600</v>', sheet)
    assert rows and all(float(height) > 26 for height in rows)


def test_a_day_before_excels_calendar_is_a_text(tmp_path: Path) -> None:
    old = replace(HANG, born_on=date(1899, 12, 31))
    write_list(tmp_path / "l.xlsx", "d03", head(IN_2024), [health(old)])
    (row,) = numbered(read(tmp_path / "l.xlsx"))
    assert row[4] == "31/12/1899"


def test_more_households_than_a_sheet_has_page_breaks_go_on_on_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldapp.reports.forms.sheet.MOST_BREAKS", 2)
    lines = [replace(line, household=replace(FIRST, key=str(n))) for n in range(4)
             for line in family_2026()[2:3]]  # fmt: skip
    write_list(tmp_path / "l.xlsx", "mau4", head(IN_2026), lines)
    book = CalamineWorkbook.from_path(tmp_path / "l.xlsx")
    assert book.sheet_names == ["Mẫu 4", "Mẫu 4 (2)"]
    forms = [
        texts(book.get_sheet_by_name(name).to_python()).count("STT") for name in book.sheet_names
    ]
    assert forms == [3, 1]


# --- what is refused -----------------------------------------------------------------------------


def test_an_empty_list_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(UserMends, match=r"forms\.no_lines"):
        write_list(tmp_path / "l.xlsx", "d03", head(IN_2024), [])
    assert list(tmp_path.iterdir()) == []


def test_a_form_of_another_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserMends, match=r"rules\.form_replaced"):
        write_list(tmp_path / "l.xlsx", "d03", head(IN_2026), [health()])
    assert list(tmp_path.iterdir()) == []


def test_lines_of_the_other_scheme_are_a_defect(tmp_path: Path) -> None:
    with pytest.raises(DefectFound, match=r"forms\.wrong_lines"):
        write_list(tmp_path / "l.xlsx", "d05", head(IN_2026), [social(), health()])


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsMend, match=r"reports\.folder_missing"):
        write_list(tmp_path / "usb" / "l.xlsx", "d03", head(IN_2024), [health()])


WRONG: dict[str, tuple[str, date, Line, str]] = {
    "parts that do not add up": ("d03", IN_2024, health(participant_dong=1_263_599), "sum"),
    "a part below nothing": (
        "d03", IN_2024, health(state_dong=-1, participant_dong=1_263_601), "state"
    ),
    "another premium": (
        "d03", IN_2024, health(gross_dong=1_263_601, participant_dong=1_263_601), "gross"
    ),
    "support that is not its percentage": (
        "d03", IN_2024, replace(supported(DUC), state_percent=Decimal(50)), "state"
    ),
    "support without a percentage": (
        "d03", IN_2024, health(local_dong=10, participant_dong=1_263_590), "local"
    ),
    "another premium of VSI": (
        "d05", IN_2026, social(gross_dong=2_640_002, participant_dong=2_244_002), "gross"
    ),
    "support of half a month": (
        "d05", IN_2026, social(state_dong=30_000, participant_dong=2_610_000), "state"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_money_that_the_formula_does_not_give_stops_the_list(case: str, tmp_path: Path) -> None:
    form, day, line, what = WRONG[case]
    good: Line = health() if isinstance(line, HealthLine) else social()
    with pytest.raises(DefectFound) as caught:
        write_list(tmp_path / "l.xlsx", form, head(day), [good, line])
    assert caught.value.code == "forms.line_differs"
    assert caught.value.context["what"] == what
    assert caught.value.context["name"] == line.person.full_name
    assert list(tmp_path.iterdir()) == []


def test_a_line_without_a_receipt_goes_by_the_rates_of_the_list(tmp_path: Path) -> None:
    line = health(receipt=ReceiptContent())
    written = write_list(tmp_path / "l.xlsx", "d03", head(IN_2024), [line])
    assert written == WrittenList(tmp_path / "l.xlsx", "2023", 1, 1_263_600)


def form_table(changed: str, to: str) -> Book:
    text = tables.shipped_text("form_layouts")
    assert changed in text
    return Book({"form_layouts": text.replace(changed, to)})


@pytest.mark.parametrize(
    ("changed", "to"),
    [
        ('value = "participant_dong"', 'value = "what_is_paid"'),
        ("{people} thẻ", "{people_there} thẻ"),
        ("{people} thẻ", "{people.real.x} thẻ"),
        ('feet = ["Tổng số thẻ', 'feet = "Tổng'),
        ("width = 18 }", 'width = "wide" }'),
        ("width = 18 }", "length = 18 }"),
    ],
)
def test_a_table_that_this_program_cannot_follow_writes_nothing(
    changed: str, to: str, tmp_path: Path
) -> None:
    if changed.startswith("feet"):
        to, changed = 'feet = "x"\nfeet_were = ["', 'feet = ["'
    with in_force(form_table(changed, to)), pytest.raises(DefectFound) as caught:
        write_list(tmp_path / "l.xlsx", "d03", head(IN_2024), [health()])
    assert caught.value.code == "forms.layout_broken"
    assert list(tmp_path.iterdir()) == []


# --- properties ----------------------------------------------------------------------------------

AMOUNTS = {1: 1_263_600, 2: 884_520, 3: 758_160, 4: 631_800, 5: 505_440}
MEMBERS = st.builds(
    lambda home, rank: ranked(
        HANG, rank, AMOUNTS[rank], household=replace(OLD_FIRST, key=home)
    ) if rank else supported(DUC, household=replace(OLD_FIRST, key=home)),
    st.sampled_from("abcd"),
    st.integers(0, 5),
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(MEMBERS, min_size=1, max_size=25))
def test_totals_are_the_sums_of_their_columns_and_of_the_receipts(
    tmp_path_factory: pytest.TempPathFactory, lines: list[HealthLine]
) -> None:
    path = tmp_path_factory.mktemp("list") / "l.xlsx"
    written = write_list(path, "d03", head(IN_2024), lines)
    rows = read(path)
    people = numbered(rows)
    total = next(row for row in rows if str(row[1]).startswith("Cộng tăng"))
    for column in (10, 11, 12):
        assert total[column] == sum(row[column] or 0 for row in people)
    assert total[10] == written.participant_dong == sum(line.participant_dong for line in lines)
    assert [row[0] for row in people] == list(range(1, len(lines) + 1))
    meant = [line.participant_dong for line in in_order(lines)]
    assert [row[10] for row in people] == meant
