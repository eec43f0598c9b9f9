"""What persons declare: every field is there, nothing overlaps, what is not known is dotted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from fieldapp.errors import DefectFound, SurroundingsMend, UserMends
from fieldapp.reports.forms import write_declarations
from fieldapp.reports.forms.content import AddressContent, Declaration, PersonContent
from fieldapp.rules import tables
from fieldapp.rules.tables import Book, in_force
from tests.reports.form_samples import (
    DUC,
    HANG,
    IN_2024,
    KHOI,
    NHI,
    OLD_ADDRESS,
    declaration,
)

FOREIGNER = replace(HANG, full_name="Kim Min Su", nationality="Hàn Quốc", ethnic_group="Kinh")


def printed(path: Path, form: str, *declarations: Declaration) -> list[str]:
    """The text of each page, spaces made single."""
    write_declarations(path, declarations, form=form)
    pages = PdfReader(path).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def vsi(person: PersonContent = DUC, months: int = 6, method: str = "periodic") -> Declaration:
    return declaration(person, scheme="vsi", income_dong=2_000_000, method=method, months=months)


def test_tk1_of_2026_has_its_fields_in_order(tmp_path: Path) -> None:
    (text,) = printed(tmp_path / "t.pdf", "tk1", vsi())
    fields = (
        "Mẫu TK1-TS", "Ban hành kèm theo Quyết định số 366/QĐ-BHXH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TỜ KHAI ĐĂNG KÝ", "Mã số BHXH: 0123456792",
        "[01] Họ và tên: Trần Minh Đức", "[02] Giới tính: Nam",
        "[03] Ngày, tháng, năm sinh: 01/01/1998", "[04] Số CCCD/ĐDCN/hộ chiếu: 079098000004",
        "[05] Dân tộc: Kinh", "[06] Quốc tịch: Việt Nam", "[07] Số điện thoại: 0903000123",
        "[08] Địa chỉ email: bichhang@example.vn", "[09] Nơi đăng ký", "[10] Nhận kết quả: ",
        "Bản điện tử", "Bản giấy", "[11] Địa chỉ nhận bản giấy", "[11.2]", "[11.3]",
        "[12] Mức tiền đóng: 2.000.000 đ/tháng", "[13] Phương thức đóng: 6 tháng một lần",
        "[14] Nghề, công việc", "[15] Đối tượng tham gia: 4", "[16] Nội dung", "[17] Giấy tờ",
        "Tôi chịu trách nhiệm trước pháp luật về nội dung kê khai.",
        "Ngày 28 tháng 11 năm 2026", "Người kê khai", "(ký, ghi rõ họ tên)",
    )  # fmt: skip
    places = [text.find(field) for field in fields]
    assert -1 not in places, fields[places.index(-1)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("months", "method", "said"),
    [
        (1, "periodic", "Hằng tháng"),
        (12, "periodic", "12 tháng một lần"),
        (24, "years_ahead", "Một lần cho 24 tháng về sau"),
        (30, "missing", "Một lần cho 30 tháng còn thiếu"),
        (2, "đóng hai tháng một", "đóng hai tháng một"),
    ],
)
def test_the_method_is_said_in_words(months: int, method: str, said: str, tmp_path: Path) -> None:
    (text,) = printed(tmp_path / "t.pdf", "tk1", vsi(DUC, months, method))
    assert f"Phương thức đóng: {said}" in text


def test_the_paper_address_stands_only_where_a_paper_is_wanted(tmp_path: Path) -> None:
    pages = printed(tmp_path / "t.pdf", "mau2", declaration(NHI), declaration(HANG))
    assert "12/3 Ung Văn Khiêm" in pages[0] and "12/3 Ung Văn Khiêm" not in pages[1]
    assert ticked(tmp_path / "t.pdf", 0) == ["[10.2] Bản giấy"]
    assert ticked(tmp_path / "t.pdf", 1) == ["[10.1] Bản điện tử (VssID/Email)"]


def ticked(path: Path, number: int) -> list[str]:
    """The labels that have a cross just before them."""
    texts = placed(path, number)
    return [
        label
        for x, y, _, label in texts
        for cross_x, cross_y, _, cross in texts
        if cross == "x" and 0 < x - cross_x < 15 and abs(y - cross_y) < 2
    ]


def test_mau2_has_capitals_and_leaves_a_foreigners_ethnic_group_blank(tmp_path: Path) -> None:
    pages = printed(tmp_path / "m.pdf", "mau2", declaration(NHI), declaration(FOREIGNER))
    assert "TRẦN PHƯƠNG NHI" in pages[0] and "[04] Dân tộc: Kinh" in pages[0]
    assert "KIM MIN SU" in pages[1] and "[04] Dân tộc: [05] Quốc tịch: Hàn Quốc" in pages[1]
    for field in ("[06]", "[07]", "[08]", "[09]", "[10.1]", "[10.2]", "[10.2a]", "[10.2b]",
                  "[10.2c]", "[11]", "[12]"):  # fmt: skip
        assert field in pages[0]
    assert "79-034" in pages[0]


def test_tk1_of_2026_calls_a_foreigners_ethnic_group_foreign(tmp_path: Path) -> None:
    (text,) = printed(tmp_path / "t.pdf", "tk1", vsi(FOREIGNER))
    assert "[05] Dân tộc: nước ngoài" in text and "Kinh" not in text


def test_a_nationality_that_is_not_known_is_not_foreign(tmp_path: Path) -> None:
    (text,) = printed(tmp_path / "t.pdf", "tk1", vsi(replace(DUC, nationality="")))
    assert "[05] Dân tộc: Kinh" in text


def old(person: PersonContent = HANG, members: tuple[PersonContent, ...] = ()) -> Declaration:
    found = declaration(person, IN_2024, members=members, papers="Bản sao căn cước")
    return replace(found, household=replace(found.household, address=OLD_ADDRESS))


def test_tk1_of_2023_has_both_parts(tmp_path: Path) -> None:
    (text,) = printed(tmp_path / "t.pdf", "tk1", old())
    fields = (
        "Quyết định số 490/QĐ-BHXH", "I. Áp dụng", "[01] Họ và tên: Nguyễn Thị Bích Hằng",
        "[02] Giới tính: Nữ", "[03] Ngày, tháng, năm sinh: 03/02/1968", "[04] Quốc tịch: Việt Nam",
        "[05] Dân tộc: Kinh", "[06] Số CMND/CCCD/Hộ chiếu: 079168000001", "[07] Điện thoại",
        "[08] Email", "[09.1] Xã: Xã Bình Mỹ", "[09.2] Huyện: Huyện Củ Chi", "[09.3] Tỉnh:",
        "[10]", "[11.1]", "12/3 Ung Văn Khiêm", "[11.2] Xã: Phường 25",
        "[11.3] Huyện: Quận Bình Thạnh", "[11.4] Tỉnh", "[12]", "II. Áp dụng",
        "[13] Mã số BHXH: 0123456789", "[14.1]", "[14.2]", "[14.3]", "[14.4]", "[14.5]", "[15]",
        "[16]", "[17]", "79-034", "[18]", "[19] Hồ sơ kèm theo (nếu có): Bản sao căn cước",
        "Tôi cam đoan", "Người kê khai",
    )  # fmt: skip
    places = [text.find(field) for field in fields]
    assert -1 not in places, fields[places.index(-1)]
    assert places == sorted(places)


def test_a_birth_place_on_one_line_stands_whole(tmp_path: Path) -> None:
    born = replace(HANG, birth_place=AddressContent("Xã Bình Mỹ, Huyện Củ Chi"))
    (text,) = printed(tmp_path / "t.pdf", "tk1", old(born))
    assert "[09.1] Xã: Xã Bình Mỹ, Huyện Củ Chi [09.2] Huyện: [09.3] Tỉnh:" in text


def test_the_annex_names_every_member_on_as_many_pages_as_it_takes(tmp_path: Path) -> None:
    members = tuple(replace(KHOI, full_name=f"Trần Văn Số{n}") for n in range(40))
    pages = printed(tmp_path / "t.pdf", "tk1", old(HANG, members))
    assert "Có phụ lục kèm theo, 40 thành viên" in pages[0]
    annex = pages[1:]
    assert len(annex) > 1 and all("Mối quan hệ với chủ hộ" in page for page in annex)
    assert re.findall(r"Số(\d+)", " ".join(annex)) == [str(n) for n in range(40)]
    assert "Họ và tên chủ hộ: Nguyễn Thị Bích Hằng" in annex[0]
    assert "Mã số hộ gia đình: 7900123456" in annex[0]
    assert [("Người kê khai" in page) for page in annex] == [False] * (len(annex) - 1) + [True]
    assert "Số39" in annex[-1]  # the signature never stands alone on its page


def test_an_annex_of_twelve_goes_to_a_second_page(tmp_path: Path) -> None:
    name = "Nguyễn Trần Phương Nghi Khuê Ngọc"
    members = tuple(replace(KHOI, full_name=name) for _ in range(12))
    pages = printed(tmp_path / "t.pdf", "tk1", old(HANG, members))
    assert len(pages) == 3
    sizes = [tuple(p.mediabox[2:]) for p in PdfReader(tmp_path / "t.pdf").pages]
    assert [width > height for width, height in sizes] == [False, True, True]


def test_nothing_overlaps_however_long_names_and_addresses_are(tmp_path: Path) -> None:
    """No two texts share a place: every line of the page has its own baseline or its own part."""
    long = " ".join(f"tên{n}" for n in range(60))
    address = replace(OLD_ADDRESS, house=f"{long} đường", ward=long)
    found = old(replace(HANG, full_name=long, facility=long, email="x" * 300))
    found = replace(found, household=replace(found.household, address=address), request=long * 3)
    write_declarations(tmp_path / "t.pdf", [found], form="tk1")
    for page in PdfReader(tmp_path / "t.pdf").pages:
        assert clashes(tmp_path / "t.pdf", page.page_number or 0) == []


def clashes(path: Path, number: int) -> list[tuple[str, str]]:
    """Pairs of texts on a page whose places overlap."""
    boxes = placed(path, number)
    return [
        (one[3], other[3])
        for index, one in enumerate(boxes)
        for other in boxes[index + 1 :]
        if abs(one[0] - other[0]) < 5 and abs(one[1] - other[1]) < 0.9 * one[2]
    ]


def placed(path: Path, number: int) -> list[tuple[float, float, float, str]]:
    """The texts of a page with the left end of their baseline and their size."""
    found: list[tuple[float, float, float, str]] = []

    def note(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.append((tm[4], tm[5], size, text.strip()))

    PdfReader(path).pages[number].extract_text(visitor_text=note)
    return found


def test_generations_follow_the_date_of_each_declaration(tmp_path: Path) -> None:
    pages = printed(tmp_path / "t.pdf", "tk1", old(), vsi())
    assert "490/QĐ-BHXH" in pages[0] and "366/QĐ-BHXH" in pages[1]


@pytest.mark.parametrize(
    ("form", "found", "code"),
    [
        ("tk1", declaration(), "forms.other_form"),
        ("mau2", vsi(), "forms.other_form"),
        ("mau2", old(), "rules.form_replaced"),
        ("tk1", declaration(day=date(2020, 1, 1)), "rules.form_too_old"),
    ],
)
def test_the_scheme_and_the_day_decide_the_form(
    form: str, found: Declaration, code: str, tmp_path: Path
) -> None:
    with pytest.raises(UserMends) as refused:
        write_declarations(tmp_path / "t.pdf", [found], form=form)
    assert refused.value.code == code
    assert refused.value.context.get("instead") in (None, "Mẫu số 2", "Mẫu TK1-TS")
    assert list(tmp_path.iterdir()) == []


def test_no_declaration_is_refused_and_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserMends, match=r"forms\.no_declarations"):
        write_declarations(tmp_path / "t.pdf", [], form="mau2")
    with pytest.raises(SurroundingsMend, match=r"reports\.folder_missing"):
        write_declarations(tmp_path / "usb" / "t.pdf", [declaration()], form="mau2")


@pytest.mark.parametrize(
    ("changed", "to"),
    [
        ('value = "capitals"', 'value = "loud"'),
        ('["[10.2] Bản giấy", "paper"]', '["[10.2] Bản giấy", "papyrus"]'),
        ('value = "birth_place"', 'value = "birth_planet"'),
        ('label = "Mã số BHYT"', 'name = "Mã số BHYT"'),
        ('fields = [\n  [{ label = "Mã số BHYT", value = "si_number" }],', "fields = ["),
    ],
)
def test_a_table_that_this_program_cannot_follow_prints_nothing(
    changed: str, to: str, tmp_path: Path
) -> None:
    text = tables.shipped_text("form_layouts")
    assert changed in text
    works = to == "fields = ["
    with in_force(Book({"form_layouts": text.replace(changed, to)})):
        if works:  # a field that is taken away is a change like any other
            (said,) = printed(tmp_path / "t.pdf", "mau2", declaration())
            assert "Mã số BHYT" not in said
            return
        found = old() if "birth" in to else declaration()
        with pytest.raises(DefectFound, match=r"forms\.layout_broken"):
            write_declarations(tmp_path / "t.pdf", [found], form="tk1" if "birth" in to else "mau2")
    assert list(tmp_path.iterdir()) == []
