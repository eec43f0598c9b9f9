"""Addresses in one cell, taken apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.places.written_address import Place, are_near, door_key, read_address

CASES = {
    "Số 123/4/5A đường Ung Văn Khiêm, KP 3, P. Thạnh Mỹ Tây, TP.HCM": Place(
        "123/4/5A", "Ung Văn Khiêm", "KP 3", "P. Thạnh Mỹ Tây"
    ),
    "12 Lê Lợi phường Bến Thành": Place("12", "Lê Lợi", "", "phường Bến Thành"),
    "123 Nguyễn Xí, Phường 13, Quận Bình Thạnh, TP. Hồ Chí Minh": Place(
        "123", "Nguyễn Xí", "", "Phường 13", "Quận Bình Thạnh"
    ),
    "12/3 Điện Biên Phủ - Phường 25 - Q. Bình Thạnh": Place(
        "12/3", "Điện Biên Phủ", "", "Phường 25", "Q. Bình Thạnh"
    ),
    # Cards and lists leave out the word "Quận" or "Huyện".
    "12 Nguyễn Xí, Phường 24, Bình Thạnh, TP. Hồ Chí Minh": Place(
        "12", "Nguyễn Xí", "", "Phường 24", "Bình Thạnh"
    ),
    # And the word "Phường" or "Xã".
    "12 Đường số 5, Hiệp Bình Chánh, Thủ Đức": Place(
        "12", "Đường số 5", "", "Hiệp Bình Chánh", "Thủ Đức"
    ),
    "12 Lê Lợi, KP 2, Bến Nghé, Quận 1, TP.HCM": Place(
        "12", "Lê Lợi", "KP 2", "Bến Nghé", "Quận 1"
    ),
    "123/4 Ung Văn Khiêm, Thạnh Mỹ Tây, TP. Hồ Chí Minh": Place(
        "123/4", "Ung Văn Khiêm", "", "Thạnh Mỹ Tây"
    ),
    # What can be a street's name, or a district's, is not taken for the ward.
    "12, Bàn Cờ, Quận 3": Place("12", "Bàn Cờ", "", "", "Quận 3"),
    "12 hẻm 4, Bàn Cờ, Quận 3": Place("12", "hẻm 4", "Bàn Cờ", "", "Quận 3"),
    "12 Võ Văn Ngân, Thủ Đức, TP. Hồ Chí Minh": Place("12", "Võ Văn Ngân", "Thủ Đức"),
    "12 Ký Con, Bến Thành, Sài Gòn, TP.HCM": Place("12", "Ký Con", "Bến Thành, Sài Gòn"),
    "12 Ký Con, Cô Giang, Quận 1, Bến Thành, Quận 1": Place(
        "12", "Ký Con", "Cô Giang, Bến Thành", "", "Quận 1"
    ),
    "12 lô B, Nguyễn Thái Bình, Quận 1": Place("12", "lô B", "Nguyễn Thái Bình", "", "Quận 1"),
    "Chung cư 42, Nguyễn Thái Bình, Quận 1": Place(
        "", "Chung cư 42", "Nguyễn Thái Bình", "", "Quận 1"
    ),
    "Lô A, 12 Ký Con, Nguyễn Thái Bình, Quận 1": Place(
        "12", "Ký Con", "Lô A", "Nguyễn Thái Bình", "Quận 1"
    ),
    "12 Ký Con, Nguyễn Thái Bình, Bến Thành, TP.HCM": Place(
        "12", "Ký Con", "Nguyễn Thái Bình", "Bến Thành"
    ),
    "12 Lê Lợi, 3, Quận 1": Place("12", "Lê Lợi", "3", "", "Quận 1"),
    "12 Lê Lợi, chung cư Bến Nghé Xanh, Quận 1": Place(
        "12", "Lê Lợi", "chung cư Bến Nghé Xanh", "", "Quận 1"
    ),
    "Ấp 1, Xã Bình Mỹ, Củ Chi": Place("", "", "Ấp 1", "Xã Bình Mỹ", "Củ Chi"),
    "Tổ 1, Phường Phú Cường, TP. Thủ Dầu Một, Bình Dương": Place(
        "", "", "Tổ 1", "Phường Phú Cường", "TP. Thủ Dầu Một"
    ),
    "12 Nguyễn Xí, Phường 24, chung cư Sông Xanh": Place(
        "12", "Nguyễn Xí", "chung cư Sông Xanh", "Phường 24"
    ),
    "12 Tân Bình, KP 3, P. Thạnh Mỹ Tây, TP.HCM": Place(
        "12", "Tân Bình", "KP 3", "P. Thạnh Mỹ Tây"
    ),
    "Số 12 Ấp 1, xã Bình Mỹ": Place("12", "Ấp 1", "", "xã Bình Mỹ"),
    "Ấp 1, Xã Bình Mỹ, Huyện Củ Chi": Place("", "", "Ấp 1", "Xã Bình Mỹ", "Huyện Củ Chi"),
    "Tổ 5, Khu phố 2": Place("", "", "Tổ 5, Khu phố 2"),
    "45A Đường số 7, Khu phố 4": Place("45A", "Đường số 7", "Khu phố 4"),
    "12 Tô Hiến Thành": Place("12", "Tô Hiến Thành"),
    "hẻm 45 Xô Viết Nghệ Tĩnh": Place("45", "Xô Viết Nghệ Tĩnh"),
    "Nguyễn Xí": Place("", "Nguyễn Xí"),
    "Số 12, Ấp 1, xã Bình Mỹ": Place("12", "Ấp 1", "Ấp 1", "xã Bình Mỹ"),
    "12 Nguyễn Xí, Phường 13, Phường 26": Place("12", "Nguyễn Xí", "", "Phường 13"),
    "": Place(),
    # What is neither the door nor its street stands with the neighbourhood: no word is lost.
    "Căn hộ 27.14 tháp B2, hẻm 1234/56 đường Nguyễn Hữu Cảnh, KP 19, P. Thạnh Mỹ Tây": Place(
        "1234/56", "Nguyễn Hữu Cảnh", "Căn hộ 27.14 tháp B2, KP 19", "P. Thạnh Mỹ Tây"
    ),
    "Chung cư Sông Xanh, 23 Nguyễn Hữu Thọ": Place("23", "Nguyễn Hữu Thọ", "Chung cư Sông Xanh"),
    "12 Lê Lợi, chung cư Sông Xanh, lô B": Place("12", "Lê Lợi", "chung cư Sông Xanh, lô B"),
    "Số 12, Nguyễn Xí, lô B": Place("12", "Nguyễn Xí", "lô B"),
    "12 Xa lộ Hà Nội": Place("12", "Xa lộ Hà Nội"),
    "Số 12, Xa lộ Hà Nội, P. Thảo Điền": Place("12", "Xa lộ Hà Nội", "", "P. Thảo Điền"),
    "Số 12, Quang Trung, Q. Gò Vấp": Place("12", "Quang Trung", "", "", "Q. Gò Vấp"),
    "Số 12, Huyền Trân Công Chúa": Place("12", "Huyền Trân Công Chúa"),
    "Số 12, Tỉnh lộ 10": Place("12", "Tỉnh lộ 10"),
    "12 Cây Xanh": Place("12", "Cây Xanh"),
    "12 Lê Lợi P.25": Place("12", "Lê Lợi", "", "P.25"),
    "Chung cư Sông Xanh, lô B": Place("", "Chung cư Sông Xanh", "lô B"),
}

_PARTS = (
    "12 Lê Lợi",
    "Số 7",
    "Nguyễn Xí",
    "chung cư Sông Xanh",
    "KP 3",
    "Ấp 1",
    "lô B",
    "45/6 Tô Ký",
)


@pytest.mark.parametrize("text", CASES, ids=str)
def test_an_address_is_taken_apart(text: str) -> None:
    assert read_address(text) == CASES[text]


def test_a_door_has_a_number_and_a_street_or_hamlet() -> None:
    assert read_address("Số 12, Ấp 1, xã Bình Mỹ").is_a_door
    assert not read_address("Nguyễn Xí").is_a_door and not read_address("Số 12").is_a_door


@given(st.text(max_size=80))
def test_no_address_breaks_the_reader(text: str) -> None:
    place = read_address(text)
    assert len(place.house_number) <= len(text) + 4


@given(st.lists(st.sampled_from(_PARTS), min_size=1, max_size=5, unique=True))
def test_no_part_of_an_address_is_lost(parts: list[str]) -> None:
    place = read_address(", ".join(parts))
    kept = f"{place.house_number} {place.street}, {place.neighbourhood}"
    assert [part for part in parts if part.removeprefix("Số ") not in kept] == []


def test_two_ways_to_write_a_door_are_one() -> None:
    assert door_key("123/4/5a", "đường Ung Văn Khiêm") == door_key("Số 123/4/5A", "UNG VAN KHIEM")
    assert door_key("123/4", "Nguyễn Xí") != door_key("123/40", "Nguyễn Xí")


def test_near_is_the_same_street_or_nothing_said() -> None:
    here = Place("12", "Nguyễn Xí", "KP 3")
    assert are_near(here, Place("14", "nguyen xi"))
    assert not are_near(here, Place("12", "Ung Văn Khiêm"))
    assert are_near(here, Place())
    hamlet = Place(neighbourhood="Ấp 1")
    assert are_near(hamlet, Place("", "", "ap 1")) and not are_near(hamlet, Place("", "", "Ấp 2"))


def test_a_text_in_pieces_is_the_same_address() -> None:
    whole = "12 Đường số 5, Hiệp Bình Chánh, Thủ Đức"
    assert read_address(unicodedata.normalize("NFD", whole)) == read_address(whole)


def test_a_letter_that_folds_to_two_leaves_the_text_as_it_is() -> None:
    assert read_address("12 ﬁnh").house_number in ("", "12")
    assert read_address("12 ﬁnh phường 3") != Place()
