"""Where an enrolment stands by its lines, what a form needs, how lists are split."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.money.receipt_numbers import missing_numbers
from fieldapp.rules.official_lists.listing import (
    LineFacts,
    ListedPerson,
    answer_meant,
    field_meant,
    health_form,
    in_lists,
    may_be_listed,
    missing_fields,
    standing_of,
)

RETURNED = LineFacts(sent=True, answer="returned")
MENDED = LineFacts(sent=True, answer="returned", mended=True)


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ([], "paid"),
        ([LineFacts()], "listed"),
        ([LineFacts(sent=True)], "sent"),
        ([LineFacts(sent=True, answer="accepted")], "accepted"),
        ([RETURNED], "returned"),
        ([MENDED], "mended"),
        ([MENDED, LineFacts()], "listed"),
        ([LineFacts(live=False)], "paid"),
        ([MENDED, LineFacts(live=False)], "mended"),
    ],
)
def test_the_last_live_line_tells_where_an_enrolment_stands(
    lines: list[LineFacts], standing: str
) -> None:
    assert standing_of(lines) == standing
    assert may_be_listed(standing_of(lines)) == (standing in ("paid", "mended"))


FULL = ListedPerson(
    full_name="Nguyễn Thị Thử",
    kind="new",
    born_on=date(1990, 1, 1),
    sex="female",
    id_number="079190000001",
    si_number="7900000001",
    facility="79034",
    relationship="01",
    house_number="1",
    street="Lê Lợi",
)


@pytest.mark.parametrize("form", ["d03", "d05", "mau3", "mau4"])
def test_nothing_is_missing_of_a_full_record(form: str) -> None:
    assert missing_fields(form, FULL) == ()


def test_what_is_missing_is_named_by_the_field_to_enter_it() -> None:
    bare = ListedPerson(full_name="A", kind="new")
    assert missing_fields("mau4", bare) == ("id_number", "born_on", "relationship", "facility")
    assert missing_fields("d03", bare) == (
        "id_number",
        "born_on",
        "sex",
        "house_number",
        "facility",
    )
    assert missing_fields("d05", bare) == ("id_number", "born_on")


def test_who_goes_on_keeps_the_facility_that_the_agency_has() -> None:
    renewal = ListedPerson(full_name="A", kind="renewal", id_number="1")
    assert missing_fields("mau3", renewal) == ()


def test_the_form_for_households_follows_the_date() -> None:
    assert [health_form(date(2026, 4, 30)), health_form(date(2026, 5, 1))] == ["d03", "mau4"]


@given(st.lists(st.integers(0, 9)), st.integers(1, 7))
def test_lists_hold_everything_once_and_part_only_what_fits_nowhere(
    items: list[int], limit: int
) -> None:
    made = in_lists(items, together=str, limit=limit)
    assert sorted(item for part in made for item in part) == sorted(items)
    assert all(0 < len(part) <= limit for part in made)
    for item in set(items):
        parts = [part for part in made if item in part]
        assert len(parts) == 1 or items.count(item) > limit


@pytest.mark.parametrize(
    ("reason", "field"),
    [
        ("Ngày sinh không khớp CSDL dân cư", "born_on"),
        ("Sai số CCCD", "id_number"),
        ("Số định danh cá nhân không tồn tại", "id_number"),
        ("Họ tên và ngày sinh không khớp", "born_on"),
        ("Họ tên không khớp", "full_name"),
        ("Mã số BHXH đã cấp cho người khác", "si_number"),
        ("Cơ sở KCB không nhận đăng ký ban đầu", "facility"),
        ("Chưa ghi quan hệ với chủ hộ", "relationship"),
        ("GIỚI TÍNH SAI", "sex"),
        ("Đã tham gia BHXH bắt buộc tại đơn vị khác", None),
        ("Đề nghị bổ sung giấy tờ", None),
        ("", None),
    ],
)
def test_the_field_is_guessed_from_the_words_of_the_agency(reason: str, field: str | None) -> None:
    assert field_meant(reason) == field


def test_answers_are_read_as_agencies_write_them() -> None:
    assert {answer_meant(text) for text in ("Chấp nhận", "ĐẠT", "BHXH chấp nhận")} == {"accepted"}
    assert {answer_meant(text) for text in ("Trả lại", "không đạt", "BHXH trả lại")} == {"returned"}
    assert {answer_meant(text) for text in ("", "?", "đang xử lý")} == {None}


def test_missing_numbers_are_holes_of_one_collector_below_the_last_used() -> None:
    assert missing_numbers([], set()) == []
    assert missing_numbers([5, 3, 8], {3, 5, 8}) == [4, 6, 7]
    assert missing_numbers([1, 4], {1, 2, 4}) == [3]
    assert missing_numbers([10, 60, 61], {10, 60, 61}) == list(range(11, 60))
    assert missing_numbers([10, 101], {10, 101}) == []
    assert missing_numbers([3], {3}, [(1, 50)]) == [1, 2]
    assert missing_numbers([3, 52], {3, 52}, [(1, 4), (51, 90)]) == [1, 2, 4, 51]


@given(st.sets(st.integers(1, 200)), st.sets(st.integers(1, 200)))
def test_a_missing_number_was_given_by_nobody(used: set[int], others: set[int]) -> None:
    found = missing_numbers(sorted(used), used | others)
    assert not set(found) & (used | others)
    assert all(min(used) < number < max(used) for number in found)
