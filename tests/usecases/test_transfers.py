"""The code of a transfer goes to the account that holds when the family looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.receipts.transfers import transfer_of
from tests.support.laptops import WARD
from tests.support.listing import HANG, open_listing

ACCOUNT = """
[[row]]
key = "all"
bin = "970415"
account = "{account}"
holder = "BUU DIEN MAU"
bank = "Ngân hàng Mẫu"
valid_from = {first}
valid_to = {last}
source = "Công văn mẫu"
confidence = "S"
"""
CLOSED = ACCOUNT.format(account="113366668888", first="2020-01-01", last="2026-11-23")
OPENED = ACCOUNT.format(account="224477779999", first="2026-11-24", last='""')


def test_a_receipt_of_yesterday_is_transferred_to_the_account_of_today(tmp_path: Path) -> None:
    with open_listing(tmp_path) as office:
        page = office.page(office.lan)
        hang = next(member.person for member in page.members if member.name == HANG)
        paid = enrol.enrol(
            *(office.lan.store, page, Choice((hang,))),
            method="transfer",
            payer=HANG,
            consent="spoken",
        )
        with tables.in_force(tables.Book({"collect_accounts": CLOSED + OPENED})):
            told = transfer_of(office.lan.store, WARD, paid.receipt)
            assert (told.account.number, told.amount_dong) == ("113366668888", paid.amount_dong)
            office.lan.clock.forward(hours=24)
            told = transfer_of(office.lan.store, WARD, paid.receipt)
            assert told.account.number == "224477779999"
        with (
            tables.in_force(tables.Book({"collect_accounts": CLOSED})),
            pytest.raises(UserMends, match=r"rules\.no_transfer_account"),
        ):
            transfer_of(office.lan.store, WARD, paid.receipt)
