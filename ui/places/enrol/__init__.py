"""Ghi danh: who joins, what it costs and why, consent, money, receipt, on one page."""

from __future__ import annotations

from ui.places.enrol.place import EnrolPlace

__all__ = ["EnrolPlace"]
