"""Lines on paper: nothing is longer than its place, nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.reports.paper import REGULAR, SEMIBOLD, Style, printable, width_of, wrapped

BODY = Style(REGULAR, 8)


@settings(deadline=None)
@given(
    st.text(alphabet="aăâbcđeêghiklmnoôơ ỗỡữỹẫ\n-", max_size=300), st.sampled_from([20, 60, 300])
)
def test_no_line_is_longer_than_its_width_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, BODY, width)
    assert all(width_of(line, REGULAR, 8) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == re.sub(r"\s", "", text)


def test_words_stay_whole_where_they_fit() -> None:
    width = width_of("Phường Thạnh Mỹ Tây", REGULAR, 8) + 0.1
    lines = wrapped("Phường Thạnh Mỹ Tây Phường Bình Thạnh", BODY, width)
    assert lines == ["Phường Thạnh Mỹ Tây", "Phường Bình Thạnh"]


def test_a_wider_face_is_measured_wider() -> None:
    assert width_of("Nguyễn", SEMIBOLD, 8) > width_of("Nguyễn", REGULAR, 8)
    assert width_of("Nguyễn", REGULAR, 16) == pytest.approx(2 * width_of("Nguyễn", REGULAR, 8))


def test_every_vietnamese_letter_can_be_printed() -> None:
    vowels = "aăâeêioôơuưy"
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = "đ" + vowels + "".join(vowel + tone for vowel in vowels for tone in tones)
    shown = printable(letters + letters.upper())
    assert "?" not in shown and len(shown) == 2 * (1 + 12 + 60)


def test_what_the_typeface_lacks_is_shown_as_missing_and_what_is_invisible_is_left_out() -> None:
    assert printable("🏠 nhà\t2\u200b\u202e") == "? nhà 2"
