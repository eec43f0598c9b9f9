"""Receipts and their books."""
