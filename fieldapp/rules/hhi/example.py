"""The example by which a card is explained at a door: what a stay in hospital costs with it."""

BILL_DONG, FUND_DONG = 12_000_000, 9_600_000
"""The fund pays 80 % of what is covered (Luật BHYT Điều 22.1)."""
