"""Biên lai: receipts, the book in use, the paper again."""

from __future__ import annotations
