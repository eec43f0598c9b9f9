"""TCVN3 and VNI text comes out as the Vietnamese that was meant, and Unicode stays as it is."""

from __future__ import annotations

import unicodedata
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.demo.town import make_town
from fieldapp.lists.cells import name_of, text_of
from fieldapp.lists.legacy import (
    TCVN3,
    VNI,
    from_tcvn3,
    from_vni,
    is_syllable,
    may_be_old,
    mend,
    recognise,
)

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
VOWELS = "aăâeêioôơuưy"
SMALL = [unicodedata.normalize("NFC", v + t) for v, t in product(VOWELS, TONES)] + ["đ"]
PLAIN = set("aeiouy")

# Written down independently from the tables of the program, letter by letter, as the fonts have
# them: TCVN 5712:1993 VN3 in the places of the Western code page, VNI-Windows.
TCVN3_TYPED = {
    "à": "µ", "ả": "¶", "ã": "·", "á": "¸", "ạ": "¹", "ă": "¨", "ằ": "»", "ẳ": "¼", "ẵ": "½",
    "ắ": "¾", "ặ": "Æ", "â": "©", "ầ": "Ç", "ẩ": "È", "ẫ": "É", "ấ": "Ê", "ậ": "Ë", "è": "Ì",
    "ẻ": "Î", "ẽ": "Ï", "é": "Ð", "ẹ": "Ñ", "ê": "ª", "ề": "Ò", "ể": "Ó", "ễ": "Ô", "ế": "Õ",
    "ệ": "Ö", "ì": "×", "ỉ": "Ø", "ĩ": "Ü", "í": "Ý", "ị": "Þ", "ò": "ß", "ỏ": "á", "õ": "â",
    "ó": "ã", "ọ": "ä", "ô": "«", "ồ": "å", "ổ": "æ", "ỗ": "ç", "ố": "è", "ộ": "é", "ơ": "¬",
    "ờ": "ê", "ở": "ë", "ỡ": "ì", "ớ": "í", "ợ": "î", "ù": "ï", "ủ": "ñ", "ũ": "ò", "ú": "ó",
    "ụ": "ô", "ư": "\u00ad", "ừ": "õ", "ử": "ö", "ữ": "÷", "ứ": "ø", "ự": "ù", "ỳ": "ú", "ỷ": "û",
    "ỹ": "ü", "ý": "ý", "ỵ": "þ", "đ": "®",
}  # fmt: skip
TCVN3_CAPITALS = {"Ă": "¡", "Â": "¢", "Ê": "£", "Ô": "¤", "Ơ": "¥", "Ư": "¦", "Đ": "§"}
VNI_TYPED = {
    "à": "aø", "á": "aù", "ả": "aû", "ã": "aõ", "ạ": "aï", "ă": "aê", "ằ": "aè", "ắ": "aé",
    "ẳ": "aú", "ẵ": "aü", "ặ": "aë", "â": "aâ", "ầ": "aà", "ấ": "aá", "ẩ": "aå", "ẫ": "aã",
    "ậ": "aä", "è": "eø", "é": "eù", "ẻ": "eû", "ẽ": "eõ", "ẹ": "eï", "ê": "eâ", "ề": "eà",
    "ế": "eá", "ể": "eå", "ễ": "eã", "ệ": "eä", "ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò",
    "ò": "oø", "ó": "où", "ỏ": "oû", "õ": "oõ", "ọ": "oï", "ô": "oâ", "ồ": "oà", "ố": "oá",
    "ổ": "oå", "ỗ": "oã", "ộ": "oä", "ơ": "ô", "ờ": "ôø", "ớ": "ôù", "ở": "ôû", "ỡ": "ôõ",
    "ợ": "ôï", "ù": "uø", "ú": "uù", "ủ": "uû", "ũ": "uõ", "ụ": "uï", "ư": "ö", "ừ": "öø",
    "ứ": "öù", "ử": "öû", "ữ": "öõ", "ự": "öï", "ỳ": "yø", "ý": "yù", "ỷ": "yû", "ỹ": "yõ",
    "ỵ": "î", "đ": "ñ",
}  # fmt: skip


@pytest.mark.parametrize("letter", [one for one in SMALL if one not in PLAIN])
def test_every_small_letter_of_the_alphabet_is_read_from_both_fonts(letter: str) -> None:
    assert from_tcvn3(TCVN3_TYPED[letter]) == letter
    assert from_vni(VNI_TYPED[letter]) == letter


def test_the_tables_name_the_alphabet_and_nothing_else() -> None:
    letters = {one for one in SMALL if one not in PLAIN}
    assert set(TCVN3.values()) == letters | set(TCVN3_CAPITALS)
    assert set(VNI.values()) - {"ì", "í", "Ì", "Í"} == {
        form for one in letters - {"ì", "í"} for form in (one, one.upper())
    }
    assert len(TCVN3) == len(TCVN3_TYPED) + len(TCVN3_CAPITALS)


