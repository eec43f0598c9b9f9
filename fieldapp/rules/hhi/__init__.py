"""Household health insurance: premiums, ranks, groups, and the days of a card."""
