"""Exact money: fractions, shares, amounts in words, receipt numbers."""
