"""Đồng bộ: what is sent, what waits, what a person must see."""

from __future__ import annotations

from ui.places.sync.place import SyncPlace, SyncPort

__all__ = ["SyncPlace", "SyncPort"]
