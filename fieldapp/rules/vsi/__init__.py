"""Voluntary social insurance: premiums, ways to pay, support, refund."""
