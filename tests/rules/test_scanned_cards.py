"""Texts that scanners type when they read cards."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules.cards import (
    CitizenCard,
    HealthCard,
    read_citizen_card,
    read_health_card,
    recognise,
)

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
    card = read_citizen_card(WOMAN)
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


@pytest.mark.parametrize("issued", ["1542021", "31/02/2021", "-", "soon"])
def test_an_unreadable_issue_date_is_left_empty(issued: str) -> None:
    assert read_citizen_card(MAN.replace("15042021", issued)).issued_on is None


def test_data_of_other_people_behind_the_seventh_field_is_thrown_away() -> None:
    card = read_citizen_card(MAN + "|Nguyễn Văn Cha|079090000001")
    assert "Cha" not in repr(card)


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


def test_a_health_card_that_carries_another_number_is_an_error() -> None:
    assert codes(read_health_card(HEALTH.replace("7901000", "7901123"))) == ["card_other_si_number"]
    assert read_health_card(HEALTH.replace("79010000000000", "7901")).si_number == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        MAN,
        HEALTH.replace("4e677579", "zz"),
        HEALTH.replace("|4e677579e1bb856e2056c4836e2041|", "|-|"),
        HEALTH.replace("01/01/1990", "someday"),
        "|".join(HEALTH.split("|")[:9]),
    ],
)
def test_what_is_no_health_card_is_left_to_typing(text: str) -> None:
    with pytest.raises(UserMends):
        read_health_card(text)


def test_scanning_recognises_both_cards_and_nothing_else() -> None:
    assert isinstance(recognise(MAN), CitizenCard)
    assert isinstance(recognise(HEALTH), HealthCard)
    assert isinstance(recognise(HEALTH_NEW + "\r\n"), HealthCard)
    assert recognise("0903 555 214") is None


@given(st.one_of(st.text(), st.lists(st.text(max_size=20), max_size=18).map("|".join)))
def test_no_text_breaks_the_reader(text: str) -> None:
    recognise(text)
