"""The receipt says everything a resident needs, and its code finds the record again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from pypdf import PdfReader

from fieldapp.errors import DefectFound, SurroundingsMend
from fieldapp.reports.qr import qr_rects
from fieldapp.reports.receipt import ReceiptLine, ReceiptPaper, write_receipt_pdf
from fieldapp.words import Words

RECEIPT = ReceiptPaper(
    issuing_unit="Bưu điện Thành phố Hồ Chí Minh",
    unit_address="Phường Thạnh Mỹ Tây, Thành phố Hồ Chí Minh",
    book="79A-0412",
    number="0041906",
    paid_on=date(2026, 11, 3),
    payer="Nguyễn Thị Bích Hằng",
    address="123/4/5A Ung Văn Khiêm, Khu phố 3, Phường Thạnh Mỹ Tây",
    lines=(
        ReceiptLine("Nguyễn Thị Bích Hằng", "hhi", 100, 12, 1_366_200),
        ReceiptLine("Trần Quốc Khôi", "hhi", 70, 12, 956_340),
        ReceiptLine("Trần Minh Đức", "vsi", None, 3, 792_000),
    ),
    total_dong=3_114_540,
    total_words="Ba triệu một trăm mười bốn nghìn năm trăm bốn mươi đồng",
    method="transfer",
    collector="Lê Thị Hồng Lan",
    check_code="7K2M",
    record_id="01936f0e-7c3a-7d41-9a52-3f1c2b7d9e10",
)


def printed(path: Path, receipt: ReceiptPaper, words: Words | None = None) -> str:
    write_receipt_pdf(path, receipt, words=words)
    pages = PdfReader(path).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u00a0", " ")


def test_a_receipt_says_who_paid_what_for_whom(tmp_path: Path) -> None:
    text = printed(tmp_path / "r.pdf", RECEIPT)
    for part in (
        "BIÊN LAI THU TIỀN", "Quyển số: 79A-0412", "Số: 0041906", "Ngày 3 tháng 11 năm 2026",
        "Bưu điện Thành phố Hồ Chí Minh", "123/4/5A Ung Văn Khiêm", "Bảo hiểm y tế hộ gia đình",
        "Bảo hiểm xã hội tự nguyện", "Trần Quốc Khôi", "70 %", "956.340 đ", "3.114.540 đ",
        "Bằng chữ: Ba triệu một trăm mười bốn nghìn năm trăm bốn mươi đồng", "Chuyển khoản",
        "Lê Thị Hồng Lan", "Mã kiểm: 7K2M", RECEIPT.record_id, "theo thẻ do cơ quan bảo hiểm",
    ):  # fmt: skip
        assert part in text, part
    assert text.count("Nguyễn Thị Bích Hằng") == 3  # payer, member, signature
    assert "hủy" not in text.lower()


def test_a_receipt_is_one_page_of_a5(tmp_path: Path) -> None:
    printed(tmp_path / "r.pdf", RECEIPT)
    (page,) = PdfReader(tmp_path / "r.pdf").pages
    millimetres = [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]]
    assert millimetres == [148, 210]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_abbreviation_of_the_trade_stands_on_a_receipt(language: str, tmp_path: Path) -> None:
    text = printed(tmp_path / "r.pdf", replace(RECEIPT, void=True), Words(language))
    assert not re.search(r"BHXH|BHYT|\bHHI\b|\bVSI\b", text)


def test_a_void_receipt_says_so_and_keeps_its_number(tmp_path: Path) -> None:
    text = printed(tmp_path / "r.pdf", replace(RECEIPT, void=True))
    assert "ĐÃ HỦY" in text and "Biên lai này đã hủy" in text and "Số: 0041906" in text


def test_a_receipt_speaks_english_too(tmp_path: Path) -> None:
    text = printed(tmp_path / "r.pdf", RECEIPT, Words("en"))
    assert "RECEIPT" in text and "Household health insurance" in text and "Bank transfer" in text


def test_lines_beyond_a_page_go_on_and_only_the_last_page_is_signed(tmp_path: Path) -> None:
    lines = tuple(ReceiptLine(f"Trần Văn {n}", "hhi", 40, 12, 500_000) for n in range(40))
    receipt = replace(RECEIPT, lines=lines, total_dong=20_000_000)
    printed(tmp_path / "r.pdf", receipt)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "r.pdf").pages]
    assert len(pages) > 1
    assert [name for page in pages for name in re.findall(r"Trần Văn (\d+)", page)] == [
        str(n) for n in range(40)
    ]
    assert "Biên lai số 0041906, trang 2" in pages[1]
    assert ["ký, ghi rõ" in page for page in pages] == [False] * (len(pages) - 1) + [True]


def test_a_name_longer_than_a_page_is_printed_to_its_end(tmp_path: Path) -> None:
    name = " ".join(f"tên{n}" for n in range(1_200))
    line = ReceiptLine(name, "hhi", 100, 12, 3_114_540)
    text = printed(tmp_path / "r.pdf", replace(RECEIPT, lines=(line,), payer=name))
    found = re.findall(r"tên(\d+)", re.sub(r"\s", "", text))
    assert [n for n in range(1_200) if found.count(str(n)) < 2] == []


def test_lines_that_do_not_add_up_are_never_printed(tmp_path: Path) -> None:
    with pytest.raises(DefectFound) as caught:
        write_receipt_pdf(tmp_path / "r.pdf", replace(RECEIPT, total_dong=3_114_541))
    assert caught.value.code == "reports.receipt_total_differs"
    assert caught.value.context == {"total": 3_114_541, "added": 3_114_540}
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsMend, match=r"reports\.folder_missing"):
        write_receipt_pdf(tmp_path / "usb" / "r.pdf", RECEIPT)


@pytest.mark.parametrize("text", [RECEIPT.record_id, "Biên lai 0041906|7K2M", "x" * 300])
def test_the_drawn_code_reads_as_what_it_was_made_of(text: str) -> None:
    module = min(height for _, _, _, height in qr_rects(text, 1))
    side = 6 * round(1 / module)
    picture = bytearray(b"\xff" * side * side)
    for x, y, width, height in qr_rects(text, side):
        for row in range(round(side - y - height), round(side - y)):
            start, end = round(x), round(x + width)
            picture[row * side + start : row * side + end] = bytes(end - start)
    held = bytes(picture)  # the view does not keep it alive
    view = zxingcpp.ImageView(held, side, side, zxingcpp.ImageFormat.Lum)
    (code,) = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text == text


def test_the_code_stands_on_the_paper_as_drawn_shapes(tmp_path: Path) -> None:
    printed(tmp_path / "r.pdf", RECEIPT)
    content = PdfReader(tmp_path / "r.pdf").pages[0].get_contents()
    assert content is not None
    shapes = re.findall(rb"\bre\b", content.get_data())
    assert len(shapes) >= len(qr_rects(RECEIPT.record_id, 1))
