"""Folding for the search, sorting of names, order of doors."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.folding import address_sort_key, fold, name_sort_key
from fieldapp.rules.places.address import Alley, alley_of, first_number, walking_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Bích Hằng", "nguyen thi bich hang"),
        ("  Đặng   Quốc\tBảo ", "dang quoc bao"),
        ("HÒA", "hoa"),
        ("hoà", "hoa"),
        ("Ươ ơn Ỷ", "uo on y"),
        ("123/4/5A", "123/4/5a"),
        ("", ""),
    ],
)
def test_folding_takes_tones_case_and_double_spaces_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_composed_and_decomposed_texts_fold_alike_and_folding_twice_changes_nothing(
    text: str,
) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text()))
def test_words_fold_alike_alone_and_in_a_sentence(words: list[str]) -> None:
    alone = [folded for word in words if (folded := fold(word))]
    assert fold(" ".join(words)) == " ".join(alone)


def test_names_sort_by_given_then_middle_then_family_name_in_alphabet_order() -> None:
    in_order = [
        "",
        "Lê Thị An",
        "Trần Văn An",
        "Nguyễn Ân",
        "Vũ Dung",
        "Vũ Đung",
        "Lê Hoa",
        "Lê Hòa",
        "Lê Hỏa",
        "Lê Hóa",
        "Lê Họa",
        "Trần Ánh Nguyệt",
        "An Thị Ánh Nguyệt",
        "Võ Hoàng Yến",
    ]
    shuffled = in_order[:]
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=name_sort_key) == in_order


def test_tone_placement_and_decomposition_do_not_change_the_order() -> None:
    assert name_sort_key("Lê Hoà") == name_sort_key("LÊ HÒA")
    decomposed = unicodedata.normalize("NFD", "Đặng Thị Mỹ Lệ")
    assert name_sort_key(decomposed) == name_sort_key("Đặng Thị Mỹ Lệ")


def test_doors_sort_as_one_walks() -> None:
    in_order = [
        "9",
        "123",
        "123/4",
        "123/4/5",
        "123/4/5A",
        "123/4/5B",
        "123/10",
        "123/12/1",
        "123A",
        "124",
        "A124",
        "Lô C",
    ]
    shuffled = in_order[:]
    random.Random(3).shuffle(shuffled)
    assert sorted(shuffled, key=walking_key) == in_order


@pytest.mark.parametrize("same", ["123/4/5a", " 123 / 4 / 5A ", "số 123/4/5A", "123\\4\\5A"])
def test_ways_of_writing_a_door_sort_alike(same: str) -> None:
    assert walking_key(same) == walking_key("123/4/5A")


def test_doors_with_a_slash_belong_to_an_alley_and_others_to_the_street() -> None:
    assert alley_of("123/4/5A", "Ung Văn  Khiêm") == Alley("123", "Ung Văn Khiêm")
    assert alley_of("61", "Đường D2") == Alley("", "Đường D2")
    assert alley_of("", "Đường D2") == Alley("", "Đường D2")


def test_alleys_sort_by_street_and_number() -> None:
    alleys = [Alley("157", "Ung Văn Khiêm"), Alley("", "Đường D2"), Alley("23", "Ung Văn Khiêm")]
    ordered = sorted([*alleys, Alley("", "Ung Văn Khiêm")], key=lambda alley: alley.sort_key)
    assert [alley.prefix for alley in ordered] == ["", "", "23", "157"]


@given(st.lists(st.text(alphabet="0123456789/AB bis-số", max_size=9)))
def test_any_house_number_has_a_comparable_key(numbers: list[str]) -> None:
    sorted(numbers, key=walking_key)


@pytest.mark.parametrize(
    ("house_number", "number"),
    [
        ("123/4/5A", 123),
        ("Số 7B", 7),
        ("Kios A12/3", 12),
        ("", None),
        ("lô B", None),
        ("12345678", None),
    ],
)
def test_a_house_or_its_alley_has_a_number_on_the_street(
    house_number: str, number: int | None
) -> None:
    assert first_number(house_number) == number


def test_doors_stand_as_one_walks_by_them() -> None:
    doors = ["2", "2/10", "2/11", "12", "12A", "12Ă", "Ấp 3", "Đường 9", "Hẻm 2", "Hẻm 12"]
    assert sorted(reversed(doors), key=address_sort_key) == doors
    assert address_sort_key("") == ()
