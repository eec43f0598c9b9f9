"""Báo cáo: the visit log as Excel, CSV and paper."""

from __future__ import annotations

from ui.places.reports.place import ReportsPlace

__all__ = ["ReportsPlace"]
