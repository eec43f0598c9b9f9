"""What a query asks for, and which letters it matches."""

from __future__ import annotations

from fieldapp.words import Words
from ui.palette.state import COMMANDS, commands_for, find_commands, matches, read_query


def lit(name: str, query: str) -> list[str]:
    """The parts of a name that are tinted."""
    return [name[start:end] for start, end in matches(name, query)]


def test_the_first_sign_says_what_is_wanted() -> None:
    assert read_query("  ").mode == "nothing"
    assert read_query("bich hang").mode == "people"
    assert read_query("> đồng") == read_query(">đồng")
    assert read_query("#0041906").text == "0041906"
    assert read_query("079065000002||Trần|02101965").mode == "card"


def test_a_match_is_shown_in_the_real_spelling_in_any_order() -> None:
    assert lit("Nguyễn Thị Bích Hằng", "bich hang") == ["Bích Hằng"]
    assert lit("Phan Hằng Bích Ngọc", "bich hang") == ["Hằng Bích"]
    assert lit("Nguyễn Thị Bích Hằng", "ng ha") == ["Ng", "Hằ"]
    assert lit("Đặng Quốc Bảo", "dang") == ["Đặng"]


def test_decomposed_letters_and_unknown_words_do_no_harm() -> None:
    assert lit("Nguye\u0302\u0303n Thi\u0323", "nguyen") == ["Nguye\u0302\u0303n"]
    assert lit("Nguyễn", "xyz") == []
    assert lit("", "a") == []


def test_a_word_is_matched_once_only() -> None:
    assert lit("Trần Trân", "tran") == ["Trần"]


def test_commands_are_found_without_tones_in_both_languages() -> None:
    for language, text in (("vi", "dong bo"), ("en", "sync")):
        words = Words(language)
        known = [(command, words.say(command.word_key)) for command in COMMANDS]
        assert find_commands(known, text)[0][0].code == "sync"
        assert find_commands(known, "xyz") == []


def test_a_role_is_offered_its_own_places_with_the_keys_they_have() -> None:
    caps = {c.code: c.cap for c in commands_for(("today", "households", "settings"))}
    assert caps["settings"] == "Ctrl 3"
    assert "reports" not in caps
    assert "lock" in caps
