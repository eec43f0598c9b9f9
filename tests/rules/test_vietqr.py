"""The code of a transfer, and whose account it may show."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.money.vietqr import Account, account_of, content_of, crc, payload

ROWS = """
[[row]]
key = "{key}"
bin = "970415"
account = "0011001932418"
holder = "BUU DIEN MAU"
bank = "Ngân hàng Mẫu"
valid_from = 2026-01-01
valid_to = 2026-12-31
source = "Công văn mẫu"
confidence = "S"
"""
MAU = Account("970415", "0011001932418", "BUU DIEN MAU", "Ngân hàng Mẫu")


def test_the_code_is_that_of_a_public_program() -> None:
    told = (
        "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA"
        "530370454061200005802VN62170813ung ho lu lut6304C15C"
    )
    assert payload(MAU, 120_000, "ung ho lu lut") == told


def test_the_check_sum_is_the_catalogued_one() -> None:
    assert crc("123456789") == 0x29B1


def test_an_account_is_that_of_the_ward_else_that_of_all_and_only_in_its_time() -> None:
    own = tables.Book({"collect_accounts": ROWS.format(key="26956")})
    everywhere = tables.Book({"collect_accounts": ROWS.format(key="all")})
    with tables.in_force(own):
        assert account_of("26956", date(2026, 11, 23)) == MAU
        with pytest.raises(UserMends, match=r"rules\.no_transfer_account"):
            account_of("26959", date(2026, 11, 23))
        with pytest.raises(UserMends, match=r"rules\.no_transfer_account"):
            account_of("26956", date(2027, 1, 1))
    with tables.in_force(everywhere):
        assert account_of("26959", date(2026, 11, 23)) == MAU
    with pytest.raises(UserMends, match=r"rules\.no_transfer_account"):
        account_of("26956", date(2026, 11, 23))


def test_the_content_is_the_number_of_the_receipt_in_plain_letters() -> None:
    assert content_of("BL 26-07", "0041907") == "BL 2607 0041907"
    assert content_of("Quyển Đặc Biệt Số 26", "0041907") == "0041907"
