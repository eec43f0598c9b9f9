"""The address on a card, in the wards of today."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules.people.card_ward import wards_on_card
from fieldapp.rules.people.cards import read_card
from tests.rules.test_scanned_cards import HEALTH, MAN

TODAY, BEFORE = date(2026, 11, 23), date(2025, 3, 1)


def on(address: str, issued: str, today: date = TODAY) -> list[str]:
    text = f"079090000000||Nguyễn Văn A|01011990|Nam|{address}|{issued}"
    return [ward.name for ward in wards_on_card(read_card(text), today)]


@pytest.mark.parametrize(
    ("address", "issued", "today", "names"),
    [
        ("1 A, Phường 6, Quận 3, TP. Hồ Chí Minh", "15042019", TODAY, ["Phường Xuân Hòa"]),
        ("1 A, Phường An Khánh, TP. Hồ Chí Minh", "15042019", BEFORE, ["Phường Thủ Thiêm"]),
        ("1 A, Phường An Khánh, TP. Hồ Chí Minh", "15042022", BEFORE, ["Phường An Khánh"]),
        ("1 A, Phường An Khánh, Quận 2, TP. Hồ Chí Minh", "", BEFORE, ["Phường Thủ Thiêm"]),
        ("1 A, Phường 13, Bình Thạnh, TP.HCM", "15042019", TODAY, ["Phường Bình Lợi Trung"]),
        ("1 A, Quận 3", "15042019", TODAY, []),
        ("Ấp 1, Xã Tam Hồng, Vĩnh Phúc", "15042019", TODAY, []),
    ],
)
def test_a_citizen_card_has_the_names_of_the_day_of_issue(
    address: str, issued: str, today: date, names: list[str]
) -> None:
    assert on(address, issued, today) == names


def test_a_health_card_has_the_names_of_its_first_day() -> None:
    assert [ward.name for ward in wards_on_card(read_card(HEALTH), TODAY)] == ["Phường Bến Thành"]
    assert wards_on_card(read_card(MAN.replace("Phường Bến Thành, Quận 1, ", "")), TODAY) == ()
