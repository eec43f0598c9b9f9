"""Forms of people and households as plain texts: what may be saved, what stands below an input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fieldapp.rules.people.cards import read_citizen_card
from fieldapp.words import Words
from ui.places.households.form_state import (
    HouseForm,
    PersonForm,
    check_house_form,
    check_person_form,
    house_from_draft,
    person_from_draft,
    to_draft,
    with_card,
)
from ui.say import Teller

TELLER = Teller(Words("vi"), date(2026, 11, 23))
HANG = PersonForm(
    full_name="Nguyễn Thị Bích Hằng",
    born_on="17/05/1968",
    sex="female",
    id_number="079168000001",
    phone="0903000123",
    relationship="00",
)


def test_a_form_as_it_was_opened_has_nothing_to_save() -> None:
    checked = check_person_form(HANG, HANG, TELLER)
    assert not checked.may_save
    assert checked.missing == "Chưa sửa gì"


def test_only_what_differs_is_saved_with_its_type() -> None:
    form = replace(HANG, phone="0903000124", born_on="18/05/1968")
    checked = check_person_form(form, HANG, TELLER)
    assert checked.may_save
    assert checked.values == {"phone": "0903000124", "born_on": date(1968, 5, 18)}


def test_a_day_that_does_not_exist_is_an_error_below_the_date() -> None:
    checked = check_person_form(replace(HANG, born_on="31/02/1968"), HANG, TELLER)
    assert checked.messages["born_on"] == ("Tháng 2 năm 1968 chỉ có 29 ngày. Xem lại thẻ", "error")
    assert not checked.may_save


def test_a_number_that_contradicts_may_stand_with_a_reason() -> None:
    form = replace(HANG, sex="male")
    checked = check_person_form(form, HANG, TELLER)
    assert checked.messages["id_number"][1] == "warning"
    assert checked.needs_reason
    assert not checked.may_save
    assert check_person_form(replace(form, id_reason="giấy khai sinh"), HANG, TELLER).may_save


def test_an_old_contradiction_does_not_stop_a_new_phone() -> None:
    before = replace(HANG, sex="male")
    checked = check_person_form(replace(before, phone="0903000999"), before, TELLER)
    assert checked.may_save
    assert not checked.needs_reason


def test_a_name_is_needed() -> None:
    checked = check_person_form(replace(HANG, full_name=" "), HANG, TELLER)
    assert checked.missing == "Còn thiếu họ tên"


def test_a_scanned_card_fills_what_it_says_and_leaves_the_rest() -> None:
    card = read_citizen_card(
        "079065000002||Trần Quốc Khôi|02101965|Nam|123/4/5A Ung Văn Khiêm|16082021"
    )
    form = with_card(replace(HANG, note="đừng mất"), card)
    assert form.full_name == "Trần Quốc Khôi"
    assert form.born_on == "02/10/1965"
    assert (form.sex, form.id_number, form.evidence) == ("male", "079065000002", "card_scan")
    assert (form.note, form.phone) == ("đừng mất", "0903000123")


def test_a_household_needs_its_address() -> None:
    before = HouseForm(house_number="123/4", street="Ung Văn Khiêm")
    assert check_house_form(replace(before, street=""), before, TELLER).missing
    checked = check_house_form(replace(before, phone="12"), before, TELLER)
    assert checked.messages["phone"][1] == "error"
    assert check_house_form(replace(before, phone="0903000123"), before, TELLER).may_save


def test_a_draft_comes_back_as_it_was_kept_and_nonsense_does_not() -> None:
    assert person_from_draft(to_draft(HANG)) == HANG
    assert house_from_draft(to_draft(HouseForm(street="D2"))) == HouseForm(street="D2")
    assert person_from_draft(None) is None
    assert person_from_draft(["x"]) is None
    assert person_from_draft({"full_name": 5, "unknown": "x"}) is None
