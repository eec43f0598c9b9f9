"""Amounts in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.money.words import (
    DIGITS,
    ENGLISH_GROUPS,
    ENGLISH_SMALL,
    ENGLISH_TENS,
    english_number,
    in_english,
    in_vietnamese,
    vietnamese_number,
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (25, "hai mươi lăm"),
        (44, "bốn mươi bốn"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_000_000, "một triệu"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_005_021, "một triệu không trăm linh năm nghìn không trăm hai mươi mốt"),
        (1_263_600, "một triệu hai trăm sáu mươi ba nghìn sáu trăm"),
        (1_000_000_000, "một tỷ"),
        (2_000_000_015, "hai tỷ không trăm mười lăm"),
        (1_050_000_000_000, "một nghìn không trăm năm mươi tỷ"),
        (10**18, "một tỷ tỷ"),
    ],
)
def test_vietnamese_words_follow_the_rules_of_speech(number: int, words: str) -> None:
    assert vietnamese_number(number) == words


def test_the_total_of_the_reference_screen_reads_as_printed_there() -> None:
    assert (
        in_vietnamese(4_688_280) == "Bốn triệu sáu trăm tám mươi tám nghìn hai trăm tám mươi đồng"
    )
    assert (
        in_english(4_688_280)
        == "Four million six hundred eighty-eight thousand two hundred eighty dong"
    )
    assert in_vietnamese(0) == "Không đồng"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (20, "twenty"),
        (100, "one hundred"),
        (1_001, "one thousand one"),
        (2 * 10**9, "two billion"),
        (10**12 + 15, "one trillion fifteen"),
    ],
)
def test_english_words(number: int, words: str) -> None:
    assert english_number(number) == words


def test_negative_amounts_have_no_words() -> None:
    for say in (in_vietnamese, in_english):
        with pytest.raises(ValueError):
            say(-1)


def read_vietnamese(words: str) -> int:
    """Reads the words back, group by group: an independent way to the number."""
    total = 0
    for billions in re.split(r" ?tỷ ?", words):
        value, group = 0, 0
        for word in billions.split():
            if word in ("nghìn", "triệu"):
                value, group = value + group * (1000 if word == "nghìn" else 10**6), 0
            elif word == "trăm":
                group *= 100
            elif word == "mươi":
                group = group // 100 * 100 + group % 10 * 10 if group > 9 else group * 10
            elif word == "mười":
                group += 10
            elif word != "linh":
                group += {"lăm": 5, "mốt": 1}.get(word) or DIGITS.index(word)
        total = total * 10**9 + value + group
    return total


def read_english(words: str) -> int:
    total, group = 0, 0
    sizes = {name: size for size, name in ENGLISH_GROUPS}
    for word in words.replace("-", " ").split():
        if word in sizes:
            total, group = total + group * sizes[word], 0
        elif word == "hundred":
            group *= 100
        elif word in ENGLISH_TENS:
            group += ENGLISH_TENS.index(word) * 10
        else:
            group += ENGLISH_SMALL.index(word)
    return total + group


amounts = st.one_of(st.integers(0, 10**6), st.integers(0, 10**15 - 1))


@given(amounts)
def test_the_words_say_exactly_the_number(number: int) -> None:
    assert read_vietnamese(vietnamese_number(number)) == number
    assert read_english(english_number(number)) == number


@given(amounts)
def test_one_and_five_change_their_words_only_after_a_ten(number: int) -> None:
    words = vietnamese_number(number)
    assert not re.search(r"mươi (một|năm)\b", words)
    assert not re.search(r"mười (mốt|năm)\b", words)
    assert not re.search(r"(trăm|linh) (mốt|lăm)\b", words)
    assert "  " not in words and words == words.strip()
