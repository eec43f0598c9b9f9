"""Numbers, names, phones and birth dates."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules.explained import Finding
from fieldapp.rules.people.identity import (
    bare_number,
    birth_year_of,
    check_citizen_id,
    check_health_card,
    check_name,
    check_old_id,
    check_si_number,
    digits_of,
    normalise_name,
    normalise_phone,
    parse_birth_date,
    province_of,
    sex_of,
    si_number_in,
)

WOMAN_1968 = "079168001234"


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_number_that_agrees_with_sex_and_birth_has_no_finding() -> None:
    assert check_citizen_id(WOMAN_1968, sex="female", born_on=date(1968, 2, 3)) == []
    assert check_citizen_id("079 168 001 234") == []
    assert check_citizen_id("079303001234", sex="female", born_on=date(2003, 1, 1)) == []


def test_a_contradiction_is_a_warning_that_stands_with_a_reason() -> None:
    (sex,) = check_citizen_id(WOMAN_1968, sex="male", born_on=date(1968, 2, 3))
    assert (sex.code, sex.level, sex.needs_reason) == ("id_says_female", "warning", True)
    assert sex.values == {"year": "1968"}
    (year,) = check_citizen_id(WOMAN_1968, sex="female", born_on=date(1969, 2, 3))
    assert (year.code, year.needs_reason) == ("id_says_year", True)
    assert year.values == {"year": "1968", "born": "1969"}
    assert codes(check_citizen_id("079068001234", sex="female")) == ["id_says_male"]


def test_a_year_that_has_not_come_is_told() -> None:
    today = date(2026, 11, 23)
    assert codes(check_citizen_id("079299001234", today=today)) == ["id_year_in_future"]
    assert check_citizen_id("079226001234", today=today) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("012345678", "id_old_number"),
        ("07916800123", "id_not_12_digits"),
        ("0791680012345", "id_not_12_digits"),
        ("", "id_not_12_digits"),
        ("07916800123x4", "number_with_letters"),
        ("079168OO1234", "number_with_letters"),
        ("0791680012345 6", "id_not_12_digits"),
    ],
)
def test_a_number_of_another_length_is_an_error(number: str, code: str) -> None:
    (finding,) = check_citizen_id(number)
    assert (finding.code, finding.level) == (code, "error")


@pytest.mark.parametrize(
    "text",
    [
        "079 168 001 234",
        "079.168.001.234",
        "079-168-001-234",
        "'079168001234",
        "０７９１６８００１２３４",
        "079\u2013168\u00a0001\u200b234",
        "٠٧٩١٦٨٠٠١٢٣٤",
    ],
)
def test_what_stands_between_the_digits_is_no_part_of_a_number(text: str) -> None:
    assert bare_number(text) == WOMAN_1968
    assert digits_of(text) == WOMAN_1968
    assert check_citizen_id(text, sex="female", born_on=date(1968, 2, 3)) == []


@given(st.text("0123456789abGD ٣３.-–\u00a0'/", max_size=20))
def test_a_number_that_was_kept_once_stays_so(text: str) -> None:
    assert bare_number(bare_number(text)) == bare_number(text)


@given(st.text(max_size=40))
def test_any_text_can_be_checked(text: str) -> None:
    for check in (check_citizen_id, check_old_id, check_si_number, check_health_card):
        for finding in check(text):
            assert finding.level in ("error", "warning")
    normalise_phone(text)
    check_name(text)


def test_an_old_number_has_nine_digits_or_twelve() -> None:
    assert check_old_id("012 345 678") == check_old_id(WOMAN_1968) == []
    (finding,) = check_old_id("01234567")
    assert (finding.code, finding.level, finding.field) == (
        "old_id_shape",
        "error",
        "old_id_number",
    )


def test_an_unknown_province_is_only_a_warning_without_a_reason() -> None:
    (finding,) = check_citizen_id("003168001234", sex="female", born_on=date(1968, 1, 1))
    assert (finding.code, finding.level) == ("id_province_unknown", "warning")
    assert not finding.needs_reason
    assert province_of(WOMAN_1968) == "Hồ Chí Minh"
    assert province_of("003") == ""


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["male", "female"]))
def test_sex_and_year_can_be_read_from_a_number_built_of_them(born: date, sex: str) -> None:
    digit = (born.year - 1900) // 100 * 2 + (sex == "female")
    number = f"079{digit}{born.year % 100:02}000000"
    assert (birth_year_of(number), sex_of(number)) == (born.year, sex)
    assert check_citizen_id(number, sex=sex, born_on=born) == []


def test_social_insurance_numbers_have_ten_digits() -> None:
    assert check_si_number("7912345678") == []
    assert codes(check_si_number("791234567")) == ["si_not_10_digits"]
    assert codes(check_si_number("79a1234567")) == ["number_with_letters"]
    assert codes(check_si_number(WOMAN_1968)) == ["si_is_citizen_id"]
    assert check_si_number("7912.345.678") == []


def test_health_cards_have_15_characters_or_10_or_12_digits() -> None:
    for code in ("GD4790000000000", "gd 4 79 0000000000", "0000000000", WOMAN_1968):
        assert check_health_card(code) == []
    for code in ("GD6790000000000", "GD47900000000", "", "123456789012345"):
        assert codes(check_health_card(code)) == ["card_code_shape"]


def test_a_health_card_must_end_with_the_known_number() -> None:
    assert check_health_card("GD4797912345678", si_number="7912345678") == []
    assert check_health_card(WOMAN_1968, si_number="7912345678") == []
    found = check_health_card("GD4797912345679", si_number="7912345678")
    assert codes(found) == ["card_other_si_number"]
    assert codes(check_health_card("7912345679", si_number="7912345678")) == [
        "card_other_si_number"
    ]


def test_a_card_of_twelve_digits_is_the_citizen_id() -> None:
    assert check_health_card(WOMAN_1968, id_number="079 168 001 234") == []
    assert check_health_card("7912345678", id_number=WOMAN_1968) == []
    found = check_health_card(WOMAN_1968, id_number="079168001235")
    assert codes(found) == ["card_other_id_number"]


def test_a_card_carries_the_si_number_unless_it_has_twelve_digits() -> None:
    assert si_number_in("gd 4 79 7912345678") == si_number_in("7912345678") == "7912345678"
    assert si_number_in(WOMAN_1968) == si_number_in("") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0903 555 214", "0903555214"),
        ("+84 903.555.214", "0903555214"),
        ("84903555214", "0903555214"),
        ("0084903555214", "0903555214"),
        ("903555214", "0903555214"),
        ("(028) 3829 7755", "02838297755"),
        ("+842838297755", "02838297755"),
        ("", ""),
    ],
)
def test_phones_are_written_as_dialled_in_vietnam(text: str, number: str) -> None:
    assert normalise_phone(text) == (number, [])


@pytest.mark.parametrize(
    "text", ["０９０３５５５２１４", "٠٩٠٣٥٥٥٢١٤", "+84 (0)903-555-214", "0903\u00a0555\u200b214"]
)
def test_phones_may_have_digits_of_any_script_and_any_signs_between(text: str) -> None:
    assert normalise_phone(text) == ("0903555214", [])


def test_an_unknown_prefix_is_a_warning_and_a_wrong_length_an_error() -> None:
    number, (finding,) = normalise_phone("0603555214")
    assert (number, finding.level, finding.code) == (
        "0603555214",
        "warning",
        "phone_prefix_unknown",
    )
    assert [f.level for f in normalise_phone("090355521")[1]] == ["error"]
    assert normalise_phone("0873555214")[1] == []
    assert normalise_phone("0283829775")[1][0].code == "phone_prefix_unknown"
    assert normalise_phone("84903555214000")[1][0].code == "phone_length"
    assert normalise_phone("hỏi chị Sáu")[1][0].code == "phone_has_no_digits"
    assert normalise_phone(" - ") == ("", [])


def test_names_are_composed_and_single_spaced() -> None:
    decomposed = unicodedata.normalize("NFD", "  Đặng  Quốc Bảo ")
    assert normalise_name(decomposed) == "Đặng Quốc Bảo"
    assert check_name("Đặng Quốc Bảo") == []
    assert codes(check_name("  ")) == ["name_missing"]
    assert codes(check_name("Bảo 2")) == ["name_with_digits"]
    (single,) = check_name("Bảo")
    assert (single.code, single.level) == ("name_single_word", "warning")


def test_what_nobody_can_see_is_no_part_of_a_name() -> None:
    assert normalise_name("Lê\u200b Thị\x00\tÚt\ud800") == "Lê Thị Út"


@pytest.mark.parametrize(
    "text", ["03/02/1968", "０３／０２／１９６８", "3/2/1968", "03021968", "3-2-1968", " 3.2.1968 "]
)
def test_birth_dates_are_read_in_the_forms_people_type(text: str) -> None:
    assert parse_birth_date(text) == date(1968, 2, 3)


def test_a_day_that_the_month_does_not_have_is_answered_with_its_last_day() -> None:
    with pytest.raises(UserMends) as refused:
        parse_birth_date("30/02/1968")
    assert refused.value.code == "rules.birth_day_beyond_month"
    assert refused.value.context == {"month": 2, "year": "1968", "days": 29}
    with pytest.raises(UserMends) as refused:
        parse_birth_date("29021900")
    assert refused.value.context["days"] == 28


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1968", "rules.birth_form"),
        ("03/02/68", "rules.birth_form"),
        ("", "rules.birth_form"),
        ("03/13/1968", "rules.birth_month"),
        ("00/02/1968", "rules.birth_day_zero"),
        ("03/02/1868", "rules.birth_year"),
        ("24/11/2026", "rules.birth_in_future"),
    ],
)
def test_what_is_no_birth_date_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(UserMends) as refused:
        parse_birth_date(text, today=date(2026, 11, 23))
    assert (refused.value.code, refused.value.field) == (code, "born_on")


def test_a_child_born_today_has_a_birth_date() -> None:
    assert parse_birth_date("23/11/2026", today=date(2026, 11, 23)) == date(2026, 11, 23)


@given(st.dates(date(1900, 1, 1), date(2026, 11, 23)))
def test_every_date_is_read_back_from_both_forms(born: date) -> None:
    assert parse_birth_date(f"{born:%d/%m/%Y}") == born
    assert parse_birth_date(f"{born:%d%m%Y}") == born
