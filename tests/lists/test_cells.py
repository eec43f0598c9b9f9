"""Cells become values: dates in all common forms, numbers without their zeros, phones, names."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.lists.cells import (
    Cell,
    Day,
    Digits,
    Fault,
    day_of,
    digits_of,
    name_of,
    phone_of,
    sex_of,
    text_of,
)
from fieldapp.lists.numbers import Number, Owner, understand

TODAY = date(2026, 11, 23)
BORN = date(1968, 11, 21)


@pytest.mark.parametrize(
    "cell",
    ["21/11/1968", "21-11-1968", "21.11.1968", "21 / 11 / 1968", "1968-11-21", "21111968",
     "21 tháng 11 năm 1968", "Ngày 21/11/1968", "1968-11-21 00:00:00", "\u00a021/11/1968 ",
     "'21/11/1968", 25163.0, "25163", date(1968, 11, 21),
     datetime.combine(date(1968, 11, 21), time())],
)  # fmt: skip
def test_dates_are_read_in_every_form(cell: Cell) -> None:
    assert day_of(cell).value == Day(BORN, 1968)


@pytest.mark.parametrize("cell", ["1968", 1968.0, "năm 1968", "00/00/1968", "11/1968"])
def test_a_year_alone_is_a_year(cell: Cell) -> None:
    read = day_of(cell)
    assert (read.value, read.mends) == (Day(None, 1968), ("year_only",))


@pytest.mark.parametrize(
    ("cell", "code"),
    [("21/11/68", "date_two_digit_year"), ("11/21/1968", "date_month_first"),
     ("31/02/1968", "date_not_in_calendar"), ("hôm qua", "date_form"), ("21/11/1868", "date_year"),
     ("29/2/1900", "date_not_in_calendar"), (5.0, "date_form"), ("1/1/0001", "date_year"),
     (0.0, "date_form"), (1e300, "date_form"), ("40/40/2000", "date_not_in_calendar")],
)  # fmt: skip
def test_what_is_no_date_is_told(cell: Cell, code: str) -> None:
    fault = day_of(cell).fault
    assert fault is not None and fault.code == code


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_comes_back_from_every_form(day: date) -> None:
    for cell in (f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", day.isoformat(), day):
        assert day_of(cell).value == Day(day, day.year)


@given(st.one_of(st.text(max_size=30), st.floats(), st.booleans()))
def test_no_cell_breaks_a_reader(cell: Cell) -> None:
    for read in (day_of, digits_of, phone_of, name_of, sex_of, text_of):
        found = read(cell)  # type: ignore[operator]  # each reader takes any cell
        assert found.value is None or found.fault is None


def number(cell: Cell, said: str, born: Day | None = None, sex: str = "") -> Number | Fault:
    digits = digits_of(cell)
    assert digits.value is not None, digits
    return understand(digits.value, said, Owner(born, sex, TODAY))


HANG = Day(BORN, 1968)


def test_a_lost_zero_comes_back_where_year_and_sex_agree() -> None:
    assert number(79168000001.0, "id_number", HANG, "female") == Number(
        "id_number", "079168000001", mended=True
    )
    assert number(1168000001.0, "id_number", HANG) == Number("id_number", "001168000001", True)


@pytest.mark.parametrize(
    ("born", "sex"), [(None, ""), (Day(None, 1969), ""), (HANG, "male"), (Day(None, 2068), "")]
)
def test_a_lost_zero_stays_lost_where_they_do_not(born: Day | None, sex: str) -> None:
    found = number(79168000001.0, "id_number", born, sex)
    assert isinstance(found, Fault) and found.code == "id_not_12_digits"


def test_numbers_are_told_apart_by_their_shape() -> None:
    assert number("079168000001", "number") == Number("id_number", "079168000001")
    assert number("7916 800 001", "number") == Number("si_number", "7916800001")
    assert number("GD4797916800001", "number") == Number(
        "si_number", "7916800001", card="GD4797916800001"
    )
    assert number("023456789", "number") == Number("old_id_number", "023456789")
    assert number(204567890.0, "si_number") == Number("si_number", "0204567890", True)
    assert number("023456789", "id_number") == Number("old_id_number", "023456789")


def test_a_number_that_contradicts_is_a_fault() -> None:
    found = number("079168000001", "id_number", Day(None, 1970))
    assert found == Fault("id_says_year", {"year": "1968", "born": "1970"})
    found = number("079168000001", "id_number", HANG, "male")
    assert isinstance(found, Fault) and found.code == "id_says_female"


@pytest.mark.parametrize("text", ["7.9168E+10", "7,9168E+10", "7.9E10"])
def test_a_number_that_excel_cut_short_cannot_be_mended(text: str) -> None:
    fault = digits_of(text).fault
    assert fault is not None and fault.code == "number_scientific"


def test_digits_lose_what_people_put_between_them() -> None:
    assert digits_of("'079.168 000-001").value == Digits("079168000001", typed=True)


def test_phones() -> None:
    assert phone_of(903555214.0).value == "0903555214"
    assert phone_of("+84 903 555 214").value == "0903555214"
    assert phone_of("0903555214 / 0912000111").value == "0903555214"
    assert phone_of("không có").value is None
    assert phone_of("123").mends == ("phone_left_out",)


def test_names() -> None:
    assert name_of("NGUYỄN THỊ  BÍCH HẰNG").value == "Nguyễn Thị Bích Hằng"
    assert name_of("nguyễn văn an").mends == ("capitals",)
    assert name_of('"Nguyễn Văn An"').value == "Nguyễn Văn An"
    fault = name_of("Nguyễn Văn 2").fault
    assert fault is not None and fault.code == "name_with_digits"


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://x")', "#REF!", "Nguy?n Th? H\u1eb1ng", "Nguy\ufffdn An", "Lê An; Lê Bé"],
)
def test_formulas_and_lost_letters_are_no_name(text: str) -> None:
    fault = name_of(text).fault
    assert fault is not None and fault.code == "name_with_signs"


def test_decomposed_text_is_composed_and_told() -> None:
    read = text_of("Nguye\u0302\u0303n")
    assert (read.value, read.mends) == ("Nguyễn", ("decomposed",))


def test_a_cell_of_a_novel_is_no_name() -> None:
    fault = name_of("Nguyễn " * 500).fault
    assert fault is not None and fault.code == "cell_too_long"
