"""Where the table stands: heads in any order and height, sections, totals, merged cells."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.lists.columns import FIELDS, NOTHING_SAID, Kind, Mapped, parse_mapping, recognise
from fieldapp.lists.layout import Laid, Line, lay_out, lines, told_above
from fieldapp.lists.reading import open_file
from fieldapp.rules.folding import fold
from tests.lists.test_legacy_text import as_tcvn3, as_vni
from tests.support.books import BAO, DUE_HEADS, HANG, due_book, write_book, write_text
from tests.support.refusals import refused


def laid_out(path: Path, kind: Kind = "due", **remembered: Mapped) -> list[Laid]:
    return lay_out(open_file(path), kind, remembered)


def lines_of(path: Path, kind: Kind = "due") -> list[Line]:
    return [line for laid in laid_out(path, kind) for line in lines(laid, kind)]


def test_the_official_form_is_read_with_its_titles_and_column_numbers(tmp_path: Path) -> None:
    path = due_book(tmp_path / "d08a.xlsx", HANG, BAO, ("Tổng cộng", "2 người"), (), (
        None, "Người lập biểu", None, None, "Giám đốc"))  # fmt: skip
    (laid,) = laid_out(path)
    found = list(lines(laid, "due"))
    assert [line.row for line in found] == [7, 8]
    assert {line.scheme for line in found} == {"hhi"}
    assert found[0].cells["due_on"] == "31/12/2026"
    assert laid.passed_over == 3


def test_sections_decide_the_scheme(tmp_path: Path) -> None:
    rows = [DUE_HEADS, ("I", "BHXH tự nguyện"), HANG, ("II", "Bảo hiểm y tế"), BAO]
    found = lines_of(write_book(tmp_path / "a.xlsx", rows))
    assert [line.scheme for line in found] == ["vsi", "hhi"]


def test_a_title_that_names_one_scheme_counts_for_all_lines(tmp_path: Path) -> None:
    rows = [("Danh sách thẻ BHYT đến hạn",), DUE_HEADS, HANG]
    assert lines_of(write_book(tmp_path / "a.xlsx", rows))[0].scheme == "hhi"


def test_heads_of_two_rows_with_merged_cells(tmp_path: Path) -> None:
    rows = [
        ("STT", "Họ và tên", "Ngày, tháng, năm sinh", None, "Số CCCD", "Hạn thẻ"),
        (None, None, "Nam", "Nữ", None, None),
        (1, "Trần Văn Bảo", "02/03/1968", None, "079068000002", "30/11/2026"),
        (2, "Nguyễn Thị Hằng", None, "21/11/1968", "079168000001", "30/11/2026"),
    ]
    path = write_book(tmp_path / "a.xlsx", rows, merged=[(0, 2, 0, 3), (0, 0, 1, 0)])
    (laid,) = laid_out(path)
    assert laid.columns["born_male"] == 2 and laid.columns["born_female"] == 3
    assert len(list(lines(laid, "due"))) == 2


def test_cells_merged_downwards_count_for_every_row(tmp_path: Path) -> None:
    rows = [
        ("Mã hộ", "Họ và tên", "Ngày sinh", "Quan hệ"),
        ("H1", "Nguyễn Văn An", "1960", "Chủ hộ"),
        (None, "Trần Thị Bé", "1962", "vợ"),
        (None, "Nguyễn Văn Con", "1990", "con"),
        ("H2", "Lê Văn Dũng", "1970", "Chủ hộ"),
    ]
    path = write_book(tmp_path / "a.xlsx", rows, merged=[(1, 0, 3, 0)])
    codes = [line.cells["household_code"] for line in lines_of(path, "households")]
    assert codes == ["H1", "H1", "H1", "H2"]


def test_repeated_heads_are_no_lines(tmp_path: Path) -> None:
    rows = [("BHYT",), DUE_HEADS, HANG, DUE_HEADS, BAO]
    assert len(lines_of(write_book(tmp_path / "a.xlsx", rows))) == 2


@pytest.mark.parametrize("typed", [as_tcvn3, as_vni])
def test_heads_typed_in_an_old_font_are_read(tmp_path: Path, typed: Any) -> None:
    rows = [[typed(head) for head in DUE_HEADS], [None, typed("Bảo hiểm y tế")], HANG]
    (line,) = lines_of(write_book(tmp_path / "a.xlsx", rows))
    assert (line.scheme, line.cells["full_name"]) == ("hhi", HANG[1])


def test_a_list_may_go_on_over_several_sheets(tmp_path: Path) -> None:
    note = [("Ghi chú của người lập",), ("Gửi phường",)]
    path = write_book(tmp_path / "a.xlsx", note, [DUE_HEADS, HANG], [DUE_HEADS, BAO])
    assert [(line.sheet, line.row) for line in lines_of(path)] == [(1, 2), (2, 2)]


def test_a_file_without_heads_has_no_table(tmp_path: Path) -> None:
    assert laid_out(write_book(tmp_path / "a.xlsx", [("một", "hai"), ("ba", "bốn")])) == []


MEANT: dict[Kind, list[tuple[str, str]]] = {
    "due": [("full_name", "Họ và tên"), ("number", "Số định danh"), ("born_on", "Ngày sinh"),
            ("address", "Địa chỉ"), ("due_on", "Ngày cuối phải đóng"), ("note", "Ghi chú"),
            ("phone", "SĐT"), ("si_number", "Mã số BHXH"), ("sex", "Giới tính")],
    "households": [("full_name", "Họ tên"), ("household_code", "Mã hộ"), ("head_name", "Chủ hộ"),
                   ("relationship", "QH với chủ hộ"), ("born_on", "Năm sinh"), ("sex", "Phái"),
                   ("id_number", "CCCD/ĐDCN"), ("house_number", "Số nhà"), ("street", "Đường"),
                   ("neighbourhood", "KP"), ("ward", "Phường/xã"), ("phone", "Điện thoại"),
                   ("ethnic_group", "Dân tộc"), ("nationality", "Quốc tịch"),
                   ("facility", "Nơi ĐK KCB ban đầu"), ("card_number", "Mã số BHYT")],
}  # fmt: skip


@given(
    st.sampled_from(["due", "households"]), st.randoms(use_true_random=False),
    st.sampled_from([str, str.upper, fold, lambda t: f"({t})", lambda t: t.replace(" ", "\n")]),
)  # fmt: skip
def test_columns_are_recognised_in_any_order_and_spelling(
    kind: Kind, random: Random, spelt: Any
) -> None:
    meant = list(MEANT[kind])
    random.shuffle(meant)
    found = recognise([spelt(head) for _, head in meant], kind)
    assert found == {field: place for place, (field, _) in enumerate(meant)}


@given(st.lists(st.text(max_size=40), max_size=30), st.sampled_from(["due", "households"]))
@settings(max_examples=60)
def test_any_heads_are_looked_at_without_an_error(heads: list[str], kind: Kind) -> None:
    found = recognise(heads, kind)
    assert len(set(found.values())) == len(found) and found.keys() <= FIELDS[kind].keys()


def test_the_forms_with_a_household_above_the_table() -> None:
    titles = ["Họ và tên chủ hộ: Nguyễn Văn An   Điện thoại: 0903555214"]
    titles += ["Địa chỉ: 12 Nguyễn Xí, Phường Thạnh Mỹ Tây", "Mã số hộ gia đình: ....."]
    where = "12 Nguyễn Xí, Phường Thạnh Mỹ Tây"
    assert told_above(titles) == {"head_name": "Nguyễn Văn An", "address": where}


def test_a_mapping_is_said_by_letter_or_number() -> None:
    said = parse_mapping(["full_name=B, born_on=4", "phone=-", "scheme=hhi"], "due")
    assert said == Mapped({"full_name": 1, "born_on": 3, "phone": None}, "hhi")
    assert parse_mapping([], "due") == NOTHING_SAID
    with refused(UserMends, "imports.mapping_field"):
        parse_mapping(["tên=B"], "due")
    with refused(UserMends, "imports.mapping_form"):
        parse_mapping(["full_name=B2"], "due")


def test_what_was_said_counts_for_every_file_of_the_layout(tmp_path: Path) -> None:
    heads = ("A1", "A2", "Ngày sinh", "Địa chỉ", "A5")
    first = write_book(tmp_path / "a.xlsx", [heads, ("x", HANG[1], HANG[3], HANG[4], HANG[5])])
    said = parse_mapping(["full_name=B", "due_on=E", "scheme=hhi"], "due")
    signature = laid_out(first)[0].head.signature
    second = write_text(tmp_path / "b.csv", [heads, ("x", BAO[1], BAO[3], BAO[4], BAO[5])])
    (laid,) = laid_out(second, **{signature: said})
    (line,) = lines(laid, "due")
    assert (line.cells["full_name"], line.scheme) == (BAO[1], "hhi")
