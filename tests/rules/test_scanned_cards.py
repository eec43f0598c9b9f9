"""Texts that scanners type when they read cards."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules.people.cards import (
    CitizenCard,
    HealthCard,
    read_card,
    read_citizen_card,
    read_health_card,
    recognise,
)
from fieldapp.rules.people.keyed_text import (
    TELEX,
    VNI,
    cleaned,
    keys_pressed,
    looks_scanned,
    split_scan,
)

TODAY = date(2026, 11, 23)

MAN = (
    "079090000000|012345678|Nguyễn Văn A|01011990|Nam|"
    "Số 1 Đường B, Phường Bến Thành, Quận 1, TP. Hồ Chí Minh|15042021"
)
WOMAN = (
    "079190000000||Trần Thị B|05061990|Nữ|Ấp 1, Xã Bình Mỹ, Huyện Củ Chi, TP. Hồ Chí Minh|01032022"
)
HEALTH = (
    "GD4790000000000|4e677579e1bb856e2056c4836e2041|01/01/1990|1|"
    "5068c6b0e1bb9d6e672042e1babf6e205468c3a06e682c2054502048434d|79 - 034|01/12/2024|30/11/2025|"
    "15/11/2024|79010000000000|-|4| 01/12/2028|0123456789abcdef-7102|$"
)
HEALTH_NEW = HEALTH.replace("GD479", "").replace(
    "-7102|$", "-7102|4|5068c6b0e1bb9d6e672042e1babf6e205468c3a06e682c2054502048434d|$"
)


def codes(card: CitizenCard | HealthCard) -> list[str]:
    return [finding.code for finding in card.findings]


def test_a_citizen_card_fills_the_form() -> None:
    assert read_citizen_card(MAN) == CitizenCard(
        "079090000000",
        "012345678",
        "Nguyễn Văn A",
        date(1990, 1, 1),
        "male",
        "Số 1 Đường B, Phường Bến Thành, Quận 1, TP. Hồ Chí Minh",
        date(2021, 4, 15),
    )


def test_an_empty_old_number_is_fine() -> None:
    card = read_citizen_card(WOMAN, today=TODAY)
    assert (card.old_number, card.sex, card.findings) == ("", "female", ())
    assert card.issued_on == date(2022, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        MAN + "\r\n",
        "\ufeff" + MAN,
        MAN.replace("01011990", "01/01/1990").replace("15042021", "15/04/2021"),
        unicodedata.normalize("NFD", MAN),
        MAN + "|Nguyễn Văn Cha|Trần Thị Mẹ|079090000001",
        MAN + "|\r\nmore",
    ],
)
def test_what_scanners_do_to_the_text_does_not_change_the_person(text: str) -> None:
    assert read_citizen_card(text) == read_citizen_card(MAN)


@pytest.mark.parametrize(
    ("issued", "told"),
    [
        ("1542021", ["card_day_unread"]),
        ("31/02/2021", ["card_day_unread"]),
        ("-", []),
        ("soon", ["card_incomplete"]),
    ],
)
def test_an_unreadable_issue_date_is_left_empty(issued: str, told: list[str]) -> None:
    card = read_citizen_card(MAN.replace("15042021", issued))
    assert card.issued_on is None
    assert codes(card) == told


def test_data_of_other_people_behind_the_seventh_field_is_thrown_away() -> None:
    card = read_citizen_card(MAN + "|Nguyễn Văn Cha|079090000001")
    assert "Cha" not in repr(card)


@pytest.mark.parametrize(
    ("tail", "address"),
    [
        ("Ấp 1, Xã Bình Mỹ|Nguyễn Văn Cha|079060000001", "Ấp 1, Xã Bình Mỹ"),
        ("Ấp 1, Xã Bình Mỹ|079060000001|Nguyễn Văn Cha", "Ấp 1, Xã Bình Mỹ"),
        ("Nguyễn Văn Cha|079060000001|Trần Thị Mẹ", ""),
        ("Nguyễn Văn Cha|Trần Thị Mẹ|15042025", ""),
        ("079060000001|Nguyễn Văn Cha|Trần Thị Mẹ", ""),
        ("079060000001|15042025|Nguyễn Văn Cha", ""),
    ],
)
def test_data_of_other_people_inside_the_first_seven_is_neither_kept_nor_quoted(
    tail: str, address: str
) -> None:
    card = read_citizen_card(f"079090000000||Nguyễn Văn A|01011990|Nam|{tail}")
    assert (card.name, card.address) == ("Nguyễn Văn A", address)
    assert codes(card) == ["card_incomplete"]
    assert not any(other in repr(card) for other in ("Cha", "Mẹ", "079060000001"))


@pytest.mark.parametrize("kept", [4, 5, 6])
def test_a_cut_tail_is_accepted_with_a_warning(kept: int) -> None:
    card = read_citizen_card("|".join(MAN.split("|")[:kept]))
    assert card.name == "Nguyễn Văn A"
    assert "card_incomplete" in codes(card)
    assert card.issued_on is None


@pytest.mark.parametrize(
    "text",
    [
        "079190000000||Tran Thi B|05061990|Nu|Ap 1, Xa Binh My, Huyen Cu Chi|01032022",
        WOMAN.replace("Trần", "Tr?n"),
        WOMAN.replace("Bình", "B\ufffdnh"),
        WOMAN.replace("Nữ", "Nu"),
    ],
)
def test_lost_tones_are_told(text: str) -> None:
    card = read_citizen_card(text)
    assert codes(card) == ["card_lost_tones"]
    assert card.sex == "female"


def test_a_sex_that_is_neither_is_left_open() -> None:
    card = read_citizen_card(WOMAN.replace("|Nữ|", "|X|"))
    assert (card.sex, codes(card)) == ("", ["card_incomplete"])
    assert card.findings[0].field == "sex"
    assert read_citizen_card(WOMAN.replace("Nữ", "N\ufffd")).sex == "female"


def test_a_health_card_of_somebody_born_before_1900_is_not_read() -> None:
    with pytest.raises(UserMends) as refused:
        read_health_card(HEALTH.replace("01/01/1990", "01/01/0001"))
    assert refused.value.code == "rules.card_not_read"


def test_a_name_without_marks_is_no_loss_if_the_address_has_its_own() -> None:
    assert codes(read_citizen_card(WOMAN.replace("Trần Thị B", "Mai Kim Anh"))) == []


def test_a_card_whose_number_contradicts_it_is_read_with_a_warning() -> None:
    assert codes(read_citizen_card(MAN.replace("|Nam|", "|Nữ|"))) == ["id_says_male"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "079090000000|012345678|Nguyễn Văn A",
        MAN.replace("079090000000", "07909000000"),
        MAN.replace("01011990", "31021990"),
        MAN.replace("|012345678|", "|someone|"),
        MAN.replace("Nguyễn Văn A", "12345"),
        MAN.replace("Nguyễn Văn A", ""),
        HEALTH,
    ],
)
def test_what_is_no_citizen_card_is_left_to_typing(text: str) -> None:
    with pytest.raises(UserMends) as refused:
        read_citizen_card(text)
    assert refused.value.code == "rules.card_not_read"


def test_an_old_health_card_gives_person_and_term() -> None:
    assert read_health_card(HEALTH) == HealthCard(
        code="GD4790000000000",
        name="Nguyễn Văn A",
        born_on=date(1990, 1, 1),
        birth_year=1990,
        sex="male",
        address="Phường Bến Thành, TP HCM",
        facility="79034",
        valid_from=date(2024, 12, 1),
        valid_to=date(2025, 11, 30),
        issued_on=date(2024, 11, 15),
        si_number="0000000000",
        five_year_on=date(2028, 12, 1),
        benefit="4",
    )


def test_a_new_health_card_has_its_benefit_level_behind_the_hash() -> None:
    card = read_health_card(HEALTH_NEW)
    assert (card.code, card.benefit, card.si_number) == ("0000000000", "4", "0000000000")
    shorter = read_health_card(HEALTH.replace("GD479", ""))
    assert shorter.benefit == ""


def test_a_health_card_may_know_only_the_year_of_birth_and_no_end() -> None:
    text = HEALTH.replace("01/01/1990", "1990").replace("30/11/2025", "-")
    card = read_health_card(text)
    assert (card.born_on, card.birth_year, card.valid_to) == (None, 1990, None)
    assert codes(card) == ["card_year_only"]


def test_a_health_card_that_carries_another_number_is_an_error() -> None:
    assert codes(read_health_card(HEALTH.replace("7901000", "7901123"))) == ["card_other_si_number"]


def test_a_health_card_without_the_number_has_it_in_its_code() -> None:
    assert read_health_card(HEALTH.replace("79010000000000", "7901")).si_number == "0000000000"
    twelve = HEALTH.replace("GD4790000000000", "079090000000").replace("79010000000000", "-")
    assert read_health_card(twelve).si_number == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        MAN,
        HEALTH.replace("4e677579", "zz"),
        HEALTH.replace("|4e677579e1bb856e2056c4836e2041|", "|-|"),
        HEALTH.replace("01/01/1990", "someday"),
        "|".join(HEALTH.split("|")[:2]),
        HEALTH.replace("01/01/1990", "2027"),
    ],
)
def test_what_is_no_health_card_is_left_to_typing(text: str) -> None:
    with pytest.raises(UserMends) as refused:
        read_health_card(text, today=TODAY)
    assert refused.value.code == "rules.card_not_read"


def test_scanning_recognises_both_cards_and_nothing_else() -> None:
    assert isinstance(recognise(MAN), CitizenCard)
    assert isinstance(recognise(HEALTH), HealthCard)
    assert isinstance(recognise(HEALTH_NEW + "\r\n"), HealthCard)
    assert recognise("0903 555 214") is None


@pytest.mark.parametrize("kept", range(3, 13))
def test_a_health_card_with_a_cut_tail_gives_what_is_there(kept: int) -> None:
    card = read_health_card("|".join(HEALTH.split("|")[:kept]))
    assert (card.name, card.si_number) == ("Nguyễn Văn A", "0000000000")
    assert codes(card) == ["card_incomplete"]


def test_a_day_that_can_not_be_read_is_told_with_its_text() -> None:
    card = read_health_card(HEALTH.replace("30/11/2025", "31/11/2025"))
    (finding,) = card.findings
    assert (finding.code, finding.field) == ("card_day_unread", "valid_to")
    assert finding.values == {"text": "31/11/2025"}


def test_a_health_card_of_twelve_digits_is_checked_as_a_citizen_id() -> None:
    twelve = HEALTH.replace("GD4790000000000", "079190000000")
    assert codes(read_health_card(twelve)) == ["id_says_female"]


# What keyboards do


@pytest.mark.parametrize("charset", ["latin-1", "cp1252", "cp437", "cp850"])
def test_utf8_typed_as_another_character_set_is_read_again(charset: str) -> None:
    raw = MAN.encode()
    typed = "".join(
        byte.decode(charset, "ignore") or chr(byte[0]) for byte in (bytes([b]) for b in raw)
    )
    assert typed != MAN
    assert read_card(typed) == read_citizen_card(MAN)


def test_letters_that_happen_to_be_western_stay() -> None:
    card = read_citizen_card(WOMAN.replace("Trần Thị B", "Lê Hà Mi"))
    assert card.name == "Lê Hà Mi"
    western = "079190000000||Lê Hà Mi|05061990|Nu|Hà Nôi|01032022"
    assert read_citizen_card(western).name == "Lê Hà Mi"
    utf8_of_another_language = "caf\u00c3\u00a9"
    assert cleaned(utf8_of_another_language) == utf8_of_another_language


def test_numbers_typed_with_alt_become_letters_of_the_name_again() -> None:
    card = read_card(MAN.replace("Nguyễn Văn", "Nguy7877n V0259n"))
    assert card.name == "Nguyễn Văn A"
    assert recognise(MAN.replace("Nguyễn", "Nguy1000000n")) is None
    assert recognise(MAN.replace("Nguyễn", "Nguy0178n")) is None


def test_caps_lock_is_undone() -> None:
    assert read_card(MAN.swapcase()) == read_citizen_card(MAN)
    assert read_card(HEALTH.swapcase()) == read_health_card(HEALTH)
    assert read_citizen_card(MAN.replace("Nguyễn Văn A", "NGUYỄN VĂN A")).name == "NGUYỄN VĂN A"
    assert read_citizen_card(MAN.replace("Nguyễn Văn A", "nguyễn văn a")).name == "nguyễn văn a"


@pytest.mark.parametrize("bar", ["\\", "~", "¦", "｜"])
def test_a_layout_without_bars_is_understood(bar: str) -> None:
    assert read_card(MAN.replace("|", bar)) == read_citizen_card(MAN)
    assert looks_scanned(MAN.replace("|", bar))


def test_only_what_looks_like_a_card_is_taken_for_one() -> None:
    assert looks_scanned(MAN)
    assert not looks_scanned("123\\4 Ung Văn Khiêm")
    assert not looks_scanned("079090000000")


def typed_with(method: str, text: str) -> str:
    """What an input method makes of letters and digits that a scanner types."""
    telex = {"dd": "đ", "aa": "â", "ee": "ê", "af": "à", "ef": "è"}
    vni = {"d9": "đ", "a6": "â", "e6": "ê", "a8": "ă", "e1": "é", "E1": "É", "e3": "ẻ", "a5": "ạ"}
    for keys, letter in (telex if method == "telex" else vni).items():
        text = text.replace(keys, letter)
    return text


@pytest.mark.parametrize("method", ["telex", "vni"])
@pytest.mark.parametrize("code", ["GD4790000000000", "TE1790000000000"])
def test_an_input_method_that_was_left_on_is_undone(method: str, code: str) -> None:
    scanned = HEALTH.replace("GD4790000000000", code)
    scanned = scanned.replace("5068c6b0", hex_of("Đường Lê Lợi, 12 Ấp 3, ").lower() + "5068c6b0")
    typed = typed_with(method, scanned)
    assert typed != scanned
    assert read_card(typed) == read_health_card(scanned)


def test_both_input_methods_are_known_by_their_keys() -> None:
    assert keys_pressed("ưăđâồớ", TELEX) == "uwawddaaoofows"
    assert keys_pressed("ưăđâồớ", VNI) == "u7a8d9a6o62o71"


def hex_of(text: str) -> str:
    return text.encode().hex()


# Several scans in one text


def test_a_half_scan_before_the_whole_one_is_dropped() -> None:
    assert read_card(MAN[:25] + MAN) == read_citizen_card(MAN)
    assert read_card(HEALTH[:40] + "$" + HEALTH) == read_health_card(HEALTH)


@pytest.mark.parametrize("between", ["", "\r\n", "\n\n"])
def test_the_first_of_two_cards_that_stick_together_is_taken_and_told(between: str) -> None:
    card = read_card(MAN + between + WOMAN)
    assert isinstance(card, CitizenCard)
    assert (card.name, card.issued_on) == ("Nguyễn Văn A", date(2021, 4, 15))
    assert codes(card) == ["card_two_scans"]
    assert "Trần" not in repr(card)


def test_two_kinds_of_cards_stick_together_too() -> None:
    assert codes(read_card(HEALTH + MAN)) == ["card_two_scans"]
    assert isinstance(read_card(MAN + "\r\n" + HEALTH), CitizenCard)
    other = HEALTH.replace("GD4790000000000", "GD4790000000001").replace("7901000", "7901000")
    assert "card_two_scans" in codes(read_card(HEALTH + other))


def test_the_same_card_twice_is_one_card() -> None:
    assert read_card(MAN + MAN) == read_citizen_card(MAN)
    assert read_card(HEALTH + "\r\n" + HEALTH) == read_health_card(HEALTH)


def test_a_text_that_no_card_holds_is_refused_before_it_is_read() -> None:
    with pytest.raises(UserMends) as refused:
        read_card("1" * 1_000_000)
    assert (refused.value.code, refused.value.field) == ("rules.card_too_long", "card")
    assert recognise("|" * 1_000_000) is None


def test_nothing_of_a_card_that_can_not_be_read_is_in_the_error() -> None:
    with pytest.raises(UserMends) as refused:
        read_card("Trần Thị B|079190000000|Nguyễn Văn Cha|079065000001|x|y|z|w")
    assert refused.value.context == {}


def test_a_birth_that_has_not_come_is_no_card() -> None:
    assert recognise(MAN.replace("01011990", "01011999"), today=date(1998, 1, 1)) is None
    assert recognise(MAN, today=TODAY) == read_citizen_card(MAN)


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), max_size=30),
    st.text(max_size=60),
    st.dates(date(1900, 1, 1), date(2026, 11, 23)),
)
def test_every_card_that_validates_keeps_its_number_and_birth(
    name: str, address: str, born: date
) -> None:
    text = f"079090000000|012345678|{name}|{born:%d%m%Y}|Nam|{address}|15042021"
    card = recognise(text)
    if card is not None:
        assert isinstance(card, CitizenCard)
        assert (card.number, card.born_on) == ("079090000000", born)


@given(st.text(), st.integers(0, len(HEALTH)), st.integers(0, len(HEALTH)))
def test_no_splinter_of_a_card_breaks_the_reader(text: str, start: int, end: int) -> None:
    recognise(text + HEALTH[start:end] + text + MAN[start:])


@given(st.one_of(st.text(), st.lists(st.text(max_size=20), max_size=18).map("|".join)))
def test_no_text_breaks_the_reader(text: str) -> None:
    recognise(text)


def test_a_scan_into_a_half_filled_input_is_parted_from_what_stood_there() -> None:
    assert split_scan(MAN) == ("", MAN)
    assert split_scan(f"Trần Văn Tư{MAN}") == ("Trần Văn Tư", MAN)
    assert split_scan("Trần Văn Tư") == ("", "Trần Văn Tư")
