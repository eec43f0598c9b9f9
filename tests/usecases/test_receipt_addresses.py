"""The address on a receipt says where the household is, in a street or in a hamlet."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldapp.usecases.enrolling.papers import receipt_paper
from fieldapp.usecases.households import people
from fieldapp.usecases.receipts import money
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.listing import HANG, open_listing


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"house_number": "", "street": "", "neighbourhood": "Ấp 1"}, "Ấp 1"),
        ({"house_number": "", "street": "Tô Ký", "neighbourhood": ""}, "Tô Ký"),
        ({"house_number": "9", "street": "Tô Ký", "neighbourhood": "lô B"}, "9 Tô Ký, lô B"),
    ],
)
def test_an_address_has_no_hole(tmp_path: Path, fields: dict[str, str], where: str) -> None:
    with open_listing(tmp_path) as office:
        people.edit_household(office.lan.store, WARD, office.home, fields)
        office.pays(office.lan, HANG)
        (row,) = money.receipts(office.lan.store)
        paper = receipt_paper(office.lan.store, WARD, row.receipt, Words("vi"))
    head, _, ward_name = paper.address.rpartition(", ")
    assert head == where and ward_name.startswith("Phường")
