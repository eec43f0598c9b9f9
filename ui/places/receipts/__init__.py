"""Biên lai: receipts, the book in use, the paper again."""