@pytest.mark.parametrize("letter", TCVN3_CAPITALS)
def test_the_capitals_of_tcvn3_are_read(letter: str) -> None:
    assert from_tcvn3(TCVN3_CAPITALS[letter]) == letter


@pytest.mark.parametrize("letter", [one for one in SMALL if one not in PLAIN | {"ì", "í"}])
def test_the_capitals_of_vni_are_read_with_capital_and_small_marks(letter: str) -> None:
    typed = VNI_TYPED[letter]
    assert from_vni(typed.upper()) == letter.upper()
    assert from_vni(typed[0].upper() + typed[1:]) == letter.upper()


def as_tcvn3(text: str) -> str:
    return "".join(TCVN3_TYPED.get(c, TCVN3_CAPITALS.get(c, c)) for c in text)


def as_vni(text: str) -> str:
    return "".join(
        VNI_TYPED[c.lower()].upper() if c.isupper() and c.lower() in VNI_TYPED
        else VNI_TYPED.get(c, c)
        for c in text
    )  # fmt: skip


NAMES = ["Nguyễn Thị Bích Hằng", "Trần Văn Dũng", "Lê Hoàng Phúc", "Phạm Thị Ngọc Yến",
         "Huỳnh Quốc Đạt", "Đặng Thùy Trang", "Võ Minh Khuê"]  # fmt: skip


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=30))
def test_a_column_is_recognised_in_whichever_alphabet_it_was_written(names: list[str]) -> None:
    assert recognise(names) == "unicode"
    assert recognise([as_tcvn3(name) for name in names]) == "tcvn3"
    assert recognise([as_vni(name) for name in names]) == "vni"


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=30))
def test_a_column_comes_out_as_it_was_meant(names: list[str]) -> None:
    for name in names:
        assert mend(as_tcvn3(name), "tcvn3")[0] == name
        assert mend(as_vni(name), "vni")[0] == name


def test_a_unicode_cell_between_old_ones_stays() -> None:
    assert mend("Nguyễn Văn Hùng", "tcvn3") == ("Nguyễn Văn Hùng", "unicode")
    assert mend("Nguyễn Văn Hùng", "vni")[0] == "Nguyễn Văn Hùng"


@pytest.mark.parametrize("name", [one for one in NAMES if one != "Võ Minh Khuê"])
def test_an_old_cell_between_those_of_unicode_is_mended_by_itself(name: str) -> None:
    assert mend(as_tcvn3(name), "unicode") == (name, "tcvn3")
    assert mend(as_vni(name), "unicode") == (name, "vni")
    assert mend(name, "unicode") == (name, "unicode")


@pytest.mark.parametrize("name", ["José Peña", "François Müller", "Hélène Noël", "Zoë", "Hoà Bình"])
def test_a_foreign_name_between_those_of_unicode_stays(name: str) -> None:
    assert mend(name, "unicode") == (name, "unicode")


def test_a_word_that_both_alphabets_have_follows_its_column() -> None:
    assert mend("Dòng", "tcvn3")[0] == "Dũng"
    assert mend("Hoà", "vni")[0] == "Hồ"
    assert mend("Hoà", "unicode")[0] == "Hoà"


def test_foreign_names_are_not_taken_for_an_old_font() -> None:
    assert recognise(["François Müller", "José Núñez", "Zoë Brontë"]) == "unicode"


@pytest.mark.parametrize("word", ["Nguyễn", "Quỳnh", "giếng", "Gì", "khuya", "ĐƯỜNG", "nghĩa"])
def test_vietnamese_words_are_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", ["NguyÔn", "Vaên", "Hå", "cat", "Müller", "òò", "", "nguyễnễ"])
def test_other_words_are_none(word: str) -> None:
    assert not is_syllable(word)


@given(st.text(max_size=60))
def test_any_text_is_mended_without_an_error_and_once_is_enough(text: str) -> None:
    for encoding in ("unicode", "tcvn3", "vni"):
        read = text_of(text, encoding)
        if read.value is not None:
            assert unicodedata.is_normalized("NFC", read.value) or encoding != "unicode"
            assert read.value == " ".join(read.value.split())
    once = text_of(text).value
    assert text_of(once).value == once


@pytest.mark.parametrize("name", ["Khuª", "Trần Văn Hïng", "Lê Thị Hång", "Nguyễn Văn Vuõ"])
def test_a_single_word_in_an_old_font_is_asked_about(name: str) -> None:
    read = name_of(name)
    assert read.value is None
    assert read.fault is not None and read.fault.code == "name_old_font"


@pytest.mark.parametrize("name", ["François Müller", "Y Bliă Niê", "Björn Åkesson", "Giàng A Páo"])
def test_a_foreign_name_is_no_old_font(name: str) -> None:
    assert name_of(name).value == name


def test_no_name_of_the_invented_town_is_taken_for_an_old_font() -> None:
    town = make_town(date(2026, 11, 23), seed=1, households=300)
    names = {person.name for home in town.households for person in home.persons}
    assert len(names) > 300 and not [name for name in names if may_be_old(name)]
