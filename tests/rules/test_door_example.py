"""The example by which a card is explained at a door."""

from __future__ import annotations

from fieldapp.rules.hhi.example import BILL_DONG, FUND_DONG


def test_the_fund_pays_four_fifths_of_the_bill() -> None:
    """Luật BHYT Điều 22.1."""
    assert FUND_DONG * 100 == BILL_DONG * 80
